"""How a dossier lies in the database: one document, plain values."""

from __future__ import annotations

from uuid import UUID

from chassis.kept import Document
from intake.domain import Deadline, Dossier, Entry, Receipt, Status


def to_document(dossier: Dossier) -> Document:
    """Return the aggregate's own fields; ``_id`` and what the chassis keeps are added where it is written."""
    receipt = dossier.receipt
    return {
        "code": dossier.code,
        "status": int(dossier.status),
        "department": receipt.department,
        "ward": receipt.ward,
        "wake_at": dossier.wake_at,
        "forward_at": dossier.forward_at,
        "receipt": {
            "procedure": dict(receipt.procedure),
            "channel": receipt.channel,
            "ward_reference": receipt.ward_reference,
            "received_at": receipt.received_at,
            "applicant": dict(receipt.applicant),
            "contact": dict(receipt.contact),
            "components": [dict(item) for item in receipt.components],
            "tracking_digest": receipt.tracking_digest,
            "fee_minor": receipt.fee_minor,
        },
        "deadline": [
            {
                "kind": entry.kind,
                "at": entry.at,
                "due_at": entry.due_at,
                "reason": entry.reason,
                "remaining": entry.remaining,
            }
            for entry in dossier.deadline.entries
        ],
        "supplements": [dict(item) for item in dossier.supplements],
        "asked": dossier.asked,
        "resolution": dossier.resolution,
        "overdue_for": dossier.overdue_for,
        "returned": dossier.returned,
        "steps": dossier.steps,
    }


def to_dossier(found: Document) -> Dossier:
    """Return the dossier that a stored document holds."""
    kept = found["receipt"]
    receipt = Receipt(
        dossier_id=UUID(found["_id"]),
        department=found["department"],
        ward=found["ward"],
        **{name: kept[name] for name in kept if name != "components"},
        components=tuple(kept["components"]),
    )
    entries = tuple(
        Entry(row["kind"], row["at"], row["due_at"], row["reason"], row["remaining"]) for row in found["deadline"]
    )
    return Dossier(
        receipt,
        Deadline(entries),
        found["forward_at"],
        status=Status(found["status"]),
        code=found["code"],
        supplements=tuple(found["supplements"]),
        asked=found["asked"],
        resolution=found["resolution"],
        overdue_for=found["overdue_for"],
        returned=found["returned"],
        steps=found["steps"],
    )
