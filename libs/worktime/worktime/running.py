"""The work behind each working day, summed up once, so that a span of work is a lookup and not a walk."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate

from worktime.hours import NOTHING, DayHours


@dataclass(frozen=True, slots=True)
class Running:
    """``time[n]`` and ``shifts[n]`` are the work of the table before its working day number n; the last is all of it."""

    time: tuple[timedelta, ...]
    shifts: tuple[int, ...]

    @classmethod
    def of(cls, days: Iterable[DayHours]) -> "Running":
        """Sum up the working days' hours, in their order."""
        hours = tuple(days)
        return cls(
            tuple(accumulate((day.length for day in hours), initial=NOTHING)),
            tuple(accumulate((len(day.shifts) for day in hours), initial=0)),
        )

    def day_of_time(self, worked: timedelta) -> int:
        """Return the number of the working day in which ``worked``, above zero, is reached; one too many past the end."""
        return bisect_left(self.time, worked) - 1

    def day_of_shift(self, shift: int) -> int:
        """Return the number of the working day that holds the table's shift number ``shift``, from 1; as above."""
        return bisect_left(self.shifts, shift) - 1
