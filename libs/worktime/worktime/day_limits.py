"""Limits counted in days, and what the cut-off moves."""

from datetime import datetime, timedelta

from worktime.openings import Openings
from worktime.tables import at_least_one


class DayLimits(Openings):
    """Ends of limits in days: a half-day counts as one of them and ends at its own shift's closing."""

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the closing time of the ``days``-th working day (ngày làm việc) after the day of ``start``.

        The day of receipt is not counted, whatever its hour: the 15:00 cut-off moves same-day procedures and
        forwarding only, for a limit may be shortened but never lengthened. A Saturday receipt counts from Monday.

        Args:
            start: aware instant of the receipt.
            days: working days, at least 1.

        Returns:
            An aware UTC instant, 17:00 local in the default hours; 11:30 on a day of which the afternoon is let off.

        Raises:
            CalendarUnknown: the count leaves the years that have a table; add the year, do not guess.
            ValueError: ``days`` is below 1, or ``start`` is naive.

        Source: Bộ luật Dân sự 2015 Đ.147.2 (first day not counted).
        """
        return self._closing(self._days.after(self._local(start).date(), at_least_one(days, "day")))

    def add_calendar_days(self, start: datetime, days: int) -> datetime:
        """Return the end of a limit in calendar days (ngày), rolled off weekends and days off.

        The law lets the last day run to 24:00; the promise made here ends at closing time of that day, because
        the desk that hands the result over closes then. It is earlier than the law's end, hence never too late.

        Args, Returns, Raises: as ``add_working_days``, with ``days`` counting every day.

        Source: Bộ luật Dân sự 2015 Đ.147.2, Đ.148.5 (roll-over), Đ.148.6 (24:00).
        """
        last = self._local(start).date() + timedelta(days=at_least_one(days, "day"))
        return self._closing(self._days.on_or_after(last))

    def same_day(self, start: datetime) -> datetime:
        """Return when a same-day procedure (giải quyết trong ngày) received at ``start`` is due.

        Closing time of that day if it is a working day, not yet past the cut-off and not yet closed, else closing
        time of the next working day. "After 15:00" begins after 15:00:00 itself.

        Raises:
            CalendarUnknown: the answer lies outside the tables.
        """
        local = self._local(start)
        if self._in_time(local):
            return self._closing(local.date())
        return self._closing(self.next_working_day(local.date()))

    def forward_at(self, start: datetime) -> datetime:
        """Return when a dossier received at ``start`` must be on its way to the department (chuyển hồ sơ).

        At once on a working day up to the cut-off (before opening or in the lunch gap: at the next opening);
        after it, after closing, or on a day that is not worked, at the opening of the next working day.

        Raises:
            CalendarUnknown: the answer lies outside the tables.

        Source: NĐ 61/2018/NĐ-CP Đ.18.
        """
        local = self._local(start)
        if self._in_time(local):
            return self.next_opening(start)
        return self._opening(self.next_working_day(local.date()))

    def _in_time(self, local: datetime) -> bool:
        day, clock = local.date(), local.time()
        # A day of which the afternoon is let off closes before the cut-off: nothing can be promised for it after that.
        return self.is_working_day(day) and clock <= self.cut_off and clock < self.hours_of(day).closing

    def working_days_before(self, moment: datetime, days: int) -> datetime:
        """Return the same clock time ``days`` working days before ``moment``, also where a half-day is closed by then.

        Made for "at the latest 1 day before expiry" (NĐ 61/2018/NĐ-CP Đ.19: notice and apology of lateness).

        Raises:
            CalendarUnknown: the answer lies outside the tables.
            ValueError: ``days`` is below 1, or ``moment`` is naive.
        """
        local = self._local(moment)
        return self._instant(self._days.before(local.date(), at_least_one(days, "day")), local.time())

    def working_days_between(self, earlier: datetime, later: datetime) -> int:
        """Return how many working days after the day of ``earlier`` there are up to the day of ``later``, 0 at least.

        ``add_working_days(earlier, n)`` falls on the day of ``later`` when that is a working day and ``n`` is this count.
        """
        first, last = (self._days.count_until(self._local(moment).date()) for moment in (earlier, later))
        return max(0, last - first)
