"""What a ward remembers beside its submissions and their answers: its stream of commands, and how its dossiers stand."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from partner import book
from partner.book import Kept
from partner.errand import Errand
from partner.lines import Case
from partner.messages import encode

ERRAND = Errand(
    role="ward",
    sends="dossier.submit.v1",
    answered="submission.answered.v1",
    reference="ward_reference",
    result="code",
    outcomes=("rejected", "accepted"),
    moment="submitted_at",
)
CHANGED, ASKED, STATED = "submission.changed.v1", "submission.resend-asked.v1", "statement.answered.v1"


class Book(book.Book):
    """One ward system's memory.

    Every command is in ``commands`` with its position in the stream, which is this book's life: a book that is lost begins
    another stream. ``outcome`` and ``problems`` are of corrections and withdrawals; those of submissions are where they were.
    """

    ERRAND: ClassVar[Errand] = ERRAND
    FURTHER: ClassVar[dict[str, Errand]] = {
        **{name: replace(ERRAND, sends=f"dossier.{name}.v1", moment=None) for name in ("correct", "withdraw")},
        "state": replace(ERRAND, sends="ward.statement.v1", reference="day", moment=None),
    }
    TABLES: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS feed (sender TEXT, reference TEXT, position INTEGER, status INTEGER, body BLOB NOT NULL,
        PRIMARY KEY (sender, reference)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS streams (sender TEXT PRIMARY KEY, id TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS commands (sender TEXT, position INTEGER, id TEXT UNIQUE NOT NULL, type TEXT NOT NULL,
        reference TEXT NOT NULL, digest TEXT, body BLOB NOT NULL, outcome TEXT, problems TEXT,
        PRIMARY KEY (sender, position)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS commands_of ON commands (sender, reference);
    CREATE TABLE IF NOT EXISTS asked (sender TEXT, first INTEGER, last INTEGER, PRIMARY KEY (sender, first, last));
    """

    def __init__(self, path: Path, sender: str) -> None:
        super().__init__(path, sender)
        self._db.execute("INSERT OR IGNORE INTO streams VALUES (?, ?)", (sender, str(uuid.uuid4())))
        (self.stream,) = self._db.execute("SELECT id FROM streams WHERE sender = ?", (sender,)).fetchone()

    @classmethod
    def takes(cls) -> tuple[str, ...]:
        return (*super().takes(), CHANGED, ASKED, STATED)

    def take(self, message: dict[str, Any]) -> bool:
        if message["type"] == CHANGED:
            return self.change(message)
        if message["type"] == ASKED:
            return self.asked(message["data"])
        if message["type"] == STATED:
            return self.obeyed({"command_id": message["data"]["statement_id"], **message["data"]})
        about = message["data"].get("about", "submit")
        return self.answer(message) if about == "submit" else self.obeyed(message["data"])

    def numbered(self, message: dict[str, Any]) -> dict[str, Any]:
        """Give a command the next position of the stream and keep it, to be sent again whenever it is asked for."""
        position = self._last() + 1
        made = {**message, "data": {**message["data"], "stream": {"id": self.stream, "position": position}}}
        self._db.execute(
            "INSERT INTO commands (sender, position, id, type, reference, body) VALUES (?, ?, ?, ?, ?, ?)",
            (
                self._sender,
                position,
                made["id"],
                made["type"],
                made["data"].get("ward_reference") or made["subject"],
                encode(made),
            ),
        )
        return made

    def keep_further(self, cases: Iterable[Case]) -> list[tuple[Case, Kept]]:
        """Write corrections or withdrawals down; what says the same of the same case is there already."""
        with self._transaction():
            return [(case, self._keep_further(case)) for case in cases]

    def _keep_further(self, case: Case) -> Kept:
        said = "SELECT count(*), coalesce(sum(type = ? AND digest = ?), 0) FROM commands WHERE sender = ? AND reference = ?"
        of = (case.message["type"], case.digest, self._sender, case.reference)
        count, same = self._db.execute(said, of).fetchone()
        if same:
            return Kept.SAME
        made = self.numbered(case.message | {"sequence": count + 1})
        self._db.execute("UPDATE commands SET digest = ? WHERE id = ?", (case.digest, made["id"]))
        return Kept.NEW

    def further(self, after: int, limit: int) -> list[tuple[int, str, str, bytes]]:
        return self._db.execute(
            "SELECT position, type, id, body FROM commands WHERE sender = ? AND position > ? AND type <> ?"
            " AND outcome IS NULL ORDER BY position LIMIT ?",
            (self._sender, after, self.ERRAND.sends, limit),
        ).fetchall()

    def without_answer(self, limit: int) -> list[bytes]:
        """Return up to ``limit`` submissions, corrections and withdrawals that have no answer, in the stream's order."""
        waiting = (
            "SELECT coalesce(c.position, 0), s.position, s.body FROM submissions s LEFT JOIN commands c ON c.id = s.id"
            " WHERE s.sender = :sender AND s.outcome IS NULL"
            " UNION ALL SELECT position, 0, body FROM commands"
            " WHERE sender = :sender AND outcome IS NULL AND type IN (:correct, :withdraw)"
            " ORDER BY 1, 2 LIMIT :limit"
        )
        types = {name: self.FURTHER[name].sends for name in ("correct", "withdraw")}
        found = self._db.execute(waiting, {"sender": self._sender, "limit": limit, **types})
        return [body for _, _, body in found]

    def obeyed(self, data: dict[str, Any]) -> bool:
        """Keep the answer to a correction, withdrawal or statement; False when it had one, or is not this book's."""
        told = [f"{row['field']}: {row['message']}" for row in data.get("problems", [])]
        told += [f"{kind}: {' '.join(data[kind])}" for kind in ("missing", "unstated", "different") if data.get(kind)]
        problems = "; ".join(told)
        row = (data["outcome"], problems, self._sender, data.get("command_id"))
        kept = "UPDATE commands SET outcome = ?, problems = ? WHERE sender = ? AND id = ? AND outcome IS NULL"
        return self._db.execute(kept, row).rowcount == 1

    def asked(self, data: dict[str, Any]) -> bool:
        """Note which positions the district lacks; False when they are of an earlier book."""
        if data["stream"] != self.stream:
            return False
        row = (self._sender, data["from"], data["to"])
        return self._db.execute("INSERT OR IGNORE INTO asked VALUES (?, ?, ?)", row).rowcount == 1

    def asked_again(self) -> list[tuple[str, str, bytes]] | None:
        found = self.holes()
        if not found:
            return None
        between = "SELECT type, id, body FROM commands WHERE sender = ? AND position BETWEEN ? AND ? ORDER BY position"
        return self._db.execute(between, (self._sender, *found[0])).fetchall()

    def said_again(self) -> None:
        self._db.execute(
            "DELETE FROM asked WHERE sender = ? AND first = ? AND last = ?", (self._sender, *self.holes()[0])
        )

    def holes(self) -> list[tuple[int, int]]:
        """Return the positions, from and to, that the district lacks and that were not sent again yet."""
        return self._db.execute(
            "SELECT first, last FROM asked WHERE sender = ? ORDER BY first, last", (self._sender,)
        ).fetchall()

    def handed_over(self) -> list[dict[str, Any]]:
        """Return ``data`` of every submission that was not refused."""
        kept = "SELECT body FROM submissions WHERE sender = ? AND coalesce(outcome, '') <> 'rejected'"
        return [json.loads(body)["data"] for (body,) in self._db.execute(kept, (self._sender,))]

    def waiting(self) -> int:
        return super().waiting() + self._commands().get(None, 0)

    def change(self, message: dict[str, Any]) -> bool:
        """Keep the newest that was told of a dossier; False when a later position, or the same, was told before."""
        data = message["data"]
        row = (self._sender, data["ward_reference"], data["position"], data["status"], encode(message))
        kept = self._db.execute(
            "INSERT INTO feed VALUES (?, ?, ?, ?, ?) ON CONFLICT (sender, reference) DO UPDATE"
            " SET position = excluded.position, status = excluded.status, body = excluded.body"
            " WHERE excluded.position > feed.position",
            row,
        )
        return kept.rowcount == 1

    def statuses(self) -> dict[int, int]:
        """Return status to how many of the ward's dossiers have it, as the feed has told it so far."""
        counted = "SELECT status, count(*) FROM feed WHERE sender = ? GROUP BY status ORDER BY status"
        return dict(self._db.execute(counted, (self._sender,)))

    def summary(self) -> list[str]:
        statuses = " ".join(f"{status}={count}" for status, count in self.statuses().items())
        holes = " ".join(f"{first}-{last}" for first, last in self.holes())
        commands = " ".join(f"{outcome or 'unanswered'}={count}" for outcome, count in self._commands().items())
        lines = [f"statuses: {statuses or 'none told'}", f"stream: up to {self._last()}, holes: {holes or 'none told'}"]
        lines += self._undone()
        return [*lines, f"other commands: {commands}"] if commands else lines

    def _undone(self) -> list[str]:
        rows = self._db.execute(
            "SELECT outcome, type, reference, problems FROM commands WHERE sender = ?"
            " AND outcome IN ('rejected', 'different') ORDER BY position",
            (self._sender,),
        )
        return [f"{outcome} {type_} {reference}: {why}" for outcome, type_, reference, why in rows]

    def _commands(self) -> dict[str | None, int]:
        counted = (
            "SELECT outcome, count(*) FROM commands WHERE sender = ? AND type <> ? GROUP BY outcome ORDER BY outcome"
        )
        return dict(self._db.execute(counted, (self._sender, self.ERRAND.sends)))

    def _last(self) -> int:
        found = self._db.execute("SELECT max(position) FROM commands WHERE sender = ?", (self._sender,)).fetchone()[0]
        return int(found or 0)
