"""Marks summed up to the rows of a report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from intake.domain.figures.mark import BURDEN, BY, HANDLING, Mark, cells

Row = dict[str, Any]


class Tally:
    """Counters of a period's marks; a mark itself is not kept, so memory goes with the rows, not with the dossiers."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self.marks = 0
        self._cells: dict[str, dict[str, Counter[str]]] = {by: defaultdict(Counter) for by in BY}
        self._minutes: dict[str, dict[str, Counter[int]]] = {by: defaultdict(Counter) for by in BY}
        for mark in marks:
            self.add(mark)

    def add(self, mark: Mark) -> None:
        """Count one dossier; each is to be added once."""
        self.marks += 1
        for by in BY:
            counter = self._cells[by][mark.row(by)]
            for column, number in cells(mark):
                counter[column] += number
            if mark.minutes is not None:
                self._minutes[by][mark.row(by)][mark.minutes] += 1

    def handling(self, by: str) -> tuple[list[Row], Row]:
        """Return the rows of the handling report by their keys, and their sum.

        In each: carried_over + received = total = resolved + refused + withdrawn + pending.
        """
        rows = {key: _handling(counter) for key, counter in self._cells[by].items()}
        return _listed(rows), _handling(sum(self._cells[by].values(), Counter()))

    def burden(self, by: str) -> tuple[list[Row], Row]:
        """Return the rows of the burden report, those that ask most of people first, and their sum."""
        minutes = self._minutes[by]
        rows = {key: _burden(counter, minutes[key]) for key, counter in self._cells[by].items()}
        every = _burden(sum(self._cells[by].values(), Counter()), sum(minutes.values(), Counter()))
        listed = _listed(rows)
        listed.sort(key=lambda row: -(row["asked_per_100"] + row["trips_per_100"] + row["refused_per_100"]))
        return listed, every

    def tables(self) -> dict[str, dict[str, Any]]:
        """Return every report that there is: kind, then what the rows are about."""
        made: dict[str, dict[str, Any]] = {"handling": {}, "burden": {}}
        for by in BY:
            made["handling"][by] = dict(zip(("rows", "sums"), self.handling(by), strict=True))
            made["burden"][by] = dict(zip(("rows", "sums"), self.burden(by), strict=True))
        return made


def _listed(rows: dict[str, Row]) -> list[Row]:
    return [{"key": key, **rows[key]} for key in sorted(rows)]


def _handling(counter: Counter[str]) -> Row:
    found: Row = {column: counter[column] for column in HANDLING}
    return found | {"online_share": _per_100(counter["online"], counter["received"])}


def _burden(counter: Counter[str], minutes: Counter[int]) -> Row:
    found: Row = {column: counter[column] for column in BURDEN}
    for column in ("asked", "trips", "refused"):
        found[f"{column}_per_100"] = _per_100(counter[column], counter["total"]) or 0.0
    return found | {"median_minutes": _at(minutes, 50), "p90_minutes": _at(minutes, 90)}


def _per_100(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _at(minutes: Counter[int], percent: int) -> int | None:
    """Return the value that so many of a hundred do not exceed (nearest rank), None of nothing."""
    left = -(-minutes.total() * percent // 100)
    for value in sorted(minutes):
        left -= minutes[value]
        if left <= 0:
            return value
    return None
