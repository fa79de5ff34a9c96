"""``PostOffice``: takes every message between the exchanges and the queues, and delivers it late, or more than once.

The bindings of the topology are taken away, and a queue of the post office's own is bound to every key. What comes there
is delivered to exactly the queues that its bindings would have reached, through the default exchange, with the first
routing key in the header that replayed messages have (docs/delivery.md).
"""

import heapq
import itertools
import json
import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import amqp
from kombu import Connection

from motcua import topology
from motcua.stack import Stack

BAG = "post-office"
#: Requests keep their key, which names the method: their second copy goes through an exchange of its own.
COUNTER = "post-office.rpc"


@dataclass
class _Letter:
    """A message taken. ``number`` is its place among all, ``left`` how many copies are still to deliver."""

    number: int
    message: Any
    left: int = 0

    @property
    def key(self) -> str:
        return str(self.message.delivery_info["routing_key"])

    @property
    def subject(self) -> str:
        return str(json.loads(self.message.body).get("subject"))


class PostOffice:
    """Use as a context manager; on leaving, everything is delivered and the topology is as it was.

    Args:
        copies: the fewest and the most deliveries of one message to one queue.
        hold_seconds: the longest that a copy is held.

    Attributes:
        doubled: copies of messages beyond the first.
        called_again: requests over RPC that were delivered once more.
        overtaken: messages delivered after a later one about the same dossier had reached the same reader.
    """

    def __init__(self, stack: Stack, *, copies: tuple[int, int], hold_seconds: float, seed: int) -> None:
        self._stack, self._copies, self._hold = stack, copies, hold_seconds
        self._chance = random.Random(seed)
        self._definitions = stack.definitions()
        topics = set(stack.topology.topic_exchanges)
        bindings = [binding for binding in self._definitions["bindings"] if binding["source"] in topics]
        self._calls = [binding for binding in bindings if binding["source"] == stack.topology.rpc_exchange]
        self._routes = [binding for binding in bindings if binding["source"] != stack.topology.rpc_exchange]
        self._numbers, self._held = itertools.count(1), list[tuple[float, int, _Letter, dict[str, Any]]]()
        self._delivered: set[tuple[int, str]] = set()
        self._latest: dict[tuple[str, str], int] = defaultdict(int)
        self._closing = threading.Event()
        self._failed: list[Exception] = []
        self.doubled = self.called_again = self.overtaken = 0

    @property
    def empty(self) -> bool:
        """Whether no copy waits for its moment."""
        return not self._held

    def __enter__(self) -> "PostOffice":
        uri = self._stack.amqp_uri("operator")
        self._in, self._out = Connection(uri), Connection(uri, transport_options={"confirm_publish": True})
        self._reading, self._writing = self._in.channel(), self._out.channel()
        self._reading.auto_decode = False  # bodies stay the bytes they are
        self._reading.queue_declare(BAG, durable=True, auto_delete=False)
        self._writing.exchange_declare(COUNTER, "topic", durable=True, auto_delete=False)
        for call in self._calls:
            self._reading.queue_bind(BAG, call["source"], call["routing_key"])
            self._writing.queue_bind(call["destination"], COUNTER, call["routing_key"])
        for exchange in {route["source"] for route in self._routes}:
            self._reading.queue_bind(BAG, exchange, "#")
        for route in self._routes:
            self._reading.queue_unbind(route["destination"], route["source"], route["routing_key"])
        self._reading.basic_consume(BAG, callback=self._take)
        self._worker = threading.Thread(target=self._work, name=BAG)
        self._worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        topology.apply(self._definitions, self._stack.given.rabbitmq_api or self._stack.api)
        self._closing.set()
        self._worker.join(60)
        with self._out.channel() as channel:
            channel.queue_delete(BAG)
            channel.exchange_delete(COUNTER)
        self._in.release()
        self._out.release()
        assert not self._failed, self._failed
        assert not self._worker.is_alive(), "the post office still holds messages"

    def _work(self) -> None:
        try:
            unbound = False
            # asking takes in what is on its way here, so it comes before the look at what is held
            while not unbound or self._reading.queue_declare(BAG, passive=True).message_count or self._held:
                if self._closing.is_set() and not unbound:
                    for exchange in {route["source"] for route in self._routes}:
                        self._reading.queue_unbind(BAG, exchange, "#")
                    for call in self._calls:
                        self._reading.queue_unbind(BAG, call["source"], call["routing_key"])
                    unbound = True
                self._listen()
                while self._held and self._held[0][0] <= time.monotonic():
                    self._deliver(*heapq.heappop(self._held)[2:])
        except Exception as error:  # noqa: BLE001 - told where the post office closes
            self._failed.append(error)

    def _listen(self) -> None:
        try:
            self._in.drain_events(timeout=0.02)
        except TimeoutError:
            return

    def _take(self, message: Any) -> None:
        letter, exchange = _Letter(next(self._numbers), message), message.delivery_info["exchange"]
        called = exchange == self._stack.topology.rpc_exchange
        for route in self._calls if called else self._routes:
            if route["source"] == exchange and _fits(route["routing_key"], letter.key):
                for _ in range(1 if called else self._chance.randint(*self._copies)):
                    due = time.monotonic() + self._chance.uniform(0, self._hold)
                    letter.left += 1
                    heapq.heappush(self._held, (due, next(self._numbers), letter, route))

    def _deliver(self, letter: _Letter, route: dict[str, Any]) -> None:
        queue, properties = route["destination"], dict(letter.message.properties)
        if route in self._calls:
            self._publish(letter, properties, COUNTER, letter.key)
            self.called_again += 1  # the first went its own way
        else:
            headers = {**(properties.get("application_headers") or {}), "x-routing-key": letter.key}
            self._publish(letter, properties | {"application_headers": headers}, "", queue)
            self._count(letter, queue)
        letter.left -= 1
        if not letter.left:
            self._reading.basic_ack(letter.message.delivery_tag)

    def _publish(self, letter: _Letter, properties: dict[str, Any], exchange: str, key: str) -> None:
        self._writing.basic_publish(amqp.Message(letter.message.body, **properties), exchange, key, mandatory=True)

    def _count(self, letter: _Letter, queue: str) -> None:
        if (letter.number, queue) in self._delivered:
            self.doubled += 1
            return
        self._delivered.add((letter.number, queue))
        place = queue.split(".")[0], letter.subject
        self.overtaken += letter.number < self._latest[place]
        self._latest[place] = max(letter.number, self._latest[place])


def _fits(pattern: str, key: str) -> bool:
    """Whether a topic binding of ours takes a key: its own, or with one more word where the pattern ends with ``*``."""
    stem, star, _ = pattern.partition("*")
    return key.startswith(stem) and "." not in key[len(stem) :] and key != stem if star else key == pattern
