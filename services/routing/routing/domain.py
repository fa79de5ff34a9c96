"""Life of an assignment: a dossier brought to a department. Pure: clock and calendar are arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from worktime import WorkingCalendar

#: Names assignments after their dossiers, so that a repeated ``dossier.received`` finds its assignment made.
NAMESPACE = UUID("5f6c7f0e-6f3c-4a77-9d6e-0d1f6f9d2f10")


class State(StrEnum):
    """State of an assignment (phân công xử lý hồ sơ)."""

    WAITING = "waiting"
    ISSUED = "issued"
    ACCEPTED = "accepted"
    SENT_BACK = "sent-back"
    FINISHED = "finished"


MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.ISSUED}),
    State.ISSUED: frozenset({State.ACCEPTED}),
    State.ACCEPTED: frozenset({State.FINISHED, State.SENT_BACK}),
    State.SENT_BACK: frozenset({State.WAITING}),
    State.FINISHED: frozenset(),
}

#: A department holds it.
OUT = frozenset({State.ISSUED, State.ACCEPTED})


class IllegalMove(Exception):
    """The table ``MOVES`` has no such step; the message may be early, so try again later before giving up."""


class Over(Exception):
    """The answer is about an assignment or a round that has ended; no later try can change that."""


class NotYours(Exception):
    """A department answered for an assignment of another department."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A dossier in a department.

    Attributes:
        round: how often it was issued; an answer must name the round it answers.
        wake_at: when routing must act by itself: hand it over, or urge the department.
        steps: how many messages of the handling intake was told.
        heard: how many answers of the department were taken; a sender that counts them is heard in that order.
        extended: the one extension that the law allows was granted (NĐ 61/2018 Đ.19).
    """

    id: UUID
    dossier_id: UUID
    code: str
    department: str
    procedure: Mapping[str, Any]
    applicant: Mapping[str, Any]
    components: tuple[Mapping[str, Any], ...]
    ward: str | None
    due_at: datetime
    forward_at: datetime
    state: State = State.WAITING
    round: int = 1
    steps: int = 0
    heard: int = 0
    extended: bool = False
    urged: bool = False
    issued_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def wake_at(self) -> datetime | None:
        if self.state is State.WAITING:
            return self.forward_at
        return self.due_at if self.state in OUT and not self.urged else None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a department that asked for more time; ``reason`` is a key of the message catalogue."""

    granted: bool
    due_at: datetime
    reason: str


def assign(dossier: Mapping[str, Any]) -> Assignment:
    """Return the assignment that a received dossier becomes; it waits until ``forward_at``.

    Args:
        dossier: data of ``dossier.received.v1``.
    """
    return Assignment(
        id=uuid5(NAMESPACE, str(dossier["dossier_id"])),
        dossier_id=dossier["dossier_id"],
        code=dossier["code"],
        department=dossier["department"],
        procedure=dossier["procedure"],
        applicant=dossier["applicant"],
        components=tuple(dossier["components"]),
        ward=dossier["ward"],
        due_at=dossier["due_at"],
        forward_at=dossier["forward_at"],
    )


def issue(assignment: Assignment, *, now: datetime) -> Assignment:
    """Hand the dossier over to the department."""
    return replace(_move(assignment, State.ISSUED), issued_at=now)


def told(assignment: Assignment) -> Assignment:
    """Count one more message of the handling."""
    return replace(assignment, steps=assignment.steps + 1)


def hear(assignment: Assignment, *, department: str, sequence: int | None) -> Assignment:
    """Return the assignment with one more answer counted, if this department may answer it and it is its turn.

    Args:
        sequence: position among the department's answers about the assignment; None from one that does not count.

    Raises:
        NotYours: the assignment is another department's.
        Over: the assignment has ended, or an answer with this number was taken before.
        IllegalMove: an earlier answer is still on its way; try again later.
    """
    if department != assignment.department:
        raise NotYours(department)
    if assignment.state is State.FINISHED:
        raise Over("finished")
    if sequence is None:
        return assignment
    if sequence <= assignment.heard:
        raise Over(f"answer {sequence} after {assignment.heard}")
    if sequence > assignment.heard + 1:
        raise IllegalMove(f"answer {sequence} after {assignment.heard}")
    return replace(assignment, heard=sequence)


def in_round(assignment: Assignment, round_: int) -> Assignment:
    """Return the assignment if ``round_`` is the one that is on.

    Raises:
        Over: the round has ended.
        IllegalMove: the round has not begun; try again later.
    """
    if round_ < assignment.round:
        raise Over(f"round {round_} of {assignment.round}")
    if round_ > assignment.round:
        raise IllegalMove(f"round {round_} of {assignment.round}")
    return assignment


def accept(assignment: Assignment) -> Assignment:
    return _move(assignment, State.ACCEPTED)


def finish(assignment: Assignment, *, at: datetime) -> Assignment:
    return replace(_move(assignment, State.FINISHED), ended_at=at)


def send_back(assignment: Assignment, *, at: datetime) -> Assignment:
    """The department found it unfit; it waits for the person's supplement."""
    return replace(_move(assignment, State.SENT_BACK), ended_at=at)


def take_up_again(
    assignment: Assignment, *, components: list[Mapping[str, Any]], forward_at: datetime, due_at: datetime
) -> Assignment:
    """The person supplied what was asked: a new round with the new deadline."""
    return replace(
        _move(assignment, State.WAITING),
        components=(*assignment.components, *components),
        forward_at=forward_at,
        due_at=due_at,
        round=assignment.round + 1,
        urged=False,
        ended_at=None,
    )


def decide_extension(
    assignment: Assignment, *, working_days: int, now: datetime, calendar: WorkingCalendar
) -> tuple[Assignment, Decision]:
    """Grant more time once, and only when asked at the latest one working day before expiry.

    Source: NĐ 61/2018 Đ.19 (new appointment at most once; notified one day before expiry).
    """
    if assignment.state is not State.ACCEPTED:
        raise IllegalMove(f"extension while {assignment.state}")
    if assignment.extended:
        return assignment, Decision(False, assignment.due_at, "extended-before")
    if now > calendar.working_days_before(assignment.due_at, 1):
        return assignment, Decision(False, assignment.due_at, "asked-too-late")
    due_at = calendar.add_working_days(assignment.due_at, working_days)
    return replace(assignment, due_at=due_at, extended=True, urged=False), Decision(True, due_at, "extension-granted")


def urge(assignment: Assignment) -> Assignment:
    """Note that the department was told of the passed deadline."""
    return replace(assignment, urged=True)


def _move(assignment: Assignment, target: State) -> Assignment:
    if target not in MOVES[assignment.state]:
        raise IllegalMove(f"{assignment.state} -> {target}")
    return replace(assignment, state=target)
