"""When the office works and when its counter receives."""

from datetime import datetime

from worktime.tables import Tables


class Openings(Tables):
    """Opening hours, asked for a moment."""

    def is_counter_open(self, moment: datetime) -> bool:
        """Say whether the desk receives at ``moment``: working hours, or the counter's own Saturday hours.

        A counter that is open does not make a working day: what comes in counts from the next working day. On a day
        that is worked, whole or in half, the counter keeps that day's hours.
        """
        local = self._local(moment)
        if self.is_working_day(local.date()):
            return self.hours_of(local.date()).holds(local.time())
        hours = self.counter.get(local.weekday())
        return hours is not None and local.date() not in self.days_off and hours.holds(local.time())

    def next_opening(self, moment: datetime) -> datetime:
        """Return ``moment`` if work is going on then, else the next moment at which it begins."""
        local = self._local(moment)
        day = local.date()
        if self.is_working_day(day) and (clock := self.hours_of(day).snap(local.time())) is not None:
            return self._instant(day, clock)
        return self._opening(self.next_working_day(day))
