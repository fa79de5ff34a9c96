"""A report as the papers draw it: columns with their heads, rows as people read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway import texts
from gateway.wiring import parts

#: Papers are in Vietnamese.
LANGUAGE = "vi"
#: Columns by the head over them.
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "handling": {
        "in": ("carried_over", "reopened", "received", "online_share", "total"),
        "done": ("early", "on_time", "late", "resolved", "waiting"),
        "not": ("refused", "withdrawn"),
        "left": ("in_time", "overdue", "paused", "pending"),
        "out": ("handed_over",),
    },
    "burden": {
        "base": ("total",),
        "asked": ("asked_reception", "asked_department", "asked_per_100"),
        "trips": ("trips", "trips_per_100"),
        "refused": ("refused", "refused_per_100"),
        "time": ("median_minutes", "p90_minutes"),
    },
}


def table(report: dict[str, Any]) -> dict[str, Any]:
    """Return the data of the paper ``report``."""
    kind, by = report["kind"], report["by"]
    groups = [(group, column) for group, columns in COLUMNS[kind].items() for column in columns]
    heads = [{"label": _say(f"by/{by}"), "group": None, "kind": "text"}]
    heads += [
        {"label": _say(f"columns/{column}"), "group": _say(f"groups/{group}"), "kind": _kind(column)}
        for group, column in groups
    ]
    cells = [column for _, column in groups]
    return {
        "number": None,
        "title": _say(f"kinds/{kind}"),
        "subtitle": f"{_period(report['period'])} ({_say('windows/' + report['windows'])})",
        "period": {"first": report["first"], "last": report["last"]},
        "issued_at": parts().clock.now().isoformat(),
        "columns": heads,
        "rows": [[label(by, row), *(row[column] for column in cells)] for row in report["rows"]],
        "sums": [_say("sum"), *(report["sums"][column] for column in cells)],
        "notes": _notes(report),
        "officer": None,
    }


def label(by: str, row: dict[str, Any]) -> str:
    """Return what a row is called."""
    key = str(row["key"])
    if by == "channel" and texts.known(LANGUAGE, f"figures/channels/c{key}"):
        return _say(f"channels/c{key}")
    if by == "procedure":
        return f"{key} {row['name'] or ''}".strip()
    return str(row["name"] or key or "-")


def _notes(report: dict[str, Any]) -> list[str]:
    notes = [_say(f"notes/{report['kind']}")]
    if closed := report["closed"]:
        day = f"{datetime.fromisoformat(closed['closed_at']):%d/%m/%Y %H:%M}"
        notes.append(_say("notes/closed", at=day, digest=closed["digest"], restated=report["restated"]))
    elif not report["over"]:
        notes.append(_say("notes/running"))
    return notes


def _period(name: str) -> str:
    year, part = name.split("-")
    key = part if part[0] == "H" else part[0]
    return _say(f"periods/{key}", year=year, number=part[1:].removeprefix("0"))


def _kind(column: str) -> str:
    return "percent" if column.endswith(("_share", "_per_100")) else "count"


def _say(key: str, **values: Any) -> str:
    return texts.say(LANGUAGE, f"figures/{key}", **values)
