"""What callers are shown over RPC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from intake.domain import Dossier, Status
from office import ProcedureVersion


def receipt(dossier: Dossier, secret: str, *, forward_at: datetime, replayed: bool) -> dict[str, Any]:
    """Return what the person takes home (giấy tiếp nhận hồ sơ và hẹn trả kết quả)."""
    first = dossier.deadline.entries[0]
    return {
        "dossier_id": str(dossier.receipt.dossier_id),
        "code": dossier.code,
        "status": int(Status.RECEIVED),
        "procedure": dict(dossier.receipt.procedure),
        "department": dossier.receipt.department,
        "received_at": dossier.receipt.received_at,
        "due_at": first.due_at,
        "forward_at": forward_at,
        "tracking_secret": secret,
        "fee_minor": dossier.receipt.fee_minor,
        "replayed": replayed,
    }


def view(dossier: Dossier, *, replayed: bool | None = None) -> dict[str, Any]:
    """Return a dossier as staff see it; the identity number is masked (facts 6).

    Args:
        replayed: after a writing call, whether the same key had its effect before.
    """
    receipt_ = dossier.receipt
    applicant = dict(receipt_.applicant)
    if number := applicant.get("identity_number"):
        applicant["identity_number"] = f"{'*' * (len(number) - 4)}{number[-4:]}"
    return {
        "dossier_id": str(receipt_.dossier_id),
        "code": dossier.code,
        "status": int(dossier.status),
        "procedure": dict(receipt_.procedure),
        "department": receipt_.department,
        "channel": receipt_.channel,
        "ward": receipt_.ward,
        "ward_reference": receipt_.ward_reference,
        "applicant": applicant,
        "components": list(receipt_.components),
        "supplements": list(dossier.supplements),
        "supplement_asked": dossier.asked,
        "received_at": receipt_.received_at,
        "forward_at": dossier.forward_at,
        "due_at": dossier.due_at,
        "overdue": dossier.overdue_for is not None,
        "deadline": [
            {"kind": entry.kind, "at": entry.at, "due_at": entry.due_at, "reason": entry.reason}
            for entry in dossier.deadline.entries
        ],
        "resolution": dossier.resolution,
        "returned": dossier.returned,
        **({} if replayed is None else {"replayed": replayed}),
    }


def procedure(version: ProcedureVersion) -> dict[str, Any]:
    """Return a procedure as the public reads it."""
    return {
        "code": version.code,
        "name": version.name_vi,
        "name_en": version.name_en,
        "field": version.field,
        "department": version.department,
        "limit": {"kind": version.limit.kind, "amount": version.limit.amount},
        "fee_minor": version.fee_minor,
        "fee_note": version.fee_note,
        "legal_basis": version.legal_basis,
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "components": [
            {
                "code": rule.code,
                "name": rule.name_vi,
                "name_en": rule.name_en,
                "copy": rule.copy,
                "quantity": rule.quantity,
                "required": rule.required,
            }
            for rule in version.components
        ],
    }
