"""What several rounds say together: the median, and how far the rounds lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of the rounds, the lowest and the highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Raises ``ValueError`` when there is no value."""
        if not values:
            raise ValueError("no rounds")
        return cls(median(values), min(values), max(values))

    def shown(self, digits: int = 2) -> str:
        return f"{self.median:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"


def ratios(ours: Sequence[float], floor: Sequence[float]) -> Spread:
    """Return ours over the floor, round by round: the two of one round met the same weather.

    Raises:
        ValueError: they have not the same rounds.
    """
    return Spread.of([one / other for one, other in zip(ours, floor, strict=True)])


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that ``share`` (0 to 1) of all values do not exceed (nearest rank).

    Raises:
        ValueError: there is no value.
    """
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]
