"""The working calendar (lịch làm việc) of one office: aware UTC instants in, aware UTC instants out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from worktime.day_limits import DayLimits
from worktime.hour_limits import HourLimits
from worktime.steps import Step, Why

LimitKind = Literal["same_day", "working_days", "calendar_days", "working_hours", "half_days"]

NOT_COUNTED: Mapping[LimitKind, Why] = {"same_day": "cut_off", "working_hours": "closed"}
"""Why a limit of that kind leaves out the day of receipt although it is a working day."""


@dataclass(frozen=True, eq=False)
class WorkingCalendar(DayLimits, HourLimits):
    """One office's calendar; ``Tables`` says what it is made of and what it refuses."""

    def due_at(self, start: datetime, kind: LimitKind, amount: int) -> datetime:
        """Return the end of a limit of ``kind`` received at ``start``, an aware UTC instant.

        ``amount`` counts its days, half-days or hours, 1 at least, and is not looked at for ``same_day``.
        Raises and sources: as the method of each kind.
        """
        match kind:
            case "same_day":
                return self.same_day(start)
            case "working_days":
                return self.add_working_days(start, amount)
            case "calendar_days":
                return self.add_calendar_days(start, amount)
            case "working_hours":
                return self.add_working_hours(start, amount)
            case "half_days":
                return self.add_half_days(start, amount)

    def explain(self, start: datetime, kind: LimitKind, amount: int) -> list[Step]:
        """Return every local date from the receipt to the day of ``due_at``, with what it does to the limit.

        As many steps are counted as a limit in days has days. Raises: as ``due_at``.
        """
        received, due = self._local(start), self._local(self.due_at(start, kind, amount))
        first, last = received.date(), due.date()
        dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        if kind == "calendar_days":
            counted = set(dates[1 : amount + 1])
        elif kind == "same_day":
            counted = {last}
        else:
            counted = {day for day in dates if self.is_working_day(day)}
            if not self._goes_on(received, kind):
                counted.discard(first)
        return [
            Step(day, day in counted, self._why(day, first, kind, day in counted), self.decision(day)) for day in dates
        ]

    def _goes_on(self, received: datetime, kind: LimitKind) -> bool:
        """Say whether a limit of ``kind`` uses some of the day of receipt, given that it is a working day."""
        hours = self.hours_of(received.date())
        if kind == "working_hours":
            return received.time() < hours.closing
        return kind == "half_days" and hours.shift_at(received.time()) < len(hours.shifts)

    def _why(self, day: date, first: date, kind: LimitKind, counted: bool) -> Why | None:
        if day == first and not counted and (self.is_working_day(day) or kind in ("working_days", "calendar_days")):
            return NOT_COUNTED.get(kind, "receipt")
        if not self.is_working_day(day):
            return "day_off" if day in self.days_off else "weekend"
        if not counted:
            return "rolled_over"
        if day in self.half_days:
            return "half_day"
        return "make_up" if day in self.make_up_days else None
