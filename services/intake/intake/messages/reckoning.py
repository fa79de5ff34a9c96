"""Why the appointment is what it is, line by line, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from chassis.catalogue import catalogue
from intake.domain import Dossier, limit_of

TEXTS = Path(__file__).parent.parent / "texts" / "reckoning"


class Step(Protocol):
    """One date from the receipt to the appointment, as the working calendar explains it."""

    @property
    def day(self) -> date: ...
    @property
    def counted(self) -> bool: ...
    @property
    def why(self) -> str | None: ...
    @property
    def decision(self) -> str | None: ...


def deadline(dossier: Dossier, steps: Sequence[Step]) -> dict[str, Any]:
    """Return the ledger of a dossier's clock with its reasons, and each day of the limit that runs.

    Args:
        steps: lead from the moment at which the limit began to its first appointment; what came after is in ``ledger``.
    """
    texts = catalogue(TEXTS)
    entries = dossier.deadline.entries
    if not entries:
        return {"code": dossier.code, "due_at": None, "paused": False, "ledger": [], "days": []}
    return {
        "code": dossier.code,
        "due_at": dossier.due_at,
        "paused": dossier.deadline.paused,
        "extended": dossier.deadline.extended,
        "limit": dict(limit_of(dossier.receipt)),
        "ledger": [
            {
                "kind": entry.kind,
                "at": entry.at,
                "due_at": entry.due_at,
                "reason": entry.reason,
                "remaining": entry.remaining,
                "unit": entry.unit,
                "text": texts.text(entry.kind, "vi"),
                "text_en": texts.text(entry.kind, "en"),
            }
            for entry in entries
        ],
        "days": [
            {
                "day": step.day,
                "counted": step.counted,
                "why": step.why,
                "text": texts.text(step.why, "vi") if step.why else "",
                "text_en": texts.text(step.why, "en") if step.why else "",
                "decision": step.decision,
            }
            for step in steps
        ],
    }
