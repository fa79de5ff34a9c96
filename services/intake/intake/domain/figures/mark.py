"""What one dossier adds to the figures of one period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain.submission import ONLINE

#: What rows may be about.
BY = ("field", "procedure", "channel", "department")

#: Where it came from: before the period, came again because its result was made anew, or came in the period.
CARRIED, REOPENED, RECEIVED = "carried_over", "reopened", "received"
#: Where it stands at the end.
EARLY, ON_TIME, LATE = "early", "on_time", "late"
REFUSED, WITHDRAWN = "refused", "withdrawn"
IN_TIME, OVERDUE, PAUSED = "in_time", "overdue", "paused"

#: Columns of the handling report that are counted; ``online_share`` is made of two of them.
HANDLING = (
    "carried_over", "reopened", "received", "total",
    "early", "on_time", "late", "resolved", "waiting", "handed_over", "refused", "withdrawn",
    "in_time", "overdue", "paused", "pending", "online",
)  # fmt: skip
#: Columns of the burden report that are counted.
BURDEN = ("total", "asked_reception", "asked_department", "asked", "trips", "refused")


@dataclass(frozen=True, slots=True)
class Mark:
    """What one dossier adds to a period.

    Attributes:
        field, procedure, channel, department: the rows it counts in.
        entry: how it came into the period; None for one that was done with before and only handed over in it.
        outcome: where it stands at the end; None likewise.
        waiting: the result lies at the desk at the end (9), the person has it not yet (10).
        handed_over: results that left the desk in the period.
        asked_reception, asked_department: requests for supplement made in the period, by who found something missing.
        trips: times the person came to the counter in the period.
        minutes: working time that the office took for the result, pauses left out; None while there is none.
    """

    code: str
    field: str
    procedure: str
    channel: str
    department: str
    entry: str | None
    outcome: str | None
    waiting: bool = False
    handed_over: int = 0
    asked_reception: int = 0
    asked_department: int = 0
    trips: int = 0
    minutes: int | None = None

    @property
    def empty(self) -> bool:
        """Whether it adds nothing."""
        return not any(number for _, number in cells(self))

    def row(self, by: str) -> str:
        """Return the key of the row it counts in."""
        return str(getattr(self, by))


def counts(mark: Mark) -> dict[str, int]:
    """Return the cells it counts in, summed up."""
    found: dict[str, int] = {}
    for column, number in cells(mark):
        found[column] = found.get(column, 0) + number
    return found


def cells(mark: Mark) -> Iterator[tuple[str, int]]:
    """Yield each cell of ``HANDLING`` and ``BURDEN`` that it counts in, and how often."""
    yield from (("handed_over", mark.handed_over), ("trips", mark.trips))
    yield from (("asked_reception", mark.asked_reception), ("asked_department", mark.asked_department))
    yield "asked", mark.asked_reception + mark.asked_department
    if mark.entry is None or mark.outcome is None:
        return
    yield from ((mark.outcome, 1), ("total", 1))
    yield (RECEIVED if mark.entry == RECEIVED else CARRIED), 1
    if mark.entry == REOPENED:
        yield REOPENED, 1
    if mark.entry == RECEIVED and mark.channel == str(ONLINE):
        yield "online", 1
    if mark.outcome in (EARLY, ON_TIME, LATE):
        yield from (("resolved", 1), ("waiting", int(mark.waiting)))
    elif mark.outcome in (IN_TIME, OVERDUE, PAUSED):
        yield "pending", 1
