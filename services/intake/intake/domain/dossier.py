"""Life of a dossier at the desk. Each step returns the dossier after it; the table in ``status`` says which are legal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.domain.deadline import Deadline
from intake.domain.status import RUNNING, IllegalMove, Status, move
from worktime import WorkingCalendar


class OutOfTurn(Exception):
    """A message of the handling overtook another."""


class Past(Exception):
    """A message of the handling comes again under another id, after its turn."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was fixed at reception and never changes: a snapshot of the rules the dossier is under."""

    dossier_id: UUID
    procedure: Mapping[str, Any]
    department: str
    channel: int
    ward: str | None
    ward_reference: str | None
    received_at: datetime
    applicant: Mapping[str, Any]
    contact: Mapping[str, Any]
    components: tuple[Mapping[str, Any], ...]
    tracking_digest: str
    fee_minor: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier (hồ sơ).

    Attributes:
        code: None until the store has given it one.
        forward_at: when the department gets it (NĐ 61/2018 Đ.18: after 15:00 the next working day).
        steps: how many messages of its handling were applied; the next must be the one after.
        overdue_for: the appointment whose passing was told; None when none passed.
    """

    receipt: Receipt
    deadline: Deadline
    forward_at: datetime
    status: Status = Status.RECEIVED
    code: str | None = None
    supplements: tuple[Mapping[str, Any], ...] = ()
    asked: Mapping[str, Any] | None = None
    resolution: Mapping[str, Any] | None = None
    overdue_for: datetime | None = None
    returned: Mapping[str, Any] | None = None
    steps: int = 0

    @property
    def due_at(self) -> datetime:
        return self.deadline.due_at

    @property
    def wake_at(self) -> datetime | None:
        """When the desk must look at the dossier by itself: the appointment, while the clock runs."""
        return self.due_at if self.status in RUNNING and self.overdue_for != self.due_at else None


def receive(receipt: Receipt, *, due_at: datetime, forward_at: datetime, basis: str) -> Dossier:
    """Return the dossier that a complete submission becomes; ``basis`` is the legal ground of the time limit."""
    return Dossier(receipt, Deadline.start(receipt.received_at, due_at, basis), forward_at)


def start_processing(dossier: Dossier) -> Dossier:
    """The department accepted: of a dossier just received or completed."""
    if dossier.status is not Status.RECEIVED:
        raise IllegalMove(dossier.status, Status.PROCESSING)
    return replace(dossier, status=move(dossier.status, Status.PROCESSING))


def ask_supplement(
    dossier: Dossier, *, at: datetime, reason: str, items: list[str], calendar: WorkingCalendar
) -> Dossier:
    """Ask the person to complete the dossier; the clock stands until they do (status 5)."""
    status = move(dossier.status, Status.SUPPLEMENT_ASKED)
    asked = {"asked_at": at, "reason": reason, "items": list(items)}
    return replace(dossier, status=status, asked=asked, deadline=dossier.deadline.pause(at, reason, calendar))


def supplement(
    dossier: Dossier, *, at: datetime, components: Sequence[Mapping[str, Any]], note: str, calendar: WorkingCalendar
) -> Dossier:
    """Take in what was asked for; the clock runs on from here with what was left of the limit."""
    if dossier.status is not Status.SUPPLEMENT_ASKED:
        raise IllegalMove(dossier.status, Status.RECEIVED)
    return replace(
        dossier,
        status=move(dossier.status, Status.RECEIVED),
        supplements=(*dossier.supplements, {"at": at, "components": list(components), "note": note}),
        asked=None,
        deadline=dossier.deadline.resume(at, "Bổ sung hồ sơ", calendar),
        forward_at=calendar.forward_at(at),
    )


def reschedule(dossier: Dossier, *, at: datetime, due_at: datetime, reason: str) -> Dossier:
    """Move the appointment, with apology; routing has seen to it that it is the first time and in time."""
    if dossier.status is not Status.PROCESSING:
        raise IllegalMove(dossier.status, dossier.status)
    return replace(dossier, deadline=dossier.deadline.extend(at, due_at, reason))


def resolve(dossier: Dossier, *, at: datetime, outcome: str, result: Mapping[str, Any]) -> Dossier:
    """The result lies at the desk. Late stays late: ``on_time`` is kept with it.

    The appointment is missed at its very moment, as ``overdue`` has it.
    """
    resolution = {"at": at, "outcome": outcome, "result": dict(result), "on_time": at < dossier.due_at}
    return replace(dossier, status=move(dossier.status, Status.RESOLVED), resolution=resolution)


def hand_over(dossier: Dossier, *, at: datetime, received_by: str) -> Dossier:
    """The person has the result in hand, against the receipt."""
    returned = {"at": at, "received_by": received_by}
    return replace(dossier, status=move(dossier.status, Status.RETURNED), returned=returned)


def overdue(dossier: Dossier, *, now: datetime) -> Dossier | None:
    """Return the dossier with its passed appointment noted, or None when nothing new has passed.

    Overdue is an attribute of the deadline, never a status (facts 8.4).
    """
    if dossier.wake_at is None or now < dossier.due_at:
        return None
    return replace(dossier, overdue_for=dossier.due_at)


def in_turn(dossier: Dossier, step: int) -> Dossier:
    """Return the dossier counting ``step``, the next of its handling.

    Raises:
        OutOfTurn: an earlier one is still on its way; try again later.
        Past: it was applied before.
    """
    if step <= dossier.steps:
        raise Past(step)
    if step > dossier.steps + 1:
        raise OutOfTurn(step)
    return replace(dossier, steps=step)
