"""Evaluation (đánh giá) of a dossier's handling: by the person, and by what can be counted in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from intake.domain.dossier import Dossier
from intake.domain.status import Status, stay
from intake.domain.submission import ONLINE

BEST = 2

#: When a person may evaluate: the desk has done with the dossier, or has the result ready.
ENDED = (Status.RESOLVED, Status.RETURNED, Status.REFUSED, Status.WITHDRAWN)


class Criterion(Protocol):
    """A criterion of the office's data."""

    @property
    def code(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def rule(self) -> str | None: ...
    @property
    def two(self) -> int: ...
    @property
    def one(self) -> int: ...


class Band(Protocol):
    """A class by the sum of points; the best come first."""

    @property
    def code(self) -> str: ...
    @property
    def at_least(self) -> int: ...


class EvaluatedBefore(Exception):
    """The person has evaluated this dossier before; one voice a dossier."""


@dataclass(frozen=True, slots=True)
class Score:
    """Points by criterion, their sum, and the class that it is in; ``most`` is the best sum there could be."""

    points: Mapping[str, int]
    total: int
    most: int
    band: str


def counted(dossier: Dossier) -> dict[str, int]:
    """Return what the rules count in a dossier.

    ``late``: 1 when the result came after the appointment. ``rescheduled``: new appointments, with apology. ``bodies``:
    that the person had to contact; with a one-stop desk it is one, and one more for each correction after which another
    department had it. ``trips``: to hand in, for each supplement, and to fetch the result. ``offline``: 1 when the
    procedure cannot be done online.
    """
    receipt = dossier.receipt
    results = [*dossier.resolutions, *filter(None, [dossier.resolution])]
    kinds = [entry["kind"] for entry in dossier.history]
    came = 0 if receipt.channel == ONLINE else 1
    fetched = 1 if dossier.returned and dossier.returned["method"] == "counter" else 0
    return {
        "late": int(bool(dossier.overdue_for) or not all(row["on_time"] for row in results)),
        "rescheduled": kinds.count("rescheduled"),
        "bodies": 1 + len({row["department"] for row in dossier.corrections} - {receipt.department}),
        "trips": came + len(dossier.supplements) + fetched,
        "offline": int(ONLINE not in receipt.rules["channels"]),
    }


def score(dossier: Dossier, answers: Mapping[str, int], criteria: Sequence[Criterion], bands: Sequence[Band]) -> Score:
    """Return the score of a dossier.

    Args:
        answers: the person's points by criterion; without them only what the rules count is scored.
    """
    counts = counted(dossier)
    points = {row.code: _by_rule(row, counts) for row in criteria if row.rule is not None}
    points |= {row.code: answers[row.code] for row in criteria if row.code in answers}
    total = sum(points.values())
    band = next((row.code for row in bands if total >= row.at_least), "")
    return Score(points, total, BEST * len(criteria), band if len(points) == len(criteria) else "")


def _by_rule(criterion: Criterion, counts: Mapping[str, int]) -> int:
    number = counts[str(criterion.rule)]
    return BEST if number <= criterion.two else 1 if number <= criterion.one else 0


def evaluate(dossier: Dossier, given: Score, *, satisfaction: int, comment: str, at: datetime) -> Dossier:
    """Keep the person's evaluation, once.

    Args:
        satisfaction: 2 very satisfied (rất hài lòng), 1 satisfied (hài lòng), 0 not satisfied.

    Raises:
        EvaluatedBefore: there is one.
        IllegalMove: the desk has not done with the dossier.
    """
    stay(dossier.status, *ENDED)
    if dossier.evaluation:
        raise EvaluatedBefore
    kept: dict[str, Any] = {
        "at": at,
        "points": dict(given.points),
        "total": given.total,
        "most": given.most,
        "band": given.band,
        "satisfaction": satisfaction,
        "comment": comment,
    }
    return replace(dossier, evaluation=kept)
