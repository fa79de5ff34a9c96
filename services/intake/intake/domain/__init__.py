"""Rules of the one-stop desk. Pure: no clock, no broker, no database; the calendar and the office's data are arguments."""

from intake.domain.code import dossier_code, local_day
from intake.domain.deadline import Deadline, Entry
from intake.domain.dossier import (
    Dossier,
    OutOfTurn,
    Past,
    Receipt,
    ask_supplement,
    hand_over,
    in_turn,
    overdue,
    receive,
    reschedule,
    resolve,
    start_processing,
    supplement,
)
from intake.domain.status import MOVES, IllegalMove, Status
from intake.domain.submission import Fault, check

__all__ = [
    "MOVES",
    "Deadline",
    "Dossier",
    "Entry",
    "Fault",
    "IllegalMove",
    "OutOfTurn",
    "Past",
    "Receipt",
    "Status",
    "ask_supplement",
    "check",
    "dossier_code",
    "hand_over",
    "in_turn",
    "local_day",
    "overdue",
    "receive",
    "reschedule",
    "resolve",
    "start_processing",
    "supplement",
]
