"""Messages that routing publishes, made from assignments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from chassis.catalogue import catalogue
from chassis.kept import Letter
from motcua_contracts import Contract
from motcua_contracts.routing import (
    AssignmentExtensionDecidedV1,
    AssignmentIssuedV1,
    AssignmentOverdueV1,
    AssignmentRecalledV1,
    HandlingExtendedV1,
    HandlingFinishedV1,
    HandlingSentBackV1,
    HandlingStartedV1,
)
from routing.domain import Assignment, Decision

SOURCE = "/motcua/routing"
REASON_LIMIT = 2000
TEXTS = Path(__file__).parent / "texts"


def issued(assignment: Assignment, at: datetime) -> Letter:
    data = {
        "dossier_id": assignment.dossier_id,
        "procedure": assignment.procedure,
        "ward": assignment.ward,
        "issued_at": at,
        "due_at": assignment.due_at,
        "applicant": assignment.applicant,
        "representative": assignment.representative,
        "components": (*assignment.components, *assignment.supplied),
    }
    return _about(assignment, AssignmentIssuedV1, data, at)


def recalled(assignment: Assignment, cause: str, reason: str, at: datetime) -> Letter:
    """Tell the department that has an assignment, in the round it has it, that it need not work on it any more."""
    return _about(assignment, AssignmentRecalledV1, {"recalled_at": at, "cause": cause, "reason": reason}, at)


def overdue(assignment: Assignment, at: datetime) -> Letter:
    return _about(assignment, AssignmentOverdueV1, {"due_at": assignment.due_at}, at)


def extension_decided(assignment: Assignment, decision: Decision, asked_for: str, at: datetime) -> Letter:
    reason = catalogue(TEXTS).text(decision.reason, "vi", reason=asked_for)[:REASON_LIMIT]
    data = {"granted": decision.granted, "due_at": decision.due_at, "reason": reason}
    return _about(assignment, AssignmentExtensionDecidedV1, data, at)


def started(assignment: Assignment, at: datetime) -> Letter:
    return _handling(assignment, HandlingStartedV1, {"started_at": at}, at)


def finished(assignment: Assignment, answer: Mapping[str, Any], at: datetime) -> Letter:
    data = {"finished_at": at, "outcome": answer["outcome"], "result": answer["result"]}
    return _handling(assignment, HandlingFinishedV1, data, at)


def sent_back(assignment: Assignment, answer: Mapping[str, Any], at: datetime) -> Letter:
    data = {"sent_back_at": at, "reason": answer["reason"], "items": answer["items"]}
    return _handling(assignment, HandlingSentBackV1, data, at)


def extended(assignment: Assignment, previous_due_at: datetime, reason: str, at: datetime) -> Letter:
    data = {"previous_due_at": previous_due_at, "due_at": assignment.due_at, "reason": reason}
    return _handling(assignment, HandlingExtendedV1, data, at)


def view(assignment: Assignment) -> dict[str, Any]:
    """Return an assignment as staff see it over RPC."""
    return {
        "assignment_id": str(assignment.id),
        "code": assignment.code,
        "department": assignment.department,
        "state": str(assignment.state),
        "round": assignment.round,
        "issued_at": assignment.issued_at,
        "due_at": assignment.due_at,
        "extended": assignment.extended,
        "paused": assignment.paused,
        "overdue": assignment.urged,
        "ended_at": assignment.ended_at,
    }


def _handling(assignment: Assignment, contract: type[Contract], data: Mapping[str, Any], at: datetime) -> Letter:
    head = {"dossier_id": assignment.dossier_id, "step": assignment.steps}
    return _about(assignment, contract, {**head, **data}, at)


def _about(assignment: Assignment, contract: type[Contract], data: Mapping[str, Any], at: datetime) -> Letter:
    head = {
        "assignment_id": assignment.id,
        "round": assignment.round,
        "code": assignment.code,
        "department": assignment.department,
    }
    envelope = contract.seal({**head, **data}, source=SOURCE, subject=assignment.code, time=at)
    return Letter(contract.exchange(), contract.routing_key(envelope), envelope)
