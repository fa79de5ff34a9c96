"""One service at a time in this process, on the run's real broker and database."""

import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import amqp
import eventlet
import nameko
import pytest
from kombu import Connection, Exchange, Queue
from nameko.containers import ServiceContainer

from chassis import runtime
from chassis.database import client, connect
from chassis.identity import Identity, issue
from chassis.reader import QueueReader
from motcua.keys import key_pair
from office import load_office

ROOT = Path(__file__).resolve().parents[2]
CONTENT_TYPE = "application/cloudevents+json"


def wait_until(look: Callable[[], Any], within: float = 15.0, what: str = "") -> Any:
    """Return the first true answer of ``look``; fail when there is none within the deadline."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := look():
            return found
        eventlet.sleep(0.02)
    raise AssertionError(f"not within {within} s: {what or look}")


@pytest.fixture
def until() -> Callable[..., Any]:
    return wait_until


class Bus:
    """Speak and listen as one of the topology's users, with a plain AMQP client."""

    def __init__(self, broker: Any) -> None:
        self.broker = broker
        self._channels: dict[str, Any] = {}

    def channel(self, user: str) -> Any:
        if user not in self._channels:
            connection = Connection(self.broker.uri(user), transport_options={"confirm_publish": True})
            self._channels[user] = (connection, connection.channel())
        return self._channels[user][1]

    def say(self, user: str, exchange: str, key: str, body: Any, **properties: Any) -> None:
        """Publish one message; ``body`` is bytes as they are, or a JSON value."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        properties = {"content_type": CONTENT_TYPE, "delivery_mode": 2, **properties}
        self.channel(user).basic_publish(amqp.Message(content, **properties), exchange, key, mandatory=True)

    def hear(self, queue: str, user: str = "operator", within: float = 15.0) -> Any:
        """Return the next message of a queue as (envelope or bytes, headers)."""
        message = wait_until(lambda: self.channel(user).basic_get(queue, no_ack=True), within, f"a message on {queue}")
        body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
        return body, message.headers or {}

    def hear_event(self, queue: str, **kwargs: Any) -> dict[str, Any]:
        return json.loads(self.hear(queue, **kwargs)[0])

    def depth(self, queue: str) -> int:
        return self.channel("operator").queue_declare(queue, passive=True).message_count

    def close(self) -> None:
        for connection, _ in self._channels.values():
            connection.collect()


@pytest.fixture
def bus(broker: Any) -> Iterator[Bus]:
    broker.purge()
    speaking = Bus(broker)
    yield speaking
    speaking.close()


@pytest.fixture
def unbound(bus: Bus) -> Iterator[str]:
    """Take its only queue from ``notice.sent.v1`` for a while: a key that its sender may use and nobody reads."""
    key, queue = "notice.sent.v1", "gateway.notice.sent.v1"
    bus.channel("operator").queue_unbind(queue, "notify.events", key)
    yield key
    bus.channel("operator").queue_bind(queue, "notify.events", key)


@pytest.fixture(scope="session", autouse=True)
def _close_database_client(database: Any) -> Iterator[None]:
    yield
    client(database.uri).close()


@pytest.fixture(scope="session", autouse=True)
def _office_is_read_once() -> Iterator[None]:
    """Spare each start of a service the reading of the office's files, a third of a second: it is frozen, and the same."""
    read_once = cache(load_office)
    with pytest.MonkeyPatch.context() as patch:
        for module in ("intake.desk", "routing.service"):
            patch.setattr(f"{module}.load_office", read_once)
        yield


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return key_pair(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def office_clock(tmp_path: Path) -> Callable[[datetime], None]:
    """Set the day that services play; starts on Wednesday 25/11/2026 at 08:00 in Vietnam, a working day."""
    file = tmp_path / "clock"

    def play(moment: datetime) -> None:
        file.write_text(str((moment - datetime.now(UTC)).total_seconds()))

    play(datetime(2026, 11, 25, 1, tzinfo=UTC))
    play.file = file  # type: ignore[attr-defined]
    return play


@pytest.fixture
def environment(
    broker: Any, database: Any, fresh_database: str, keys: Any, office_clock: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Put the settings of a service into the environment."""

    def put(service: str, **more: str) -> dict[str, str]:
        values = {
            "MOTCUA_AMQP_URI": broker.uri(service),
            "MOTCUA_MONGODB_URI": database.uri,
            "MOTCUA_DATABASE": fresh_database,
            "MOTCUA_IDENTITY_PUBLIC_KEY": f"@{keys.public}",
            "MOTCUA_OFFICE_DIR": str(ROOT / "infra" / "office"),
            "MOTCUA_TRACKING_KEY": "ab" * 32,
            "MOTCUA_SEARCH_KEY": "cd" * 32,
            "MOTCUA_CLOCK_FILE": str(office_clock.file),
            "MOTCUA_DRAIN_SECONDS": "3",
            **more,
        }
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return {**os.environ, **values}

    return put


@pytest.fixture
def run_service(environment: Any) -> Iterator[Callable[..., ServiceContainer]]:
    """Start services in this process; all are stopped when the test ends."""
    running = []

    def run(service_class: Any, wait: bool = True, settings: dict[str, Any] | None = None, **more: str) -> Any:
        environment(service_class.name, **more)
        loaded = replace(service_class.load_settings(), **(settings or {}))
        patch = nameko.config.patch(runtime.configuration(loaded))
        patch.start()
        container = ServiceContainer(service_class)
        container.start()
        running.append((container, patch))
        if wait and (reader := container.shared_extensions.get(QueueReader)) and reader.queues:
            wait_until(lambda: reader.consuming, what="consuming")
        return container

    yield run
    for container, patch in reversed(running):
        container.stop()
        patch.stop()


@pytest.fixture
def collection(database: Any, fresh_database: str) -> Callable[[str], Any]:
    """Return a collection of the database that the service under test uses."""
    return lambda name: connect(database.uri, fresh_database)[name]


COMPONENTS = [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}]


@pytest.fixture
def example() -> Callable[[str], dict[str, Any]]:
    """Return a fresh copy of a golden message, with an id of its own."""

    def read_example(message_type: str) -> dict[str, Any]:
        (path,) = (ROOT / "contracts" / "examples").glob(f"*/{message_type}.json")
        return {**json.loads(path.read_text()), "id": str(uuid.uuid4())}

    return read_example


@pytest.fixture
def submission(example: Any) -> Callable[..., dict[str, Any]]:
    """Return a complete ``dossier.submit.v1`` of ward 26734 on the day that the office plays."""

    def make(reference: str = "TD-1", **data: Any) -> dict[str, Any]:
        message = example("dossier.submit.v1")
        message["subject"] = reference
        message["data"] |= {
            "ward": "26734",
            "ward_reference": reference,
            "submitted_at": "2026-11-25T01:00:00Z",
            "procedure": "1.001612",
            "components": COMPONENTS,
            **data,
        }
        return message

    return make


class RpcCaller:
    """A plain client of nameko's wire protocol, as the gateway's user."""

    def __init__(self, bus: Bus, keys: Any, service: str) -> None:
        self._bus, self._keys, self._service, self._key = bus, keys, service, str(uuid.uuid4())
        self._connection = Connection(bus.broker.uri("gateway"))
        self._channel = self._connection.channel()
        self._queue = f"rpc.reply-gateway-{self._key}"
        exchange = Exchange("nameko-rpc", "topic", no_declare=True)
        reply = Queue(self._queue, exchange, self._key, exclusive=True, auto_delete=True, durable=False)
        reply(self._channel).declare()

    def __call__(
        self,
        method: str,
        /,
        roles: tuple[str, ...] = ("clerk",),
        unit: str | None = None,
        subject: str = "lan",
        **kwargs: Any,
    ) -> Any:
        """Return the result, or the problem of a refusal."""
        correlation = self.send(method, roles, unit, subject, **kwargs)
        reply = self.replies(1)[correlation]
        return reply["error"]["problem"] if reply["error"] else reply["result"]

    def send(
        self,
        method: str,
        /,
        roles: tuple[str, ...] = ("clerk",),
        unit: str | None = None,
        subject: str = "lan",
        **kwargs: Any,
    ) -> str:
        token = issue(
            Identity(subject, frozenset(roles), unit),
            self._keys.private.read_text(),
            audience=self._service,
            now=datetime.now(UTC),
            ttl=timedelta(seconds=60),
        )
        correlation = str(uuid.uuid4())
        body = {"args": [], "kwargs": kwargs}
        properties = {"reply_to": self._key, "correlation_id": correlation, "content_type": "application/json"}
        headers = {"nameko.authorization": token}
        key = f"{self._service}.{method}"
        self._bus.say("gateway", "nameko-rpc", key, body, application_headers=headers, **properties)
        return correlation

    def replies(self, count: int, within: float = 20.0) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while len(found) < count:
            reply = wait_until(lambda: self._channel.basic_get(self._queue, no_ack=True), within, "a reply")
            found[reply.properties["correlation_id"]] = json.loads(reply.body)
        return found

    def close(self) -> None:
        self._connection.collect()


@pytest.fixture
def caller_of(bus: Bus, keys: Any) -> Iterator[Callable[[str], RpcCaller]]:
    callers = []

    def make(service: str) -> RpcCaller:
        callers.append(RpcCaller(bus, keys, service))
        return callers[-1]

    yield make
    for caller in callers:
        caller.close()
