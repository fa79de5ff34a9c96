"""The command line of a sending program: push a file, collect answers, print how things stand."""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path

from partner import process
from partner.book import Book, Kept
from partner.clock import Clock
from partner.errand import Errand
from partner.lines import BadLine, read_lines
from partner.messages import Schemas
from partner.sender import BATCH, Sender


def store(
    file: Path, code: str, book: Book, errand: Errand, schemas: Schemas, clock: Clock, asked: Sequence[int]
) -> int:
    """Check a file of messages and write its good lines down; print each bad one. Returns how many lines are bad.

    Once ``asked`` to end, it leaves the rest of the file for the next run.
    """
    keep = book.keep if errand is book.ERRAND else book.keep_further
    bad = same = new = 0
    ids = (str(uuid.uuid4()) for _ in itertools.repeat(None))
    with file.open("rb") as lines:
        found = read_lines(lines, errand, code, schemas, clock.now(), ids)
        while not asked and (part := list(itertools.islice(found, BATCH))):
            for entry in part:
                if isinstance(entry, BadLine):
                    bad += 1
                    print(f"line {entry.line}: " + "; ".join(map(str, entry.faults)))
            for case, kept in keep(entry for entry in part if not isinstance(entry, BadLine)):
                new, same = new + (kept in (Kept.NEW, Kept.CORRECTED)), same + (kept is Kept.SAME)
                if kept is Kept.OTHER:
                    bad += 1
                    print(f"line {case.line}: {book.ERRAND.reference}: is taken by another one, which stands")
    print(f"lines: new={new} known={same} bad={bad}", flush=True)
    return bad


def report(book: Book) -> int:
    """Print what is not fully done, and the counts; 1 when something is unanswered or answered in two ways, else 0."""
    counts, waiting = book.counts(), book.waiting()
    for outcome, reference, problems in book.undone():
        print(f"{outcome} {reference}: {problems}" if problems else f"{outcome} {reference}")
    for line in (str(counts), *book.summary()):
        print(line, flush=True)
    book.close()
    return 1 if waiting or counts.conflicting else 0


def main(book: type[Book], argv: list[str] | None = None) -> int:
    """Run one command. Exit codes: 0 fine, 1 unanswered or failed, 2 bad arguments, 3 some lines are bad.

    Told to stop by SIGTERM or SIGINT it ends with 0: all that matters is on disk.

    Args:
        book: of the role whose program this is.
    """
    role = book.ERRAND.role
    options = _parser(book).parse_args(argv)
    asked = process.start()

    def open_book() -> Book:
        return book(options.state, options.code)

    if options.command == "status":
        return report(open_book())
    url = os.environ.get(f"{role.upper()}_AMQP_URL", "")
    if not url.startswith(("amqp://", "amqps://")):
        print(f"{role.upper()}_AMQP_URL must be amqp://user:password@host:port/vhost", file=sys.stderr)
        return 2
    try:
        sent = [errand.sends for errand in (book.ERRAND, *book.FURTHER.values())]
        schemas = Schemas(options.schemas, [f"intake/{type_}" for type_ in (*sent, *book.takes())])
        bad = 0
        if options.command != "collect":
            errand = book.FURTHER.get(options.command, book.ERRAND)
            writing = open_book()
            bad = store(options.file, options.code, writing, errand, schemas, Clock(options.clock_file), asked)
            writing.close()
    except FileNotFoundError as error:
        print(f"no such file: {error.filename}", file=sys.stderr)
        return 2
    stop = threading.Event()
    rounds = 0 if options.command == "collect" else 2 if options.repeat else 1
    sender = Sender(
        url, options.code, open_book,
        schemas=schemas, rounds=rounds, wait_seconds=options.until_answered, stop=stop,
    )  # fmt: skip
    failed = process.run({f"{role}-{options.code}": sender.run}, stop, asked)
    unanswered = report(open_book())
    if failed:
        return 1
    if not sender.finished:
        return 0  # told to stop; the next run goes on from here
    if options.until_answered and unanswered:
        return 1
    return 3 if bad else 0


def _parser(book: type[Book]) -> argparse.ArgumentParser:
    role = book.ERRAND.role
    parser = argparse.ArgumentParser(description=f"A {role}'s system (reference program)")
    commands = parser.add_subparsers(dest="command", required=True)
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument(f"--{role}", dest="code", required=True, metavar="CODE", help=f"code of the {role}")
    every.add_argument("--state", type=Path, required=True, help="SQLite file")
    online = argparse.ArgumentParser(add_help=False)
    online.add_argument("--schemas", type=Path, required=True, help="the published schemas, <owner>/<type>.json")
    online.add_argument("--until-answered", type=float, default=0.0, metavar="SECONDS", help="wait for answers")
    for name, errand in {"push": book.ERRAND, **book.FURTHER}.items():
        does = commands.add_parser(name, parents=[every, online], help="check, store and send a file, take answers")
        does.add_argument("file", type=Path, help=f"one a line: data of {errand.sends} without {role}")
        does.add_argument("--repeat", action="store_true", help="send everything twice, to prove it does no harm")
        does.add_argument("--clock-file", type=Path, help="file with seconds to add to the real time")
    commands.add_parser("collect", parents=[every, online], help="take answers only")
    commands.add_parser("status", parents=[every], help="print the counts; exit code 1 if some are unanswered")
    return parser
