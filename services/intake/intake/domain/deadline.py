"""The appointment as a ledger of events: a date is never overwritten, and the ledger says why it is what it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from worktime import WorkingCalendar

START, PAUSE, RESUME, EXTEND, CORRECT = "start", "pause", "resume", "extend", "correct"

#: Limits of which working time is left at a pause; of all others whole working days are (docs/decisions/0008).
BY_HOURS = frozenset({"working_hours", "half_days"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the ledger.

    Attributes:
        kind: start, pause, resume, extend or correct; a dossier made anew starts again.
        at: aware instant of the event.
        due_at: the appointment after it.
        reason: why, in the words of the one who decided; a law article where one decided.
        remaining: what was left when the clock was stopped; None when the limit was used up (pause only).
        unit: what ``remaining`` counts: working days (day), or seconds of working time (second).
    """

    kind: str
    at: datetime
    due_at: datetime
    reason: str
    remaining: int | None = None
    unit: str = "day"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Appointment for the result (ngày hẹn trả kết quả)."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def start(cls, at: datetime, due_at: datetime, basis: str) -> Deadline:
        return cls((Entry(START, at, due_at, basis),))

    @property
    def due_at(self) -> datetime:
        """The appointment as it stands; only a dossier that was received has one."""
        return self.entries[-1].due_at

    @property
    def started_at(self) -> datetime:
        """When the limit that runs began: at reception, or when a result had to be made anew."""
        return self._started.at

    @property
    def _started(self) -> Entry:
        return next(entry for entry in reversed(self.entries) if entry.kind == START)

    @property
    def paused(self) -> bool:
        return bool(self.entries) and self.entries[-1].kind == PAUSE

    @property
    def time_left(self) -> bool:
        """Whether the clock stands with something left of the limit."""
        return self.paused and self.entries[-1].remaining is not None

    @property
    def extended(self) -> bool:
        """Whether the one new appointment that the law allows was used (NĐ 61/2018 Đ.19)."""
        return any(entry.kind == EXTEND for entry in self.entries)

    def restart(self, at: datetime, due_at: datetime, basis: str) -> Deadline:
        """Begin a new limit, for a result that must be made anew."""
        return self._with(Entry(START, at, due_at, basis))

    def correct(
        self, at: datetime, due_at: datetime, reason: str, calendar: WorkingCalendar, *, by_hours: bool = False
    ) -> Deadline:
        """Note the appointment that the right procedure gives: ``due_at`` from the start, as if it had run so since."""
        right, since = Deadline.start(self.started_at, due_at, reason), self.entries.index(self._started) + 1
        for entry in self.entries[since:]:
            if entry.kind == PAUSE:
                right = right.pause(entry.at, entry.reason, calendar, by_hours=by_hours)
            elif entry.kind == RESUME:
                right = right.resume(entry.at, entry.reason, calendar)
            elif entry.kind == EXTEND:
                right = right.extend(entry.at, max(entry.due_at, right.due_at), entry.reason)
        return self._with(Entry(CORRECT, at, right.due_at, reason))

    def pause(self, at: datetime, reason: str, calendar: WorkingCalendar, *, by_hours: bool = False) -> Deadline:
        """Stop the clock: time the person takes is not the office's. What is left of the limit is kept."""
        last = self.entries[-1]
        if self.paused:
            return self._with(Entry(PAUSE, at, self.due_at, reason, last.remaining, last.unit))
        if at >= self.due_at:
            return self._with(Entry(PAUSE, at, self.due_at, reason))
        if by_hours:
            left = ceil(calendar.working_time_between(at, self.due_at).total_seconds())
            return self._with(Entry(PAUSE, at, self.due_at, reason, left, "second"))
        return self._with(Entry(PAUSE, at, self.due_at, reason, calendar.working_days_between(at, self.due_at)))

    def resume(self, at: datetime, reason: str, calendar: WorkingCalendar) -> Deadline:
        """Run on with what was left; of days, the day of resumption is not counted. Late stays late."""
        last = self.entries[-1]
        if last.remaining is None:
            return self._with(Entry(RESUME, at, self.due_at, reason))
        if last.unit == "second":
            due_at = calendar.add_working_time(at, timedelta(seconds=last.remaining))
        else:
            due_at = calendar.add_working_days(at, last.remaining) if last.remaining else calendar.same_day(at)
        return self._with(Entry(RESUME, at, due_at, reason))

    def extend(self, at: datetime, due_at: datetime, reason: str) -> Deadline:
        return self._with(Entry(EXTEND, at, due_at, reason))

    def _with(self, entry: Entry) -> Deadline:
        return replace(self, entries=(*self.entries, entry))
