"""Who calls: session tokens in, call tokens out. What a caller may do is decided by the service that owns the data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import g, request

from chassis import telemetry
from chassis.identity import Identity, NotAuthentic, issue, verify
from gateway.problems import Problem
from gateway.wiring import parts

AUDIENCE = "gateway"
KEY_FAULT = "Must be 1 to 128 printable ASCII characters."
CALL_TTL = timedelta(seconds=60)

Call = Callable[..., Any]


def open_session(identity: Identity) -> tuple[str, datetime]:
    """Return a session token and the instant it ends; tokens live by real time, also while a demo plays another day."""
    settings = parts().settings
    now, ttl = datetime.now(UTC), timedelta(hours=settings.session_hours)
    return issue(identity, settings.private_key, audience=AUDIENCE, now=now, ttl=ttl), now + ttl


def caller() -> Identity | None:
    """Return the identity that the request's bearer token proves, or None."""
    if "identity" not in g:
        g.identity, g.unproven = None, "missing"
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            try:
                key = parts().settings.public_key
                g.identity = verify(token.strip(), key, audience=AUDIENCE, now=datetime.now(UTC))
            except NotAuthentic as error:
                g.unproven = str(error)
    found: Identity | None = g.identity
    return found


def require() -> None:
    """End the request with 401 unless a session token proves who calls; a blueprint's ``before_request``."""
    identity = caller()
    if identity is None:
        missing = g.unproven == "missing"
        challenge = 'Bearer realm="motcua"' + ("" if missing else ', error="invalid_token"')
        raise Problem("not-signed-in", 401, headers={"WWW-Authenticate": challenge})
    telemetry.bind(**{**telemetry.bound(), "caller": identity.subject})


def subject_or_address() -> str:
    """Return whom to count requests for: the signed-in account, else the address."""
    identity = caller()
    return f"subject:{identity.subject}" if identity else f"address:{request.remote_addr}"


def calls() -> Call:
    """Return ``call(service, method, deadline=None, **arguments)`` for the request's caller, usable in any thread."""
    identity = caller()
    if identity is None:
        raise Problem("not-signed-in", 401)
    return _calls_of(identity)


def public_call() -> Call:
    """Return the same for whoever has not signed in and holds a receipt."""
    return _calls_of(Identity("public", frozenset({"public"})))


def _calls_of(identity: Identity) -> Call:
    made, trace = parts(), telemetry.traceparent()

    def call(service: str, method: str, /, *, deadline: float | None = None, **arguments: Any) -> Any:
        token = issue(identity, made.settings.private_key, audience=service, now=datetime.now(UTC), ttl=CALL_TTL)
        return made.rpc.call(service, method, arguments, token=token, traceparent=trace, deadline=deadline)

    return call


def idempotency_key() -> str:
    """Return the caller's own key of a writing request; the service keeps the keys of its callers apart.

    Raises:
        Problem: 400, it is missing, too long or not printable.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= 128 or not key.isascii() or not key.isprintable() or key != key.strip():
        rows = [{"field": "Idempotency-Key", "message": KEY_FAULT}]
        raise Problem("idempotency-key-missing", 400, errors=rows)
    return key
