"""Requests for supplement (yêu cầu bổ sung, hoàn thiện hồ sơ): everything at once, once, with reason, list and term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from intake.domain import papers
from intake.domain.dossier import Dossier
from intake.domain.forecast import look_again
from intake.domain.status import Status, move, stay
from worktime import WorkingCalendar

#: Working time within which the desk looks at what came online (NĐ 45/2020/NĐ-CP Đ.11).
ANSWER_WITHIN = timedelta(hours=8)


class AskedBefore(Exception):
    """The person was asked to complete the dossier before: once is what the law allows the desk (NĐ 61/2018 Đ.17)."""


class NothingPending(Exception):
    """No department waits for a leader's word on a further request."""


def ask_at_reception(
    dossier: Dossier,
    *,
    at: datetime,
    reason: str,
    items: Sequence[str],
    legal_basis: str,
    supply_by: datetime,
    by: str,
) -> Dossier:
    """Ask the person to complete what was handed in, before it is received; everything at once, and once.

    Raises:
        AskedBefore: a request was made before.
    """
    stay(dossier.status, Status.REGISTERED)
    if dossier.requests:
        raise AskedBefore(len(dossier.requests))
    return _ask(dossier, "reception", at, reason, items, legal_basis, supply_by, by)


def ask_for_department(
    dossier: Dossier,
    *,
    at: datetime,
    reason: str,
    items: Sequence[str],
    legal_basis: str,
    supply_by: datetime,
    by: str,
    calendar: WorkingCalendar,
) -> Dossier:
    """Ask the person for what the department found missing; the clock stands until they supply it (status 5).

    The first request of a department goes to the person at once. A further one waits for a leader (``pending``), and
    the clock runs on: it is the office's time that is lost.
    """
    stay(dossier.status, Status.PROCESSING, Status.FEE_ASKED, Status.STOPPED)
    if any(request["stage"] == "department" for request in dossier.requests):
        wanted = {"asked_at": at, "reason": reason, "items": list(items), "legal_basis": legal_basis, "by": by}
        return replace(dossier, pending=wanted)
    paused = _stop(dossier, at, reason, calendar)
    return _ask(paused, "department", at, reason, items, legal_basis, supply_by, by)


def grant_request(
    dossier: Dossier, *, at: datetime, reason: str, supply_by: datetime, by: str, calendar: WorkingCalendar
) -> Dossier:
    """A leader lets the department ask the person again, and says why."""
    stay(dossier.status, Status.PROCESSING)
    wanted = _pending(dossier)
    paused = _stop(replace(dossier, pending=None), at, wanted["reason"], calendar)
    asked = _ask(paused, "department", at, wanted["reason"], wanted["items"], wanted["legal_basis"], supply_by, by)
    return replace(asked, requests=(*asked.requests[:-1], {**asked.requests[-1], "granted_because": reason}))


def decline_request(dossier: Dossier, *, at: datetime, reason: str, by: str) -> Dossier:
    """A leader does not let the department ask the person again; it goes on with what it has."""
    stay(dossier.status, Status.PROCESSING)
    wanted = _pending(dossier)
    declined = {**wanted, "stage": "declined", "declined_because": reason, "declined_by": by, "answered_at": at}
    return replace(dossier, pending=None, requests=(*dossier.requests, declined))


def supplement(
    dossier: Dossier,
    *,
    at: datetime,
    components: Sequence[Mapping[str, Any]],
    note: str,
    calendar: WorkingCalendar,
    by: str,
) -> Dossier:
    """Take in what was asked for.

    What the desk itself asked for before reception, it looks at again (status 1). Else the clock runs on from here with
    what was left of the limit, and a fresh receipt says until when (status 2).
    """
    stay(dossier.status, Status.SUPPLEMENT_ASKED)
    supplied = {"at": at, "components": list(components), "note": note}
    complete = answered(replace(dossier, supplements=(*dossier.supplements, supplied)), at)
    if not dossier.deadline.entries:
        answer_by = calendar.add_working_time(at, ANSWER_WITHIN)
        return replace(complete, status=move(dossier.status, Status.REGISTERED), answer_by=answer_by)
    deadline = dossier.deadline.resume(at, "Bổ sung hồ sơ", calendar)
    resumed = replace(
        complete,
        status=move(dossier.status, Status.RECEIVED),
        deadline=deadline,
        forward_at=calendar.forward_at(at),
        look_at=look_again(deadline, at, calendar),
        apology=None,  # what it proposed was about the appointment of before
    )
    return resumed.with_paper(papers.RECEIPT, at, by)


def answered(dossier: Dossier, at: datetime) -> Dossier:
    """Return the dossier with its open request closed, if there is one."""
    if dossier.asked is None:
        return dossier
    return replace(dossier, requests=(*dossier.requests[:-1], {**dossier.requests[-1], "answered_at": at}))


def _ask(
    dossier: Dossier,
    stage: str,
    at: datetime,
    reason: str,
    items: Sequence[str],
    legal_basis: str,
    supply_by: datetime,
    by: str,
) -> Dossier:
    request = {
        "stage": stage,
        "asked_at": at,
        "reason": reason,
        "items": list(items),
        "legal_basis": legal_basis,
        "supply_by": supply_by,
        "by": by,
        "answered_at": None,
    }
    status = move(dossier.status, Status.SUPPLEMENT_ASKED)
    asked = replace(dossier, status=status, requests=(*dossier.requests, request), pause=None, answer_by=None)
    return asked.with_paper(papers.SUPPLEMENT_REQUEST, at, by)


def _stop(dossier: Dossier, at: datetime, reason: str, calendar: WorkingCalendar) -> Dossier:
    return replace(dossier, deadline=dossier.deadline.pause(at, reason, calendar, by_hours=dossier.by_hours))


def _pending(dossier: Dossier) -> Mapping[str, Any]:
    if dossier.pending is None:
        raise NothingPending
    return dossier.pending
