"""The signed token: proves who calls, to one service, for a short time, and nothing else does."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from chassis.identity import ALGORITHM, Identity, NotAuthentic, issue, verify

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TTL = timedelta(seconds=60)
CALLER = Identity("lan", frozenset({"north", "south"}), "26734")
CLAIMS = {
    "sub": "lan",
    "roles": ["north"],
    "unit": None,
    "aud": "toy",
    "iat": int(NOW.timestamp()),
    "exp": int((NOW + TTL).timestamp()),
}


@pytest.fixture
def token(keys):
    return issue(CALLER, keys[0], audience="toy", now=NOW, ttl=TTL)


def refused(token, public_key, audience="toy", now=NOW):
    with pytest.raises(NotAuthentic) as error:
        verify(token, public_key, audience=audience, now=now)
    return str(error.value)


def part(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def test_token_proves_subject_roles_and_unit(token, keys):
    assert verify(token, keys[1], audience="toy", now=NOW) == CALLER


def test_token_without_a_unit_proves_none(keys):
    token = issue(Identity("x", frozenset()), keys[0], audience="toy", now=NOW, ttl=TTL)

    assert verify(token, keys[1], audience="toy", now=NOW) == Identity("x", frozenset(), None)


def test_token_ends_at_its_second(token, keys):
    assert verify(token, keys[1], audience="toy", now=NOW + TTL - timedelta(seconds=1))
    assert refused(token, keys[1], now=NOW + TTL) == "expired"


def test_token_is_good_for_one_service_only(token, keys):
    assert refused(token, keys[1], audience="other") == "InvalidAudienceError"


def test_token_signed_by_another_key_is_refused(make_keys, keys):
    forged = issue(CALLER, make_keys()[0], audience="toy", now=NOW, ttl=TTL)

    assert refused(forged, keys[1]) == "InvalidSignatureError"


@pytest.mark.parametrize("missing", [None, ""])
def test_no_token_is_refused(keys, missing):
    assert refused(missing, keys[1]) == "missing"


@pytest.mark.parametrize("text", ["x", "a.b.c", "....", "é.é.é", "{}", "a" * 100_000])
def test_what_is_no_token_is_refused(keys, text):
    refused(text, keys[1])


def test_unsigned_token_is_refused(keys):
    token = f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(CLAIMS)}."

    assert refused(token, keys[1]) == "InvalidAlgorithmError"


@pytest.mark.parametrize("alg", ["HS256", "HS512"])
def test_public_key_used_as_a_secret_signs_nothing(keys, alg):
    signed = f"{part({'alg': alg, 'typ': 'JWT'})}.{part(CLAIMS)}"
    digest = hashlib.sha256 if alg == "HS256" else hashlib.sha512
    token = f"{signed}.{part(hmac.digest(keys[1].encode(), signed.encode(), digest))}"

    assert refused(token, keys[1]) == "InvalidAlgorithmError"


@pytest.mark.parametrize("name", ["sub", "aud", "exp", "iat"])
def test_token_without_a_claim_that_must_be_there_is_refused(keys, name):
    token = jwt.encode({key: value for key, value in CLAIMS.items() if key != name}, keys[0], ALGORITHM)

    assert refused(token, keys[1]) == "MissingRequiredClaimError"


@pytest.mark.parametrize(
    "change",
    [
        {"roles": "north"},
        {"roles": None},
        {"unit": 7},
        {"unit": ["26734"]},
        {"exp": "later"},
        {"exp": 4e9},
        {"sub": 7},
    ],
)
def test_claim_of_another_shape_is_refused(keys, change):
    refused(jwt.encode(CLAIMS | change, keys[0], ALGORITHM), keys[1])


def test_changed_claims_break_the_signature(token, keys):
    head, _, signature = token.split(".")

    assert refused(f"{head}.{part(CLAIMS | {'roles': ['chief']})}.{signature}", keys[1]) == "InvalidSignatureError"


def test_refusal_never_holds_the_token(token, keys):
    assert token not in refused(token, keys[1], audience="other")
