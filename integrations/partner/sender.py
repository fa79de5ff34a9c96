"""One run of a sending program on the broker: send what is unanswered, then take what comes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from partner.amqp import Delivery, Session, keep_connected
from partner.book import Book
from partner.messages import Fault, Schemas, Unacceptable

log = logging.getLogger("partner.sender")
EXCHANGE = "intake.commands"
BATCH = 100


class Sender:
    """Sends and listens for one member of a role.

    Args:
        open_book: opens its book, in the thread that runs.
        rounds: how often to send; 2 proves that a repeat does no harm.
        wait_seconds: how long to wait for answers after the last message went out, or for a broker that is away;
            0 takes only the answers that are there, and waits for the broker without end.
    """

    def __init__(
        self, url: str, code: str, open_book: Callable[[], Book], *, schemas: Schemas, rounds: int,
        wait_seconds: float, stop: threading.Event,
    ) -> None:  # fmt: skip
        self._url, self._code, self._open_book, self._schemas = url, code, open_book, schemas
        self._rounds, self._wait_seconds, self._stop = rounds, wait_seconds, stop
        self.finished = False  # whether it ended by itself, not because it was told to
        self._sent_up_to = [0] * rounds  # position that each round has reached, kept across reconnects
        self._further_up_to = [0] * rounds

    def run(self) -> None:
        """Send, then listen; keeps trying through broker trouble until done, told to stop, or out of time."""
        self._book = self._open_book()
        self._errand = self._book.ERRAND
        self._progress_at = time.monotonic()
        try:
            keep_connected(self._url, f"{self._errand.role}-{self._code}", self._work, self._stop, self._patient)
            self.finished = not self._stop.is_set()
        finally:
            self._book.close()

    def _patient(self) -> bool:
        return not self._wait_seconds or time.monotonic() < self._progress_at + self._wait_seconds

    def _work(self, session: Session) -> None:
        for round_ in range(self._rounds):
            self._send(session, round_)
            self._send_further(session, round_)
        self._say_again(session)
        for delivery in session.deliveries(f"{self._errand.role}.{self._code}"):
            if delivery is not None:
                self._take(session, delivery)
                self._say_again(session)
            elif not self._wait_seconds or not self._book.waiting():
                return  # nothing more is there, and nothing more is awaited
            if self._stop.is_set() or (delivery is None and not self._patient()):
                return

    def _send(self, session: Session, round_: int) -> None:
        type_ = self._errand.sends
        while not self._stop.is_set() and (batch := self._book.unanswered(self._sent_up_to[round_], BATCH)):
            confirmed: list[str] = []
            try:
                for position, id_, body in batch:
                    session.publish(EXCHANGE, f"{type_}.{self._code}", body, message_id=id_, type_=type_)
                    confirmed.append(id_)
                    self._sent_up_to[round_] = position
            finally:
                self._book.mark_sent(confirmed)
            self._progress_at = time.monotonic()

    def _send_further(self, session: Session, round_: int) -> None:
        while not self._stop.is_set() and (batch := self._book.further(self._further_up_to[round_], BATCH)):
            for position, type_, id_, body in batch:
                session.publish(EXCHANGE, f"{type_}.{self._code}", body, message_id=id_, type_=type_)
                self._further_up_to[round_] = position
            self._progress_at = time.monotonic()

    def _say_again(self, session: Session) -> None:
        while not self._stop.is_set() and (asked := self._book.asked_again()) is not None:
            for type_, id_, body in asked:
                session.publish(EXCHANGE, f"{type_}.{self._code}", body, message_id=id_, type_=type_)
            self._book.said_again()
            log.info("sent again as asked: %d messages", len(asked))

    def _take(self, session: Session, delivery: Delivery) -> None:
        role = self._errand.role
        try:
            message = self._schemas.read(delivery.body, delivery.content_type)
            if message["type"] not in self._book.takes():
                raise Unacceptable([Fault("type", f"not one a {role} takes")])
            if message["data"][role] != self._code:
                raise Unacceptable([Fault(f"data.{role}", f"is not this {role}")])
        except Unacceptable as fault:
            log.warning("message %r refused: %s", delivery.message_id[:64], fault)
            session.reject(delivery)
            return
        if not self._book.take(message):
            log.info("message %s changed nothing", message["id"])
        session.ack(delivery)
