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

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from kombu.message import Message as Delivery
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, register_entrypoint

from chassis import runtime, telemetry
from chassis.database import AWAY
from chassis.documents import again_if_stale
from chassis.errors import AlreadyHandled, Unconfirmed, Unroutable
from chassis.publisher import PERSISTENT, Outgoing
from chassis.reader import QueueReader
from chassis.relay import OutboxRelay

CONTENT_TYPES = frozenset({"application/cloudevents+json", "application/json"})
HANDLED, ALREADY, AGAIN, PARKED = "handled", "already-handled", "again", "parked"
#: Retry step beyond which waiting for a database that is away does not grow.
AWAY_STEP = 4

Handler = Callable[..., Any]

_log = telemetry.logger(__name__)


class Contract(Protocol):
    """What the inbox needs of a message contract."""

    TYPE: str
    ADDRESS: str | None

    @classmethod
    def open(cls, envelope: Any) -> Any:
        """Return the message or raise ``ValueError`` naming the fields that break the contract."""


class Unreadable(ValueError):
    """The body is not a JSON object in UTF-8 of an accepted content type."""


def read_json(delivery: Delivery) -> Any:
    """Decode a body as plain JSON: no revived objects, no other encodings.

    Raises:
        Unreadable: says what is wrong, never what the body holds.
    """
    if delivery.content_type not in CONTENT_TYPES:
        raise Unreadable("content type is not accepted")
    body = delivery.body
    try:
        return json.loads(body if isinstance(body, str) else bytes(body).decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise Unreadable("body is not UTF-8") from None
    except (ValueError, RecursionError):
        raise Unreadable("body is not JSON") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


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
            message = self.contract.open(read_json(delivery))
        except ValueError as error:
            # not from this thread: parking waits for the broker, and this thread reads the connection
            self.container.spawn_managed_thread(partial(self._end, delivery, PARKED, error))
            return
        arguments = [message]
        if self.contract.ADDRESS:
            arguments.append(_routing_key(delivery, self.container.service_name).removeprefix(f"{self.contract.TYPE}."))
        self.container.spawn_managed_thread(partial(self._spawn, delivery, message, arguments, time.perf_counter()))

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
        if isinstance(error, self.permanent) or _attempt(delivery) >= runtime.settings().retry_steps:
            return PARKED
        return AGAIN

    def _end(self, delivery: Delivery, end: str, error: BaseException | None) -> None:
        try:
            if end == AGAIN:
                self._publish(self._again(delivery, error))
            elif end == PARKED:
                self._publish(self._parked(delivery, error))
        except (Unconfirmed, Unroutable) as failure:
            _log.warning("message given back", queue=self.queue, error=type(failure).__name__)
            self.reader.give_back(delivery)
            return
        self.reader.ack(delivery)
        telemetry.MESSAGES.labels(self.queue, end).inc()
        self._tell(delivery, end, error)

    def _tell(self, delivery: Delivery, end: str, error: BaseException | None) -> None:
        ids = {"queue": self.queue, "message_id": delivery.properties.get("message_id"), "attempt": _attempt(delivery)}
        if end == PARKED:
            _log.error("message parked", error=type(error).__name__, because=_reason(error), **ids)
        elif end == AGAIN:
            _log.warning("message tried again later", error=type(error).__name__, **ids)
        else:
            _log.info("message handled", end=end, **ids)

    def _publish(self, outgoing: Outgoing) -> None:
        assert self.relay.publisher is not None
        self.relay.publisher.publish(outgoing)

    def _again(self, delivery: Delivery, error: BaseException | None) -> Outgoing:
        headers = dict(delivery.headers or {})
        if isinstance(error, AWAY):
            # not the message's fault: counted apart, and never parked for it
            waits = _number(headers, "x-waits") + 1
            headers["x-waits"] = waits
            step = min(waits, AWAY_STEP, runtime.settings().retry_steps)
        else:
            step = _attempt(delivery) + 1
            headers["x-attempt"] = step
        headers.setdefault("x-first-at", _now())
        headers["x-routing-key"] = _routing_key(delivery, self.container.service_name)
        headers["x-error"] = type(error).__name__
        # the retry queue dead-letters with the routing key it was given: the name of the work queue
        return _copy(delivery, f"{self.container.service_name}.retry.{step}", self.queue, headers)

    def _parked(self, delivery: Delivery, error: BaseException | None) -> Outgoing:
        return parked(delivery, self.container.service_name, self.queue, error)


def parked(delivery: Delivery, service: str, queue: str, error: BaseException | None) -> Outgoing:
    """Return ``delivery`` as it goes to the parked queue of ``service``: same body, same headers, and why."""
    headers = {
        **(delivery.headers or {}),
        "x-parked-because": _reason(error),
        "x-parked-error": type(error).__name__,
        "x-parked-at": _now(),
        "x-parked-queue": queue,
        "x-routing-key": _routing_key(delivery, service),
    }
    return _copy(delivery, f"{service}.parked", queue, headers)


def _copy(delivery: Delivery, exchange: str, routing_key: str, headers: dict[str, Any]) -> Outgoing:
    kept = {
        name: value
        for name, value in delivery.properties.items()
        if name not in ("application_headers", "expiration", "user_id") and value is not None
    }
    kept.update(application_headers=headers, delivery_mode=PERSISTENT)
    for name in ("content_type", "content_encoding"):
        if value := getattr(delivery, name, None):
            kept[name] = value
    body = delivery.body
    return Outgoing(exchange, routing_key, body.encode() if isinstance(body, str) else bytes(body), kept)


def _reason(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}"[:1000]


def _attempt(delivery: Delivery) -> int:
    return _number(delivery.headers or {}, "x-attempt")


def _number(headers: dict[str, Any], name: str) -> int:
    value = headers.get(name)
    return value if isinstance(value, int) and 0 <= value < 1_000_000 else 0


def _routing_key(delivery: Delivery, service: str) -> str:
    """Return the key that the sender was allowed to use.

    A message from ``<service>.again``, an internal exchange, was brought back by the broker from a retry queue; one from
    the default exchange by an operator. Both tell the first key in a header; anywhere else that header is only the
    sender's word.
    """
    info = delivery.delivery_info
    told = (delivery.headers or {}).get("x-routing-key")
    return told if info["exchange"] in ("", f"{service}.again") and isinstance(told, str) else str(info["routing_key"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def inbox(*args: Any, **kwargs: Any) -> Callable[[Handler], Handler]:
    """Decorate a service method; see ``Inbox`` for the arguments."""

    def decorate(method: Handler) -> Handler:
        handler = again_if_stale(method)
        register_entrypoint(handler, Inbox(*args, **kwargs))
        return handler

    return decorate
