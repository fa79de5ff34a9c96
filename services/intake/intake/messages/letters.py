"""What intake tells of each act on a dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chassis.kept import Letter
from intake.domain import Dossier
from intake.messages.telling import Told, letter, tell
from motcua_contracts.intake import (
    DossierCorrectedV1,
    DossierEvaluatedV1,
    DossierExemptedV1,
    DossierLatenessForecastV1,
    DossierOverdueV1,
    DossierPaidV1,
    DossierPausedV1,
    DossierProcessingStartedV1,
    DossierReceivedV1,
    DossierRefusedV1,
    DossierReopenedV1,
    DossierRescheduledV1,
    DossierResolvedV1,
    DossierResultKeptV1,
    DossierResultWaitingV1,
    DossierResumedV1,
    DossierReturnedV1,
    DossierSubmittedV1,
    DossierSupplementAskedV1,
    DossierSupplementDeclinedV1,
    DossierSupplementedV1,
    DossierWithdrawnV1,
    SubmissionAnsweredV1,
)


def submitted(dossier: Dossier, at: datetime | None = None) -> Told:
    """Tell that a dossier came in; with ``at``, that what it says was put right then, before the desk received it."""
    receipt = dossier.receipt
    data = {
        "procedure": receipt.procedure,
        "channel": receipt.channel,
        "ward": receipt.ward,
        "submitted_at": receipt.submitted_at,
        "answer_by": dossier.answer_by,
        "contact": receipt.contact,
        "tracking_digest": receipt.tracking_digest,
    }
    return tell(dossier, DossierSubmittedV1, data, at or receipt.received_at)


def received(dossier: Dossier) -> Told:
    """Tell that a dossier was received, and answer the ward that sent it, if one did."""
    at = dossier.receipt.received_at
    told = tell(dossier, DossierReceivedV1, _all_of(dossier), at, feed=False)
    if not dossier.receipt.ward_reference:
        return told
    return replace(told, letters=(*told.letters, accepted(dossier, at)))


def corrected(dossier: Dossier, previous_due_at: datetime) -> Told:
    last = dossier.corrections[-1]
    data = {"corrected_at": last["at"], "reason": last["reason"], "previous_due_at": previous_due_at}
    return tell(dossier, DossierCorrectedV1, {**_all_of(dossier), **data}, last["at"])


def _all_of(dossier: Dossier) -> dict[str, Any]:
    receipt = dossier.receipt
    return {
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
        "case": receipt.case,
        "representative": receipt.representative,
        "delivery": receipt.delivery,
        "fee_minor": dossier.account.total_minor,
    }


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
    return letter(SubmissionAnsweredV1, data, str(dossier.code), at)


def rejected(ward: str, reference: str, problems: Sequence[Mapping[str, str]], at: datetime) -> Letter:
    """Return the answer to a ward whose submission cannot be registered, every fault named."""
    data = {
        "ward": ward,
        "ward_reference": reference,
        "outcome": "rejected",
        "problems": [{"field": row["field"], "message": row["message"]} for row in problems],
    }
    return letter(SubmissionAnsweredV1, data, reference, at)


def supplement_asked(dossier: Dossier) -> Told:
    asked = dossier.asked or {}
    data = {**asked, "number": dossier.times_asked}
    return tell(dossier, DossierSupplementAskedV1, data, asked["asked_at"])


def supplement_declined(dossier: Dossier, at: datetime) -> Told:
    data = {"declined_at": at, "reason": dossier.requests[-1]["declined_because"]}
    return tell(dossier, DossierSupplementDeclinedV1, data, at)


def supplemented(dossier: Dossier, previous_due_at: datetime) -> Told:
    """Tell that a dossier that was received before is complete again."""
    last = dossier.supplements[-1]
    data = {
        "supplied_at": last["at"],
        "forward_at": dossier.forward_at,
        "previous_due_at": previous_due_at,
        "due_at": dossier.due_at,
        "components": last["components"],
        "note": last["note"],
    }
    return tell(dossier, DossierSupplementedV1, data, last["at"])


def resubmitted(dossier: Dossier) -> Told:
    """Tell that what the desk asked for before reception came in, and waits for it."""
    at = dossier.supplements[-1]["at"]
    receipt = dossier.receipt
    data = {"submitted_at": at, "answer_by": dossier.answer_by}
    data |= {name: getattr(receipt, name) for name in ("procedure", "channel", "ward", "contact", "tracking_digest")}
    return tell(dossier, DossierSubmittedV1, data, at)


def refused(dossier: Dossier) -> Told:
    refusal = dossier.refusal or {}
    return tell(dossier, DossierRefusedV1, {**refusal, "refused_at": refusal["at"]}, refusal["at"])


def withdrawn(dossier: Dossier) -> Told:
    withdrawal = dossier.withdrawal or {}
    return tell(dossier, DossierWithdrawnV1, {**withdrawal, "withdrawn_at": withdrawal["at"]}, withdrawal["at"])


def processing_started(dossier: Dossier, at: datetime) -> Told:
    data = {"department": dossier.receipt.department, "started_at": at}
    return tell(dossier, DossierProcessingStartedV1, data, at)


def paused(dossier: Dossier) -> Told:
    pause = dossier.pause or {}
    owed = max(dossier.account.owed_minor, 0) if pause["cause"] == "fee" else None
    return tell(dossier, DossierPausedV1, {**pause, "paused_at": pause["at"], "owed_minor": owed}, pause["at"])


def resumed(dossier: Dossier, previous_due_at: datetime) -> Told:
    last = dossier.deadline.entries[-1]
    data = {"resumed_at": last.at, "previous_due_at": previous_due_at, "due_at": last.due_at, "reason": last.reason}
    return tell(dossier, DossierResumedV1, data, last.at)


def forecast(dossier: Dossier) -> Told:
    draft = dossier.apology or {}
    data = {"forecast_at": draft["drafted_at"], "due_at": dossier.due_at, "department": dossier.receipt.department}
    return tell(dossier, DossierLatenessForecastV1, {**draft, **data}, draft["drafted_at"], feed=False)


def rescheduled(dossier: Dossier, previous_due_at: datetime) -> Told:
    last = dossier.deadline.entries[-1]
    data = {"previous_due_at": previous_due_at, "due_at": last.due_at, "reason": last.reason}
    return tell(dossier, DossierRescheduledV1, data, last.at)


def overdue(dossier: Dossier, at: datetime) -> Told:
    data = {"due_at": dossier.due_at, "department": dossier.receipt.department}
    return tell(dossier, DossierOverdueV1, data, at)


def resolved(dossier: Dossier) -> Told:
    resolution = dossier.resolution or {}
    data = {**resolution, "resolved_at": resolution["at"], "due_at": dossier.due_at}
    return tell(dossier, DossierResolvedV1, data, resolution["at"])


def returned(dossier: Dossier) -> Told:
    returned_ = dossier.returned or {}
    return tell(dossier, DossierReturnedV1, {**returned_, "returned_at": returned_["at"]}, returned_["at"])


def reminded(dossier: Dossier, at: datetime) -> Told:
    """Tell that a result still waits, or that it is kept now."""
    if dossier.kept_at:
        return tell(dossier, DossierResultKeptV1, {"kept_at": at}, at)
    data = {"since": (dossier.resolution or {})["at"], "number": dossier.reminders}
    return tell(dossier, DossierResultWaitingV1, data, at)


def reopened(dossier: Dossier) -> Told:
    last = dossier.deadline.entries[-1]
    data = {"reopened_at": last.at, "forward_at": dossier.forward_at, "due_at": last.due_at, "reason": last.reason}
    return tell(dossier, DossierReopenedV1, data, last.at)


def paid(dossier: Dossier, at: datetime | None = None) -> Told:
    """Tell of the last payment, recorded at ``at``: when it was paid is the payer's word, and no moment of the history."""
    last = dossier.account.payments[-1]
    data = {"paid_at": last.at, "owed_minor": dossier.account.owed_minor}
    data |= {name: getattr(last, name) for name in ("amount_minor", "receipt_number", "method")}
    return tell(dossier, DossierPaidV1, data, at or last.at)


def exempted(dossier: Dossier) -> Told:
    last = dossier.account.exemptions[-1]
    data = {"exempted_at": last.at, "owed_minor": dossier.account.owed_minor}
    data |= {name: getattr(last, name) for name in ("amount_minor", "reason", "legal_basis")}
    return tell(dossier, DossierExemptedV1, data, last.at)


def evaluated(dossier: Dossier) -> Told:
    said = dossier.evaluation or {}
    return tell(dossier, DossierEvaluatedV1, {**said, "evaluated_at": said["at"]}, said["at"], feed=False)
