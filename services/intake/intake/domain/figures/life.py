"""What a dossier adds to a period, read off the dossier: its ledger, its requests, its results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from intake.domain.code import local_day
from intake.domain.deadline import PAUSE, RESUME, START, Entry
from intake.domain.dossier import Dossier
from intake.domain.figures.mark import (
    CARRIED,
    EARLY,
    IN_TIME,
    LATE,
    ON_TIME,
    OVERDUE,
    PAUSED,
    RECEIVED,
    REFUSED,
    REOPENED,
    WITHDRAWN,
    Mark,
)
from intake.domain.figures.period import Period
from worktime import WorkingCalendar

COUNTER = "counter"
AT_COUNTER = 1


@dataclass(frozen=True, slots=True)
class End:
    """An end of the work on a dossier: a result, a refusal, a withdrawal.

    Attributes:
        run: entries of the ledger that led to it.
        returned: how and when the result left the desk.
        reopened_at: when it was made anew.
    """

    at: datetime
    outcome: str
    run: tuple[Entry, ...] = ()
    returned: Any = None
    reopened_at: datetime | None = None

    def stands(self, moment: datetime) -> bool:
        """Whether the dossier was done with by it just before ``moment``."""
        return self.at < moment and (self.reopened_at is None or self.reopened_at >= moment)


def lived(dossier: Dossier, period: Period, calendar: WorkingCalendar) -> Mark | None:
    """Return what a dossier adds to a period, or None for nothing.

    Early, on time and late go by the appointment as it stood when the result came: one moved in time counts as the new
    date, and one that passed stays missed, whatever was agreed afterwards.

    Raises:
        CalendarUnknown: a year of its working time has no table.
    """
    if not dossier.history:
        return None
    came, begin, end = dossier.history[0]["at"], period.begin, period.end
    if came >= end:
        return None
    ends = tuple(_ends(dossier))
    before = next((row for row in ends if row.stands(begin)), None)
    entry = RECEIVED if came >= begin else CARRIED
    if before is not None and came < begin:
        entry = REOPENED if any(period.holds(row.reopened_at) for row in ends) else ""
    last = next((row for row in ends if row.stands(end)), None)
    made = last if last and last.outcome in (EARLY, ON_TIME, LATE) else None
    receipt = dossier.receipt
    mark = Mark(
        code=str(dossier.code),
        field=str(receipt.procedure.get("field") or ""),
        procedure=str(receipt.procedure["code"]),
        channel=str(receipt.channel),
        department=receipt.department,
        entry=entry or None,
        outcome=(last.outcome if last else _pending(dossier, end)) if entry else None,
        waiting=bool(entry and made and not (made.returned and made.returned["at"] < end)),
        minutes=_minutes(made, calendar) if entry and made else None,
        **_burden(dossier, period, ends),
    )
    return None if mark.empty else mark


def _ends(dossier: Dossier) -> Iterator[End]:
    runs = _runs(dossier.deadline.entries)
    for number, old in enumerate(dossier.resolutions):
        yield End(old["at"], _kept(old, runs[number]), runs[number], old["returned"], old["reopened_at"])
    if dossier.resolution:
        yield End(dossier.resolution["at"], _kept(dossier.resolution, runs[-1]), runs[-1], dossier.returned)
    if dossier.refusal:
        yield End(dossier.refusal["at"], REFUSED)
    if dossier.withdrawal:
        yield End(dossier.withdrawal["at"], WITHDRAWN)


def _runs(entries: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    """Return the ledger as one run for each limit that began."""
    starts = [number for number, entry in enumerate(entries) if entry.kind == START]
    return [tuple(entries[since:until]) for since, until in zip(starts, [*starts[1:], None], strict=False)]


def _kept(resolution: Any, run: Sequence[Entry]) -> str:
    if not resolution["on_time"]:
        return LATE
    return EARLY if local_day(resolution["at"]) < local_day(run[-1].due_at) else ON_TIME


def _pending(dossier: Dossier, end: datetime) -> str:
    runs = [run for run in _runs(dossier.deadline.entries) if run[0].at < end]
    if not runs:
        asked = (row for row in dossier.requests if row["stage"] == "reception" and row["asked_at"] < end)
        waits = any(row["answered_at"] is None or row["answered_at"] >= end for row in asked)
        return PAUSED if waits else IN_TIME
    run = [entry for entry in runs[-1] if entry.at < end]
    if run[-1].kind == PAUSE:
        return PAUSED
    missed = any(one.kind != PAUSE and one.due_at <= after.at for one, after in zip(run, run[1:], strict=False))
    # told as passed, although what moved it is dated before
    passed = [entry for entry in dossier.deadline.entries if entry.due_at == dossier.overdue_for]
    told = any(entry in run and entry.due_at < end for entry in passed[-1:])
    return OVERDUE if missed or told or run[-1].due_at < end else IN_TIME


def _minutes(end: End, calendar: WorkingCalendar) -> int:
    total, since = timedelta(), None
    for entry in end.run:
        if entry.kind in (START, RESUME):
            since = entry.at
        elif entry.kind == PAUSE and since is not None:
            total, since = total + calendar.working_time_between(since, entry.at), None
    if since is not None:
        total += calendar.working_time_between(since, end.at)
    return int(total.total_seconds() // 60)


def _burden(dossier: Dossier, period: Period, ends: Sequence[End]) -> dict[str, int]:
    """Count what the person was put to in the period.

    A trip: handing in at the counter, bringing what was asked for or coming for a corrected receipt of such a dossier,
    collecting the result at the counter. What came online or by post is no trip.
    """
    asked = [row["stage"] for row in dossier.requests if period.holds(row["asked_at"])]
    returned = [row.returned for row in ends if row.returned and period.holds(row.returned["at"])]
    trips = sum(row["method"] == COUNTER for row in returned)
    if dossier.receipt.channel == AT_COUNTER:
        trips += period.holds(dossier.history[0]["at"])
        trips += sum(period.holds(row["at"]) for row in dossier.supplements)
        # before reception there was no receipt to come for
        trips += sum(period.holds(row["at"]) for row in dossier.corrections if row["due_at"])
    return {
        "handed_over": len(returned),
        "asked_reception": asked.count("reception"),
        "asked_department": asked.count("department"),
        "trips": trips,
    }
