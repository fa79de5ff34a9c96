"""What wards are told of their commands and streams, and how the list of changes is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chassis.kept import Letter
from intake.domain import Dossier
from intake.domain.streams import Hole
from intake.messages.telling import letter
from motcua_contracts.base import schema_of
from motcua_contracts.intake import SubmissionAnsweredV1, SubmissionChangedV1, SubmissionResendAskedV1

CORRECT, WITHDRAW = "correct", "withdraw"


def obeyed(dossier: Dossier, about: str, command_id: str, at: datetime) -> Letter:
    """Return the answer to a ward whose correction or withdrawal was done."""
    receipt = dossier.receipt
    data = {
        "ward": receipt.ward,
        "ward_reference": receipt.ward_reference,
        "outcome": "accepted",
        "code": dossier.code,
        "received_at": receipt.received_at,
        "due_at": dossier.due_at,
        "about": about,
        "command_id": command_id,
    }
    return letter(SubmissionAnsweredV1, data, str(dossier.code), at)


def refused(
    ward: str, reference: str, problems: Sequence[Mapping[str, str]], about: str, command_id: str, at: datetime
) -> Letter:
    """Return the answer to a ward whose correction or withdrawal cannot be done."""
    data = {
        "ward": ward,
        "ward_reference": reference,
        "outcome": "rejected",
        "problems": [{"field": row["field"], "message": row["message"]} for row in problems],
        "about": about,
        "command_id": command_id,
    }
    return letter(SubmissionAnsweredV1, data, reference, at)


def resend_asked(ward: str, stream: str, hole: Hole, at: datetime) -> Letter:
    """Return the message that asks a ward for commands that have not come."""
    data = {"ward": ward, "stream": stream, "first": hole.first, "last": hole.last, "asked_at": at}
    return letter(SubmissionResendAskedV1, data, ward, at)


def changes(rows: Sequence[Mapping[str, Any]], since: int, *, more: bool) -> dict[str, Any]:
    """Return a page of the list: rows as ``submission.changed.v1`` has them, and where the next page begins."""
    schema = schema_of(SubmissionChangedV1)
    last = rows[-1]["number"] if rows else since
    return {"changes": list(_shown(schema, rows)), "next": last, "more": more}


def _shown(schema: Any, rows: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    for row in rows:
        yield {name: value for name, value in schema.dump(row).items() if value is not None}
