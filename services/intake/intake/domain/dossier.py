"""The dossier (hồ sơ): what the desk holds of one. What may happen to it is in the modules beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.domain.deadline import BY_HOURS, Deadline
from intake.domain.fees import Account
from intake.domain.papers import Paper, issued
from intake.domain.status import RUNNING, Status


class OutOfTurn(Exception):
    """A message of the handling overtook another."""


class Past(Exception):
    """A message of the handling comes again under another id, after its turn."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was fixed at reception: a snapshot of what was handed in and of the rules it is under.

    It changes only by a correction, which leaves a fresh paper and an event (``domain.correct``).

    Attributes:
        rules: the procedure's version as it was received under (``messages.procedures.snapshot``).
        case: which of the procedure's cases it is; None for the usual one.
        received_at: aware instant; for one that is registered only, when it was submitted.
        owner: subject of the account that submitted it; sees it although it is no staff.
    """

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
    rules: Mapping[str, Any]
    submitted_at: datetime
    case: str | None = None
    quantities: Mapping[str, int] | None = None
    representative: Mapping[str, Any] | None = None
    delivery: Mapping[str, Any] | None = None
    postal: Mapping[str, Any] | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier (hồ sơ).

    Attributes:
        code: None until the store has given it one.
        forward_at: when the department gets it (NĐ 61/2018 Đ.18: after 15:00 the next working day).
        answer_by: until when the desk looks at one that came online or by post.
        requests: each request for supplement, oldest first; the open one has no ``answered_at``.
        pending: a department's further request, which a leader must grant before the person is asked again.
        pause: why the clock stands in status 6 or 8.
        apology: a drafted apology with a new appointment, to be signed before the old one passes.
        look_at: when the desk must forecast whether the dossier will be late.
        remind_at: when the person must be reminded of a result that waits.
        reminders: how often they were.
        resolutions: results that were made anew since; the valid one is ``resolution``.
        steps: how many messages of its handling were applied; the next must be the one after.
        overdue_for: the appointment whose passing was told; None when none passed.
        history: links of the hash chain (motcua_contracts.history), one for each act.
    """

    receipt: Receipt
    deadline: Deadline = Deadline()
    forward_at: datetime | None = None
    status: Status = Status.REGISTERED
    code: str | None = None
    answer_by: datetime | None = None
    started_at: datetime | None = None
    requests: tuple[Mapping[str, Any], ...] = ()
    supplements: tuple[Mapping[str, Any], ...] = ()
    pending: Mapping[str, Any] | None = None
    refusal: Mapping[str, Any] | None = None
    withdrawal: Mapping[str, Any] | None = None
    pause: Mapping[str, Any] | None = None
    apology: Mapping[str, Any] | None = None
    look_at: datetime | None = None
    resolution: Mapping[str, Any] | None = None
    resolutions: tuple[Mapping[str, Any], ...] = ()
    returned: Mapping[str, Any] | None = None
    remind_at: datetime | None = None
    reminders: int = 0
    kept_at: datetime | None = None
    overdue_for: datetime | None = None
    corrections: tuple[Mapping[str, Any], ...] = ()
    account: Account = Account()
    papers: tuple[Paper, ...] = ()
    history: tuple[Mapping[str, Any], ...] = ()
    evaluation: Mapping[str, Any] | None = None
    steps: int = 0

    @property
    def due_at(self) -> datetime | None:
        """The appointment as it stands; None before reception."""
        return self.deadline.due_at if self.deadline.entries else None

    @property
    def asked(self) -> Mapping[str, Any] | None:
        """The request for supplement that is open."""
        last = self.requests[-1] if self.requests else None
        return last if last and last["answered_at"] is None else None

    @property
    def times_asked(self) -> int:
        """How often the person was asked to complete it; what a leader declined, the person never heard of."""
        return sum(request["stage"] != "declined" for request in self.requests)

    @property
    def by_hours(self) -> bool:
        """Whether the limit counts working time, not days."""
        return bool(limit_of(self.receipt)["kind"] in BY_HOURS)

    @property
    def wake_at(self) -> datetime | None:
        """When the desk must look at the dossier by itself."""
        moments: list[datetime | None] = []
        if self.status in RUNNING:
            moments = [self.look_at, self.due_at if self.overdue_for != self.due_at else None]
        elif self.status is Status.RESOLVED:
            moments = [self.remind_at]
        return min((moment for moment in moments if moment), default=None)

    def with_paper(self, kind: str, at: datetime, by: str, says: Mapping[str, Any] | None = None) -> Dossier:
        """Return the dossier with one more paper, which names the appointment as it stands."""
        return replace(self, papers=issued(self.papers, kind, at, by, self.due_at, says))


def limit_of(receipt: Receipt) -> Mapping[str, Any]:
    """Return the limit (kind, amount) of the receipt's case under its rules."""
    rules = receipt.rules
    # a case may be one of the fees alone: its limit is then the usual one
    limit: Mapping[str, Any] = next((row for row in rules["limits"] if row["case"] == receipt.case), rules["limit"])
    return limit


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
