"""Streams of commands: which positions of a ward's stream have come, and when to ask again for those that have not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

#: How long a hole may stand before it is asked for: messages overtake one another.
GRACE = timedelta(seconds=5)
#: The longest time between two askings, and how many there are.
RARELY, ASKINGS = timedelta(days=1), 30
#: Positions that one asking names.
AT_ONCE = 1000
#: Holes of a stream that are kept. What would need one more is taken as not having come: it is asked for in its turn, and
#: a command that comes again has no second effect.
HOLES = 200


@dataclass(frozen=True, slots=True)
class Hole:
    """Positions ``first`` to ``last``, both among them, that have not come; ``ask_at`` is None after the last asking."""

    first: int
    last: int
    ask_at: datetime | None
    askings: int = 0


@dataclass(frozen=True, slots=True)
class Stream:
    """What is known of a stream: all up to ``top`` has come but for the holes, which are in order and apart."""

    top: int = 0
    holes: tuple[Hole, ...] = ()

    @property
    def wake_at(self) -> datetime | None:
        return min((hole.ask_at for hole in self.holes if hole.ask_at), default=None)

    def whole_before(self, position: int) -> bool:
        """Whether everything before ``position`` has come."""
        first = self.holes[0].first if self.holes else self.top + 1
        return position <= first


def arrived(stream: Stream, positions: Iterable[int], now: datetime) -> Stream:
    """Return the stream after commands came.

    Args:
        now: aware instant of the machine, not of a day that is played.
    """
    for position in sorted(set(positions)):
        stream = _beyond(stream, position, now) if position > stream.top else _into(stream, position, now)
    return stream


def _beyond(stream: Stream, position: int, now: datetime) -> Stream:
    if position == stream.top + 1:
        return replace(stream, top=position)
    if len(stream.holes) >= HOLES:
        return stream
    return Stream(position, (*stream.holes, Hole(stream.top + 1, position - 1, now + GRACE)))


def _into(stream: Stream, position: int, now: datetime) -> Stream:
    for place, hole in enumerate(stream.holes):
        if hole.first <= position <= hole.last:
            # what is left of it has just begun to come, so it has its time anew
            parts = (Hole(hole.first, position - 1, now + GRACE), Hole(position + 1, hole.last, now + GRACE))
            left = tuple(part for part in parts if part.first <= part.last)
            if len(stream.holes) - 1 + len(left) > HOLES:
                return stream
            return replace(stream, holes=(*stream.holes[:place], *left, *stream.holes[place + 1 :]))
    return stream


def ask(stream: Stream, now: datetime) -> tuple[Stream, list[Hole]]:
    """Return the stream after asking for the holes whose time has come, and what is asked for: of a large one its head."""
    due = [hole for hole in stream.holes if hole.ask_at and hole.ask_at <= now]
    holes = tuple(_asked(hole, now) if hole in due else hole for hole in stream.holes)
    return replace(stream, holes=holes), [replace(hole, last=min(hole.last, hole.first + AT_ONCE - 1)) for hole in due]


def _asked(hole: Hole, now: datetime) -> Hole:
    askings = hole.askings + 1
    after = min(GRACE * 2 ** min(askings, 20), RARELY)
    return replace(hole, askings=askings, ask_at=now + after if askings < ASKINGS else None)
