"""Life of an assignment. Pure: clock and calendar are arguments."""

from routing.domain.answers import Decision, accept, crossed, decide_extension, finish, hear, in_round, send_back
from routing.domain.assignment import MOVES, OUT, Assignment, IllegalMove, NotYours, Over, State, Unplaced
from routing.domain.news import assign, correct, issue, set_clock, take_up_again, taken_back, told, urge, withdraw

__all__ = [
    "MOVES",
    "OUT",
    "Assignment",
    "Decision",
    "IllegalMove",
    "NotYours",
    "Over",
    "State",
    "Unplaced",
    "accept",
    "assign",
    "correct",
    "crossed",
    "decide_extension",
    "finish",
    "hear",
    "in_round",
    "issue",
    "send_back",
    "set_clock",
    "take_up_again",
    "taken_back",
    "told",
    "urge",
    "withdraw",
]
