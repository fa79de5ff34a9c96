"""Messages that intake publishes, made from dossiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chassis.kept import Letter
from intake.domain import Dossier
from motcua_contracts import Contract
from motcua_contracts.intake import (
    DossierOverdueV1,
    DossierProcessingStartedV1,
    DossierReceivedV1,
    DossierRescheduledV1,
    DossierResolvedV1,
    DossierReturnedV1,
    DossierSupplementAskedV1,
    DossierSupplementedV1,
    SubmissionAnsweredV1,
)

SOURCE = "/motcua/intake"


def received(dossier: Dossier) -> list[Letter]:
    """Return the news that a dossier was received, and the answer to the ward that sent it, if one did."""
    receipt = dossier.receipt
    data = {
        "procedure": receipt.procedure,
        "department": receipt.department,
        "channel": receipt.channel,
        "ward": receipt.ward,
        "received_at": receipt.received_at,
        "forward_at": dossier.forward_at,
        "due_at": dossier.due_at,
        "applicant": receipt.applicant,
        "contact": receipt.contact,
        "components": receipt.components,
        "tracking_digest": receipt.tracking_digest,
    }
    letters = [_about(dossier, DossierReceivedV1, data, receipt.received_at)]
    if receipt.ward_reference:
        letters.append(accepted(dossier, receipt.received_at))
    return letters


def accepted(dossier: Dossier, at: datetime) -> Letter:
    """Return the answer to a ward whose submission is registered."""
    receipt = dossier.receipt
    data = {
        "ward": receipt.ward,
        "ward_reference": receipt.ward_reference,
        "outcome": "accepted",
        "code": dossier.code,
        "received_at": receipt.received_at,
        "due_at": dossier.due_at,
    }
    return _letter(SubmissionAnsweredV1, data, str(dossier.code), at)


def rejected(ward: str, reference: str, problems: Sequence[Mapping[str, str]], at: datetime) -> Letter:
    """Return the answer to a ward whose submission cannot be registered, every fault named."""
    data = {
        "ward": ward,
        "ward_reference": reference,
        "outcome": "rejected",
        "problems": [{"field": row["field"], "message": row["message"]} for row in problems],
    }
    return _letter(SubmissionAnsweredV1, data, reference, at)


def processing_started(dossier: Dossier, at: datetime) -> Letter:
    data = {"department": dossier.receipt.department, "started_at": at}
    return _about(dossier, DossierProcessingStartedV1, data, at)


def supplement_asked(dossier: Dossier, at: datetime) -> Letter:
    return _about(dossier, DossierSupplementAskedV1, dossier.asked or {}, at)


def supplemented(dossier: Dossier, previous_due_at: datetime, at: datetime) -> Letter:
    last = dossier.supplements[-1]
    data = {
        "supplied_at": at,
        "forward_at": dossier.forward_at,
        "previous_due_at": previous_due_at,
        "due_at": dossier.due_at,
        "components": last["components"],
        "note": last["note"],
    }
    return _about(dossier, DossierSupplementedV1, data, at)


def rescheduled(dossier: Dossier, previous_due_at: datetime, reason: str, at: datetime) -> Letter:
    data = {"previous_due_at": previous_due_at, "due_at": dossier.due_at, "reason": reason}
    return _about(dossier, DossierRescheduledV1, data, at)


def overdue(dossier: Dossier, at: datetime) -> Letter:
    data = {"due_at": dossier.due_at, "department": dossier.receipt.department}
    return _about(dossier, DossierOverdueV1, data, at)


def resolved(dossier: Dossier) -> Letter:
    resolution = dossier.resolution or {}
    data = {
        "resolved_at": resolution["at"],
        "due_at": dossier.due_at,
        "on_time": resolution["on_time"],
        "outcome": resolution["outcome"],
        "result": resolution["result"],
    }
    return _about(dossier, DossierResolvedV1, data, resolution["at"])


def returned(dossier: Dossier) -> Letter:
    at = (dossier.returned or {})["at"]
    return _about(dossier, DossierReturnedV1, {"returned_at": at}, at)


def _about(dossier: Dossier, contract: type[Contract], data: Mapping[str, Any], at: datetime) -> Letter:
    head = {"dossier_id": dossier.receipt.dossier_id, "code": dossier.code, "status": int(dossier.status)}
    return _letter(contract, {**head, **data}, str(dossier.code), at)


def _letter(contract: type[Contract], data: Mapping[str, Any], subject: str, at: datetime) -> Letter:
    envelope = contract.seal(data, source=SOURCE, subject=subject, time=at)
    return Letter(contract.exchange(), contract.routing_key(envelope), envelope)
