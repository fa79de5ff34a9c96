"""The working calendar: answers "n working days or hours after t" for one office. Pure, standard library only."""

from worktime.calendar import LimitKind, WorkingCalendar
from worktime.errors import CalendarUnknown
from worktime.hours import DayHours, Shift

__all__ = ["CalendarUnknown", "DayHours", "LimitKind", "Shift", "WorkingCalendar"]
