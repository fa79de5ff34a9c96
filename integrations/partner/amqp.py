"""One connection to the broker: confirmed mandatory publishing, manual acks, reconnecting with growing delay.

A session belongs to one thread. Whatever goes wrong, the session is dropped and a new one begins; nothing is lost
by that, since what must go out is written down before and what came in is acked only after.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import pika  # type: ignore[import-untyped,unused-ignore]
from pika.exceptions import (  # type: ignore[import-untyped,unused-ignore]
    AMQPError,
    ConnectionWrongStateError,
    NackError,
    UnroutableError,
)

from partner.messages import CONTENT_TYPE

log = logging.getLogger("partner.amqp")
# pika logs the first bytes of a returned message, which are personal data here.
logging.getLogger("pika").setLevel(logging.CRITICAL)

HEARTBEAT_SECONDS = 30
BLOCKED_SECONDS = 30  # a broker short of memory stops reading; better to start anew than to hang
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0


class ConsumerGone(Exception):
    """The broker ended the subscription (the queue was removed, or its node went away)."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it came; ``tag`` is what ack and reject need."""

    tag: int
    message_id: str
    content_type: str | None
    body: bytes


class Session:
    """One connection with one channel in confirm mode. Use it as a context manager."""

    def __init__(self, url: str, name: str, *, prefetch: int = 20) -> None:
        parameters = pika.URLParameters(url)
        parameters.heartbeat = HEARTBEAT_SECONDS
        parameters.blocked_connection_timeout = BLOCKED_SECONDS
        parameters.socket_timeout = parameters.stack_timeout = 10
        parameters.client_properties = {"connection_name": name}
        self._connection = pika.BlockingConnection(parameters)
        self._channel = self._connection.channel()
        self._channel.confirm_delivery()
        self._channel.basic_qos(prefetch_count=prefetch)
        self.worked = False  # whether anything went through; resets the delay of the next try

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._connection.close()
        except ConnectionWrongStateError:
            log.debug("the connection was closed already")

    def publish(self, exchange: str, key: str, body: bytes, *, message_id: str, type_: str) -> None:
        """Publish one persistent message and return when the broker has taken responsibility for it.

        Raises:
            UnroutableError: no queue is bound for the key (mandatory).
            NackError: the broker could not keep it.
            AMQPError: the connection or channel failed; whether the message arrived is unknown: repeat it.
        """
        properties = pika.BasicProperties(
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            delivery_mode=pika.DeliveryMode.Persistent.value,
            message_id=message_id,
            type=type_,
        )
        self._channel.basic_publish(exchange, key, body, properties, mandatory=True)
        self.worked = True

    def deliveries(self, queue: str, *, idle_seconds: float = 0.5) -> Iterator[Delivery | None]:
        """Yield deliveries, and None whenever ``idle_seconds`` pass without one.

        Raises:
            ConsumerGone: the broker cancelled the subscription.
        """
        for method, properties, body in self._channel.consume(queue, inactivity_timeout=idle_seconds):
            if method is None:
                yield None
                continue
            self.worked = True
            yield Delivery(method.delivery_tag, properties.message_id or "", properties.content_type, body)
        raise ConsumerGone(queue)

    def ack(self, delivery: Delivery) -> None:
        """Tell the broker that the message is safely ours."""
        self._channel.basic_ack(delivery.tag)

    def reject(self, delivery: Delivery) -> None:
        """Hand an unusable message back for good: the broker parks it for the operator."""
        self._channel.basic_reject(delivery.tag, requeue=False)

    def pause(self, seconds: float) -> None:
        """Wait while heartbeats go on; ``time.sleep`` would have the broker close the connection."""
        self._connection.sleep(seconds)


def keep_connected(
    url: str, name: str, work: Callable[[Session], None], stop: threading.Event,
    patient: Callable[[], bool] = lambda: True,
) -> None:  # fmt: skip
    """Run ``work`` with a session until it returns, ``stop`` is set or patience ends; after broker trouble try again.

    The delay doubles from half a second to half a minute, with chance in it so that many clients do not return
    at one moment; it starts over once a session has got something done.
    """
    delay = FIRST_DELAY
    while not stop.is_set() and patient():
        session: Session | None = None
        try:
            with Session(url, name) as session:
                work(session)
            return
        except (AMQPError, OSError, ConsumerGone) as error:
            if session is not None and session.worked:
                delay = FIRST_DELAY
            log.warning("%s: broker trouble (%s); trying again in about %.1f s", name, _named(error), delay)
        stop.wait(delay * random.uniform(0.5, 1.0))  # noqa: S311 - spreading load is no secret
        delay = min(delay * 2, LONGEST_DELAY)


def _named(error: BaseException) -> str:
    if isinstance(error, UnroutableError):
        return "no queue takes this message"
    if isinstance(error, NackError):
        return "the broker refused to keep the message"
    code, text = getattr(error, "reply_code", None), getattr(error, "reply_text", None)
    return f"{type(error).__name__} {code} {text}" if code else type(error).__name__
