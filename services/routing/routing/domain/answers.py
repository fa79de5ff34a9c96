"""What a department's answers do to an assignment. Pure: clock and calendar are arguments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from routing.domain.assignment import Assignment, IllegalMove, NotYours, Over, State, move
from worktime import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a department that asked for more time; ``reason`` is a key of the message catalogue."""

    granted: bool
    due_at: datetime
    reason: str


def hear(assignment: Assignment, *, department: str, sequence: int | None) -> Assignment:
    """Return the assignment with one more answer counted, if this department may answer it and it is its turn.

    Args:
        sequence: position among the department's answers about the assignment; None from one that does not count.

    Raises:
        NotYours: the assignment is another department's, and was never this one's.
        Over: an answer with this number was taken before.
        IllegalMove: an earlier answer is still on its way; try again later.
    """
    former = department in assignment.heard or any(row["department"] == department for row in assignment.recalls)
    if department != assignment.department and not former:
        raise NotYours(department)
    if sequence is None:
        return assignment
    heard = assignment.heard.get(department, 0)
    if sequence <= heard:
        raise Over(f"answer {sequence} after {heard}")
    if sequence > heard + 1:
        raise IllegalMove(f"answer {sequence} after {heard}")
    return replace(assignment, heard={**assignment.heard, department: sequence})


def crossed(assignment: Assignment, *, department: str, round_: int) -> bool:
    """Say whether an answer is about a round that was taken back from the department: the two met on the way."""
    return {"department": department, "round": round_} in assignment.recalls


def in_round(assignment: Assignment, round_: int, *, department: str) -> Assignment:
    """Return the assignment if ``round_`` is the one that is on, and the department's.

    Raises:
        NotYours: the round is another department's: what was once this one's went on to that one.
        Over: the round has ended, or the assignment has.
        IllegalMove: the round has not begun; try again later.
    """
    if department != assignment.department:
        raise NotYours(department)
    if assignment.state in (State.FINISHED, State.RECALLED) or round_ < assignment.round:
        raise Over(f"round {round_} of {assignment.round}")
    if round_ > assignment.round:
        raise IllegalMove(f"round {round_} of {assignment.round}")
    return assignment


def accept(assignment: Assignment) -> Assignment:
    return move(assignment, State.ACCEPTED)


def finish(assignment: Assignment, *, at: datetime) -> Assignment:
    return replace(move(assignment, State.FINISHED), ended_at=at)


def send_back(assignment: Assignment, *, at: datetime) -> Assignment:
    """The department found it unfit; it waits for the person's supplement."""
    return replace(move(assignment, State.SENT_BACK), ended_at=at)


def decide_extension(
    assignment: Assignment, *, working_days: int, now: datetime, calendar: WorkingCalendar
) -> tuple[Assignment, Decision]:
    """Grant more time once, and only when asked at the latest one working day before expiry.

    Source: NĐ 61/2018 Đ.19 (new appointment at most once; notified one day before expiry).
    """
    if assignment.state is not State.ACCEPTED:
        raise IllegalMove(f"extension while {assignment.state}")
    if assignment.paused:
        return assignment, Decision(False, assignment.due_at, "clock-stands")
    if assignment.extended:
        return assignment, Decision(False, assignment.due_at, "extended-before")
    if now > calendar.working_days_before(assignment.due_at, 1):
        return assignment, Decision(False, assignment.due_at, "asked-too-late")
    due_at = calendar.add_working_days(assignment.due_at, working_days)
    return replace(assignment, due_at=due_at, extended=True, urged=False), Decision(True, due_at, "extension-granted")
