"""What the calendar knows of each day: whether it is worked, in which hours, and by which decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from worktime.days import WorkingDays
from worktime.hours import DayHours, HalfDay, Shift
from worktime.running import Running

MONDAY_TO_FRIDAY = frozenset(range(5))
OFFICE_HOURS = DayHours((Shift(time(7, 30), time(11, 30)), Shift(time(13), time(17))))
SATURDAY_COUNTER: Mapping[int, DayHours] = MappingProxyType({5: DayHours((Shift(time(7, 30), time(11, 30)),))})
NO_HALF_DAYS: Mapping[date, HalfDay] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Tables:
    """Hours, weekends, days off, make-up days and half-days of the ``years`` that have a table.

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
        half_days: local date to the one shift worked of it: the rest of a working day let off, or a weekend day made
            up in half. Such a day is a working day and counts as a whole one in limits of days; only its hours are
            fewer and its closing is its own shift's.

    Raises:
        CalendarUnknown: a date lies in a year without a table.
        ValueError: the years have a gap, a make-up day is an ordinary working day already, a date is in two of the
            three tables, or there are half-days although a working day has not two shifts.

    Source: Bộ luật Lao động 2019 Đ.112; NĐ 61/2018/NĐ-CP Đ.18 (cut-off); QĐ 32/2010/QĐ-UBND (Saturday counter).
    Half-days rest on the decision named beside each; that one counts as a day is our rule.
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
    half_days: Mapping[date, HalfDay] = field(default_factory=lambda: NO_HALF_DAYS)
    _days: WorkingDays = field(init=False, repr=False)
    _half_hours: Mapping[date, DayHours] = field(init=False, repr=False)
    _running: Running = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("days_off", "make_up_days", "counter", "half_days"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        worked_too = (*self.make_up_days, *self.half_days)
        days = WorkingDays.lay_out(self.years, self.weekdays, self.days_off, worked_too)
        object.__setattr__(self, "_days", days)
        self._check()
        halves = {day: self.hours.half(row.shift) for day, row in self.half_days.items()}
        object.__setattr__(self, "_half_hours", halves)
        running = Running.of(self.hours_of(days.at(n)) for n in range(len(days.ordinals)))
        object.__setattr__(self, "_running", running)

    def _check(self) -> None:
        for day in (*self.days_off, *self.make_up_days, *self.half_days):
            self._days.require(day)
        if ordinary := [day for day in self.make_up_days if day.weekday() in self.weekdays]:
            raise ValueError(f"a make-up day must not be an ordinary working day: {ordinary[0]}")
        if both := self.days_off.keys() & self.make_up_days.keys():
            raise ValueError(f"a day cannot be off and made up: {min(both)}")
        if both := self.days_off.keys() & self.half_days.keys():
            raise ValueError(f"a day cannot be off and worked in half: {min(both)}")
        if both := self.make_up_days.keys() & self.half_days.keys():
            raise ValueError(f"a day made up in half is a half-day only: {min(both)}")

    def is_working_day(self, day: date) -> bool:
        """Say whether the local date ``day`` counts in deadlines; ``CalendarUnknown`` outside the tables."""
        return self._days.holds(day)

    def hours_of(self, day: date) -> DayHours:
        """Return the shifts of ``day``, given that it is a working day: the ordinary ones, or the one of a half-day."""
        return self._half_hours.get(day, self.hours)

    def decision(self, day: date) -> str | None:
        """Return the decision that closes ``day``, makes it up or halves it, or None for an ordinary day."""
        half = self.half_days.get(day)
        return self.days_off.get(day) or self.make_up_days.get(day) or (half.decision if half else None)

    def is_estimated(self, day: date) -> bool:
        """Say whether the table of ``day``'s year still awaits its decision."""
        return day.year in self.estimated

    def next_working_day(self, day: date) -> date:
        """Return the first working day after ``day``; ``CalendarUnknown`` outside the tables."""
        return self._days.after(day, 1)

    def previous_working_day(self, day: date) -> date:
        """Return the last working day before ``day``; ``CalendarUnknown`` outside the tables."""
        return self._days.before(day, 1)

    def _local(self, moment: datetime) -> datetime:
        if moment.utcoffset() is None:
            raise ValueError(f"an instant must be aware of its zone: {moment}")
        return moment.astimezone(self.zone)

    def _instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def _opening(self, day: date) -> datetime:
        return self._instant(day, self.hours_of(day).opening)

    def _closing(self, day: date) -> datetime:
        return self._instant(day, self.hours_of(day).closing)


def at_least_one(amount: int, unit: str) -> int:
    """Return ``amount``; raise ``ValueError`` when it is below 1."""
    if amount < 1:
        raise ValueError(f"a limit counts at least one {unit}: {amount}")
    return amount
