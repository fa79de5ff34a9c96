"""The procedures: found, read, explained to a person, and brought up to date from a spreadsheet."""

from __future__ import annotations

import base64
import hashlib
from datetime import date, datetime
from typing import Any

from eventlet import tpool

from chassis.errors import Refused
from chassis.identity import Identity
from chassis.rpc import rpc
from intake import domain
from intake.domain import Fault
from intake.messages import calls, guidance, procedure_queries, procedures
from intake.service.base import READERS, Intake, call
from intake.service.book import Book
from office import Limit, ProcedureVersion
from office.spreadsheet import MOST_BYTES, SheetFaults, prepare, write_xlsx
from worktime import CalendarUnknown

#: Who may bring the procedures up to date, and who else sees drafts and the record of imports.
KEEPERS = ("operator", "chief")
STAFF = frozenset({*KEEPERS, "deputy", "clerk", "auditor"})
EVERYONE = (*READERS, "operator")


class ProcedureDesk(Intake):
    @property
    def _book(self) -> Book:
        assert isinstance(self.desk.book, Book)
        return self.desk.book

    @rpc(roles=EVERYONE)
    def procedures(
        self,
        caller: Identity,
        on: str | None = None,
        q: str | None = None,
        field: str | None = None,
        department: str | None = None,
        level: str | None = None,
        state: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return the published procedures in force; for the staff those in another ``state``, whatever their dates."""
        staff = _is_staff(caller)
        if state is not None and not staff:
            raise Refused("forbidden", 403, errors=calls.problems([Fault("state", "staff-only")]))
        day = calls.day("on", on) or domain.local_day(self.clock.now())
        known = self._book.procedures()
        rows = list(known.on(day) if state in (None, "published") else procedures.chosen(known, str(state)))
        wanted = {"field": field, "department": department, "level": level}
        rows = [row for row in rows if all(v is None or getattr(row, name) == v for name, v in wanted.items())]
        if q is not None:
            rows = procedures.found(rows, procedure_queries.searched(q))
        most = None if limit is None else calls.page(limit, None)[0]
        return [procedures.procedure(row, staff=staff) for row in rows[:most]]

    @rpc(roles=EVERYONE)
    def procedure(self, caller: Identity, code: str, on: str | None = None) -> dict[str, Any]:
        return procedures.procedure(self._version(caller, code, calls.day("on", on)), staff=_is_staff(caller))

    @rpc(roles=EVERYONE)
    def guidance(
        self,
        caller: Identity,
        code: str,
        on: str | None = None,
        language: str = "vi",
        case: str | None = None,
        quantities: dict[str, int] | None = None,
    ) -> dict[str, Any]:
        """Return what to bring, how long it takes and what it costs; the appointment is that of a reception now."""
        version, now = self._version(caller, code, calls.day("on", on)), self.clock.now()
        given = quantities or {}
        procedure_queries.check_guidance(version, language, case, given)
        received = version if version.published and _holds(version, domain.local_day(now)) else None
        return guidance.guidance(
            version,
            language=language,
            case=case,
            quantities=given,
            due_at=self._due(received.limit_of(case), now) if received else None,
            supplement_days=version.supplement_days or self.desk.supplement_days,
        )

    @rpc(roles=KEEPERS)
    def import_procedures(
        self, caller: Identity, key: str, files: list[dict[str, str]], dry_run: bool = False
    ) -> dict[str, Any]:
        """Bring the procedures up to date from a workbook (base64), all of it or nothing.

        Raises:
            Refused: ``invalid-import`` with the sheet, row and column of every fault.
        """
        contents = procedure_queries.open_files(files, MOST_BYTES)
        digest = hashlib.sha256(b"".join(contents[name] for name in sorted(contents))).hexdigest()
        cause = call(caller, key, ["import_procedures", sorted(contents), digest])
        if not dry_run and (done := self._book.kept.of(cause)):
            return procedures.edition(done) | {"dry_run": False, "replayed": True}
        now, current, edition = self.clock.now(), self._book.look(), self._book.edition
        try:
            # off the loop: a large workbook takes the processor for seconds
            made = tpool.execute(
                prepare, contents, office=self.desk.office, current=current, today=domain.local_day(now)
            )
        except SheetFaults as faults:
            raise Refused("invalid-import", 422, errors=[fault.as_row() for fault in faults.faults]) from None
        told: dict[str, Any] = {"by": caller.subject, "file": ", ".join(sorted(contents)), "file_digest": digest}
        told["told"] = procedures.changes(made)
        if made.rows() and not dry_run:
            self._book.write(edition, made.rows(), now, cause, told)
            edition += 1
        shown = procedures.edition({"_id": edition, "at": now, **told})
        return shown | {"dry_run": dry_run, "replayed": False}

    @rpc(roles=sorted(STAFF - {"clerk"}))
    def procedure_imports(self, caller: Identity, limit: int = 50, after: int | None = None) -> dict[str, Any]:
        """Return who imported what and when, the latest first; ``after`` is the ``next`` of the page before."""
        most, _ = calls.page(limit, None)
        rows = self._book.kept.page(most + 1, procedure_queries.edition_before(after))
        items = [procedures.edition(row) for row in rows[:most]]
        return {"items": items, "next": items[-1]["edition"] if len(rows) > most else None}

    @rpc(roles=sorted(STAFF))
    def export_procedures(self, caller: Identity) -> dict[str, str]:
        """Return every version as a workbook (base64), in the shape that is imported."""
        return {"content": base64.b64encode(tpool.execute(write_xlsx, self._book.procedures())).decode("ascii")}

    def _version(self, caller: Identity, code: str, on: date | None) -> ProcedureVersion:
        day = on or domain.local_day(self.clock.now())
        known = self._book.procedures()
        version = known.look_up(code, day) if _is_staff(caller) else known.find(code, day)
        if version is None:
            raise Refused("unknown-procedure", 404)
        return version

    def _due(self, limit: Limit, now: datetime) -> datetime | None:
        try:
            return self.desk.calendar.due_at(now, limit.kind, limit.amount)
        except CalendarUnknown:
            return None  # guidance can be given all the same; no appointment could be made


def _is_staff(caller: Identity) -> bool:
    return bool(caller.roles & STAFF)


def _holds(version: ProcedureVersion, day: date) -> bool:
    return version.valid_from <= day and (version.valid_to is None or day <= version.valid_to)
