"""Evaluations of many dossiers summed up: by desk, officer, department or month, with the law's scoring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from intake.domain.code import local_day
from intake.domain.dossier import Dossier
from intake.domain.evaluation import Band, Criterion, counted, score
from intake.domain.status import OVER, Status

#: What rows may be about: the desk that took it in (a ward's, or the office's counter), the officer who received it, ...
BY = ("desk", "officer", "department", "month")
COUNTER = "counter"


def ended_at(dossier: Dossier) -> datetime | None:
    """Return when the desk had done with a dossier; None while it has not."""
    if dossier.status is Status.RETURNED:
        at: datetime = (dossier.returned or {})["at"]
        return at
    if dossier.status in OVER:
        over: datetime = (dossier.refusal or dossier.withdrawal or {})["at"]
        return over
    return None


def key(dossier: Dossier, by: str) -> str:
    """Return the row that an ended dossier counts in."""
    if by == "desk":
        return dossier.receipt.ward or COUNTER
    if by == "officer":
        return next((paper.by for paper in dossier.papers), "")
    if by == "department":
        return dossier.receipt.department
    at = ended_at(dossier)
    return f"{local_day(at):%Y-%m}" if at else ""


def summed(
    dossiers: Iterable[Dossier], by: str, criteria: Sequence[Criterion], bands: Sequence[Band]
) -> list[dict[str, Any]]:
    """Return a row for each key: what ended, what was evaluated, how, and what can be counted.

    ``on_time``, ``apologised`` and ``late_without_apology`` are about dossiers with a result: in time by the appointment
    as it stood; with a new appointment given in time, with apology; late without one. ``average`` is the mean of the
    evaluated dossiers' points, in hundredths of the best there could be.
    """
    rows: dict[str, list[Dossier]] = defaultdict(list)
    for dossier in dossiers:
        rows[key(dossier, by)].append(dossier)
    return [_row(name, rows[name], criteria, bands) for name in sorted(rows)]


def _row(
    name: str, dossiers: Sequence[Dossier], criteria: Sequence[Criterion], bands: Sequence[Band]
) -> dict[str, Any]:
    evaluated = [dossier.evaluation for dossier in dossiers if dossier.evaluation]
    resolved = [dossier for dossier in dossiers if dossier.resolution]
    late = [dossier for dossier in resolved if counted(dossier)["late"]]
    by_rule = [score(dossier, {}, criteria, bands).total for dossier in resolved]
    shares = [row["total"] * 100 / row["most"] for row in evaluated]
    return {
        "key": name,
        "ended": len(dossiers),
        "evaluated": len(evaluated),
        "average": round(sum(shares) / len(shares), 2) if shares else None,
        "bands": {band.code: sum(row["band"] == band.code for row in evaluated) for band in bands},
        "satisfaction": {str(point): sum(row["satisfaction"] == point for row in evaluated) for point in (2, 1, 0)},
        "by_rule": round(sum(by_rule) / len(by_rule), 2) if by_rule else None,
        "resolved": len(resolved),
        "on_time": len(resolved) - len(late),
        "apologised": sum(dossier.deadline.extended for dossier in resolved),
        "late_without_apology": sum(not dossier.deadline.extended for dossier in late),
        "supplements": sum(len(dossier.supplements) for dossier in dossiers),
        "trips": sum(counted(dossier)["trips"] for dossier in dossiers),
    }
