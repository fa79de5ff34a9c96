"""A gateway whose services, accounts and projection are fakes."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, ClassVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from flask import Flask
from pymongo.errors import ConnectionFailure
from werkzeug.test import Client, TestResponse

from chassis.clock import Clock
from chassis.identity import Identity, issue
from gateway.app import assemble
from gateway.batch_store import COUNTS
from gateway.departments import Departments
from gateway.settings import GatewaySettings
from gateway.tracking import Fact, Tracked, fold
from gateway.wiring import Parts
from papers import Papers

PAPERS = Papers(Path(__file__).resolve().parents[3] / "infra" / "office" / "papers")
SECRET = "s3cr3t-of-the-receipt"
RECEIVED_AT = datetime(2018, 1, 2, 1, tzinfo=UTC)
DUE_AT = datetime(2018, 1, 4, 10, tzinfo=UTC)
CODE = "000.00.01.H29-180102-0001"
RECEIPT = {
    "dossier_id": "0b0f6f0e-6a3c-4a52-9b53-6d8a52d3d9d5",
    "code": CODE,
    "status": 2,
    "procedure": {"code": "2.000815", "name": "Chứng thực bản sao từ bản chính"},
    "received_at": "2018-01-02T01:00:00+00:00",
    "forward_at": "2018-01-02T01:00:00+00:00",
    "due_at": "2018-01-02T10:00:00+00:00",
    "tracking_secret": SECRET,
    "department": "TP",
    "fee_minor": 2000,
    "replayed": False,
}
SUBMISSION = {
    "procedure": "2.000815",
    "applicant": {"name": "Nguyễn Thị Mai"},
    "components": [{"code": "ban-chinh", "copy": 0, "quantity": 1}],
}


def key_pair() -> tuple[str, str]:
    """Return private and public PEM."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


PRIVATE, PUBLIC = key_pair()


class FakeRpc:
    """Answers calls from ``answers`` (a value, an exception, or a function of the arguments) and remembers them."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {"intake.submit": dict(RECEIPT)}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.tokens: list[str] = []
        self.traces: list[str | None] = []

    def call(
        self,
        service: str,
        method: str,
        arguments: dict[str, Any],
        *,
        token: str,
        traceparent: str | None = None,
        deadline: float | None = None,
    ) -> Any:
        self.calls.append((f"{service}.{method}", arguments))
        self.tokens.append(token)
        self.traces.append(traceparent)
        answer = self.answers[f"{service}.{method}"]
        if callable(answer):
            answer = answer(arguments)
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeAccounts:
    """One clerk."""

    def check(self, username: str, password: str) -> Identity | None:
        right = (username, password) == ("clerk.one", "right")
        return Identity("clerk.one", frozenset({"clerk"})) if right else None


class FakeTracking:
    """The projection in a dict."""

    def __init__(self) -> None:
        self.facts: dict[str, list[Fact]] = {}
        self.digests: dict[str, str] = {}

    def ping(self) -> None:
        pass

    def add(self, code: str, fact: Fact, digest: str | None = None) -> bool:
        if any(known.id == fact.id for known in self.facts.setdefault(code, [])):
            return False
        self.facts[code].append(fact)
        if digest:
            self.digests[code] = digest
        return True

    def find(self, code: str, secret: str, now: datetime) -> Tracked | None:
        given = hashlib.sha256(secret.encode()).hexdigest()
        if not hmac.compare_digest(given, self.digests.get(code, "0" * 64)):
            return None
        return fold(code, self.facts[code], now)


class FakeBatches:
    """Pushes in a dict; the one named "away" cannot be kept."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}

    def begin(self, subject: str, name: str) -> str:
        now = datetime.now(UTC)
        instants = {"began_at": now, "updated_at": now, "ended_at": None}
        self.rows[subject, name] = {
            "name": name,
            "state": "running",
            "truncated": False,
            **dict.fromkeys(COUNTS, 0),
            **instants,
        }
        return "run"

    def tell(
        self, subject: str, name: str, run: str, counts: Any, state: str = "running", truncated: bool = False
    ) -> None:
        if name == "away":
            raise ConnectionFailure("away")
        self.rows[subject, name] |= {count: counts[count] for count in COUNTS} | {
            "state": state,
            "truncated": truncated,
        }

    def find(self, subject: str, name: str) -> dict[str, Any] | None:
        return self.rows.get((subject, name))


SETTINGS = GatewaySettings(
    service="gateway",
    amqp_uri="amqp://nobody:nothing@127.0.0.1:1/motcua",
    mongodb_uri="mongodb://127.0.0.1:1",
    database="motcua_gateway",
    prefetch=1,
    workers=1,
    probe_host="127.0.0.1",
    probe_port=0,
    log_level="INFO",
    clock_file=None,
    public_key=PUBLIC,
    retry_steps=7,
    publish_deadline=5,
    drain_seconds=7,
    private_key=PRIVATE,
    accounts_file=None,
    public_url="https://motcua.example",
    office_dir=None,
    otlp_endpoint=None,
    rpc_deadline=5,
    session_hours=8,
    proxies=0,
    rate_storage="memory://",
    rate_api="6000/minute",
    rate_sessions="10/minute",
    rate_tracking="60/minute",
    http_workers=1,
    read_seconds=5,
    body_seconds=20,
    batch_seconds=300,
    body_limit=1024 * 1024,
    batches=4,
    batch_limit=8 * 1024 * 1024,
    batch_lines=50,
    batch_line_limit=64 * 1024,
    batch_calls=4,
)


@dataclasses.dataclass
class Desk:
    """The application and its fakes; ``CODE`` and the like are what the fakes know."""

    CODE: ClassVar[str] = CODE
    RECEIPT: ClassVar[dict[str, Any]] = RECEIPT
    SUBMISSION: ClassVar[dict[str, Any]] = SUBMISSION
    PUBLIC: ClassVar[str] = PUBLIC
    PRIVATE: ClassVar[str] = PRIVATE
    SECRET: ClassVar[str] = SECRET

    app: Flask
    rpc: FakeRpc
    tracking: FakeTracking
    settings: GatewaySettings

    @property
    def client(self) -> Client:
        return self.app.test_client()

    def token(self, *roles: str, unit: str | None = None, subject: str = "clerk.one", **how: Any) -> dict[str, str]:
        """Return the headers of someone signed in."""
        return bearer(Identity(subject, frozenset(roles or {"clerk"}), unit), **how)

    def get(self, path: str, **headers: str) -> TestResponse:
        """GET as a clerk."""
        return self.client.get(path, headers={**self.token(), **headers})

    def submit(self, body: Any = None, key: str | None = "key-1", **kwargs: Any) -> TestResponse:
        """POST a submission as a clerk; ``data`` in ``kwargs`` goes out as it is."""
        headers = {**self.token(), **({"Idempotency-Key": key} if key is not None else {}), **kwargs.pop("headers", {})}
        if "data" not in kwargs:
            kwargs["json"] = SUBMISSION if body is None else body
        return self.client.post("/api/dossiers", headers=headers, **kwargs)

    def push(self, lines: bytes, *roles: str, unit: str | None = None) -> list[dict[str, Any]]:
        """POST a batch and return its report."""
        headers = {**self.token(*roles, unit=unit), "Content-Type": "application/x-ndjson"}
        answered = self.client.post("/api/batches", data=lines, headers=headers)
        assert answered.status_code == 200, answered.text
        return [json.loads(line) for line in answered.text.splitlines()]

    def receive(self, **data: Any) -> None:
        """Let the projection hear of the dossier's receipt."""
        self.tell(
            "dossier.received.v1",
            1,
            RECEIVED_AT,
            digest=True,
            **{
                "status": 2,
                "procedure": {"code": "2.000815", "name": "Chứng thực bản sao từ bản chính"},
                "department": "TP",
                "received_at": RECEIVED_AT,
                "due_at": DUE_AT,
                **data,
            },
        )

    def tell(
        self, type_: str, sequence: int | None, at: datetime, *, digest: bool = False, entry: Any = None, **data: Any
    ) -> None:
        """Let the projection hear of an event, with ``entry`` as its link of the history."""
        fact = Fact(f"{type_}-{sequence}", type_, at, sequence, data, entry)
        self.tracking.add(CODE, fact, hashlib.sha256(SECRET.encode()).hexdigest() if digest else None)


def bearer(
    identity: Identity,
    *,
    audience: str = "gateway",
    private: str = PRIVATE,
    now: datetime | None = None,
    ttl: timedelta = timedelta(hours=1),
) -> dict[str, str]:
    """Return an Authorization header."""
    token = issue(identity, private, audience=audience, now=now or datetime.now(UTC), ttl=ttl)
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def make_desk() -> Callable[..., Desk]:
    """Make an application with other settings."""

    def make(**other: Any) -> Desk:
        settings = dataclasses.replace(SETTINGS, **other)
        rpc, tracking = FakeRpc(), FakeTracking()
        pool, pushes = ThreadPoolExecutor(4), BoundedSemaphore(settings.batches)
        kept = (FakeAccounts(), tracking, Departments(None), PAPERS, Clock(), FakeBatches())
        return Desk(assemble(Parts(settings, rpc, *kept, pool, pushes)), rpc, tracking, settings)

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """An application with fakes."""
    return make_desk()
