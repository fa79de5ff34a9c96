"""``Desk``: the parked queues of a broker, gone through one message at a time and left as they were."""

from __future__ import annotations

import time
from array import array
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import amqp
from amqp.exceptions import AMQPError, NotFound
from kombu import Connection
from kombu.exceptions import OperationalError

from chassis import telemetry, wire
from motcua.parked.message import Parked, read
from motcua.parked.places import Places

AWAY = (AMQPError, OSError, OperationalError)
"""What a connection raises when the broker is away, frozen or refuses. A full disk and a closed pipe raise OSError, too."""

SECONDS = 10.0
"""For so long the broker may be silent before it counts as away."""

HOLD_SECONDS = 20 * 60.0
"""A message is held at most so long before it is given back: after 30 minutes RabbitMQ closes the channel that holds it."""

PERSISTENT = 2
FEW = 16
"""Messages that are given back at once."""

_log = telemetry.logger(__name__)


class BrokerAway(Exception):
    """The broker is away, frozen or refuses; the text says what the connection raised."""


class NotTaken(Exception):
    """The broker did not say that it has the message; it may have it all the same."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A parked message in hand. It goes back to its place when it is not acknowledged."""

    parked: Parked
    message: Any = field(repr=False)

    @property
    def body(self) -> bytes:
        """The body as it came over the wire."""
        return bytes(self.message.body)


class Desk:
    """A connection to the broker as its operator; use as a context manager.

    Args:
        uri: AMQP URI of the user ``operator``.
        hold: seconds; tests.

    Raises:
        BrokerAway: from any method. What was in hand is back in its queue.
    """

    def __init__(self, uri: str, places: Places, *, hold: float = HOLD_SECONDS) -> None:
        self._uri, self.places, self._hold = uri, places, hold
        self._answers: dict[int, bool] = {}
        self._tag = 0

    def __enter__(self) -> Desk:
        wire.guard()
        options = {"read_timeout": SECONDS, "write_timeout": SECONDS}
        client = Connection(self._uri, heartbeat=0, connect_timeout=SECONDS, transport_options=options)
        with _telling():
            self._connection = client.transport.establish_connection()
            self._writing = self._connection.channel()
        self._writing.events["basic_ack"].add(lambda tag, multiple: self._answers.setdefault(tag, True))
        self._writing.events["basic_nack"].add(lambda tag, multiple: self._answers.setdefault(tag, False))
        # the broker sends the return before the acknowledgement of the same publish
        self._writing.events["basic_return"].add(lambda *_: self._answers.setdefault(self._tag, False))
        with _telling():
            self._writing.confirm_select()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.collect()  # by its socket: the broker gives back what was in hand, and a frozen one holds up nobody

    def depth(self, service: str) -> int:
        """Return how many messages are ready in ``<service>.parked``."""
        with _telling():
            return _ready(self._writing, f"{service}.parked")

    def has(self, queue: str) -> bool:
        """Whether the broker has a queue of that name."""
        with _telling():
            channel = self._connection.channel()
            try:
                channel.queue_declare(queue, passive=True)
            except NotFound:
                return False
            channel.close()
        return True

    @contextmanager
    def messages(self, services: Iterable[str], most: Mapping[str, int] | None = None) -> Generator[Iterator[Taken]]:
        """Give what lies in the services' parked queues, oldest first, each held until the end and then given back.

        What is parked later is not given: of each queue no more messages are taken than lie there when its turn comes.

        Args:
            most: by service, how many an earlier look saw; no more are taken.
        """
        with closing(self._each(services, most)) as found:
            yield found

    def _each(self, services: Iterable[str], most: Mapping[str, int] | None) -> Generator[Taken]:
        for service in services:
            depth = self.depth(service)
            yield from self._of(service, depth if most is None else min(depth, most.get(service, 0)))

    def _of(self, service: str, left: int) -> Generator[Taken]:
        queue, held = f"{service}.parked", array("Q")
        with _telling():
            channel = self._connection.channel()
        channel.auto_decode = False  # bodies stay the bytes they are
        since = time.monotonic()
        try:
            while left:
                if time.monotonic() - since > self._hold:
                    with _telling():
                        held, since = self._taken_anew(channel, queue, held), time.monotonic()
                with self._dropping():
                    message = channel.basic_get(queue)
                if message is None:
                    break
                left -= 1
                held.append(message.delivery_info["delivery_tag"])
                key = message.delivery_info["routing_key"]
                taken = Taken(read(self.places, service, key, message.properties, bytes(message.body)), message)
                try:
                    yield taken
                finally:
                    if message.delivery_info.get("settled"):
                        held.pop()
        finally:
            self._give_back(channel, queue, held)

    def put_back(self, taken: Taken, headers: Mapping[str, Any]) -> None:
        """Publish a message to the queue it was read from, with these headers alone, and wait for the confirm.

        Raises:
            NotTaken: the broker refused it, or has no such queue.
        """
        kept = {
            name: value
            for name, value in taken.message.properties.items()
            if name not in ("application_headers", "expiration", "user_id") and value is not None
        }
        kept |= {"application_headers": dict(headers), "delivery_mode": PERSISTENT}
        self._tag += 1
        end = time.monotonic() + SECONDS
        with self._dropping():
            self._writing.basic_publish(amqp.Message(taken.body, **kept), "", taken.parked.queue, mandatory=True)
            while self._tag not in self._answers:
                self._connection.drain_events(timeout=max(0.01, end - time.monotonic()))
        if not self._answers.pop(self._tag):
            raise NotTaken(taken.parked.queue)

    @staticmethod
    def acknowledge(taken: Taken) -> None:
        """Take a message out of its parked queue for good."""
        with _telling():
            taken.message.channel.basic_ack(taken.message.delivery_info["delivery_tag"])
        taken.message.delivery_info["settled"] = True

    def _taken_anew(self, channel: Any, queue: str, held: array[int]) -> array[int]:
        """Give back what is held and take as many again: they are at the front of the queue, where they were."""
        self._give_back(channel, queue, held)
        again = (channel.basic_get(queue) for _ in range(len(held)))
        return array("Q", (message.delivery_info["delivery_tag"] for message in again if message))

    def _give_back(self, channel: Any, queue: str, held: array[int]) -> None:
        """Give back what is held, in order, and wait until the queue has it, so that who comes next finds it.

        A quorum queue puts back as it likes what a closed channel held, what one command names, and what comes while more
        than 32 commands of a channel are under way. So it is told of each, a few at a time.
        """
        try:
            due, end = _ready(channel, queue), time.monotonic() + SECONDS + len(held) / FEW
            for first in range(0, len(held), FEW):
                few = held[first : first + FEW]
                for tag in few:
                    channel.basic_reject(tag, requeue=True)
                due += len(few)
                while _ready(channel, queue) < due and time.monotonic() < end:
                    time.sleep(0.002)
        except AWAY as error:
            _log.debug("broker away, and takes back what was held", error=type(error).__name__)

    @contextmanager
    def _dropping(self) -> Iterator[None]:
        """After any trouble the connection is dropped by its socket: nothing waits for a frozen broker a second time."""
        try:
            with _telling():
                yield
        except BrokerAway:
            self._connection.collect()
            raise


@contextmanager
def _telling() -> Iterator[None]:
    """Tell a connection's errors from those of files and of the output, which have the same classes."""
    try:
        yield
    except AWAY as error:
        raise BrokerAway(f"{type(error).__name__}: {error}") from error


def _ready(channel: Any, queue: str) -> int:
    return int(channel.queue_declare(queue, passive=True).message_count)
