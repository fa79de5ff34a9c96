"""A real gunicorn with the gateway in it, and services that are plain kombu threads of the test."""

from __future__ import annotations

import http.client
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import Popen
from typing import Any

import kombu
import pytest

from chassis.identity import Identity, issue
from motcua import leash

RPC = kombu.Exchange("nameko-rpc", "topic", passive=True)
DEADLINE = 2.0


class Responder:
    """A service that answers RPC as nameko would, in a thread of its own.

    Args:
        answer: gets method and keyword arguments and returns the result.
    """

    def __init__(self, uri: str, service: str, answer: Callable[[str, dict[str, Any]], Any]) -> None:
        self._uri, self._service, self._answer = uri, service, answer
        self._stop = threading.Event()
        self._up = threading.Event()
        self.answered = 0
        self.headers: list[dict[str, Any]] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Responder:
        self._thread.start()
        assert self._up.wait(20), "the responder does not consume"
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._serve()
            except (OSError, kombu.exceptions.KombuError, *kombu.Connection(self._uri).connection_errors):
                self._stop.wait(0.2)  # the broker is away: as a service would, try again

    def _serve(self) -> None:
        with kombu.Connection(self._uri, heartbeat=0, connect_timeout=2) as connection:
            queue = kombu.Queue(f"rpc-{self._service}", no_declare=True)
            producer = kombu.Producer(connection.channel(), RPC, auto_declare=False)

            def handle(body: Any, message: Any) -> None:
                self.headers.append(dict(message.headers))
                method = message.delivery_info["routing_key"].split(".", 1)[1]
                result = self._answer(method, body["kwargs"])
                message.ack()
                producer.publish(
                    {"result": result, "error": None},
                    serializer="json",
                    routing_key=message.properties["reply_to"],
                    correlation_id=message.properties["correlation_id"],
                )
                self.answered += 1

            with kombu.Consumer(connection.channel(), [queue], callbacks=[handle], accept=["json"], auto_declare=False):
                self._up.set()
                while not self._stop.is_set():
                    try:
                        connection.drain_events(timeout=0.1)
                    except TimeoutError:
                        continue


@dataclass
class Answered:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Process:
    """A running gateway."""

    port: int
    private: str
    process: Popen[bytes]
    log: Path
    environment: dict[str, str] = field(repr=False, default_factory=dict)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answered:
        """Send one request on a connection of its own."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            read = response.read()
            return Answered(response.status, dict(response.getheaders()), read, time.monotonic() - began)
        finally:
            connection.close()

    def bearer(self, *roles: str, subject: str = "clerk.one", unit: str | None = None) -> dict[str, str]:
        """Return the Authorization header of someone signed in."""
        identity = Identity(subject, frozenset(roles or {"clerk"}), unit)
        token = issue(identity, self.private, audience="gateway", now=datetime.now(UTC), ttl=timedelta(hours=1))
        return {"Authorization": f"Bearer {token}"}

    def peak_kib(self) -> int:
        """Return the largest memory that a worker has had resident so far, in KiB."""
        master = self.process.pid
        workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        lines = [line for pid in workers for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
        return max(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))

    def get(self, path: str) -> Answered:
        """GET as a clerk."""
        return self.ask("GET", path, headers=self.bearer())


@pytest.fixture
def responder(broker: Any) -> Iterator[Callable[..., Responder]]:
    """Start stand-ins for services: ``responder("intake", answer)``."""
    started: list[Responder] = []

    def start(service: str, answer: Callable[[str, dict[str, Any]], Any]) -> Responder:
        made = Responder(broker.uri(service), service, answer)
        made.__enter__()
        started.append(made)
        return made

    broker.purge()
    yield start
    for made in started:
        made.__exit__()


@pytest.fixture
def run_gateway(tmp_path: Path, keys: Any, until: Any) -> Iterator[Callable[..., Process]]:
    """Start gateways; each must end with 0 within ten seconds of SIGTERM."""
    running: list[Process] = []

    def run(amqp_uri: str, mongodb_uri: str = "mongodb://127.0.0.1:1", **other: str) -> Process:
        port = leash.free_port()
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")},
            "PYTHONPATH": os.pathsep.join(sys.path),  # the test run may find the packages by its own settings alone
            "MOTCUA_AMQP_URI": amqp_uri,
            "MOTCUA_MONGODB_URI": mongodb_uri,
            "MOTCUA_IDENTITY_PRIVATE_KEY": f"@{keys.private}",
            "MOTCUA_IDENTITY_PUBLIC_KEY": f"@{keys.public}",
            "MOTCUA_HTTP_BIND": f"127.0.0.1:{port}",
            "MOTCUA_RPC_DEADLINE": str(DEADLINE),
            **other,
        }
        command = [sys.executable, "-m", "gunicorn", "-c", "python:gateway.gunicorn_conf", "gateway.app:create_app()"]
        log = tmp_path / f"gateway-{port}.log"
        made = Process(port, keys.private.read_text(), leash.start(command, log=log, env=env), log, env)
        running.append(made)

        def up() -> bool:
            assert made.process.poll() is None, log.read_text()
            try:
                return made.ask("GET", "/healthz").status == 200
            except OSError:
                return False

        until(up, within=30, what="the gateway answers")
        return made

    yield run
    began = time.monotonic()
    codes = leash.end_all([made.process for made in running], grace=15)
    assert codes == [0] * len(running), running[-1].log.read_text()[-3000:]
    assert time.monotonic() - began < 10
