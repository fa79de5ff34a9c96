"""How a dossier lies in the database: one document, plain values."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from chassis.kept import Document
from intake.domain import Account, Deadline, Dossier, Entry, Exemption, Line, Paper, Payment, Receipt, Status

#: Fields that a document has only while they hold something: sparse indexes are over them.
OPTIONAL = ("wake_at", "claims")

#: Fields of the receipt that stand at the top of the document, where lists are filtered by them.
_TOP = ("department", "ward", "owner")
#: Fields of a dossier that are plain values already, stored under their own names.
_PLAIN = (
    "code",
    "forward_at",
    "answer_by",
    "started_at",
    "pending",
    "refusal",
    "withdrawal",
    "pause",
    "apology",
    "look_at",
    "resolution",
    "returned",
    "remind_at",
    "reminders",
    "kept_at",
    "overdue_for",
    "evaluation",
    "steps",
)
_ROWS = ("requests", "supplements", "resolutions", "corrections", "history")


def to_document(dossier: Dossier) -> Document:
    """Return the aggregate's own fields; ``_id`` and what the chassis keeps are added where it is written.

    ``claims`` are what no other dossier may have: numbers of papers, ids of payments.
    """
    receipt = {field.name: getattr(dossier.receipt, field.name) for field in fields(Receipt)}
    del receipt["dossier_id"]
    top = {name: receipt.pop(name) for name in _TOP}
    document = {
        "status": int(dossier.status),
        **top,
        "due_at": dossier.due_at,
        "wake_at": dossier.wake_at,
        "receipt": _plain(receipt),
        **{name: _plain(getattr(dossier, name)) for name in (*_PLAIN, *_ROWS)},
        "deadline": [asdict(entry) for entry in dossier.deadline.entries],
        "account": asdict(dossier.account),
        "papers": [asdict(paper) for paper in dossier.papers],
        "claims": [
            *(paper.number for paper in dossier.papers if paper.number),
            *(payment.id for payment in dossier.account.payments),
        ],
    }
    return {name: value for name, value in document.items() if value or name not in OPTIONAL}


def to_dossier(found: Document) -> Dossier:
    """Return the dossier that a stored document holds."""
    kept = found["receipt"]
    receipt = Receipt(
        dossier_id=UUID(found["_id"]),
        **{name: found[name] for name in _TOP},
        **{name: kept[name] for name in kept if name != "components"},
        components=tuple(kept["components"]),
    )
    account = found["account"]
    plain: dict[str, Any] = {name: found[name] for name in _PLAIN}
    rows: dict[str, Any] = {name: tuple(found[name]) for name in _ROWS}
    return Dossier(
        receipt,
        Deadline(tuple(Entry(**row) for row in found["deadline"])),
        status=Status(found["status"]),
        account=Account(
            tuple(Line(**row) for row in account["lines"]),
            tuple(Exemption(**row) for row in account["exemptions"]),
            tuple(Payment(**row) for row in account["payments"]),
        ),
        papers=tuple(Paper(**row) for row in found["papers"]),
        **plain,
        **rows,
    )


def _plain(value: Any) -> Any:
    """Return a value whose mappings are plain dictionaries and whose sequences are lists."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, UUID):
        return str(value)
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
