"""An assignment: a dossier brought to a department. What may happen to it is in the modules beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class State(StrEnum):
    """State of an assignment (phân công xử lý hồ sơ)."""

    WAITING = "waiting"
    ISSUED = "issued"
    ACCEPTED = "accepted"
    SENT_BACK = "sent-back"
    FINISHED = "finished"
    RECALLED = "recalled"


MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.ISSUED, State.RECALLED}),
    State.ISSUED: frozenset({State.ACCEPTED, State.WAITING, State.RECALLED}),
    State.ACCEPTED: frozenset({State.FINISHED, State.SENT_BACK, State.WAITING, State.RECALLED}),
    State.SENT_BACK: frozenset({State.WAITING, State.RECALLED}),
    State.FINISHED: frozenset({State.WAITING}),
    State.RECALLED: frozenset(),
}

#: A department holds it.
OUT = frozenset({State.ISSUED, State.ACCEPTED})


class IllegalMove(Exception):
    """The table ``MOVES`` has no such step; the message may be early, so try again later before giving up."""


class Over(Exception):
    """The answer is about an assignment or a round that has ended; no later try can change that."""


class NotYours(Exception):
    """A department answered for an assignment of another department."""


class Unplaced(Exception):
    """News of the desk without their position: nobody can say what they overtook."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A dossier in a department.

    Attributes:
        round: how often it was issued; an answer must name the round it answers.
        wake_at: when routing must act by itself: hand it over, or urge the department.
        steps: how many messages of the handling intake was told.
        heard: how many answers of each department were taken; a sender that counts them is heard in that order.
        recalls: departments and rounds that were taken back; an answer about one crossed with the recall.
        components: papers of the reception; ``supplied`` are those that the person brought later.
        seen: position, among the messages about the dossier, of the last one that stopped its clock or let it run.
        dated: position of the last one that set the appointment; a pause sets none.
        corrected: position of the last correction.
        correction: what is right instead, of an assignment that was finished before it came; for a result made anew.
        paused: the dossier's clock stands.
        extended: the one extension that the law allows was granted (NĐ 61/2018 Đ.19).
        withdrawn: the person took the dossier back; nothing that comes late brings it to a department again.
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
    heard: Mapping[str, int] = field(default_factory=dict)
    recalls: tuple[Mapping[str, Any], ...] = ()
    supplied: tuple[Mapping[str, Any], ...] = ()
    seen: int = 0
    dated: int = 0
    corrected: int = 0
    correction: Mapping[str, Any] | None = None
    paused: bool = False
    extended: bool = False
    urged: bool = False
    withdrawn: bool = False
    issued_at: datetime | None = None
    ended_at: datetime | None = None
    representative: Mapping[str, Any] | None = None

    @property
    def wake_at(self) -> datetime | None:
        if self.state is State.WAITING:
            return self.forward_at
        return self.due_at if self.state in OUT and not self.urged and not self.paused else None


def move(assignment: Assignment, target: State) -> Assignment:
    """Return the assignment in ``target``.

    Raises:
        IllegalMove: the table has no such step.
    """
    if target not in MOVES[assignment.state]:
        raise IllegalMove(f"{assignment.state} -> {target}")
    return replace(assignment, state=target)
