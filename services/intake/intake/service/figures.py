"""Reports on the desk's work, and periods that are closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chassis.errors import AlreadyHandled, Refused
from chassis.identity import Identity
from chassis.kept import Document
from chassis.rpc import rpc
from chassis.service import Stored
from intake import store
from intake.domain import Dossier
from intake.domain.figures import BY, Mark, Period, Tally, counts, lived, told
from intake.messages import calls, figures
from intake.messages.figures import COLUMNS, KINDS
from intake.service.base import LEADERS, STAFF, Intake, call
from worktime import CalendarUnknown

CONTROLLERS = ("auditor", *LEADERS)
Pair = tuple[Dossier, Mark | None]


class FigureDesk(Intake):
    figures: store.Figures = Stored(store.Figures)

    @rpc(roles=STAFF)
    def report(
        self, caller: Identity, kind: str, period: str, windows: str = "nd09", by: str = "field"
    ) -> dict[str, Any]:
        """Return the rows and sums of a report.

        Of a closed period the kept figures, and what would be different now (``restatements``, the first of
        ``restated``, and ``now`` with the figures as they would be).
        """
        asked = figures.open_period(period, windows, kind=(kind, KINDS), by=(by, BY))
        head = {"kind": kind, "by": by, **figures.about(asked), "over": self.clock.now() >= asked.end}
        closing = self.figures.closing(asked)
        if closing is None:
            table = self._tables(Tally(mark for _, mark in self._lived(asked) if mark), asked)[kind][by]
            return {**head, **table, "closed": None, "restated": 0, "restatements": [], "now": None}
        tally, changes = self._restatements(asked, closing)
        now = self._tables(tally, asked)[kind][by] if changes else None
        return {
            **head,
            **closing["tables"][kind][by],
            "closed": figures.closed(closing),
            "restated": len(changes),
            "restatements": changes[: figures.MOST],
            "now": now,
        }

    @rpc(roles=LEADERS)
    def close_period(self, caller: Identity, key: str, period: str, windows: str = "nd09") -> dict[str, Any]:
        """Close a period that is over: its figures stay what they are now."""
        asked, now = figures.open_period(period, windows), self.clock.now()
        cause = call(caller, key, ["close-period", period, windows])
        try:
            if self.figures.closing(asked, cause) is not None:
                raise figures.refuse("period-closed", "period", "period-closed")
        except AlreadyHandled:
            return {**figures.closed(self._closing(asked)), "replayed": True}
        if now < asked.end:
            raise figures.refuse("period-not-over", "period", "period-not-over")
        tally, heads, rows = Tally(), figures.Heads(), []
        for dossier, mark in self._lived(asked):
            if mark:
                rows.append(figures.kept(mark, dossier))
                tally.add(mark)
        rows.sort(key=lambda row: str(row["code"]))
        for row in rows:
            heads.add(row["code"], row["links"], row["head"])
        closing = {
            **figures.about(asked),
            "begin": asked.begin,
            "end": asked.end,
            "closed_at": now,
            "by": caller.subject,
            "dossiers": len(rows),
            "heads": heads.digest,
            "tables": self._tables(tally, asked),
        }
        closing["digest"] = figures.digest_of(closing)
        return {**figures.closed(self.figures.close(asked, closing, rows, cause)), "replayed": False}

    @rpc(roles=STAFF)
    def closings(self, caller: Identity) -> list[dict[str, Any]]:
        """Return the closed periods, the last one first."""
        return [figures.closed(row) for row in self.figures.closings()]

    @rpc(roles=STAFF)
    def closing_cell(
        self,
        caller: Identity,
        period: str,
        column: str,
        row: str | None = None,
        windows: str = "nd09",
        by: str = "field",
        limit: int = 100,
        after: str | None = None,
    ) -> dict[str, Any]:
        """Return the dossiers behind a number of a closed period; without ``row`` those behind the sum."""
        asked = figures.open_period(period, windows, by=(by, BY), column=(column, COLUMNS))
        size, _ = calls.page(limit, None)
        items: list[dict[str, Any]] = []
        for at, kept in self.figures.rows(self._closing(asked), figures.open_after(after)):
            if len(items) == size:
                return {"items": items, "next": str(at)}
            mark = figures.mark_of(kept)
            if (row is None or mark.row(by) == row) and (number := counts(mark).get(column)):
                items.append({"code": mark.code, "count": number})
        return {"items": items, "next": None}

    @rpc(roles=CONTROLLERS)
    def figures_recount(self, caller: Identity, period: str, windows: str = "nd09") -> dict[str, Any]:
        """Count a period anew from the events alone, compare, and name the first difference."""
        asked = figures.open_period(period, windows)
        tally, again, first = Tally(), Tally(), None
        for dossier, mark in self._lived(asked):
            other = told(dossier, asked, self.desk.calendar)
            for counted, by_whom in ((mark, tally), (other, again)):
                if counted:
                    by_whom.add(counted)
            if mark != other and first is None:
                first = _difference(str(dossier.code), "mark", mark, other)
        equal = first is None and tally.tables() == again.tables()
        return {**figures.about(asked), "dossiers": again.marks, "equal": equal, "difference": first}

    @rpc(roles=CONTROLLERS)
    def closing_reproduce(self, caller: Identity, period: str, windows: str = "nd09") -> dict[str, Any]:
        """Compute a closed period anew from the events as they stood when it was closed, and compare."""
        asked = figures.open_period(period, windows)
        closing = self._closing(asked)
        tally, heads, first = Tally(), figures.Heads(), None
        for row, dossier in self._rows_with_dossiers(closing):
            found = None
            stood = dossier.history[row["links"] - 1]["digest"] if dossier and _reaches(dossier, row) else ""
            heads.add(row["code"], row["links"], stood)
            if dossier:
                kept = {"links": row["links"], "corrections": row["corrections"]}
                found = told(dossier, asked, self.desk.calendar, **kept)
            if found:
                tally.add(found)
            if first is None and stood != row["head"]:
                first = {"code": row["code"], "what": "history", "kept": row["head"], "found": stood or None}
            elif first is None and found != (mark := figures.mark_of(row)):
                first = _difference(row["code"], "mark", mark, found)
        equal = first is None and heads.digest == closing["heads"] and figures.digest_of(closing) == closing["digest"]
        equal = equal and _numbers(tally.tables()) == _numbers(closing["tables"])
        return {**figures.closed(closing), "equal": equal, "difference": first}

    def _closing(self, period: Period) -> Document:
        found = self.figures.closing(period)
        if found is None:
            raise Refused("period-open", 404)
        return found

    def _tables(self, tally: Tally, period: Period) -> dict[str, dict[str, Any]]:
        return figures.tables(tally, self.desk.office, period.last)

    def _lived(self, period: Period) -> Iterator[Pair]:
        try:
            for dossier in self.figures.candidates(period, self.clock.now()):
                yield dossier, lived(dossier, period, self.desk.calendar)
        except CalendarUnknown as unknown:
            raise Refused("calendar-unknown", 503, f"The calendar has no table for {unknown.year}.") from None

    def _restatements(self, period: Period, closing: Document) -> tuple[Tally, list[dict[str, Any]]]:
        """Return the figures as they would be now, and each dossier that adds something else than it did."""
        kept = {row["code"]: row for _, row in self.figures.rows(closing)}
        tally, changed = Tally(), []
        for dossier, mark in self._lived(period):
            if mark:
                tally.add(mark)
            old = kept.pop(str(dossier.code), None)
            if (figures.mark_of(old) if old else None) != mark:
                changed.append(figures.restatement(str(dossier.code), old, mark, dossier))
        for part in _parts(list(kept.values())):
            gone = self.figures.of([row["code"] for row in part])
            changed += [figures.restatement(row["code"], row, None, gone.get(row["code"])) for row in part]
        return tally, sorted(changed, key=lambda row: str(row["code"]))

    def _rows_with_dossiers(self, closing: Document) -> Iterator[tuple[Document, Dossier | None]]:
        part: list[Document] = []
        for _, row in self.figures.rows(closing):
            part.append(row)
            if len(part) == store.BATCH:
                yield from self._with_dossiers(part)
                part = []
        yield from self._with_dossiers(part)

    def _with_dossiers(self, rows: list[Document]) -> Iterator[tuple[Document, Dossier | None]]:
        found = self.figures.of([row["code"] for row in rows])
        return ((row, found.get(row["code"])) for row in rows)


def _reaches(dossier: Dossier, row: Document) -> bool:
    return len(dossier.history) >= int(row["links"])


def _parts(rows: list[Document]) -> Iterator[list[Document]]:
    return (rows[at : at + store.BATCH] for at in range(0, len(rows), store.BATCH))


def _difference(code: str, what: str, kept: Mark | None, found: Mark | None) -> dict[str, Any]:
    return {"code": code, "what": what, "kept": figures.said(kept), "found": figures.said(found)}


def _numbers(tables: dict[str, dict[str, Any]]) -> Any:
    """Return tables without the names of their rows, which the events do not tell."""
    return {
        (kind, by): (
            [{name: value for name, value in row.items() if name != "name"} for row in table["rows"]],
            table["sums"],
        )
        for kind, every in tables.items()
        for by, table in every.items()
    }
