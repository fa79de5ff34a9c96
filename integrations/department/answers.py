"""The messages of a department, composed from a planned answer. Pure: the clock and the ids are arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from partner.clock import wire
from partner.messages import envelope

from department.plan import Answer, Course, Policy, lot

TITLE_LIMIT = 300  # characters, by the schema of assignment.resolved.v1


@dataclass(frozen=True, slots=True)
class Work:
    """An assignment in one round, as the book keeps it."""

    assignment_id: str
    round: int
    code: str
    procedure_code: str
    procedure_name: str
    course: Course


def compose(
    answer: Answer, work: Work, policy: Policy, *, desk: str, id_: str, sequence: int, number: int,
    now: datetime, cause: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Return the whole message for one answer.

    Args:
        desk: code of the department ("TP").
        sequence: position among this desk's messages about the assignment, from 1.
        number: of the result paper, should this answer be one; running per desk, from 1.
        now: aware instant of the fact.
        cause: the message that made the answer due.
    """
    at = wire(now)
    data: dict[str, Any] = {"assignment_id": work.assignment_id, "round": work.round, "department": desk}
    if policy.officer:
        data["officer"] = policy.officer
    match answer:
        case Answer.ACCEPTED:
            data["accepted_at"] = at
        case Answer.RESOLVED:
            data |= {"resolved_at": at} | _result(work, policy, number)
        case Answer.RETURNED:
            chosen = policy.returns[lot(work.code, "return") % len(policy.returns)]
            data |= {"returned_at": at, "reason": chosen["reason"], "items": list(chosen["items"])}
        case Answer.EXTENSION_ASKED:
            data |= {"asked_at": at, **policy.extension}
    return envelope(
        answer, data, id_=id_, source=f"/department/{desk}", subject=work.code, time=at, sequence=sequence, cause=cause
    )


def _result(work: Work, policy: Policy, number: int) -> dict[str, Any]:
    if work.course is Course.DENY:
        outcome, form = "denied", policy.denial
        reason = policy.denial_reasons[lot(work.code, "deny") % len(policy.denial_reasons)]
    else:
        outcome, form, reason = "granted", policy.results.get(work.procedure_code, policy.results["default"]), ""
    title = form["title"].format(procedure=work.procedure_name, reason=reason)
    if len(title) > TITLE_LIMIT:
        title = title[: TITLE_LIMIT - 1] + "…"
    return {"outcome": outcome, "result": {"number": f"{number}/{form['suffix']}", "title": title}}
