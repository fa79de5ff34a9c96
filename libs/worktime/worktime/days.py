"""The working days of the decided years as one sorted row, so that the n-th next is a lookup and not a walk."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from worktime.errors import CalendarUnknown


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Every working day from the first day of ``first_year`` to the last of ``last_year``.

    ``ordinals`` are proleptic day numbers (``date.toordinal``), ascending; ``known`` the same as a set.
    """

    first_year: int
    last_year: int
    ordinals: tuple[int, ...]
    known: frozenset[int]

    @classmethod
    def lay_out(
        cls, years: Collection[int], weekdays: Collection[int], off: Collection[date], make_up: Collection[date]
    ) -> "WorkingDays":
        """Lay out consecutive ``years``: the ``weekdays`` (Monday is 0) without ``off``, and the ``make_up`` days.

        Raises:
            ValueError: there is no year, or one is missing between the first and the last.
        """
        if not years or len(set(years)) != max(years) - min(years) + 1:
            raise ValueError(f"the years of a calendar must follow one another: {sorted(years)}")
        span = range(date(min(years), 1, 1).toordinal(), date(max(years), 12, 31).toordinal() + 1)
        closed, extra = {day.toordinal() for day in off}, {day.toordinal() for day in make_up}
        # Ordinal 1 is a Monday, as date.weekday() has it.
        ordinals = tuple(n for n in span if n in extra or ((n - 1) % 7 in weekdays and n not in closed))
        return cls(min(years), max(years), ordinals, frozenset(ordinals))

    def require(self, day: date) -> int:
        """Return the ordinal of ``day``; raise ``CalendarUnknown`` when its year has no table."""
        if not self.first_year <= day.year <= self.last_year:
            raise CalendarUnknown(day.year)
        return day.toordinal()

    def holds(self, day: date) -> bool:
        """Say whether ``day`` is a working day."""
        return self.require(day) in self.known

    def count_before(self, day: date) -> int:
        """Return how many working days of the table lie before ``day``."""
        return bisect_left(self.ordinals, self.require(day))

    def count_until(self, day: date) -> int:
        """Return how many working days of the table lie up to ``day``, which is itself counted."""
        return bisect_right(self.ordinals, self.require(day))

    def at(self, index: int) -> date:
        """Return the working day number ``index`` of the table, from 0; ``CalendarUnknown`` beyond either end."""
        if index < 0:
            raise CalendarUnknown(self.first_year - 1)
        if index >= len(self.ordinals):
            raise CalendarUnknown(self.last_year + 1)
        return date.fromordinal(self.ordinals[index])

    def after(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day``, which is itself not counted."""
        return self.at(bisect_right(self.ordinals, self.require(day)) + count - 1)

    def before(self, day: date, count: int) -> date:
        """Return the ``count``-th working day before ``day``, which is itself not counted."""
        return self.at(self.count_before(day) - count)

    def on_or_after(self, day: date) -> date:
        """Return ``day`` if it is a working day, else the next one."""
        return self.at(self.count_before(day))
