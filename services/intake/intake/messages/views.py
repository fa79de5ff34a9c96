"""What callers are shown over RPC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from intake.domain import Dossier


def receipt(dossier: Dossier, secret: str, *, replayed: bool) -> dict[str, Any]:
    """Return what the person takes home (giấy tiếp nhận hồ sơ và hẹn trả kết quả), as it was at first.

    What is registered only has no appointment yet: ``due_at`` and ``forward_at`` are None, and the desk answers by
    ``answer_by``. ``history_head`` is printed on the receipt.
    """
    first = dossier.history[0]
    start = dossier.deadline.entries[0] if dossier.deadline.entries else None
    return {
        "dossier_id": str(dossier.receipt.dossier_id),
        "code": dossier.code,
        "status": first["status"],
        "procedure": dict(dossier.receipt.procedure),
        "department": dossier.receipt.department,
        "received_at": dossier.receipt.received_at,
        "due_at": start.due_at if start else None,
        "forward_at": dossier.forward_at if start else None,
        "answer_by": dossier.answer_by,
        "tracking_secret": secret,
        "fee_minor": dossier.account.total_minor,
        "history_head": first["digest"],
        "replayed": replayed,
    }


def view(dossier: Dossier, *, replayed: bool | None = None) -> dict[str, Any]:
    """Return a dossier as staff see it; the identity number is masked (facts 6).

    Args:
        replayed: after a writing call, whether the same key had its effect before.
    """
    receipt_ = dossier.receipt
    return {
        "dossier_id": str(receipt_.dossier_id),
        "code": dossier.code,
        "status": int(dossier.status),
        "procedure": dict(receipt_.procedure),
        "department": receipt_.department,
        "channel": receipt_.channel,
        "ward": receipt_.ward,
        "ward_reference": receipt_.ward_reference,
        "applicant": _masked(receipt_.applicant),
        "components": list(receipt_.components),
        "case": receipt_.case,
        "representative": _masked(receipt_.representative),
        "delivery": receipt_.delivery,
        "postal": receipt_.postal,
        "submitted_at": receipt_.submitted_at,
        "answer_by": dossier.answer_by,
        "supplements": list(dossier.supplements),
        "supplement_asked": dossier.asked,
        "supplement_requests": dossier.times_asked,
        "supplement_pending": dossier.pending,
        "refusal": dossier.refusal,
        "withdrawal": dossier.withdrawal,
        "pause": dossier.pause,
        "apology": dossier.apology,
        "corrections": [{**row, "applicant": _masked(row["applicant"])} for row in dossier.corrections],
        "received_at": receipt_.received_at,
        "forward_at": dossier.forward_at,
        "due_at": dossier.due_at,
        "overdue": dossier.overdue_for is not None,
        "deadline": [
            {"kind": entry.kind, "at": entry.at, "due_at": entry.due_at, "reason": entry.reason}
            for entry in dossier.deadline.entries
        ],
        "resolution": dossier.resolution,
        "resolutions": list(dossier.resolutions),
        "returned": dossier.returned,
        "kept_at": dossier.kept_at,
        "account": account(dossier),
        "papers": [
            {"paper": paper.id, "number": paper.number, "at": paper.at, "due_at": paper.due_at, "prints": paper.prints}
            for paper in dossier.papers
        ],
        # the comment is for those who score it (``messages.evaluations``), not for whom it is about
        "evaluation": dossier.evaluation and {k: v for k, v in dossier.evaluation.items() if k != "comment"},
        **({} if replayed is None else {"replayed": replayed}),
    }


def account(dossier: Dossier) -> dict[str, Any]:
    """Return what a dossier costs and what of it is settled, in đồng."""
    kept = dossier.account
    return {
        "lines": [asdict(line) for line in kept.lines],
        "exemptions": [asdict(exemption) for exemption in kept.exemptions],
        "payments": [asdict(payment) for payment in kept.payments],
        "total_minor": kept.total_minor,
        "owed_minor": kept.owed_minor,
    }


def history(dossier: Dossier) -> dict[str, Any]:
    """Return the hash-chained history, which whoever may read the dossier can recompute (motcua_contracts.history)."""
    return {"code": dossier.code, "entries": list(dossier.history)}


def _masked(person: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if person is None:
        return None
    number = person.get("identity_number")
    return {**person, "identity_number": f"{'*' * (len(number) - 4)}{number[-4:]}"} if number else dict(person)


#: What leaders have yet to decide, and what a person said of the handling: the staff's alone.
INSIDE = ("apology", "supplement_pending", "evaluation")


def outside(seen: dict[str, Any]) -> dict[str, Any]:
    """Return a view without what is the staff's alone."""
    return {name: value for name, value in seen.items() if name not in INSIDE}
