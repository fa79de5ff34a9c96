"""Who is calling: a short signed token, so that each service can refuse by itself.

EdDSA (RFC 8037): the gateway alone can sign, everyone can verify.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

ALGORITHM = "EdDSA"


class NotAuthentic(Exception):
    """The token is missing, forged, expired, or meant for someone else."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person or system that may call.

    Attributes:
        subject: account name.
        roles: words that the services know.
        unit: code of the unit that the account belongs to, or None.
    """

    subject: str
    roles: frozenset[str]
    unit: str | None = None


def issue(identity: Identity, private_key: str, *, audience: str, now: datetime, ttl: timedelta) -> str:
    """Return a token for ``audience`` that ends ``ttl`` after ``now`` (aware)."""
    claims = {
        "sub": identity.subject,
        "roles": sorted(identity.roles),
        "unit": identity.unit,
        "aud": audience,
        "iat": int(now.timestamp()),
        "exp": int((now + ttl).timestamp()),
    }
    return jwt.encode(claims, private_key, algorithm=ALGORITHM)


def verify(token: str | None, public_key: str, *, audience: str, now: datetime) -> Identity:
    """Return the identity that ``token`` proves.

    Raises:
        NotAuthentic: with a word that says why; never the token.
    """
    if not token:
        raise NotAuthentic("missing")
    try:
        claims = jwt.decode(
            token,
            public_key,
            algorithms=[ALGORITHM],
            audience=audience,
            # the moment is an argument, so the library's own clock is left out
            options={"require": ["sub", "aud", "exp", "iat"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError as error:
        raise NotAuthentic(type(error).__name__) from None
    roles, unit = claims.get("roles"), claims.get("unit")
    if not isinstance(roles, list) or not isinstance(claims["exp"], int) or not isinstance(unit, str | None):
        raise NotAuthentic("malformed")
    if now.timestamp() >= claims["exp"]:
        raise NotAuthentic("expired")
    return Identity(str(claims["sub"]), frozenset(map(str, roles)), unit)
