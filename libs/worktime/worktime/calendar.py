"""The working calendar (lịch làm việc) of one office: aware UTC instants in, aware UTC instants out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from worktime.days import WorkingDays
from worktime.hours import NOTHING, DayHours, Shift

LimitKind = Literal["same_day", "working_days", "calendar_days"]

MONDAY_TO_FRIDAY = frozenset(range(5))
OFFICE_HOURS = DayHours((Shift(time(7, 30), time(11, 30)), Shift(time(13), time(17))))
SATURDAY_COUNTER: Mapping[int, DayHours] = MappingProxyType({5: DayHours((Shift(time(7, 30), time(11, 30)),))})


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """Hours, weekends, days off and make-up days of the ``years`` that have a table.

    Args:
        years: the years with a decided table, one after another without a gap.
        days_off: local date to the text of the decision that closes it (nghỉ lễ, nghỉ hoán đổi).
        make_up_days: local date to the decision that makes this weekend day a working day (làm bù).
        zone: where the office stands; days and clock times are counted there.
        weekdays: the ordinary working days, Monday is 0.
        hours: the shifts of every working day, make-up days included.
        cut_off: local time up to which a receipt still counts as this day's for same-day procedures and for
            forwarding (15:00). It moves nothing else: a limit of n days is never lengthened by a late hour.
        counter: weekday to hours in which the desk receives although it is no working day (Saturday morning).
        estimated: years whose table nobody has decided yet; an answer in them may still move.

    Raises:
        ValueError: the years have a gap, a date lies in a year without a table, a make-up day is an ordinary
            working day already, or a date is both off and made up.

    Source: Bộ luật Lao động 2019 Đ.112; NĐ 61/2018/NĐ-CP Đ.18 (cut-off); QĐ 32/2010/QĐ-UBND (Saturday counter).
    """

    years: frozenset[int]
    days_off: Mapping[date, str]
    make_up_days: Mapping[date, str]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Ho_Chi_Minh"))
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    hours: DayHours = OFFICE_HOURS
    cut_off: time = time(15)
    counter: Mapping[int, DayHours] = field(default_factory=lambda: SATURDAY_COUNTER)
    estimated: frozenset[int] = frozenset()
    _days: WorkingDays = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("days_off", "make_up_days", "counter"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        days = WorkingDays.lay_out(self.years, self.weekdays, self.days_off, self.make_up_days)
        object.__setattr__(self, "_days", days)
        for day in (*self.days_off, *self.make_up_days):
            self._days.require(day)
        if ordinary := [day for day in self.make_up_days if day.weekday() in self.weekdays]:
            raise ValueError(f"a make-up day must not be an ordinary working day: {ordinary[0]}")
        if both := self.days_off.keys() & self.make_up_days.keys():
            raise ValueError(f"a day cannot be off and made up: {min(both)}")

    def _local(self, moment: datetime) -> datetime:
        if moment.utcoffset() is None:
            raise ValueError(f"an instant must be aware of its zone: {moment}")
        return moment.astimezone(self.zone)

    def _instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def _closing(self, day: date) -> datetime:
        return self._instant(day, self.hours.closing)

    # --- days -------------------------------------------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        """Say whether the local date ``day`` counts in deadlines; ``CalendarUnknown`` outside the tables."""
        return self._days.holds(day)

    def decision(self, day: date) -> str | None:
        """Return the decision that closes ``day`` or makes it up, or None for an ordinary day."""
        return self.days_off.get(day) or self.make_up_days.get(day)

    def is_estimated(self, day: date) -> bool:
        """Say whether the table of ``day``'s year still awaits its decision."""
        return day.year in self.estimated

    def next_working_day(self, day: date) -> date:
        """Return the first working day after ``day``; ``CalendarUnknown`` outside the tables."""
        return self._days.after(day, 1)

    def previous_working_day(self, day: date) -> date:
        """Return the last working day before ``day``; ``CalendarUnknown`` outside the tables."""
        return self._days.before(day, 1)

    # --- deadlines --------------------------------------------------------------------------------------------

    def due_at(self, start: datetime, kind: LimitKind, amount: int) -> datetime:
        """Return the end of a limit of ``kind``; ``amount`` counts its days and is not looked at for ``same_day``."""
        if kind == "same_day":
            return self.same_day(start)
        return self.add_working_days(start, amount) if kind == "working_days" else self.add_calendar_days(start, amount)

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the closing time of the ``days``-th working day (ngày làm việc) after the day of ``start``.

        The day of receipt is not counted, whatever its hour: the 15:00 cut-off moves same-day procedures and
        forwarding only, for a limit may be shortened but never lengthened. A Saturday receipt counts from Monday.

        Args:
            start: aware instant of the receipt.
            days: working days, at least 1.

        Returns:
            An aware UTC instant, 17:00 local in the default hours.

        Raises:
            CalendarUnknown: the count leaves the years that have a table; add the year, do not guess.
            ValueError: ``days`` is below 1, or ``start`` is naive.

        Source: Bộ luật Dân sự 2015 Đ.147.2 (first day not counted).
        """
        return self._closing(self._days.after(self._local(start).date(), _at_least_one(days)))

    def add_calendar_days(self, start: datetime, days: int) -> datetime:
        """Return the end of a limit in calendar days (ngày), rolled off weekends and days off.

        The law lets the last day run to 24:00; the promise made here ends at closing time of that day, because
        the desk that hands the result over closes then. It is earlier than the law's end, hence never too late.

        Args, Returns, Raises: as ``add_working_days``, with ``days`` counting every day.

        Source: Bộ luật Dân sự 2015 Đ.147.2, Đ.148.5 (roll-over), Đ.148.6 (24:00).
        """
        last = self._local(start).date() + timedelta(days=_at_least_one(days))
        return self._closing(self._days.on_or_after(last))

    def same_day(self, start: datetime) -> datetime:
        """Return when a same-day procedure (giải quyết trong ngày) received at ``start`` is due.

        Closing time of that day if it is a working day and not yet past the cut-off, else closing time of the
        next working day. "After 15:00" begins after 15:00:00 itself.

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
        after it, or on a day that is not worked, at the opening of the next working day.

        Raises:
            CalendarUnknown: the answer lies outside the tables.

        Source: NĐ 61/2018/NĐ-CP Đ.18.
        """
        local = self._local(start)
        if self._in_time(local):
            return self.next_opening(start)
        return self._instant(self.next_working_day(local.date()), self.hours.opening)

    def _in_time(self, local: datetime) -> bool:
        return self.is_working_day(local.date()) and local.time() <= self.cut_off

    def working_days_before(self, moment: datetime, days: int) -> datetime:
        """Return the same clock time ``days`` working days before ``moment``.

        Made for "at the latest 1 day before expiry" (NĐ 61/2018/NĐ-CP Đ.19: notice and apology of lateness).

        Raises:
            CalendarUnknown: the answer lies outside the tables.
            ValueError: ``days`` is below 1, or ``moment`` is naive.
        """
        local = self._local(moment)
        return self._instant(self._days.before(local.date(), _at_least_one(days)), local.time())

    # --- hours ------------------------------------------------------------------------------------------------

    def working_days_between(self, earlier: datetime, later: datetime) -> int:
        """Return how many working days after the day of ``earlier`` there are up to the day of ``later``, 0 at least.

        ``add_working_days(earlier, n)`` falls on the day of ``later`` when that is a working day and ``n`` is this count.
        """
        first, last = (self._days.count_until(self._local(moment).date()) for moment in (earlier, later))
        return max(0, last - first)

    def is_counter_open(self, moment: datetime) -> bool:
        """Say whether the desk receives at ``moment``: working hours, or the counter's own Saturday hours.

        A counter that is open does not make a working day: what comes in counts from the next working day.
        """
        local = self._local(moment)
        if self.is_working_day(local.date()):
            return any(shift.holds(local.time()) for shift in self.hours.shifts)
        hours = self.counter.get(local.weekday())
        if hours is None or local.date() in self.days_off:
            return False
        return any(shift.holds(local.time()) for shift in hours.shifts)

    def next_opening(self, moment: datetime) -> datetime:
        """Return ``moment`` if work is going on then, else the next moment at which it begins."""
        local = self._local(moment)
        if self.is_working_day(local.date()) and (clock := self.hours.snap(local.time())) is not None:
            return self._instant(local.date(), clock)
        return self._instant(self.next_working_day(local.date()), self.hours.opening)

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
        whole, rest = divmod(self._worked(start) + span, self.hours.length)
        if not rest:
            whole, rest = whole - 1, self.hours.length
        return self._instant(self._days.at(whole), self.hours.clock_at(rest))

    def _worked(self, moment: datetime) -> timedelta:
        local = self._local(moment)
        today = self.hours.worked_until(local.time()) if self.is_working_day(local.date()) else NOTHING
        return self._days.count_before(local.date()) * self.hours.length + today


def _at_least_one(days: int) -> int:
    if days < 1:
        raise ValueError(f"a limit counts at least one day: {days}")
    return days
