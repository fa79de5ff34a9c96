"""The outside of the journey, the same for all who are compared: a ward that sends, a department that answers."""

from __future__ import annotations

import heapq
import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pika

from bench.journey.messages import CONTENT_TYPE, Golden, encode

#: The longest that a window stays full without one journey leaving it.
STALLED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Wires:
    """Where a ward and a department are connected.

    Attributes:
        ward, department: URIs of their broker users.
        submit: exchange and routing key of a ward's submission.
        answers: queue of what the ward is told.
        work: queue of what the department is told.
        said: exchange of what the department says; ``ending`` ends its routing keys after the type.
        content_type: of their messages.
    """

    ward: str
    department: str
    submit: tuple[str, str]
    answers: str
    work: str
    said: str
    ending: str = ""
    content_type: str = CONTENT_TYPE


class Ward:
    """Sends submissions, and counts the answers that lie in its queue."""

    def __init__(self, wires: Wires, golden: Golden) -> None:
        self._wires, self._golden = wires, golden

    def submit(self, count: int, window: int, ended: Callable[[], int]) -> None:
        """Send so many, with ``window`` of them under way at once; ``ended`` tells how many have left the window.

        Raises:
            TimeoutError: none has left a full window for ``STALLED_SECONDS``.
        """
        exchange, key = self._wires.submit
        with pika.BlockingConnection(pika.URLParameters(self._wires.ward)) as connection:
            channel = connection.channel()
            # a quorum queue's last unconfirmed messages die with the channel that brought them
            channel.confirm_delivery()
            for sent in range(count):
                give_up = time.monotonic() + STALLED_SECONDS
                while sent - ended() >= window:
                    if time.monotonic() > give_up:
                        raise TimeoutError(f"{ended()} of {sent} journeys ended, none in {STALLED_SECONDS:.0f} s")
                    connection.sleep(0.01)
                message = self._golden.submission(str(uuid.uuid4()))
                channel.basic_publish(exchange, key, encode(message), _properties(message["id"], self._wires))

    def take_answers(self) -> int:
        """Empty the queue of answers and return how many there were."""
        taken = 0
        with pika.BlockingConnection(pika.URLParameters(self._wires.ward)) as connection:
            channel = connection.channel()
            while channel.basic_get(self._wires.answers, auto_ack=True)[0] is not None:
                taken += 1
        return taken


class Department(threading.Thread):
    """Takes each assignment after ``pause`` seconds, and has its result ``delay`` seconds after that."""

    def __init__(self, wires: Wires, golden: Golden, pause: float, delay: float) -> None:
        super().__init__(name="department", daemon=True)
        self._wires, self._golden, self._waits = wires, golden, (pause, pause + delay)
        self._settled = 0
        self._failed: Exception | None = None
        self._later: list[tuple[float, str, str, bytes]] = []
        self._stopping = threading.Event()

    @property
    def settled(self) -> int:
        """How many results it has sent.

        Raises:
            RuntimeError: it has died of a fault, and will send no more.
        """
        if self._failed is not None:
            raise RuntimeError("the department died") from self._failed
        return self._settled

    def stop(self) -> None:
        self._stopping.set()
        self.join(timeout=10)

    def run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - told to whoever asks how many are settled
            self._failed = error

    def _work(self) -> None:
        with pika.BlockingConnection(pika.URLParameters(self._wires.department)) as connection:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=50)
            for method, _, body in channel.consume(self._wires.work, inactivity_timeout=0.05):
                if self._stopping.is_set():
                    return
                if method is not None:
                    self._plan(json.loads(body))
                    channel.basic_ack(method.delivery_tag)
                while self._later and self._later[0][0] <= time.monotonic():
                    self._say(channel, *heapq.heappop(self._later)[1:])

    def _plan(self, issued: dict[str, Any]) -> None:
        for wait, answer in zip(self._waits, self._golden.answers(issued), strict=True):
            heapq.heappush(self._later, (time.monotonic() + wait, answer["id"], answer["type"], encode(answer)))

    def _say(self, channel: Any, id_: str, type_: str, body: bytes) -> None:
        channel.basic_publish(self._wires.said, type_ + self._wires.ending, body, _properties(id_, self._wires))
        self._settled += type_ == "assignment.resolved.v1"


def _properties(message_id: str, wires: Wires) -> pika.BasicProperties:
    return pika.BasicProperties(
        content_type=wires.content_type, content_encoding="utf-8", delivery_mode=2, message_id=message_id
    )
