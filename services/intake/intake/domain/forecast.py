"""Will a dossier be ready in time? Asked of how long its like took, so that an apology comes before lateness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from intake.domain.deadline import Deadline
from intake.domain.dossier import Dossier
from worktime import WorkingCalendar

#: So many finished dossiers of a procedure make a history; with fewer nothing is foretold.
ENOUGH = 5
#: Working days before the appointment at which the desk looks, the earlier first: an apology is due one day before.
LOOK_BEFORE = (3, 2)
#: Working days that a new appointment lies behind the expected end.
MARGIN = 1


def next_look(due_at: datetime, after: datetime, calendar: WorkingCalendar) -> datetime | None:
    """Return the next moment to forecast, at an opening of the office so that a leader can still sign; None for none left."""
    for days in LOOK_BEFORE:
        moment = calendar.next_opening(calendar.working_days_before(due_at, days))
        if moment > after:
            return moment
    return None


def look_again(deadline: Deadline, after: datetime, calendar: WorkingCalendar) -> datetime | None:
    """Return the next moment to forecast after the appointment changed; None when it was moved once and cannot be again."""
    return None if deadline.extended else next_look(deadline.due_at, after, calendar)


def expected_end(
    since: datetime, now: datetime, spans: Sequence[timedelta], calendar: WorkingCalendar
) -> datetime | None:
    """Return when the work will probably be done, or None when too few of its kind were finished.

    The median of those that took longer than this one has already; when none did, it needs once more half of what it
    has had.

    Args:
        since: aware instant at which the step began.
        spans: working time that the step took in finished dossiers of the procedure.
    """
    if len(spans) < ENOUGH:
        return None
    spent = calendar.working_time_between(since, now)
    longer = [span.total_seconds() for span in spans if span > spent]
    left = timedelta(seconds=median(longer)) - spent if longer else spent / 2
    return calendar.add_working_time(now, left)


def new_appointment(expected_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Return the appointment to propose: a little behind the expected end, for it may be moved only once."""
    return calendar.add_working_days(expected_at, MARGIN)


def spans(finished: Iterable[Dossier], calendar: WorkingCalendar) -> tuple[list[timedelta], list[timedelta]]:
    """Return the working time that finished dossiers waited for their department, and were worked on by it."""
    accepting, working = [], []
    for dossier in finished:
        if dossier.started_at and dossier.resolution:
            accepting.append(calendar.working_time_between(dossier.receipt.received_at, dossier.started_at))
            working.append(calendar.working_time_between(dossier.started_at, dossier.resolution["at"]))
    return accepting, working
