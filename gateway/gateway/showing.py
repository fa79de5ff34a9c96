"""A tracked dossier in words, for the API and the page alike."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway import texts
from gateway.departments import Departments
from gateway.tracking import Step, Tracked

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def show(tracked: Tracked, language: str, departments: Departments) -> dict[str, Any]:
    """Return the JSON-ready view of ``tracked`` in ``language``; instants stay UTC."""
    department = departments.name(tracked.department, day(tracked.received_at), language)
    return {
        "code": tracked.code,
        "procedure": {"code": tracked.procedure_code, "name": tracked.procedure_name},
        "status": {"code": str(tracked.status), "text": status_text(tracked.status, language)},
        "place": place(tracked, language, department),
        "department": {"code": tracked.department, "text": department},
        "received_at": _utc(tracked.received_at),
        "due_at": _utc(tracked.due_at),
        "resolved_at": _utc(tracked.resolved_at) if tracked.resolved_at else None,
        "overdue": tracked.overdue,
        "late": tracked.late,
        "paused": tracked.paused,
        "to_supply": list(tracked.to_supply),
        "history": [
            {"type": step.type, "text": step_text(step, language, departments), "at": _utc(step.at)}
            for step in tracked.history
        ],
    }


def status_text(status: int, language: str) -> str:
    """Return the national text of a status code."""
    key = f"status/{status}" if texts.known(language, f"status/{status}") else "status/other"
    return texts.say(language, key, status=status)


def place(tracked: Tracked, language: str, department: str) -> str:
    """Return where the papers lie."""
    if tracked.status == 10:
        return texts.say(language, "place/returned")
    return department if tracked.with_department else texts.say(language, "place/desk")


def step_text(step: Step, language: str, departments: Departments) -> str:
    """Return one line of the history; an event without a text of its own shows its type."""
    key = f"event/{step.type}"
    if not texts.known(language, key):
        return step.type
    department = departments.name(step.department, day(step.at), language) if step.department else ""
    return texts.say(language, key, department=department)


def day(instant: datetime) -> date:
    """Return the day of ``instant`` in Vietnam."""
    return instant.astimezone(LOCAL).date()


def _utc(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
