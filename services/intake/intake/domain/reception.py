"""Reception: what the desk does with what is handed in. Each act returns the dossier after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.domain import papers
from intake.domain.deadline import Deadline
from intake.domain.dossier import Dossier, Receipt
from intake.domain.fees import Account, Line
from intake.domain.forecast import look_again
from intake.domain.status import Status, move, stay
from intake.domain.supplements import answered
from intake.domain.then import with_receipt
from worktime import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Appointment:
    """What the calendar gives a receipt: result, forwarding, and when to forecast; aware instants."""

    due_at: datetime
    forward_at: datetime
    look_at: datetime | None
    basis: str


def register(receipt: Receipt, *, answer_by: datetime) -> Dossier:
    """Return the dossier that came in and that the desk has yet to look at (status 1)."""
    return Dossier(receipt, answer_by=answer_by)


def receive(dossier: Dossier, appointment: Appointment, lines: Sequence[Line], *, at: datetime, by: str) -> Dossier:
    """Take on a complete dossier: the clock starts, the receipt is its paper (status 2)."""
    stay(dossier.status, Status.REGISTERED)  # what else may become 2 has a clock and an account already
    received = replace(
        dossier,
        receipt=replace(dossier.receipt, received_at=at),
        status=move(dossier.status, Status.RECEIVED),
        deadline=Deadline.start(at, appointment.due_at, appointment.basis),
        forward_at=appointment.forward_at,
        look_at=appointment.look_at,
        answer_by=None,
        account=Account(tuple(lines)),
    )
    return received.with_paper(papers.RECEIPT, at, by)


def refuse(dossier: Dossier, *, at: datetime, reason: str, legal_basis: str, by: str) -> Dossier:
    """Refuse to take the dossier on, in writing with the reason and the law (status 3)."""
    refusal = {"at": at, "reason": reason, "legal_basis": legal_basis, "by": by}
    refused = replace(dossier, status=move(dossier.status, Status.REFUSED), refusal=refusal, answer_by=None)
    return answered(refused, at).with_paper(papers.REFUSAL, at, by)


def correct(
    dossier: Dossier,
    receipt: Receipt,
    appointment: Appointment,
    lines: Sequence[Line],
    *,
    at: datetime,
    reason: str,
    by: str,
    calendar: WorkingCalendar,
) -> Dossier:
    """Put right what was taken in wrongly, under the same code and as if it had been right from the start.

    Only until the department has accepted it. The person gets a fresh receipt; what the old one said is kept.

    Args:
        receipt: what is right; its moment and identity are those of the dossier.
        appointment: counted from the moment of reception, for the person loses nothing by the desk's error; what stopped
            the clock since moves it on.
    """
    stay(dossier.status, Status.REGISTERED, Status.RECEIVED)
    old = dossier.receipt
    correction = {
        "at": at,
        "reason": reason,
        "by": by,
        "procedure": old.procedure,
        "department": old.department,
        "case": old.case,
        "components": list(old.components),
        "applicant": old.applicant,
        "due_at": dossier.due_at,
    }
    right = replace(with_receipt(dossier, receipt), corrections=(*dossier.corrections, correction))
    if dossier.status is Status.REGISTERED:
        return right
    deadline = dossier.deadline.correct(at, appointment.due_at, reason, calendar, by_hours=right.by_hours)
    corrected = replace(
        right,
        deadline=deadline,
        forward_at=max(appointment.forward_at, at),
        look_at=look_again(deadline, at, calendar),
        apology=None,
        account=dossier.account.corrected(tuple(lines)),
    )
    return corrected.with_paper(papers.RECEIPT, at, by)


def withdraw(dossier: Dossier, *, at: datetime, reason: str, by: str) -> Dossier:
    """The person takes the dossier back, before there is a result (status 7)."""
    withdrawal = {"at": at, "reason": reason, "by": by}
    status = move(dossier.status, Status.WITHDRAWN)
    withdrawn = replace(dossier, status=status, withdrawal=withdrawal, pending=None, apology=None)
    withdrawn = replace(withdrawn, pause=None, answer_by=None)
    return answered(withdrawn, at).with_paper(papers.WITHDRAWAL, at, by)
