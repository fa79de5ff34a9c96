"""What a dossier adds to a period, told by its events alone: a fold over the links of its history.

Nothing here reads the ledger, the requests or the results: it is what the figures are checked against. Of the dossier it
takes what links do not have: which rows it counts in, and how results were handed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from intake.domain.code import local_day
from intake.domain.dossier import Dossier
from intake.domain.figures.mark import Mark
from intake.domain.figures.period import DONE, Period
from intake.domain.status import RUNNING, Status
from worktime import WorkingCalendar

Link = Mapping[str, Any]

_HALTED = frozenset({Status.SUPPLEMENT_ASKED, Status.FEE_ASKED, Status.STOPPED})
_MADE = frozenset({Status.RESOLVED, Status.RETURNED})


def told(
    dossier: Dossier,
    period: Period,
    calendar: WorkingCalendar,
    *,
    links: int | None = None,
    corrections: int | None = None,
) -> Mark | None:
    """Return what a dossier adds to a period by its first ``links`` events (all by default), or None for nothing.

    Args:
        corrections: how many there were by then: the rows it counts in are those before the next one.
    """
    history = dossier.history[:links]
    if not history or history[0]["at"] >= period.end:
        return None
    then, now = _last(history, period.begin), _last(history, period.end)
    assert now is not None  # the first one at least
    entry: str | None = "received" if history[0]["at"] >= period.begin else "carried_over"
    if then is not None and _status(history[then]) in DONE:
        again = any(link["kind"] == "reopened" and period.holds(link["at"]) for link in history)
        entry = "reopened" if again else None
    status = _status(history[now])
    mark = Mark(
        code=str(dossier.code),
        **_rows(dossier, corrections),
        entry=entry,
        outcome=_outcome(history, now, period.end) if entry else None,
        waiting=bool(entry and status is Status.RESOLVED),
        minutes=_minutes(history, now, calendar) if entry and status in _MADE else None,
        **_burden(dossier, history, period),
    )
    return None if mark.empty else mark


def _status(link: Link) -> Status:
    return Status(link["status"])


def _last(history: Sequence[Link], moment: datetime) -> int | None:
    """Return where the last event stands that is dated before ``moment``: one told later is of more weight."""
    return next((at for at in range(len(history) - 1, -1, -1) if history[at]["at"] < moment), None)


def _rows(dossier: Dossier, corrections: int | None) -> dict[str, Any]:
    procedure, department = dossier.receipt.procedure, dossier.receipt.department
    if corrections is not None and corrections < len(dossier.corrections):
        following = dossier.corrections[corrections]
        procedure, department = following["procedure"], following["department"]
    return {
        "field": str(procedure.get("field") or ""),
        "procedure": str(procedure["code"]),
        "channel": str(dossier.receipt.channel),
        "department": department,
    }


def _begun(history: Sequence[Link], now: int) -> int:
    """Return where the limit began that ran at ``now``."""
    starts = (at for at in range(now, -1, -1) if history[at]["kind"] in ("reopened", "received"))
    return next(starts, 0)


def _outcome(history: Sequence[Link], now: int, end: datetime) -> str:
    status = _status(history[now])
    if status is Status.REFUSED:
        return "refused"
    if status is Status.WITHDRAWN:
        return "withdrawn"
    if status in _MADE:
        return _kept(history, now)
    if status in _HALTED:
        return "paused"
    return "overdue" if _missed(history[_begun(history, now) : now + 1], end) else "in_time"


def _kept(history: Sequence[Link], now: int) -> str:
    made = next(at for at in range(now, -1, -1) if history[at]["kind"] == "resolved")
    link, before = history[made], history[made - 1]
    passed = any(row["kind"] == "overdue" for row in history[_begun(history, made) : made])
    if passed or (_status(before) in RUNNING and link["at"] >= link["due_at"]):
        return "late"
    return "early" if local_day(link["at"]) < local_day(link["due_at"]) else "on_time"


def _missed(run: Sequence[Link], end: datetime) -> bool:
    """Whether an appointment passed while the clock ran, before it was moved or the period ended."""
    if any(link["kind"] == "overdue" for link in run):
        return True  # told as passed, although what moved it is dated before
    for link, after in zip(run, [*run[1:], None], strict=True):
        due_at = link["due_at"]
        if due_at is None or _status(link) not in RUNNING:
            continue
        if (after is None and due_at < end) or (after is not None and due_at <= after["at"]):
            return True
    return False


def _minutes(history: Sequence[Link], now: int, calendar: WorkingCalendar) -> int:
    made = next(at for at in range(now, -1, -1) if history[at]["kind"] == "resolved")
    total, since = timedelta(), None
    for link in history[_begun(history, made) : made + 1]:
        runs = _status(link) in RUNNING
        if runs and since is None:
            since = link["at"]
        elif not runs and since is not None:
            total, since = total + calendar.working_time_between(since, link["at"]), None
    return int(total.total_seconds() // 60)


def _burden(dossier: Dossier, history: Sequence[Link], period: Period) -> dict[str, Any]:
    within = [(at, link) for at, link in enumerate(history) if period.holds(link["at"])]
    asked = [link for _, link in within if link["kind"] == "supplement-asked"]
    late = sum(link["due_at"] is not None for link in asked)
    brought = sum(at == 0 or _came(history, at) for at, _ in within)
    methods = [row["method"] for row in _returned(dossier)]
    handed = [
        at for at, link in enumerate(link for link in history if link["kind"] == "returned") if period.holds(link["at"])
    ]
    return {
        "handed_over": len(handed),
        "asked_reception": len(asked) - late,
        "asked_department": late,
        "trips": brought * (dossier.receipt.channel == 1) + sum(methods[at] == "counter" for at in handed),
    }


def _returned(dossier: Dossier) -> list[Mapping[str, Any]]:
    every = [*(row["returned"] for row in dossier.resolutions), dossier.returned]
    return [row for row in every if row]


def _came(history: Sequence[Link], at: int) -> bool:
    """Say whether a link is about something that the person brought: not the desk's own word put right before reception."""
    kind = history[at]["kind"]
    if kind != "submitted":
        return kind in ("supplemented", "corrected")
    before = [link["kind"] for link in history[:at] if link["kind"] in ("submitted", "supplement-asked")]
    return bool(before) and before[-1] == "supplement-asked"
