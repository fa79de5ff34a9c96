"""A tracked dossier in words, for the API and the page alike."""

from __future__ import annotations

from typing import Any

from gateway import texts
from gateway.chain_showing import show_chain
from gateway.departments import Departments
from gateway.tracking import FEE_ASKED, HANDED_OVER, READY, SUPPLEMENT_ASKED, Step, Tracked
from gateway.wording import day, money, utc, when


def show(tracked: Tracked, language: str, departments: Departments, head: str | None = None) -> dict[str, Any]:
    """Return the JSON-ready view of ``tracked`` in ``language``; instants stay UTC.

    Args:
        head: what a printed receipt bears of the history; None when nobody asks to check one.
    """
    department = _department(tracked, language, departments)
    return {
        "code": tracked.code,
        "procedure": {"code": tracked.procedure_code, "name": tracked.procedure_name},
        "status": {"code": str(tracked.status), "text": status_text(tracked.status, language)},
        "hint": hint(tracked, language),
        "place": place(tracked, language, department),
        "department": {"code": tracked.department, "text": department} if tracked.department else None,
        "received_at": utc(tracked.received_at),
        "due_at": utc(tracked.due_at),
        "answer_by": utc(tracked.answer_by),
        "resolved_at": utc(tracked.resolved_at),
        "overdue": tracked.overdue,
        "late": tracked.late,
        "paused": tracked.paused,
        "clock": clock_text(tracked, language),
        "to_supply": list(tracked.to_supply),
        "supply_by": utc(tracked.supply_by),
        "reason": tracked.reason,
        "legal_basis": tracked.legal_basis,
        "owed_minor": tracked.owed_minor,
        "history": [
            {"type": step.type, "text": step_text(step, language, departments), "at": utc(step.at)}
            for step in tracked.history
        ],
        "chain": show_chain(tracked.chain, language, head),
    }


def status_text(status: int, language: str) -> str:
    """Return the national text of a status code."""
    key = f"status/{status}" if texts.known(language, f"status/{status}") else "status/other"
    return texts.say(language, key, status=status)


def hint(tracked: Tracked, language: str) -> str:
    """Return what the person must do now, or may expect."""
    keys = (f"hint/{tracked.status}-{_detail(tracked)}", f"hint/{tracked.status}", "hint/other")
    return texts.say(
        language,
        next(key for key in keys if texts.known(language, key)),
        answer_by=when(tracked.answer_by, language),
        supply_by=when(tracked.supply_by, language),
        owed=money(tracked.owed_minor or 0, language),
        postal_code=tracked.postal_code or "",
    )


def _detail(tracked: Tracked) -> str:
    """Return the word that tells apart the hints of one status."""
    if tracked.status == SUPPLEMENT_ASKED:
        return "by" if tracked.supply_by else ""
    if tracked.status == FEE_ASKED:
        return "owed" if tracked.owed_minor else ""
    if tracked.status == READY:
        return "kept" if tracked.kept else tracked.delivery
    if tracked.status == HANDED_OVER:
        return "item" if tracked.postal_code else tracked.returned_by or ""
    return ""


def clock_text(tracked: Tracked, language: str) -> str | None:
    """Return why the time limit stands still; None while it runs, or has not begun to."""
    if not tracked.paused or tracked.due_at is None:
        return None
    return texts.say(language, f"clock/{tracked.status}")


def place(tracked: Tracked, language: str, department: str) -> str:
    """Return where the papers lie."""
    if tracked.status == HANDED_OVER:
        return texts.say(language, "place/returned")
    return department if tracked.with_department else texts.say(language, "place/desk")


def step_text(step: Step, language: str, departments: Departments) -> str:
    """Return one line of the history; an event without a text of its own shows its type."""
    key = f"event/{step.type}"
    if not texts.known(language, key):
        return step.type
    department = departments.name(step.department, day(step.at), language) if step.department else ""
    return texts.say(language, key, department=department)


def _department(tracked: Tracked, language: str, departments: Departments) -> str:
    if tracked.department is None or tracked.received_at is None:
        return tracked.department or ""
    return departments.name(tracked.department, day(tracked.received_at), language)
