"""The books of all who had a part in some dossiers, opened side by side once everything is at rest."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kombu import Connection

from motcua.demo.watch import PARKED, Watch
from motcua.smtpsink import Mail
from motcua.stack import Stack

ISSUED, RETURNED = "assignment.issued.v1", "assignment.returned.v1"


@dataclass(frozen=True)
class Asked:
    """What was handed in, as those know it who handed it in.

    Attributes:
        references: of one ward's cases.
        told: e-mail address of each person at the counter to the code on the receipt.
    """

    references: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    ward: str = "26734"

    @property
    def filter(self) -> dict[str, Any]:
        """What finds the dossiers in intake's database."""
        of_ward = {"ward": self.ward, "receipt.ward_reference": {"$in": self.references}}
        return {"$or": [of_ward, {"receipt.contact.email": {"$in": list(self.told)}}]}

    def __len__(self) -> int:
        return len(self.references) + len(self.told)


@dataclass(frozen=True)
class DeskBook:
    """A department's own book.

    Attributes:
        issued: messages that handed work over, each with an id of its own.
        works: (assignment, round, dossier code).
        answers: (assignment, type).
    """

    desk: str
    issued: int
    works: list[tuple[str, int, str]]
    answers: list[tuple[str, str]]


@dataclass(frozen=True)
class Ledger:
    """Everybody's rows about the dossiers asked for; the last two are of the whole office.

    Attributes:
        tracked: dossier code to how often the tracking page heard of each type of event.
        answers: (ward reference, outcome, code) of each message that the ward kept.
        register: every dossier code given out so far.
        parked: one line per parked message: where, and why.
    """

    dossiers: list[dict[str, Any]]
    assignments: list[dict[str, Any]]
    desks: list[DeskBook]
    mails: list[Mail]
    tracked: dict[str, Counter[str]]
    answers: list[tuple[str, str, str]]
    register: list[str]
    parked: list[str]


def open_books(stack: Stack, watch: Watch, asked: Asked) -> Ledger:
    """Read what every book says of ``asked``."""
    dossiers = list(watch.dossiers.find(asked.filter))
    codes = [row["code"] for row in dossiers]
    tracking = watch.dossiers.database.client["motcua_gateway"]["tracking"].find({"_id": {"$in": codes}})
    partners = stack.directory / "partners"
    return Ledger(
        dossiers=dossiers,
        assignments=list(watch.assignments.find({"code": {"$in": codes}})),
        desks=[_desk_book(file) for file in sorted((partners / "department").glob("*.sqlite"))],
        mails=stack.mailbox.messages(),
        tracked={row["_id"]: Counter(fact["type"] for fact in row["facts"]) for row in tracking},
        answers=_rows(partners / f"ward-{asked.ward}.sqlite", "SELECT reference, outcome, result FROM answers"),
        register=[row["code"] for row in watch.dossiers.find({}, {"code": 1})],
        parked=_parked(stack),
    )


def _desk_book(file: Path) -> DeskBook:
    ((issued,),) = _rows(file, f"SELECT count(*) FROM inbox WHERE type = '{ISSUED}'")  # noqa: S608 - a constant
    works = _rows(file, "SELECT assignment, round, code FROM work")
    return DeskBook(file.stem, issued, works, _rows(file, "SELECT assignment, type FROM outbox"))


def _rows(file: Path, query: str) -> list[Any]:
    if not file.exists():
        return []
    book = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return book.execute(query).fetchall()
    finally:
        book.close()


def _parked(stack: Stack) -> list[str]:
    """Look at every parked message; closing the channel puts them back."""
    found = []
    with Connection(stack.amqp_uri("operator")) as connection, connection.channel() as channel:
        for name in PARKED:
            while message := channel.basic_get(f"{name}.parked"):
                headers = message.properties.get("application_headers") or {}
                why = headers.get("x-parked-because") or headers.get("x-first-death-reason") or "for no reason told"
                found.append(f"{headers.get('x-parked-queue', name)}: {why}")
    return found
