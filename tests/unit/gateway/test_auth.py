"""Sessions, bearer tokens, call tokens, rate limits."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from chassis.identity import verify

HOUR = timedelta(hours=1)
SECURED = [
    ("GET", "/api/dossiers"),
    ("POST", "/api/dossiers"),
    ("GET", "/api/dossiers/000.00.01.H29-180102-0001"),
    ("POST", "/api/dossiers/000.00.01.H29-180102-0001/supplements"),
    ("POST", "/api/dossiers/000.00.01.H29-180102-0001/hand-over"),
    ("POST", "/api/batches"),
    ("GET", "/api/procedures"),
    ("GET", "/api/procedures/2.000815"),
]


@pytest.mark.parametrize(("method", "path"), SECURED)
def test_without_a_token_nothing_of_the_office_answers(desk, method, path):
    answered = desk.client.open(path, method=method)
    assert answered.status_code == 401
    assert answered.content_type == "application/problem+json"
    assert answered.headers["WWW-Authenticate"] == 'Bearer realm="motcua"'
    assert desk.rpc.calls == []


def none_token(desk):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    now = int(datetime.now(UTC).timestamp())
    claims = {"sub": "clerk.one", "roles": ["clerk"], "unit": None, "aud": "gateway", "iat": now, "exp": now + 3600}
    return {"Authorization": f"Bearer {part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."}


def hmac_token(desk):
    # the classic confusion: the public key used as an HMAC secret
    import hashlib
    import hmac

    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    now = int(datetime.now(UTC).timestamp())
    claims = {"sub": "clerk.one", "roles": ["clerk"], "unit": None, "aud": "gateway", "iat": now, "exp": now + 3600}
    signed = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
    mac = hmac.new(desk.PUBLIC.encode(), signed, hashlib.sha256).digest()
    return {"Authorization": f"Bearer {(signed + b'.' + part(mac)).decode()}"}


def forged_token(desk):
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return desk.token(private=key)


def without_roles(desk):
    now = int(datetime.now(UTC).timestamp())
    claims = {"sub": "clerk.one", "aud": "gateway", "iat": now, "exp": now + 3600}
    return {"Authorization": f"Bearer {jwt.encode(claims, desk.PRIVATE, algorithm='EdDSA')}"}


BAD = {
    "expired": lambda desk: desk.token(now=datetime.now(UTC) - 2 * HOUR, ttl=HOUR),
    "meant for another audience": lambda desk: desk.token(audience="intake"),
    "signed by another key": forged_token,
    "with alg none": none_token,
    "with the public key as HMAC secret": hmac_token,
    "without roles": without_roles,
    "of another scheme": lambda desk: {"Authorization": "Basic Y2xlcms6cmlnaHQ="},
    "no token at all": lambda desk: {"Authorization": "Bearer x"},
    "cut short": lambda desk: {"Authorization": desk.token()["Authorization"][:-4]},
}


@pytest.mark.parametrize("kind", BAD)
def test_a_token_that_proves_nothing_is_401(desk, kind):
    answered = desk.client.get("/api/dossiers", headers=BAD[kind](desk))
    assert answered.status_code == 401
    assert answered.get_json(force=True)["type"] == "urn:motcua:problem:not-signed-in"
    assert desk.rpc.calls == []


def test_signing_in_gives_a_token_that_opens_the_office_for_eight_hours(desk):
    desk.rpc.answers["intake.procedures"] = []
    session = desk.client.post("/api/sessions", json={"username": "clerk.one", "password": "right"})

    assert session.status_code == 201
    assert session.headers["Cache-Control"] == "no-store"
    body = session.get_json()
    assert (body["roles"], body["unit"]) == (["clerk"], None)
    ends = datetime.fromisoformat(body["expires_at"])
    assert abs(ends - datetime.now(UTC) - 8 * HOUR) < timedelta(seconds=5)
    headers = {"Authorization": f"Bearer {body['token']}"}
    assert desk.client.get("/api/procedures", headers=headers).status_code == 200


@pytest.mark.parametrize(("username", "password"), [("clerk.one", "wrong"), ("nobody", "right")])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(desk, username, password):
    answered = desk.client.post("/api/sessions", json={"username": username, "password": password})
    assert answered.status_code == 401
    assert answered.get_json(force=True)["type"] == "urn:motcua:problem:wrong-credentials"
    assert "errors" not in answered.get_json(force=True)


def test_each_call_carries_a_token_for_its_service_alone_that_lives_a_minute(desk):
    desk.rpc.answers |= {"intake.get": {"code": desk.CODE}, "routing.get": {"round": 1}}
    headers = desk.token("department-officer", unit="TP", subject="tp.one")

    assert desk.client.get(f"/api/dossiers/{desk.CODE}", headers=headers).status_code == 200

    for (name, _), token in zip(desk.rpc.calls, desk.rpc.tokens, strict=True):
        service = name.split(".")[0]
        identity = verify(token, desk.PUBLIC, audience=service, now=datetime.now(UTC))
        assert (identity.subject, identity.roles, identity.unit) == ("tp.one", {"department-officer"}, "TP")
        claims = jwt.decode(token, options={"verify_signature": False})
        assert claims["exp"] - claims["iat"] == 60
    assert [name for name, _ in desk.rpc.calls] == ["intake.get", "routing.get"]


def test_signing_in_is_limited_by_address(make_desk):
    desk = make_desk(rate_sessions="3/minute")
    answers = [desk.client.post("/api/sessions", json={"username": "x", "password": "y"}) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert answers[-1].content_type == "application/problem+json"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
    other = desk.client.post(
        "/api/sessions", json={"username": "x", "password": "y"}, environ_base={"REMOTE_ADDR": "192.0.2.9"}
    )
    assert other.status_code == 401


def test_the_api_is_limited_by_account(make_desk):
    desk = make_desk(rate_api="2/minute")
    desk.rpc.answers["intake.procedures"] = []

    def ask(subject):
        return desk.client.get("/api/procedures", headers=desk.token(subject=subject)).status_code

    assert [ask("one"), ask("one"), ask("one"), ask("two")] == [200, 200, 429, 200]


def test_tracking_is_limited_by_address_over_api_and_page_together(make_desk):
    desk = make_desk(rate_tracking="2/minute")
    statuses = [
        desk.client.get(f"/api/tracking/{desk.CODE}?secret=x").status_code,
        desk.client.get(f"/t/{desk.CODE}/x").status_code,
        desk.client.get(f"/api/tracking/{desk.CODE}?secret=x").status_code,
    ]
    assert statuses == [404, 404, 429]
    assert desk.client.get("/healthz").status_code == 200


def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(make_desk):
    for proxies, last in ((0, 429), (1, 404)):
        desk = make_desk(rate_tracking="1/minute", proxies=proxies)
        for address, status in (("198.51.100.1", 404), ("198.51.100.2", last)):
            answered = desk.client.get(f"/api/tracking/{desk.CODE}?secret=x", headers={"X-Forwarded-For": address})
            assert answered.status_code == status
