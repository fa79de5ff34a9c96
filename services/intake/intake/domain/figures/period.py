"""Periods of reports, and the half months in which a dossier was at work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from intake.domain.code import VIETNAM, local_day
from intake.domain.dossier import Dossier
from intake.domain.status import OVER, Status

ND09, CALENDAR = "nd09", "calendar"
WINDOWS = (ND09, CALENDAR)

#: Statuses in which the office or the person still has something to do before there is a result.
DONE = frozenset({*OVER, Status.RESOLVED, Status.RETURNED})

_NAME = re.compile(r"(?P<year>20\d\d)-(?:M(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12])|Y)")
_CUT = 15


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a report.

    Attributes:
        name: 2026-M11, 2026-Q4, 2026-H2 or 2026-Y.
        windows: ``nd09``: from the 15th of the month before to the 14th of the last month (NĐ 09/2019/NĐ-CP Đ.12), or
            ``calendar``: from the first day of the first month to the last of the last.
        begin, end: aware instants, half-open.
    """

    name: str
    windows: str
    begin: datetime
    end: datetime

    @classmethod
    def of(cls, name: str, windows: str = ND09) -> Period:
        """Return the period of that name; raise ``ValueError`` when there is none."""
        found = _NAME.fullmatch(name)
        if found is None or windows not in WINDOWS:
            raise ValueError(f"no such period: {name} {windows}")
        year, months = int(found["year"]), 12
        first = 0
        if found["month"]:
            first, months = int(found["month"]) - 1, 1
        elif found["quarter"]:
            first, months = (int(found["quarter"]) - 1) * 3, 3
        elif found["half"]:
            first, months = (int(found["half"]) - 1) * 6, 6
        since = year * 12 + first - (windows == ND09)
        day = _CUT if windows == ND09 else 1
        return cls(name, windows, _instant(since, day), _instant(since + months, day))

    @property
    def first(self) -> date:
        """The first day, in Vietnam."""
        return local_day(self.begin)

    @property
    def last(self) -> date:
        """The last day, in Vietnam; it is counted."""
        return local_day(self.end) - timedelta(days=1)

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.begin <= moment < self.end


def halves(begin: datetime, end: datetime) -> Iterator[str]:
    """Yield the half months that a half-open span touches, as ``2026-10b``: they begin on the 1st and on the 15th."""
    day, last = local_day(begin), local_day(end - timedelta(microseconds=1))
    month, second = day.year * 12 + day.month - 1, day.day >= _CUT
    while (month, second) <= (last.year * 12 + last.month - 1, last.day >= _CUT):
        yield f"{month // 12:04d}-{month % 12 + 1:02d}{'b' if second else 'a'}"
        month, second = (month + 1, False) if second else (month, True)


def at_work(dossier: Dossier) -> set[str]:
    """Return the half months whose figures the dossier may count in; with ``open`` it counts in each since it came.

    One whose result is made anew keeps its half months, so that who reads them meanwhile does not miss it.
    """
    found = {"open"} if dossier.status not in DONE else set()
    opened: datetime | None = None
    for link in dossier.history:
        at, done = link["at"], Status(link["status"]) in DONE
        if opened is None and not done:
            opened = at
        elif done and opened is not None:
            found |= {*_touched(opened, at)}
            opened = None
        else:
            found |= {*_touched(at, at)} if done else set()
    return found


def _touched(begin: datetime, last: datetime) -> Iterator[str]:
    return halves(min(begin, last), last + timedelta(microseconds=1))


def _instant(month: int, day: int) -> datetime:
    return datetime.combine(date(month // 12, month % 12 + 1, day), time(), VIETNAM)
