"""Publishing that is known to have happened: pipelined on its own connection, each publish matched to its own confirm.

kombu's ``confirm_publish`` takes any acknowledgement on the channel for the one it waits for, and has no deadline when the
broker is frozen; see docs/decisions/0003-publisher.md. Here delivery tags are counted, a returned message is told from
a queued one, and on the first oddity the connection is dropped by its socket and never used again.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import amqp
import eventlet
from eventlet.event import Event
from kombu import Connection

from chassis import telemetry
from chassis.errors import Unconfirmed, Unroutable

CONFIRMED, UNCONFIRMED, UNROUTABLE = "confirmed", "unconfirmed", "unroutable"
PERSISTENT = 2

_log = telemetry.logger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready for the wire. ``properties`` are AMQP basic properties by amqp's names."""

    exchange: str
    routing_key: str
    body: bytes
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, str, str | None]:
        return self.exchange, self.routing_key, self.properties.get("message_id")


Done = Callable[[str], None]


class Publisher:
    """One connection's worth of confirmed publishing for a process.

    Args:
        uri: broker URI.
        deadline: seconds within which each publish must be confirmed.
        limit: publishes under way at once; ``send`` answers False beyond it (back-pressure).
    """

    def __init__(self, uri: str, deadline: float = 5.0, limit: int = 2000) -> None:
        self._uri = uri
        self._deadline = deadline
        self._limit = limit
        self._waiting: deque[tuple[Outgoing, Done, float]] = deque()
        self._wake = Event()
        self._pending: OrderedDict[int, tuple[Outgoing, Done, float]] = OrderedDict()
        self._returned: list[tuple[str, str, str | None]] = []
        self._connection: Any = None
        self._channel: Any = None
        self._tag = 0
        self._stopped = False
        self._heartbeat_due = False
        self._threads: list[Any] = []

    @property
    def under_way(self) -> int:
        """How many publishes wait to be sent or confirmed."""
        return len(self._waiting) + len(self._pending)

    @property
    def connected(self) -> bool:
        return self._connection is not None

    def start(self) -> None:
        self._threads = [eventlet.spawn(self._write_for_ever), eventlet.spawn(self._watch_for_ever)]

    def stop(self, patience: float = 2.0) -> None:
        """Let what is under way finish for ``patience`` seconds, then close."""
        end = time.monotonic() + patience
        while self.under_way and time.monotonic() < end:
            eventlet.sleep(0.02)
        self._stopped = True
        self._drop("stopped")
        for thread in self._threads:
            thread.kill()

    def send(self, outgoing: Outgoing, done: Done) -> bool:
        """Take ``outgoing`` to publish; ``done`` hears how it ended and must not block.

        Returns:
            False when too much is under way; nothing was taken.
        """
        if self._stopped or self.under_way >= self._limit:
            return False
        self._waiting.append((outgoing, done, time.monotonic() + self._deadline))
        if not self._wake.ready():
            self._wake.send(None)
        return True

    def publish(self, outgoing: Outgoing) -> None:
        """Publish and wait for the confirm.

        Raises:
            Unconfirmed: the deadline passed or the broker refused; it may still have arrived.
            Unroutable: no queue takes it.
        """
        event = Event()
        if not self.send(outgoing, event.send):
            raise Unconfirmed("too much under way")
        end = event.wait()
        if end == UNROUTABLE:
            raise Unroutable(f"{outgoing.exchange} {outgoing.routing_key}")
        if end != CONFIRMED:
            raise Unconfirmed(f"{outgoing.exchange} {outgoing.routing_key}")

    def _write_for_ever(self) -> None:
        pause = 0.1
        while not self._stopped:
            if self._channel is not None and not self._waiting:
                self._wake.wait()
                self._wake = Event()
                continue
            try:
                if self._channel is None:
                    self._connect()
                    pause = 0.1
                if self._waiting:
                    self._write_one()
            except Exception as error:  # noqa: BLE001 - whatever broke the connection, the answer is the same
                _log.warning("publishing interrupted", error=type(error).__name__, under_way=self.under_way)
                self._drop(type(error).__name__)
                self._give_up_late()
                eventlet.sleep(pause)
                pause = min(pause * 2, 2.0)

    def _write_one(self) -> None:
        outgoing, done, deadline = self._waiting.popleft()
        channel = self._channel
        if channel is None:
            self._waiting.appendleft((outgoing, done, deadline))
            return
        self._tag += 1
        self._pending[self._tag] = (outgoing, done, deadline)
        message = amqp.Message(outgoing.body, **outgoing.properties)
        channel.basic_publish(message, outgoing.exchange, outgoing.routing_key, mandatory=True)

    def _connect(self) -> None:
        with eventlet.Timeout(self._deadline, Unconfirmed("connect")):
            client = Connection(self._uri, heartbeat=20, connect_timeout=self._deadline)
            connection = client.transport.establish_connection()
            # told at the handshake already; amqp looks here before each publish and would read the socket a second time
            connection.client_properties = {}
            channel = connection.channel()
            channel.events["basic_ack"].add(self._on_ack)
            channel.events["basic_nack"].add(self._on_nack)
            channel.events["basic_return"].add(self._on_return)
            channel.confirm_select()
        self._connection, self._channel, self._tag = connection, channel, 0
        self._threads.append(eventlet.spawn(self._read, connection))

    def _read(self, connection: Any) -> None:
        while connection is self._connection:
            try:
                connection.drain_events(timeout=1.0)
            except TimeoutError:
                self._heartbeat_due = True
            except Exception as error:  # noqa: BLE001 - as in _write_for_ever
                self._drop(type(error).__name__, connection)
        self._threads = [thread for thread in self._threads if not thread.dead]

    def _watch_for_ever(self) -> None:
        while not self._stopped:
            eventlet.sleep(0.25)
            now = time.monotonic()
            if self._heartbeat_due and self._connection is not None and not self._waiting:
                self._heartbeat_due = False
                self._beat(self._connection)
            if self._pending and next(iter(self._pending.values()))[2] < now:
                self._drop("deadline")
            self._give_up_late()

    def _beat(self, connection: Any) -> None:
        try:
            connection.heartbeat_tick()
        except Exception as error:  # noqa: BLE001 - as in _write_for_ever
            self._drop(type(error).__name__, connection)

    def _give_up_late(self) -> None:
        now = time.monotonic()
        while self._waiting and self._waiting[0][2] < now:
            outgoing, done, _ = self._waiting.popleft()
            self._end(outgoing, done, UNCONFIRMED)

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        for outgoing, done, _ in self._settled(delivery_tag, multiple):
            if self._returned and outgoing.identity in self._returned:
                self._returned.remove(outgoing.identity)
                self._end(outgoing, done, UNROUTABLE)
            else:
                self._end(outgoing, done, CONFIRMED)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        for outgoing, done, _ in self._settled(delivery_tag, multiple):
            self._end(outgoing, done, UNCONFIRMED)

    def _on_return(self, _error: Exception, exchange: str, routing_key: str, message: amqp.Message) -> None:
        # the broker sends the return before the acknowledgement of the same publish
        self._returned.append((exchange, routing_key, message.properties.get("message_id")))

    def _settled(self, tag: int, multiple: bool) -> list[tuple[Outgoing, Done, float]]:
        if not multiple:
            found = self._pending.pop(tag, None)
            return [found] if found else []
        tags = [known for known in self._pending if known <= tag]
        return [self._pending.pop(known) for known in tags]

    def _drop(self, reason: str, connection: Any = None) -> None:
        if connection is not None and connection is not self._connection:
            return
        dropped, self._connection, self._channel = self._connection, None, None
        if dropped is not None:
            if reason != "stopped":
                _log.warning("publisher connection dropped", reason=reason, unconfirmed=len(self._pending))
            try:
                dropped.collect()
            except OSError as error:
                _log.debug("socket already gone", error=type(error).__name__)
            if not self._wake.ready():
                self._wake.send(None)  # to connect again, before somebody has something to say
        lost, self._pending, self._returned = self._pending, OrderedDict(), []
        for outgoing, done, _ in lost.values():
            self._end(outgoing, done, UNCONFIRMED)

    def _end(self, outgoing: Outgoing, done: Done, how: str) -> None:
        telemetry.PUBLISHED.labels(outgoing.exchange, how).inc()
        done(how)
