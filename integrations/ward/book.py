"""What a ward remembers, in one SQLite file: each submission with its fixed message, and each answer.

The reference is the key: the same case pushed again is the row that is already there, with the same message id.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from partner.messages import encode

from ward.lines import Case

_TABLES = """
CREATE TABLE IF NOT EXISTS submissions (position INTEGER PRIMARY KEY AUTOINCREMENT, ward TEXT, reference TEXT,
    digest TEXT, id TEXT UNIQUE NOT NULL, body BLOB NOT NULL, sent INTEGER NOT NULL DEFAULT 0, outcome TEXT, code TEXT,
    sequence INTEGER NOT NULL DEFAULT 1, UNIQUE (ward, reference));
CREATE TABLE IF NOT EXISTS answers (source TEXT, id TEXT, ward TEXT, reference TEXT, outcome TEXT, code TEXT,
    body BLOB NOT NULL, PRIMARY KEY (source, id));
"""


class Kept(StrEnum):
    """What became of a case that was to be written down."""

    NEW = "new"
    SAME = "same"  # already there, word for word
    CORRECTED = "corrected"  # takes the place of one that was refused, as a message of its own
    OTHER = "other"  # the reference is taken by a case that says something else; the first one stands


@dataclass(frozen=True, slots=True)
class Counts:
    """How things stand. ``conflicting``: references that were answered with two different dossier codes."""

    stored: int
    sent: int
    accepted: int
    rejected: int
    unanswered: int
    conflicting: int
    strange: int  # answers to references this book does not hold

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in asdict(self).items())


class Book:
    """One ward system's memory; open it in the thread that uses it."""

    def __init__(self, path: Path, ward: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._ward = ward
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")  # an ack must not outlive what it acknowledges
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def keep(self, cases: Iterable[Case]) -> list[tuple[Case, Kept]]:
        """Write cases down in one transaction and say of each what became of it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            kept = [(case, self._keep(case)) for case in cases]
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return kept

    def _keep(self, case: Case) -> Kept:
        values = (self._ward, case.reference, case.digest, case.message["id"], encode(case.message))
        written = self._db.execute(
            "INSERT INTO submissions (ward, reference, digest, id, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (ward, reference) DO NOTHING",
            values,
        )
        if written.rowcount:
            return Kept.NEW
        digest, outcome, sequence = self._db.execute(
            "SELECT digest, outcome, sequence FROM submissions WHERE ward = ? AND reference = ?",
            values[:2],
        ).fetchone()
        if digest == case.digest:
            return Kept.SAME
        if outcome != "rejected":
            return Kept.OTHER
        self._db.execute(
            "UPDATE submissions SET digest = ?, id = ?, body = ?, sequence = ?, sent = 0, outcome = NULL"
            " WHERE ward = ? AND reference = ?",
            (*values[2:4], encode(case.message | {"sequence": sequence + 1}), sequence + 1, *values[:2]),
        )
        return Kept.CORRECTED

    def unanswered(self, after: int, limit: int) -> list[tuple[int, str, bytes]]:
        """Return position, message id and body of up to ``limit`` submissions without an answer, in order."""
        return self._db.execute(
            "SELECT position, id, body FROM submissions WHERE ward = ? AND outcome IS NULL AND position > ?"
            " ORDER BY position LIMIT ?",
            (self._ward, after, limit),
        ).fetchall()

    def mark_sent(self, ids: Iterable[str]) -> None:
        """Note that the broker has confirmed these."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("UPDATE submissions SET sent = 1 WHERE id = ?", [(id_,) for id_ in ids])
        self._db.execute("COMMIT")

    def answer(self, message: dict[str, Any]) -> bool:
        """Keep an answer; False when the very message was kept before.

        A repeat under another id changes nothing either: the first answer stands, and an acceptance stands over a
        refusal, since a refused case may have been corrected and pushed again.
        """
        data = message["data"]
        told = (self._ward, data["ward_reference"], data["outcome"], data.get("code"))
        self._db.execute("BEGIN IMMEDIATE")
        try:
            row = (message["source"], message["id"], *told, encode(message))
            fresh = self._db.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)", row).rowcount == 1
            if fresh:
                self._db.execute(
                    "UPDATE submissions SET outcome = ?, code = ? WHERE ward = ? AND reference = ?"
                    " AND (outcome IS NULL OR (outcome = 'rejected' AND ? = 'accepted'))",
                    (told[2], told[3], *told[:2], told[2]),
                )
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return fresh

    def counts(self) -> Counts:
        """Return how things stand for this ward."""
        row: tuple[int, int, int, int, int] = self._db.execute(
            "SELECT count(*), coalesce(sum(sent), 0), coalesce(sum(outcome = 'accepted'), 0),"
            " coalesce(sum(outcome = 'rejected'), 0), coalesce(sum(outcome IS NULL), 0)"
            " FROM submissions WHERE ward = ?",
            (self._ward,),
        ).fetchone()
        (conflicting,) = self._db.execute(
            "SELECT count(*) FROM (SELECT reference FROM answers WHERE ward = ? AND code IS NOT NULL"
            " GROUP BY reference HAVING count(DISTINCT code) > 1)",
            (self._ward,),
        ).fetchone()
        (strange,) = self._db.execute(
            "SELECT count(*) FROM answers a WHERE ward = ? AND NOT EXISTS"
            " (SELECT 1 FROM submissions s WHERE s.ward = a.ward AND s.reference = a.reference)",
            (self._ward,),
        ).fetchone()
        return Counts(*row, conflicting=conflicting, strange=strange)

    def rejections(self) -> list[tuple[str, str]]:
        """Return reference and "field: message" texts of each refused submission, in order."""
        rows = self._db.execute(
            "SELECT s.reference, a.body, max(a.rowid) FROM submissions s JOIN answers a USING (ward, reference)"
            " WHERE s.ward = ? AND s.outcome = 'rejected' AND a.outcome = 'rejected'"
            " GROUP BY s.position ORDER BY s.position",
            (self._ward,),
        )
        return [(reference, _problems(json.loads(body)["data"])) for reference, body, _ in rows]


def _problems(data: dict[str, Any]) -> str:
    return "; ".join(f"{problem['field']}: {problem['message']}" for problem in data.get("problems", []))
