"""What a desk remembers, in one SQLite file: what it heard, what it works on, what it has to say.

A message heard and the answers it makes due are one transaction, so a crash leaves both or neither. An answer's id is
fixed in that transaction; sending it again after a crash repeats the id, and the reader drops the repeat.

A round that was recalled is no work any more, and nothing is answered about it from then on, whatever comes late. What
was written down before goes out: its number in the sequence is used, and the reader ignores it.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partner.messages import encode

from department.answers import Work
from department.plan import ISSUED, RECALLED, Answer, Course, due_answers

Compose = Callable[[Answer, Work, str, int, int, dict[str, Any]], dict[str, Any]]  # id, sequence, number, cause
Choose = Callable[[str, str], Course]  # dossier code, procedure code

_TABLES = """
CREATE TABLE IF NOT EXISTS inbox (source TEXT, id TEXT, type TEXT, PRIMARY KEY (source, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS heard (assignment TEXT, round INTEGER, type TEXT, PRIMARY KEY (assignment, round, type))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS work (assignment TEXT, round INTEGER, code TEXT, procedure_code TEXT, procedure_name TEXT,
    course TEXT, PRIMARY KEY (assignment, round)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    assignment TEXT, round INTEGER, type TEXT, sequence INTEGER, body BLOB NOT NULL, sent INTEGER NOT NULL DEFAULT 0,
    UNIQUE (assignment, round, type), UNIQUE (assignment, sequence));
CREATE INDEX IF NOT EXISTS unsent ON outbox (position) WHERE sent = 0;
"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish."""

    id: str
    type: str
    body: bytes


class Book:
    """One desk's memory; open it in the thread that uses it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")  # an ack must not outlive what it acknowledges
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def hear(self, message: dict[str, Any], choose: Choose, compose: Compose) -> bool:
        """Take a message in and write down the answers it makes due, at once or not at all.

        Returns:
            False when the very message was heard before; nothing changes then.
        """
        data = message["data"]
        assignment, round_ = data["assignment_id"], data["round"]
        self._db.execute("BEGIN IMMEDIATE")
        try:
            fresh = self._insert("inbox", message["source"], message["id"], message["type"])
            if fresh:
                self._insert("heard", assignment, round_, message["type"])
                if message["type"] == RECALLED:
                    self._db.execute("DELETE FROM work WHERE assignment = ? AND round <= ?", (assignment, round_))
                if message["type"] == ISSUED and not self.recalled(assignment, round_):
                    code, procedure = data["code"], data["procedure"]
                    course = choose(code, procedure["code"])
                    self._insert("work", assignment, round_, code, procedure["code"], procedure["name"], course.value)
                self._plan(assignment, round_, compose, message)
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return fresh

    def recalled(self, assignment: str, round_: int) -> bool:
        """Say whether a round was recalled: itself, or a later one of the same assignment."""
        asked = "SELECT 1 FROM heard WHERE assignment = ? AND round >= ? AND type = ?"
        return self._db.execute(asked, (assignment, round_, RECALLED)).fetchone() is not None

    def unsent(self, limit: int = 100) -> list[Outgoing]:
        """Return the oldest messages that no broker has confirmed yet, in order."""
        rows = self._db.execute("SELECT id, type, body FROM outbox WHERE sent = 0 ORDER BY position LIMIT ?", (limit,))
        return [Outgoing(*row) for row in rows]

    def mark_sent(self, ids: Sequence[str]) -> None:
        """Note that the broker has confirmed these."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("UPDATE outbox SET sent = 1 WHERE id = ?", [(id_,) for id_ in ids])
        self._db.execute("COMMIT")

    def _insert(self, table: str, *values: Any) -> bool:
        marks = ", ".join("?" * len(values))
        sql = f"INSERT OR IGNORE INTO {table} VALUES ({marks})"  # noqa: S608 - table names are ours
        return self._db.execute(sql, values).rowcount == 1

    def _plan(self, assignment: str, round_: int, compose: Compose, cause: dict[str, Any]) -> None:
        row = self._db.execute("SELECT * FROM work WHERE assignment = ? AND round = ?", (assignment, round_)).fetchone()
        (latest,) = self._db.execute("SELECT max(round) FROM work WHERE assignment = ?", (assignment,)).fetchone()
        if row is None or latest != round_:
            return  # the dossier itself is still under way or was recalled, or a later round has replaced this one
        work = Work(row[0], row[1], row[2], row[3], row[4], Course(row[5]))
        here = "assignment = ? AND round = ?"
        heard = {type_ for (type_,) in self._db.execute(f"SELECT type FROM heard WHERE {here}", row[:2])}  # noqa: S608
        given = {type_ for (type_,) in self._db.execute(f"SELECT type FROM outbox WHERE {here}", row[:2])}  # noqa: S608
        for answer in due_answers(work.course, round_, heard):
            if answer.value not in given:
                self._write(answer, work, compose, cause)

    def _write(self, answer: Answer, work: Work, compose: Compose, cause: dict[str, Any]) -> None:
        (sequence,) = self._db.execute(
            "SELECT coalesce(max(sequence), 0) + 1 FROM outbox WHERE assignment = ?", (work.assignment_id,)
        ).fetchone()
        (number,) = self._db.execute(
            "SELECT count(*) + 1 FROM outbox WHERE type = ?", (Answer.RESOLVED.value,)
        ).fetchone()
        id_ = str(uuid.uuid4())
        message = compose(answer, work, id_, sequence, number, cause)
        self._db.execute(
            "INSERT INTO outbox (id, assignment, round, type, sequence, body) VALUES (?, ?, ?, ?, ?, ?)",
            (id_, work.assignment_id, work.round, answer.value, sequence, encode(message)),
        )


def summary(path: Path) -> str:
    """Return how many answers of each kind a book holds, as JSON; for people and tests."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        rows = db.execute("SELECT type, count(*), sum(sent) FROM outbox GROUP BY type ORDER BY type").fetchall()
    db.close()
    return json.dumps({type_: {"written": written, "sent": sent} for type_, written, sent in rows})
