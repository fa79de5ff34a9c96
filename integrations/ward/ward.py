"""A ward's system: pushes cases from a file to the district and records each answer, by the published schemas alone.

    export WARD_AMQP_URL=amqp://ward-26734:secret@127.0.0.1:5672/motcua
    python ward.py push cases.ndjson --ward 26734 --state var/ward.sqlite --schemas contracts/schemas \\
        --until-answered 60
    python ward.py status --ward 26734 --state var/ward.sqlite

Each case is written down with a fixed message id before it is sent, so pushing again repeats only what has no answer
yet, under the same id and reference, and never registers a case twice. See docs/integrators/ward.md.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import os
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the sibling packages, when run as a script

from partner import process
from partner.amqp import Delivery, Session, keep_connected
from partner.clock import Clock
from partner.messages import Fault, Schemas, Unacceptable

from ward.book import Book, Kept
from ward.lines import ANSWERED, SUBMIT, BadLine, read_lines

log = logging.getLogger("ward")
EXCHANGE = "intake.commands"
BATCH = 100


class Ward:
    """One run of the program on the broker: send what is unanswered, then take answers.

    Args:
        rounds: how often to send; 2 proves that a repeat does no harm.
        wait_seconds: how long to wait for answers after the last message went out, or for a broker that is away;
            0 takes only the answers that are there, and waits for the broker without end.
    """

    def __init__(
        self, url: str, code: str, file: Path, *, schemas: Schemas, rounds: int, wait_seconds: float,
        stop: threading.Event,
    ) -> None:  # fmt: skip
        self._url, self._code, self._file, self._schemas = url, code, file, schemas
        self._rounds, self._wait_seconds, self._stop = rounds, wait_seconds, stop
        self.finished = False  # whether it ended by itself, not because it was told to
        self._sent_up_to = [0] * rounds  # position that each round has reached, kept across reconnects

    def run(self) -> None:
        """Send, then listen; keeps trying through broker trouble until done, told to stop, or out of time."""
        self._book = Book(self._file, self._code)
        self._progress_at = time.monotonic()
        try:
            keep_connected(self._url, f"ward-{self._code}", self._work, self._stop, self._patient)
            self.finished = not self._stop.is_set()
        finally:
            self._book.close()

    def _patient(self) -> bool:
        return not self._wait_seconds or time.monotonic() < self._progress_at + self._wait_seconds

    def _work(self, session: Session) -> None:
        for round_ in range(self._rounds):
            self._send(session, round_)
        for delivery in session.deliveries(f"ward.{self._code}"):
            if delivery is not None:
                self._take(session, delivery)
            elif not self._wait_seconds or not self._book.counts().unanswered:
                return  # nothing more is there, and nothing more is awaited
            if self._stop.is_set() or (delivery is None and not self._patient()):
                return

    def _send(self, session: Session, round_: int) -> None:
        while not self._stop.is_set() and (batch := self._book.unanswered(self._sent_up_to[round_], BATCH)):
            confirmed: list[str] = []
            try:
                for position, id_, body in batch:
                    session.publish(EXCHANGE, f"{SUBMIT}.{self._code}", body, message_id=id_, type_=SUBMIT)
                    confirmed.append(id_)
                    self._sent_up_to[round_] = position
            finally:
                self._book.mark_sent(confirmed)
            self._progress_at = time.monotonic()

    def _take(self, session: Session, delivery: Delivery) -> None:
        try:
            message = self._schemas.read(delivery.body, delivery.content_type)
            if message["type"] != ANSWERED:
                raise Unacceptable([Fault("type", "not one a ward takes")])
            if message["data"]["ward"] != self._code:
                raise Unacceptable([Fault("data.ward", "is not this ward")])
        except Unacceptable as fault:
            log.warning("message %r refused: %s", delivery.message_id[:64], fault)
            session.reject(delivery)
            return
        if not self._book.answer(message):
            log.info("message %s kept before", message["id"])
        session.ack(delivery)


def store(file: Path, code: str, book: Book, schemas: Schemas, clock: Clock, asked: Sequence[int]) -> int:
    """Check a push file and write its good lines down; print each bad one. Returns how many lines are bad.

    Once ``asked`` to end, it leaves the rest of the file for the next run.
    """
    bad = same = new = 0
    ids = (str(uuid.uuid4()) for _ in itertools.repeat(None))
    with file.open("rb") as lines:
        found = read_lines(lines, code, schemas, clock.now(), ids)
        while not asked and (part := list(itertools.islice(found, BATCH))):
            for entry in part:
                if isinstance(entry, BadLine):
                    bad += 1
                    print(f"line {entry.line}: " + "; ".join(map(str, entry.faults)))
            for case, kept in book.keep(entry for entry in part if not isinstance(entry, BadLine)):
                new, same = new + (kept in (Kept.NEW, Kept.CORRECTED)), same + (kept is Kept.SAME)
                if kept is Kept.OTHER:
                    bad += 1
                    print(f"line {case.line}: ward_reference: is taken by another case, which stands")
    print(f"lines: new={new} known={same} bad={bad}", flush=True)
    return bad


def report(file: Path, code: str) -> int:
    """Print the counts and each refusal; 1 when something is unanswered or answered with two codes, else 0."""
    book = Book(file, code)
    counts, refused = book.counts(), book.rejections()
    book.close()
    for reference, problems in refused:
        print(f"rejected {reference}: {problems}")
    print(counts, flush=True)
    return 1 if counts.unanswered or counts.conflicting else 0


def main(argv: list[str] | None = None) -> int:
    """Run one command. Exit codes: 0 fine, 1 unanswered or failed, 2 bad arguments, 3 some lines are bad.

    Told to stop by SIGTERM or SIGINT it ends with 0: all that matters is on disk.
    """
    options = _parser().parse_args(argv)
    asked = process.start()
    if options.command == "status":
        return report(options.state, options.ward)
    url = os.environ.get("WARD_AMQP_URL", "")
    if not url.startswith(("amqp://", "amqps://")):
        print("WARD_AMQP_URL must be amqp://user:password@host:port/vhost", file=sys.stderr)
        return 2
    try:
        schemas = Schemas(options.schemas, [f"intake/{SUBMIT}", f"intake/{ANSWERED}"])
        bad = 0
        if options.command == "push":
            book = Book(options.state, options.ward)
            bad = store(options.file, options.ward, book, schemas, Clock(options.clock_file), asked)
            book.close()
    except FileNotFoundError as error:
        print(f"no such file: {error.filename}", file=sys.stderr)
        return 2
    stop = threading.Event()
    rounds = {"collect": 0, "push": 2 if getattr(options, "repeat", False) else 1}[options.command]
    ward = Ward(
        url, options.ward, options.state, schemas=schemas, rounds=rounds, wait_seconds=options.until_answered, stop=stop
    )
    failed = process.run({f"ward-{options.ward}": ward.run}, stop, asked)
    unanswered = report(options.state, options.ward)
    if failed:
        return 1
    if not ward.finished:
        return 0  # told to stop; the next run goes on from here
    if options.until_answered and unanswered:
        return 1
    return 3 if bad else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="A ward's system (reference program)")
    commands = parser.add_subparsers(dest="command", required=True)
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument("--ward", required=True, metavar="CODE", help="GSO code of the ward, five digits")
    every.add_argument("--state", type=Path, required=True, help="SQLite file")
    online = argparse.ArgumentParser(add_help=False)
    online.add_argument("--schemas", type=Path, required=True, help="the published schemas, <owner>/<type>.json")
    online.add_argument("--until-answered", type=float, default=0.0, metavar="SECONDS", help="wait for answers")
    push = commands.add_parser("push", parents=[every, online], help="check, store and send a file, take answers")
    push.add_argument("file", type=Path, help="one case per line: data of dossier.submit.v1 without ward")
    push.add_argument("--repeat", action="store_true", help="send everything twice, to prove it does no harm")
    push.add_argument("--clock-file", type=Path, help="file with seconds to add to the real time")
    commands.add_parser("collect", parents=[every, online], help="take answers only")
    commands.add_parser("status", parents=[every], help="print the counts; exit code 1 if some are unanswered")
    return parser


if __name__ == "__main__":
    sys.exit(main())
