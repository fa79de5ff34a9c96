"""The working calendar: answers "n working days or hours after t" for one office. Pure, standard library only."""

from worktime.calendar import LimitKind, WorkingCalendar
from worktime.errors import CalendarUnknown
from worktime.hours import DayHours, HalfDay, Shift
from worktime.steps import Step, Why

__all__ = ["CalendarUnknown", "DayHours", "HalfDay", "LimitKind", "Shift", "Step", "Why", "WorkingCalendar"]
