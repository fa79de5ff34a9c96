"""Working time: spans of it between and after moments, and limits in hours and half-days."""

from datetime import datetime, timedelta

from worktime.hours import NOTHING
from worktime.openings import Openings
from worktime.tables import at_least_one


class HourLimits(Openings):
    """Ends of limits shorter than a day; only the hours that a day is worked pass."""

    def working_time_between(self, earlier: datetime, later: datetime) -> timedelta:
        """Return the working time from ``earlier`` to ``later``; zero when ``later`` is not after ``earlier``."""
        return max(self._worked(later) - self._worked(earlier), NOTHING)

    def add_working_time(self, start: datetime, span: timedelta) -> datetime:
        """Return the moment at which ``span`` of working time has passed since ``start``.

        A span that ends with a shift ends at its closing, not at the next opening. A span of zero is the next
        opening.

        Raises:
            CalendarUnknown: the answer lies outside the tables.
            ValueError: ``span`` is negative, or ``start`` is naive.
        """
        if span < NOTHING:
            raise ValueError(f"working time cannot be added backwards: {span}")
        if not span:
            return self.next_opening(start)
        worked = self._worked(start) + span
        number = self._running.day_of_time(worked)
        day = self._days.at(number)
        return self._instant(day, self.hours_of(day).clock_at(worked - self._running.time[number]))

    def add_working_hours(self, start: datetime, hours: int) -> datetime:
        """Return the end of a limit of ``hours`` working hours (giờ làm việc), which runs from the moment of receipt.

        A receipt before opening, in the lunch gap, in the evening or on a day not worked runs from the next opening.

        Raises:
            CalendarUnknown: the answer lies outside the tables.
            ValueError: ``hours`` is below 1, or ``start`` is naive.

        Source: Bộ luật Dân sự 2015 Đ.147.1 (a limit in hours runs from the moment named). That the hours are working
        hours is said by the limit itself (NĐ 45/2020/NĐ-CP Đ.11: 8 giờ làm việc); an end at closing is our rule.
        """
        return self.add_working_time(start, timedelta(hours=at_least_one(hours, "hour")))

    def add_half_days(self, start: datetime, half_days: int) -> datetime:
        """Return the closing of the ``half_days``-th half-day (buổi, nửa ngày) after the half-day of receipt.

        A half-day is one shift that is worked; the day of a half-day table has one. The one of receipt is not counted:
        before opening it is the day's first, in the lunch gap the one that ended, after closing the day's last. What
        comes in on a day not worked belongs to none and counts from the first half-day of the next working day.

        Raises:
            CalendarUnknown: the answer lies outside the tables.
            ValueError: ``half_days`` is below 1, or ``start`` is naive.

        Source: our rule, after Bộ luật Dân sự 2015 Đ.147.2 (the first day is not counted); the code itself names no
        limit in half-days.
        """
        local = self._local(start)
        behind = self._running.shifts[self._days.count_before(local.date())]
        if self.is_working_day(local.date()):
            behind += self.hours_of(local.date()).shift_at(local.time())
        wanted = behind + at_least_one(half_days, "half-day")
        number = self._running.day_of_shift(wanted)
        day = self._days.at(number)
        shift = self.hours_of(day).shifts[wanted - self._running.shifts[number] - 1]
        return self._instant(day, shift.closes)

    def _worked(self, moment: datetime) -> timedelta:
        local = self._local(moment)
        day = local.date()
        today = self.hours_of(day).worked_until(local.time()) if self.is_working_day(day) else NOTHING
        return self._running.time[self._days.count_before(day)] + today
