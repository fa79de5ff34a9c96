"""What the desk's news about a dossier do to its assignment, in whatever order they come. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from routing.domain.assignment import OUT, Assignment, IllegalMove, State, move

#: Names assignments after their dossiers, so that a repeated ``dossier.received`` finds its assignment made.
NAMESPACE = UUID("5f6c7f0e-6f3c-4a77-9d6e-0d1f6f9d2f10")

#: What a correction may change of what the department works on.
CORRECTED = ("department", "procedure", "applicant", "representative", "ward", "components")


def assign(dossier: Mapping[str, Any], sequence: int = 0) -> Assignment:
    """Return the assignment that a received dossier becomes; it waits until ``forward_at``.

    Args:
        dossier: data of ``dossier.received.v1``.
        sequence: position of the message among those about the dossier.
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
        representative=dossier["representative"],
        seen=sequence,
        dated=sequence,
    )


def issue(assignment: Assignment, *, now: datetime) -> Assignment:
    """Hand the dossier over to the department."""
    return replace(move(assignment, State.ISSUED), issued_at=now)


def told(assignment: Assignment) -> Assignment:
    """Count one more message of the handling."""
    return replace(assignment, steps=assignment.steps + 1)


def take_up_again(
    assignment: Assignment,
    *,
    forward_at: datetime,
    sequence: int,
    due_at: datetime | None = None,
    components: Sequence[Mapping[str, Any]] = (),
) -> Assignment:
    """A new round: the person supplied what was asked, or need not, or the result must be made anew.

    Args:
        due_at: the new appointment, and the clock runs; None leaves both as they are.
        components: papers that came in now.

    Raises:
        IllegalMove: a department has it, or will get it anyway; try again later.
    """
    if assignment.withdrawn:
        return assignment
    if assignment.state not in (State.SENT_BACK, State.FINISHED):
        raise IllegalMove(f"{assignment.state} -> {State.WAITING}")
    again = replace(
        move(assignment, State.WAITING),
        supplied=(*assignment.supplied, *components),
        forward_at=assignment.forward_at if sequence < assignment.corrected else forward_at,
        round=assignment.round + 1,
        urged=False,
        ended_at=None,
        correction=None,
    )
    if assignment.correction:
        again = _put_right(again, assignment.correction)
    return set_clock(again, sequence, due_at=due_at) if due_at else again


def correct(assignment: Assignment, dossier: Mapping[str, Any], sequence: int) -> Assignment:
    """Put right what the desk had taken in wrongly. What a department has in hand is taken back and issued anew.

    A dossier that was settled meanwhile stays as it is: the desk sees the result and has it made anew if need be, by the
    department and with the facts that are right.

    Args:
        dossier: data of ``dossier.corrected.v1``.
    """
    if assignment.withdrawn or sequence <= assignment.corrected:
        return assignment
    facts = {name: dossier[name] for name in CORRECTED}
    right = replace(
        set_clock(assignment, sequence, due_at=dossier["due_at"]), forward_at=dossier["forward_at"], corrected=sequence
    )
    if right.state is State.FINISHED:
        return replace(right, correction=facts)
    return _put_right(taken_back(right) if right.state in OUT else right, facts)


def _put_right(assignment: Assignment, facts: Mapping[str, Any]) -> Assignment:
    return replace(assignment, **{**facts, "components": tuple(facts["components"])})


def withdraw(assignment: Assignment, *, at: datetime) -> Assignment:
    """The person took the dossier back; what was settled meanwhile stays as it is."""
    if assignment.withdrawn or assignment.state is State.FINISHED:
        return replace(assignment, withdrawn=True)
    back = taken_back(assignment) if assignment.state in OUT else assignment
    return replace(move(back, State.RECALLED), withdrawn=True, ended_at=at)


def taken_back(assignment: Assignment) -> Assignment:
    """Take an assignment back from the department that has it; it waits for the next round."""
    if assignment.state not in OUT:
        raise IllegalMove(f"{assignment.state} -> {State.WAITING}")
    recall = {"department": assignment.department, "round": assignment.round}
    return replace(
        move(assignment, State.WAITING),
        recalls=(*assignment.recalls, recall),
        round=assignment.round + 1,
        urged=False,
        issued_at=None,
    )


def set_clock(
    assignment: Assignment,
    sequence: int,
    *,
    due_at: datetime | None = None,
    paused: bool = False,
    extended: bool = False,
) -> Assignment:
    """Set the clock as the desk says it stands; of news that overtook each other the latest counts.

    Args:
        due_at: the appointment; None leaves it.
        extended: the one new appointment that the law allows was given by the desk.
    """
    if due_at and sequence > assignment.dated:
        urged = assignment.urged and due_at == assignment.due_at
        assignment = replace(assignment, due_at=due_at, urged=urged, dated=sequence)
    if sequence > assignment.seen:
        assignment = replace(assignment, paused=paused, seen=sequence)
    return replace(assignment, extended=assignment.extended or extended)


def urge(assignment: Assignment) -> Assignment:
    """Note that the department was told of the passed deadline."""
    return replace(assignment, urged=True)
