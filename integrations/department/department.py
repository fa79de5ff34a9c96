"""A department's system: takes its assignments from the broker and answers them, by the published schemas alone.

    DEPARTMENT_DESKS="TP=amqp://department-TP:secret@127.0.0.1:5672/motcua,KT=amqp://..." \\
    python department.py --state var/department --schemas contracts/schemas

Each desk is one department: its own credentials, connection, thread and SQLite file.
See docs/integrators/department.md.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the sibling packages, when run as a script

from partner import process
from partner.amqp import Delivery, Session, keep_connected
from partner.clock import Clock
from partner.messages import Fault, Schemas, Unacceptable

from department.answers import Work, compose
from department.book import Book
from department.plan import DECIDED, ISSUED, OVERDUE, RECALLED, Answer, BadPolicy, Policy

log = logging.getLogger("department")
EXCHANGE = "department.events"
TAKEN = (ISSUED, RECALLED, OVERDUE, DECIDED)
SCHEMAS = [f"routing/{name}" for name in TAKEN] + [f"department/{name}" for name in Answer]


class Desk:
    """One department at work.

    Args:
        code: the department's code ("TP"); its queue is ``department.<code>``.
        work_seconds: how long it works before it answers.
    """

    def __init__(
        self, code: str, url: str, state: Path, *, policy: Policy, schemas: Schemas, clock: Clock,
        work_seconds: float, stop: threading.Event,
    ) -> None:  # fmt: skip
        self._code, self._url, self._file = code, url, state / f"{code}.sqlite"
        self._policy, self._schemas, self._clock = policy, schemas, clock
        self._work_seconds, self._stop = work_seconds, stop

    def run(self) -> None:
        """Work until asked to stop."""
        self._book = Book(self._file)
        try:
            keep_connected(self._url, f"department-{self._code}", self._serve, self._stop)
        finally:
            self._book.close()

    def _serve(self, session: Session) -> None:
        self._send(session)  # what a crash or a lost connection left behind goes first
        log.info("%s: connected", self._code)
        for delivery in session.deliveries(f"department.{self._code}"):
            if delivery is not None:
                self._take(session, delivery)
            if self._stop.is_set():
                return

    def _take(self, session: Session, delivery: Delivery) -> None:
        try:
            message = self._schemas.read(delivery.body, delivery.content_type)
            if message["type"] not in TAKEN:
                raise Unacceptable([Fault("type", "not one a department takes")])
            if message["data"]["department"] != self._code:
                raise Unacceptable([Fault("data.department", "is not this department")])
        except Unacceptable as fault:
            log.warning("%s: message %r refused: %s", self._code, delivery.message_id[:64], fault)
            session.reject(delivery)
            return
        if self._work_seconds:
            session.pause(self._work_seconds)
        if not self._book.hear(message, self._policy.course, self._compose):
            log.info("%s: message %s heard before", self._code, message["id"])
        self._send(session)
        session.ack(delivery)

    def _send(self, session: Session) -> None:
        while batch := self._book.unsent():
            confirmed: list[str] = []
            try:
                for entry in batch:
                    key = f"{entry.type}.{self._code}"
                    session.publish(EXCHANGE, key, entry.body, message_id=entry.id, type_=entry.type)
                    confirmed.append(entry.id)
            finally:
                self._book.mark_sent(confirmed)

    def _compose(
        self, answer: Answer, work: Work, id_: str, sequence: int, number: int, cause: dict[str, Any]
    ) -> dict[str, Any]:
        message = compose(
            answer, work, self._policy,
            desk=self._code, id_=id_, sequence=sequence, number=number, now=self._clock.now(), cause=cause,
        )  # fmt: skip
        self._schemas.check(message)
        return message


def desks_of(arguments: list[str], environment: str) -> dict[str, str]:
    """Return department code to AMQP URL, from ``CODE=URL`` entries; arguments win over the environment.

    Raises:
        ValueError: an entry without code or URL; the text does not repeat the URL, which holds a password.
    """
    desks: dict[str, str] = {}
    for entry in [*filter(None, environment.split(",")), *arguments]:
        code, _, url = entry.strip().partition("=")
        if not code.isalpha() or not url.startswith(("amqp://", "amqps://")):
            raise ValueError("a desk is CODE=amqp://user:password@host:port/vhost")
        desks[code] = url
    if not desks:
        raise ValueError("no desk given: use DEPARTMENT_DESKS or --desk")
    return desks


def main(argv: list[str] | None = None) -> int:
    """Run the desks until SIGTERM or SIGINT; 0 after an orderly end, 1 when a desk failed, 2 on bad arguments."""
    parser = argparse.ArgumentParser(description="A department's system (reference program)")
    parser.add_argument("--desk", action="append", default=[], metavar="CODE=URL", help="else DEPARTMENT_DESKS")
    parser.add_argument("--state", type=Path, required=True, help="directory for one SQLite file per desk")
    parser.add_argument("--schemas", type=Path, required=True, help="the published schemas, <owner>/<type>.json")
    parser.add_argument("--policy", type=Path, default=Path(__file__).with_name("policy.json"))
    parser.add_argument("--work-seconds", type=float, default=0.0, help="pause before each answer")
    parser.add_argument("--clock-file", type=Path, help="file with seconds to add to the real time")
    options = parser.parse_args(argv)
    asked = process.start()
    stop = threading.Event()
    try:
        desks = desks_of(options.desk, os.environ.get("DEPARTMENT_DESKS", ""))
        policy = Policy.load(options.policy)
        schemas = Schemas(options.schemas, SCHEMAS)
    except (ValueError, BadPolicy, FileNotFoundError) as error:
        parser.error(str(error))
    tasks = {
        code: Desk(
            code, url, options.state, policy=policy, schemas=schemas, clock=Clock(options.clock_file),
            work_seconds=options.work_seconds, stop=stop,
        ).run
        for code, url in desks.items()
    }  # fmt: skip
    return process.run(tasks, stop, asked)


if __name__ == "__main__":
    sys.exit(main())
