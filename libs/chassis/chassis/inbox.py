"""``@inbox``: handle messages of one type, each to one of four ends and no fifth.

=================  =======================================================================================
handled            the handler returned; acknowledged after its write
already handled    the handler found the effect in place; acknowledged
tried again later  anything that may pass: to the service's next retry queue, with growing delay
parked             hopeless or tried often enough: to the service's parked queue, byte for byte, with its reason
=================  =======================================================================================

See docs/delivery.md for what partners may rely on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

import eventlet
from kombu.message import Message as Delivery
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, register_entrypoint

from chassis import runtime, telemetry
from chassis.database import AWAY
from chassis.delivery import Unreadable, again, number, parked, read_json, replays, routing_key
from chassis.documents import again_if_stale
from chassis.errors import AlreadyHandled, Unconfirmed, Unroutable
from chassis.publisher import Outgoing
from chassis.reader import QueueReader
from chassis.relay import OutboxRelay

HANDLED, ALREADY, AGAIN, PARKED = "handled", "already-handled", "again", "parked"
#: Retry step beyond which waiting for a database that is away does not grow.
AWAY_STEP = 4
#: For so long a message is held while the broker takes no publish: each giving back counts towards its delivery limit.
HOLD_SECONDS = 300.0

Handler = Callable[..., Any]

_log = telemetry.logger(__name__)


class Contract(Protocol):
    """What the inbox needs of a message contract."""

    TYPE: str
    ADDRESS: str | None

    @classmethod
    def open(cls, envelope: Any) -> Any:
        """Return the message or raise ``ValueError`` naming the fields that break the contract."""


class Broken(ValueError):
    """A message breaks its contract; the text names fields, never their values."""


class Inbox(Entrypoint):
    """Entrypoint for one message type.

    Args:
        contract: the message; its queue is ``<service>.<TYPE>``.
        permanent: exceptions that no second try can cure.

    The method is called with the opened message; with a contract that has an ``ADDRESS`` also with the address that
    ends the routing key, which the broker let only its owner use.
    """

    reader = QueueReader()
    relay = OutboxRelay()

    def __init__(self, contract: type[Contract], permanent: Sequence[type[Exception]] = (), **kwargs: Any) -> None:
        self.contract = contract
        self.permanent = tuple(permanent)
        super().__init__(**kwargs)

    @property
    def queue(self) -> str:
        return f"{self.container.service_name}.{self.contract.TYPE}"

    def setup(self) -> None:
        self.reader.register(self.queue, self._receive)

    def stop(self) -> None:
        self.reader.stop()

    def _receive(self, delivery: Delivery) -> None:
        try:
            message = self._open(delivery)
        except Exception as error:  # noqa: BLE001 - a reader that dies of one body dies again of its redelivery
            # not from this thread: parking waits for the broker, and this thread reads the connection
            self.container.spawn_managed_thread(partial(self._end, delivery, PARKED, error))
            return
        arguments = [message]
        if self.contract.ADDRESS:
            arguments.append(routing_key(delivery, self.container.service_name).removeprefix(f"{self.contract.TYPE}."))
        spawn = partial(self._spawn, delivery, message, arguments, time.perf_counter())
        if self.container._worker_pool.sem.balance > 0:
            spawn()
        else:  # waits for a worker, and this thread must not
            self.container.spawn_managed_thread(spawn)

    def _open(self, delivery: Delivery) -> Any:
        body = read_json(delivery)
        try:
            return self.contract.open(body)
        except ValueError as error:
            raise Broken(str(error)) from error

    def _spawn(self, delivery: Delivery, message: Any, arguments: list[Any], began: float) -> None:
        ids = {
            "message_id": message.id,
            "message_type": message.type,
            "subject": message.subject,
            "traceparent": message.traceparent,
        }
        try:
            self.container.spawn_worker(
                self, arguments, {}, context_data=ids, handle_result=partial(self._settle, delivery, began)
            )
        except ContainerBeingKilled:
            self.reader.give_back(delivery)

    def _settle(self, delivery: Delivery, began: float, _context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        telemetry.HANDLING.labels(self.queue).observe(time.perf_counter() - began)
        error = exc_info[1] if exc_info else None
        self._end(delivery, self._judge(delivery, error), error)
        return result, None

    def _judge(self, delivery: Delivery, error: BaseException | None) -> str:
        if error is None:
            return HANDLED
        if isinstance(error, AlreadyHandled):
            return ALREADY
        if isinstance(error, AWAY):
            return AGAIN
        if isinstance(error, self.permanent) or number(delivery, "x-attempt") >= runtime.settings().retry_steps:
            return PARKED
        return AGAIN

    def _end(self, delivery: Delivery, end: str, error: BaseException | None) -> None:
        if end == AGAIN and not self._publish(delivery, self._again(delivery, error)):
            return
        if end == PARKED and not self._publish(delivery, self._parked(delivery, error)):
            return
        self.reader.ack(delivery)
        telemetry.MESSAGES.labels(self.queue, end).inc()
        if replays(delivery, self.container.service_name):
            telemetry.REPLAYED.labels(self.queue, end).inc()
        self._tell(delivery, end, error)

    def _publish(self, delivery: Delivery, outgoing: Outgoing) -> bool:
        """Bring the message to its next queue; hold on to it while the broker takes nothing, then give it back."""
        assert self.relay.publisher is not None
        give_up = time.monotonic() + HOLD_SECONDS
        while True:
            try:
                self.relay.publisher.publish(outgoing)
                return True
            except (Unconfirmed, Unroutable) as failure:
                if self.reader.draining or time.monotonic() > give_up or not self.reader.holds(delivery):
                    _log.warning("message given back", queue=self.queue, error=type(failure).__name__)
                    self.reader.give_back(delivery)
                    return False
                eventlet.sleep(1.0)

    def _tell(self, delivery: Delivery, end: str, error: BaseException | None) -> None:
        ids = {
            "queue": self.queue,
            "message_id": delivery.properties.get("message_id"),
            "attempt": number(delivery, "x-attempt"),
        }
        if count := replays(delivery, self.container.service_name):
            ids["replays"] = count
        if end == PARKED:
            _log.error("message parked", error=type(error).__name__, because=self._because(error), **ids)
        elif end == AGAIN:
            place = telemetry.where(error)[-1:] if error else []
            _log.warning("message tried again later", error=type(error).__name__, where=place, **ids)
        else:
            _log.info("message handled", end=end, **ids)

    def _again(self, delivery: Delivery, error: BaseException | None) -> Outgoing:
        service, steps = self.container.service_name, runtime.settings().retry_steps
        headers: dict[str, Any] = {"x-error": type(error).__name__}
        if isinstance(error, AWAY):
            # not the message's fault: counted apart, and never parked for it
            headers["x-waits"] = number(delivery, "x-waits") + 1
            step = min(headers["x-waits"], AWAY_STEP, steps)
        else:
            step = headers["x-attempt"] = number(delivery, "x-attempt") + 1
        return again(delivery, service, self.queue, step, **headers)

    def _parked(self, delivery: Delivery, error: BaseException | None) -> Outgoing:
        return parked(delivery, self.container.service_name, self.queue, error, self._because(error))

    def _because(self, error: BaseException | None) -> str:
        """Return the reason for people: the words of a contract or a rule, and of other exceptions only the place."""
        if error is None:
            return ""
        spoken = isinstance(error, (Broken, Unreadable, *self.permanent))
        text = str(error) if spoken else " < ".join(telemetry.where(error)[::-1][:3])
        return f"{type(error).__name__}: {text}"[:1000]


def inbox(*args: Any, **kwargs: Any) -> Callable[[Handler], Handler]:
    """Decorate a service method; see ``Inbox`` for the arguments."""

    def decorate(method: Handler) -> Handler:
        handler = again_if_stale(method)
        register_entrypoint(handler, Inbox(*args, **kwargs))
        return handler

    return decorate
