"""What a sender remembers, in one SQLite file: each thing it sends with its fixed message, and each answer.

The reference is the key: the same case pushed again is the row that is already there, with the same message id.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from partner.errand import Errand
from partner.lines import Case
from partner.messages import encode

_TABLES = """
CREATE TABLE IF NOT EXISTS submissions (position INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT, reference TEXT,
    digest TEXT, id TEXT UNIQUE NOT NULL, body BLOB NOT NULL, sent INTEGER NOT NULL DEFAULT 0, outcome TEXT, result TEXT,
    sequence INTEGER NOT NULL DEFAULT 1, UNIQUE (sender, reference));
CREATE TABLE IF NOT EXISTS answers (source TEXT, id TEXT, sender TEXT, reference TEXT, outcome TEXT, result TEXT,
    body BLOB NOT NULL, PRIMARY KEY (source, id));
"""
_RENAMED = {"ward": "sender", "code": "result"}  # columns as books of version 1.0.0 name them


class Kept(StrEnum):
    """What became of a case that was to be written down."""

    NEW = "new"
    SAME = "same"  # already there, word for word
    CORRECTED = "corrected"  # takes the place of one that was refused, as a message of its own
    OTHER = "other"  # the reference is taken by a case that says something else; the first one stands


@dataclass(frozen=True, slots=True)
class Counts:
    """How things stand.

    Attributes:
        outcomes: how often each was answered, the strongest first.
        conflicting: references that were answered with two different results.
        strange: answers to references that this book does not hold.
    """

    stored: int
    sent: int
    outcomes: dict[str, int]
    unanswered: int
    conflicting: int
    strange: int

    def __str__(self) -> str:
        told = {"stored": self.stored, "sent": self.sent, **self.outcomes, "unanswered": self.unanswered}
        told |= {"conflicting": self.conflicting, "strange": self.strange}
        return " ".join(f"{name}={value}" for name, value in told.items())


class Book:
    """One sender's memory; open it in the thread that uses it.

    Class attributes:
        ERRAND: what it sends and how that is answered.
        FURTHER: other messages that it sends, by the word of the command line.
        TABLES: of its own, beside those of every book.
    """

    ERRAND: ClassVar[Errand]
    FURTHER: ClassVar[dict[str, Errand]] = {}
    TABLES: ClassVar[str] = ""

    def __init__(self, path: Path, sender: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._sender = sender
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")  # an ack must not outlive what it acknowledges
        self._rename()
        self._db.executescript(_TABLES + self.TABLES)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @classmethod
    def takes(cls) -> tuple[str, ...]:
        """Types of the messages that it takes in."""
        return (cls.ERRAND.answered,)

    def take(self, message: dict[str, Any]) -> bool:
        """Take a message of one of those types in; False when that changed nothing."""
        return self.answer(message)

    def keep(self, cases: Iterable[Case]) -> list[tuple[Case, Kept]]:
        """Write cases down in one transaction and say of each what became of it."""
        with self._transaction():
            return [(case, self._keep(case)) for case in cases]

    def _keep(self, case: Case) -> Kept:
        here = (self._sender, case.reference)
        known = self._db.execute(
            "SELECT digest, outcome, sequence FROM submissions WHERE sender = ? AND reference = ?", here
        ).fetchone()
        if known is None:
            message = self.numbered(case.message)
            self._db.execute(
                "INSERT INTO submissions (sender, reference, digest, id, body) VALUES (?, ?, ?, ?, ?)",
                (*here, case.digest, message["id"], encode(message)),
            )
            return Kept.NEW
        digest, outcome, sequence = known
        if digest == case.digest:
            return Kept.SAME
        if outcome != "rejected":
            return Kept.OTHER
        message = self.numbered(case.message | {"sequence": sequence + 1})
        self._db.execute(
            "UPDATE submissions SET digest = ?, id = ?, body = ?, sequence = ?, sent = 0, outcome = NULL"
            " WHERE sender = ? AND reference = ?",
            (case.digest, message["id"], encode(message), sequence + 1, *here),
        )
        return Kept.CORRECTED

    def numbered(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return a message as it is written down; called once for each, inside the transaction that does so."""
        return message

    def keep_further(self, cases: Iterable[Case]) -> list[tuple[Case, Kept]]:
        """Write messages of ``FURTHER`` down in one transaction and say of each what became of it; most roles have none."""
        return []

    def further(self, after: int, limit: int) -> list[tuple[int, str, str, bytes]]:
        """Return position, type, id and body of up to ``limit`` other messages that have no answer, in order."""
        return []

    def asked_again(self) -> list[tuple[str, str, bytes]] | None:
        """Return type, id and body of what the other side has asked for again; None when there is nothing."""
        return None

    def said_again(self) -> None:
        """Note that the broker has confirmed what ``asked_again`` returned."""

    def waiting(self) -> int:
        """Return how many messages wait for their answers."""
        return self.counts().unanswered

    def unanswered(self, after: int, limit: int) -> list[tuple[int, str, bytes]]:
        """Return position, message id and body of up to ``limit`` submissions without an answer, in order."""
        return self._db.execute(
            "SELECT position, id, body FROM submissions WHERE sender = ? AND outcome IS NULL AND position > ?"
            " ORDER BY position LIMIT ?",
            (self._sender, after, limit),
        ).fetchall()

    def mark_sent(self, ids: Iterable[str]) -> None:
        """Note that the broker has confirmed these."""
        with self._transaction():
            self._db.executemany("UPDATE submissions SET sent = 1 WHERE id = ?", [(id_,) for id_ in ids])

    def answer(self, message: dict[str, Any]) -> bool:
        """Keep an answer; False when the very message was kept before.

        A repeat under another id changes nothing either: the first answer stands, unless a stronger one comes. A refused
        case may have been corrected and pushed again, and a kept payment may have found its dossier.
        """
        data = message["data"]
        here = (self._sender, data[self.ERRAND.reference])
        told = (data["outcome"], data.get(self.ERRAND.result))
        with self._transaction():
            row = (message["source"], message["id"], *here, *told, encode(message))
            if not self._db.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)", row).rowcount:
                return False
            found = self._db.execute(
                "SELECT outcome FROM submissions WHERE sender = ? AND reference = ?", here
            ).fetchone()
            if found and self.ERRAND.rank(found[0]) < self.ERRAND.rank(told[0]):
                self._db.execute(
                    "UPDATE submissions SET outcome = ?, result = ? WHERE sender = ? AND reference = ?", (*told, *here)
                )
        return True

    def counts(self) -> Counts:
        """Return how things stand for this sender."""
        here = (self._sender,)
        stored, sent, unanswered = self._db.execute(
            "SELECT count(*), coalesce(sum(sent), 0), coalesce(sum(outcome IS NULL), 0) FROM submissions WHERE sender = ?",
            here,
        ).fetchone()
        found = dict(
            self._db.execute("SELECT outcome, count(*) FROM submissions WHERE sender = ? GROUP BY outcome", here)
        )
        (conflicting,) = self._db.execute(
            "SELECT count(*) FROM (SELECT reference FROM answers WHERE sender = ? AND result IS NOT NULL"
            " GROUP BY reference HAVING count(DISTINCT result) > 1)",
            here,
        ).fetchone()
        (strange,) = self._db.execute(
            "SELECT count(*) FROM answers a WHERE sender = ? AND NOT EXISTS"
            " (SELECT 1 FROM submissions s WHERE s.sender = a.sender AND s.reference = a.reference)",
            here,
        ).fetchone()
        outcomes = {outcome: found.get(outcome, 0) for outcome in reversed(self.ERRAND.outcomes)}
        return Counts(stored, sent, outcomes, unanswered, conflicting, strange)

    def undone(self) -> list[tuple[str, str, str]]:
        """Return outcome, reference and "field: message" texts of each answered one that is not fully done, in order."""
        rows = self._db.execute(
            "SELECT s.outcome, s.reference, a.body, max(a.rowid) FROM submissions s"
            " JOIN answers a USING (sender, reference, outcome) WHERE s.sender = ? AND s.outcome <> ?"
            " GROUP BY s.position ORDER BY s.position",
            (self._sender, self.ERRAND.outcomes[-1]),
        )
        return [(outcome, reference, _problems(json.loads(body)["data"])) for outcome, reference, body, _ in rows]

    def summary(self) -> list[str]:
        """Return further lines for the report."""
        return []

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def _rename(self) -> None:
        for table in ("submissions", "answers"):
            columns = {row[1] for row in self._db.execute(f"PRAGMA table_info({table})")}
            for old in columns & set(_RENAMED):
                self._db.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {_RENAMED[old]}")


def _problems(data: dict[str, Any]) -> str:
    return "; ".join(f"{problem['field']}: {problem['message']}" for problem in data.get("problems", []))
