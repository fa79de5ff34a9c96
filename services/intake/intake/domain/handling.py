"""Handling: what the departments' work and the clock do to a dossier. Each act returns the dossier after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from intake.domain import papers
from intake.domain.dossier import Dossier
from intake.domain.forecast import look_again
from intake.domain.status import RUNNING, Status, move, stay
from intake.domain.supplements import answered
from worktime import WorkingCalendar

FEE, STOPPED = "fee", "stopped"


class SecondAppointment(Exception):
    """A new appointment was given before: the law allows one (NĐ 61/2018 Đ.19)."""


class NoApology(Exception):
    """No drafted apology lies there to be signed or set aside."""


class TooLate(Exception):
    """The appointment may be moved at the latest one working day before it passes (NĐ 61/2018 Đ.19)."""


class NotLater(Exception):
    """A new appointment must lie behind the one that stands."""


class NothingOwed(Exception):
    """The clock stands for a fee only while one is owed."""


def start_processing(dossier: Dossier, *, at: datetime) -> Dossier:
    """The department accepted: of a dossier just received or completed, or from another department after a correction.

    The desk may have stopped the clock meanwhile, when the first of two departments had accepted before the correction.
    """
    if dossier.status in (Status.PROCESSING, Status.FEE_ASKED, Status.STOPPED):
        return replace(dossier, started_at=at)
    stay(dossier.status, Status.RECEIVED)
    return replace(dossier, status=move(dossier.status, Status.PROCESSING), started_at=at)


def resolve(dossier: Dossier, *, at: datetime, outcome: str, result: Mapping[str, Any], remind_at: datetime) -> Dossier:
    """The result lies at the desk. Late stays late: ``on_time`` is kept with it.

    The appointment is missed at its very moment, as ``overdue`` has it; a clock that stands misses nothing.
    """
    status = move(dossier.status, Status.RESOLVED)
    on_time = dossier.overdue_for is None and (dossier.deadline.time_left or at < dossier.deadline.due_at)
    resolution = {"at": at, "outcome": outcome, "result": dict(result), "on_time": on_time}
    resolved = replace(dossier, status=status, resolution=resolution)
    return replace(resolved, pending=None, pause=None, apology=None, look_at=None, remind_at=remind_at, reminders=0)


def reschedule(dossier: Dossier, *, at: datetime, due_at: datetime, reason: str, by: str) -> Dossier:
    """Move the appointment, with apology, the one time that the law allows. A drafted apology is spent by it.

    Raises:
        SecondAppointment: it was moved before.
    """
    stay(dossier.status, Status.PROCESSING, Status.RECEIVED)
    if dossier.deadline.extended:
        raise SecondAppointment
    moved = replace(dossier, deadline=dossier.deadline.extend(at, due_at, reason), apology=None, look_at=None)
    return moved.with_paper(papers.APOLOGY, at, by)


def draft_apology(dossier: Dossier, *, at: datetime, expected_at: datetime, proposed_due_at: datetime) -> Dossier:
    """Lay an apology with a new appointment ready to be signed; nothing has moved yet."""
    stay(dossier.status, *RUNNING)
    draft = {"drafted_at": at, "expected_at": expected_at, "proposed_due_at": proposed_due_at}
    return replace(dossier, apology=draft, look_at=None)


def sign_apology(
    dossier: Dossier, *, at: datetime, due_at: datetime | None, reason: str, by: str, calendar: WorkingCalendar
) -> Dossier:
    """Sign the drafted apology: the person gets it, and the new appointment, in time.

    Args:
        due_at: another new appointment than the drafted one; None for that.

    Raises:
        NoApology: none was drafted, or it was set aside or spent.
        TooLate: less than one working day is left; from then on the dossier is simply late.
        NotLater: the other new appointment is no later than the one that stands.
    """
    stay(dossier.status, *RUNNING)
    if dossier.apology is None:
        raise NoApology
    if at > calendar.working_days_before(dossier.deadline.due_at, 1):
        raise TooLate
    new = due_at or dossier.apology["proposed_due_at"]
    if new <= dossier.deadline.due_at:
        raise NotLater
    calendar.next_opening(new)  # nobody may promise a day of a year without a table
    return reschedule(dossier, at=at, due_at=new, reason=reason, by=by)


def set_aside_apology(dossier: Dossier) -> Dossier:
    """A leader sees that the dossier will be ready in time after all; raises ``NoApology``."""
    if dossier.apology is None:
        raise NoApology
    return replace(dossier, apology=None)


def looked_at(dossier: Dossier, *, again_at: datetime | None) -> Dossier:
    """Note that the forecast was made and said in time; ``again_at`` is the next moment to look."""
    return replace(dossier, look_at=again_at)


def overdue(dossier: Dossier, *, now: datetime) -> Dossier | None:
    """Return the dossier with its passed appointment noted, or None when nothing new has passed.

    Overdue is an attribute of the deadline, never a status (facts 8.4).
    """
    if dossier.status not in RUNNING or dossier.overdue_for == dossier.deadline.due_at or now < dossier.deadline.due_at:
        return None
    return replace(dossier, overdue_for=dossier.deadline.due_at)


def pause(
    dossier: Dossier,
    *,
    cause: str,
    at: datetime,
    reason: str,
    legal_basis: str | None,
    calendar: WorkingCalendar,
    by: str,
) -> Dossier:
    """Stop the clock for a fee that is owed (status 6) or because handling must stand (status 8), and say why.

    Raises:
        NothingOwed: no fee is owed, so no payment would ever let the clock run on.
    """
    status, paper = {FEE: (Status.FEE_ASKED, papers.FEE_NOTICE), STOPPED: (Status.STOPPED, papers.SUSPENSION)}[cause]
    after = move(dossier.status, status)
    if cause == FEE and dossier.account.owed_minor <= 0:
        raise NothingOwed
    paused = replace(
        dossier,
        status=after,
        pause={"cause": cause, "at": at, "reason": reason, "legal_basis": legal_basis, "by": by},
        deadline=dossier.deadline.pause(at, reason, calendar, by_hours=dossier.by_hours),
    )
    says = {"reason": reason, "legal_basis": legal_basis, "owed_minor": max(dossier.account.owed_minor, 0)}
    return paused.with_paper(paper, at, by, says)


def resume(dossier: Dossier, *, at: datetime, reason: str, calendar: WorkingCalendar, by: str) -> Dossier:
    """Let the clock run on with what was left of the limit; a fresh receipt says until when."""
    stay(dossier.status, Status.FEE_ASKED, Status.STOPPED)
    status = move(dossier.status, Status.PROCESSING)
    deadline = dossier.deadline.resume(at, reason, calendar)
    resumed = replace(dossier, status=status, pause=None, deadline=deadline)
    # what a draft proposed was about the appointment of before
    resumed = replace(resumed, apology=None, look_at=look_again(deadline, at, calendar))
    return resumed.with_paper(papers.RECEIPT, at, by)


def reopen(
    dossier: Dossier,
    *,
    at: datetime,
    due_at: datetime,
    forward_at: datetime,
    look_at: datetime | None,
    reason: str,
    by: str,
) -> Dossier:
    """Have a wrong or lost result made anew, free of charge (NĐ 61/2018 Đ.21); the old result is kept."""
    stay(dossier.status, Status.RESOLVED, Status.RETURNED)
    status = move(dossier.status, Status.RECEIVED)
    old = {**(dossier.resolution or {}), "returned": dossier.returned, "reopened_at": at, "reason": reason, "by": by}
    reopened = replace(
        answered(dossier, at),
        status=status,
        deadline=dossier.deadline.restart(at, due_at, reason),
        forward_at=forward_at,
        look_at=look_at,
        resolutions=(*dossier.resolutions, old),
        resolution=None,
        returned=None,
        remind_at=None,
        reminders=0,
        kept_at=None,
        overdue_for=None,
    )
    return reopened.with_paper(papers.RECEIPT, at, by)
