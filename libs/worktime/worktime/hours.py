"""The hours of one working day, as shifts with a gap between them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal

_ANY_DAY = date(2000, 1, 3)
NOTHING = timedelta(0)

Half = Literal["morning", "afternoon"]


def _apart(earlier: time, later: time) -> timedelta:
    return datetime.combine(_ANY_DAY, later) - datetime.combine(_ANY_DAY, earlier)


def _shifted(clock: time, span: timedelta) -> time:
    return (datetime.combine(_ANY_DAY, clock) + span).time()


@dataclass(frozen=True, slots=True)
class Shift:
    """One unbroken stretch of work: local clock times, ``opens`` included, ``closes`` not."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"a shift must close after it opens: {self.opens} - {self.closes}")

    @property
    def length(self) -> timedelta:
        """Return how long the shift lasts."""
        return _apart(self.opens, self.closes)

    def holds(self, clock: time) -> bool:
        """Say whether the local time ``clock`` lies inside the shift."""
        return self.opens <= clock < self.closes


@dataclass(frozen=True, slots=True)
class HalfDay:
    """The one shift (buổi) worked of a day, and the ``decision`` that let the other off or makes this one up."""

    shift: Half
    decision: str


@dataclass(frozen=True, slots=True)
class DayHours:
    """The shifts of a working day, in order and apart from each other."""

    shifts: tuple[Shift, ...]

    def __post_init__(self) -> None:
        if not self.shifts:
            raise ValueError("a working day needs at least one shift")
        if any(later.opens < earlier.closes for earlier, later in pairwise(self.shifts)):
            raise ValueError("shifts must be in order and may not overlap")

    @property
    def opening(self) -> time:
        """Return when the day's first shift opens."""
        return self.shifts[0].opens

    @property
    def closing(self) -> time:
        """Return when the day's last shift closes."""
        return self.shifts[-1].closes

    @property
    def length(self) -> timedelta:
        """Return the working time of a whole day, 8 hours in a district office."""
        return sum((shift.length for shift in self.shifts), NOTHING)

    def half(self, shift: Half) -> "DayHours":
        """Return the hours of a day of which only ``shift`` is worked; ``ValueError`` unless the whole has two shifts."""
        if len(self.shifts) != 2:
            raise ValueError(f"only a day of two shifts has a morning and an afternoon, not one of {len(self.shifts)}")
        return DayHours((self.shifts[0 if shift == "morning" else 1],))

    def holds(self, clock: time) -> bool:
        """Say whether work is going on at the local time ``clock``."""
        return any(shift.holds(clock) for shift in self.shifts)

    def shift_at(self, clock: time) -> int:
        """Return the number, from 1, of the last shift begun at ``clock``; before opening it is the first."""
        return max(1, sum(shift.opens <= clock for shift in self.shifts))

    def worked_until(self, clock: time) -> timedelta:
        """Return the working time of a day that has passed at the local time ``clock``."""
        done = (_apart(shift.opens, min(clock, shift.closes)) for shift in self.shifts if shift.opens < clock)
        return sum(done, NOTHING)

    def clock_at(self, worked: timedelta) -> time:
        """Return the earliest local time at which ``worked`` of the day has passed.

        Raises:
            ValueError: ``worked`` is not above zero and at most a day's length.
        """
        if not NOTHING < worked <= self.length:
            raise ValueError(f"a day of {self.length} has no moment after {worked} of work")
        left = worked
        for shift in self.shifts:
            if left <= shift.length:
                break
            left -= shift.length
        return _shifted(shift.opens, left)

    def snap(self, clock: time) -> time | None:
        """Return ``clock`` if work is going on, else the next opening of the day, or None after closing."""
        for shift in self.shifts:
            if clock < shift.closes:
                return max(clock, shift.opens)
        return None
