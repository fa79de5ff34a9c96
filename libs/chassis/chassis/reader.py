"""Reads all queues of a process over one connection, and drains on stop: no new messages, finish what is in hand.

Bodies are never decoded by kombu: its decoders acknowledge what they cannot read, and one of them revives objects from JSON.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import eventlet
from amqp.serialization import dumps
from kombu import Connection, Queue
from kombu.message import Message
from kombu.mixins import ConsumerMixin
from nameko.extensions import SharedExtension

from chassis import runtime, telemetry, wire

_log = telemetry.logger(__name__)

#: Bytes of headers beyond which a message with ours added might not fit the broker's frame (128 KiB).
HEADER_LIMIT = 64 * 1024

Handle = Callable[[Message], None]


class QueueReader(SharedExtension, ConsumerMixin):
    """The consuming connection of a process. Entrypoints register a queue before the container starts."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handle] = {}
        self._consumers: list[Any] = []
        self._in_hand = 0
        self.draining = False
        self._cancelled = False
        self._drained_by = 0.0
        self.consuming = False
        self.should_stop: bool = False

    def register(self, queue: str, handle: Handle) -> None:
        """Deliver each message of ``queue`` to ``handle``, which must settle it by ``ack`` or ``give_back``."""
        self._handlers[queue] = handle

    @property
    def queues(self) -> list[str]:
        return list(self._handlers)

    @property
    def connection(self) -> Connection:
        return Connection(runtime.settings().amqp_uri, heartbeat=30, connect_timeout=5)

    def start(self) -> None:
        wire.guard()
        if self._handlers:
            self.container.spawn_managed_thread(partial(self.run, safety_interval=0.25))

    def stop(self) -> None:
        """Take no more messages, wait for those in hand, then close. Called once per entrypoint; waits once."""
        if not self._handlers or self.should_stop:
            return
        if not self.draining:
            self._drained_by = time.monotonic() + runtime.settings().drain_seconds
            self.draining = True
        while not self.should_stop and self._busy and time.monotonic() < self._drained_by:
            eventlet.sleep(0.05)
        self.should_stop = True
        if self._in_hand:
            _log.warning("stopped with work in hand; the broker gives it to another", in_hand=self._in_hand)

    @property
    def _busy(self) -> bool:
        return bool(self._in_hand) or (self.consuming and not self._cancelled)

    def get_consumers(self, consumer_class: Any, channel: Any) -> list[Any]:
        channel.auto_decode = False  # bodies stay the bytes they are
        prefetch = runtime.settings().prefetch
        self._consumers = [
            consumer_class(
                queues=[Queue(name, no_declare=True)],
                on_message=partial(self._received, handle),
                prefetch_count=prefetch,
                tag_prefix=f"{name}.",
            )
            for name, handle in self._handlers.items()
        ]
        return self._consumers

    def establish_connection(self) -> Any:
        return _Established(self.create_connection(), self.on_connection_error)

    def on_consume_ready(self, *_: Any, **__: Any) -> None:
        self.consuming = True
        self._in_hand = 0  # what an earlier connection delivered is the broker's again
        self._cancelled = False
        _log.info("consuming", queues=len(self._handlers))

    def on_consume_end(self, *_: Any) -> None:
        self.consuming = False

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        self.consuming = False
        _log.warning("broker away", error=type(exc).__name__, again_in=interval)

    def on_iteration(self) -> None:
        # here, because only this thread may read the connection, and a cancel sent between two reads is safe
        if self.draining and not self._cancelled:
            for consumer in self._consumers:
                consumer.cancel()
            self._cancelled = True
            self.consuming = False

    def _received(self, handle: Handle, message: Message) -> None:
        if self.draining:
            self._tell(message.requeue)
            return
        if message.headers and (why := _beyond_copying(message.headers)):
            # it cannot be copied anywhere with a reason added: the broker's own dead-lettering parks it as it is
            _log.error("message refused", because=why, routing_key=message.delivery_info.get("routing_key"))
            self._tell(message.reject)
            return
        self._in_hand += 1
        handle(message)

    def ack(self, message: Message) -> None:
        """The message has had its end."""
        self._settle(message, message.ack)

    def give_back(self, message: Message) -> None:
        """Let the broker deliver it again at once; its delivery limit counts."""
        self._settle(message, message.requeue)

    def holds(self, message: Message) -> bool:
        """Whether the message is still ours to settle."""
        return not message.acknowledged and message.channel is not None and message.channel.connection is not None

    def _settle(self, message: Message, tell: Callable[[], None]) -> None:
        if not self.holds(message):
            return  # its connection is gone: the broker has taken it back already
        self._in_hand -= 1
        self._tell(tell)

    def _tell(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except (OSError, *self.connection_errors) as error:
            _log.warning("not acknowledged, will come again", error=type(error).__name__)


def _beyond_copying(headers: dict[str, Any]) -> str | None:
    if headers.get(wire.UNREADABLE) is True:
        return "properties cannot be decoded"
    return "headers are too large" if len(dumps("F", [headers])) > HEADER_LIMIT else None


class _Established:
    """Connect with short, bounded pauses instead of kombu's 2, 4, 6 … 32 seconds."""

    def __init__(self, connection: Connection, on_error: Callable[..., None]) -> None:
        self._connection, self._on_error = connection, on_error

    def __enter__(self) -> Connection:
        return self._connection.ensure_connection(
            self._on_error, max_retries=None, interval_start=0.2, interval_step=0.4, interval_max=3.0
        )

    def __exit__(self, *_: object) -> None:
        self._connection.collect()
