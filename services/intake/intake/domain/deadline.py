"""The appointment as a ledger of events: a date is never overwritten, and the ledger says why it is what it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from worktime import WorkingCalendar

START, PAUSE, RESUME, EXTEND = "start", "pause", "resume", "extend"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the ledger.

    Attributes:
        kind: start, pause, resume or extend.
        at: aware instant of the event.
        due_at: the appointment after it.
        reason: why, in the words of the one who decided; a law article where one decided.
        remaining: working days left when the clock was stopped; None when the limit was used up (pause only).
    """

    kind: str
    at: datetime
    due_at: datetime
    reason: str
    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """Appointment for the result (ngày hẹn trả kết quả)."""

    entries: tuple[Entry, ...]

    @classmethod
    def start(cls, at: datetime, due_at: datetime, basis: str) -> Deadline:
        return cls((Entry(START, at, due_at, basis),))

    @property
    def due_at(self) -> datetime:
        """The appointment as it stands."""
        return self.entries[-1].due_at

    @property
    def paused(self) -> bool:
        return self.entries[-1].kind == PAUSE

    @property
    def extended(self) -> bool:
        """Whether the one new appointment that the law allows was used (NĐ 61/2018 Đ.19)."""
        return any(entry.kind == EXTEND for entry in self.entries)

    def pause(self, at: datetime, reason: str, calendar: WorkingCalendar) -> Deadline:
        """Stop the clock: time the person takes is not the office's. The working days left of the limit are kept."""
        left = None if at >= self.due_at else calendar.working_days_between(at, self.due_at)
        return self._with(Entry(PAUSE, at, self.due_at, reason, left))

    def resume(self, at: datetime, reason: str, calendar: WorkingCalendar) -> Deadline:
        """Run on with the days that were left, the day of resumption not counted; late stays late."""
        left = self.entries[-1].remaining
        if left is None:
            return self._with(Entry(RESUME, at, self.due_at, reason))
        due_at = calendar.add_working_days(at, left) if left else calendar.same_day(at)
        return self._with(Entry(RESUME, at, due_at, reason))

    def extend(self, at: datetime, due_at: datetime, reason: str) -> Deadline:
        return self._with(Entry(EXTEND, at, due_at, reason))

    def _with(self, entry: Entry) -> Deadline:
        return replace(self, entries=(*self.entries, entry))
