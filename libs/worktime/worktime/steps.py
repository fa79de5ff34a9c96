"""The days of a limit one by one, so that the desk can say why an appointment is what it is."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Why = Literal["receipt", "cut_off", "closed", "weekend", "day_off", "make_up", "half_day", "rolled_over"]


@dataclass(frozen=True, slots=True)
class Step:
    """One local date from the receipt to the appointment.

    Attributes:
        day: the date.
        counted: whether it is one of the limit's days; for hours and half-days, whether some of it is.
        why: what left it out or is worth saying of it, None for an ordinary working day that is counted. ``receipt``:
            the day (or half-day) of receipt does not count; ``cut_off``, ``closed``: received too late that day;
            ``rolled_over``: the last day was no working day, so the limit ends here; the others say what day it is.
        decision: the text of the decision that made it so, where one did.
    """

    day: date
    counted: bool
    why: Why | None = None
    decision: str | None = None
