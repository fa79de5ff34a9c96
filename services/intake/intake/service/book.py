"""The procedures as they run now: the office's files, and over them what was imported since."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chassis import telemetry
from chassis.clock import Clock
from chassis.database import connect
from chassis.documents import Documents
from chassis.errors import StaleDocument
from chassis.kept import Cause
from intake import store
from intake.desk import Desk
from intake.settings import Settings
from office import Procedures, ProcedureVersion, from_plain, to_plain
from office.succession import seeds

_log = telemetry.logger(__name__)


class Book:
    """All versions of the procedures, kept in memory.

    Whether there is a new edition is asked of the database at most once in ``LOOK_SECONDS``, by one look-up that finds
    nothing as a rule; a receipt therefore costs no round trip for its procedure, and an import is seen by every replica a
    second later at the latest.
    """

    LOOK_SECONDS = 1.0

    def __init__(self, kept: store.Procedures) -> None:
        self.kept = kept
        self._rows: dict[str, ProcedureVersion] = {}
        self._edition = 0
        self._procedures = Procedures.of(())
        self._looked = float("-inf")

    @property
    def edition(self) -> int:
        """The number of the last edition that is in."""
        return self._edition

    def procedures(self) -> Procedures:
        """Return the versions as of about a second ago at the earliest."""
        if time.monotonic() - self._looked >= self.LOOK_SECONDS:
            self.look()
        return self._procedures

    def look(self) -> Procedures:
        """Read the editions that came since, and return the versions as of now."""
        self._looked = time.monotonic()  # first: who comes meanwhile goes on with what is here
        for edition in self.kept.after(self._edition):
            if edition["_id"] == self._edition + 1:  # another worker may have read it meanwhile
                self._lay_over(edition)
        return self._procedures

    def _lay_over(self, edition: Mapping[str, Any]) -> None:
        rows = [from_plain(row) for row in edition["rows"]]
        self._rows |= {row.key: row for row in rows}
        self._procedures = Procedures.of(self._rows.values())
        self._edition = edition["_id"]

    def write(
        self, edition: int, versions: Iterable[ProcedureVersion], at: datetime, cause: Cause, told: Mapping[str, Any]
    ) -> None:
        """Keep ``versions`` as the edition after ``edition``, on which they were decided.

        Raises:
            StaleDocument: there is a newer one by now; look and decide again.
        """
        self.kept.add(edition + 1, at, cause, {**told, "rows": [to_plain(row) for row in versions]})
        self.look()

    def sow(self, shipped: Iterable[ProcedureVersion], at: datetime) -> None:
        """Add the shipped versions that are missing; of several replicas that start at once one does it."""
        shipped = tuple(shipped)
        while True:
            current = self.look()
            missing, left_out = seeds(current, shipped)
            for row in left_out:
                _log.error("shipped version left out, it overlaps a kept one", version=row.key)
            if not missing:
                return
            told = {"by": "office files", "file": "procedures.yaml", "file_digest": "", "told": {"added": len(missing)}}
            cause = Cause(f"seed {self._edition + 1}")
            try:
                self.write(self._edition, missing, at, cause, told)
            except StaleDocument:
                continue


def open_desk(settings: Settings) -> Desk:
    """Return the desk with the procedures that are kept in the database, sown from the office's files."""
    collection = connect(settings.mongodb_uri, settings.database)[store.Procedures.COLLECTION]
    documents = Documents(collection, None, store.Procedures.INDEXES)
    documents.create_indexes()
    kept = store.Procedures(documents)
    book = Book(kept)
    desk = Desk.open(settings, book)
    book.sow(desk.office.all_procedures, Clock(settings.clock_file).now())
    return desk
