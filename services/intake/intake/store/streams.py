"""Streams of ward commands: one document for each life of a ward's book."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from pymongo import IndexModel

from chassis.documents import Documents
from chassis.errors import AlreadyHandled, StaleDocument
from chassis.kept import Document, Letter
from chassis.together import Request, Together
from intake.domain.streams import Hole, Stream, arrived, ask

#: Tries at a stream that other replicas write too.
_TRIES = 50


@dataclass(frozen=True, slots=True)
class _Arrival:
    stream: tuple[str, str]
    position: int
    now: datetime


_Asked = Request[_Arrival, None]


class Streams:
    """Which positions of each stream have come, and which are to be asked for again.

    Commands that are handled at the same time are noted together, with one read and one write for all of a stream.
    """

    COLLECTION = "ward_streams"
    INDEXES: list[IndexModel] = []

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._together: Together[_Arrival, None] = Together(self._note_all)

    def note(self, ward: str, stream: str, position: int, now: datetime) -> None:
        """Note that a command has come; it is safe when this returns, and twice is as good as once."""
        self._together.ask(_Arrival((ward, stream), position, now))

    def whole_before(self, ward: str, stream: str, position: int) -> bool:
        """Whether all commands before this one have come."""
        found = self._documents.load(_key(ward, stream))
        return position == 1 if found is None else _stream(found).whole_before(position)

    def ask(self, key: str, now: datetime, tell: Callable[[str, str, Hole], Letter]) -> list[Hole]:
        """Ask for what has been missing long enough, and return it; called when a stream is due.

        Args:
            tell: ``(ward, stream, hole)`` to the message that asks.
        """
        found = self._documents.load(key)
        if found is None:
            return []
        after, asked = ask(_stream(found), now)
        letters = [tell(found["ward"], found["stream"], hole) for hole in asked]
        self._save(found, after, letters)
        return asked

    def _note_all(self, asked: Sequence[_Asked]) -> None:
        for stream in dict.fromkeys(request.asked.stream for request in asked):
            mine = [request for request in asked if request.asked.stream == stream]
            self._note(*stream, [request.asked for request in mine])
            for request in mine:
                request.answer(None)

    def _note(self, ward: str, stream: str, came: Sequence[_Arrival]) -> None:
        positions, now = [one.position for one in came], max(one.now for one in came)
        for _ in range(_TRIES):
            found = self._documents.load(_key(ward, stream))
            before = _stream(found) if found else Stream()
            after = arrived(before, positions, now)
            if after == before:
                return
            try:
                # without a cause: a stream would keep the marks of its last commands, and needs none
                if found:
                    self._save(found, after)
                else:
                    row = {"_id": _key(ward, stream), "ward": ward, "stream": stream, **_fields(after)}
                    self._documents.add(row)
                return
            except (StaleDocument, AlreadyHandled):
                continue
        raise StaleDocument(_key(ward, stream))

    def _save(self, found: Document, after: Stream, letters: Sequence[Letter] = ()) -> None:
        fields = _fields(after)
        self._documents.save(found, fields, letters, unset=[] if "wake_at" in fields else ["wake_at"])


def _key(ward: str, stream: str) -> str:
    return f"{ward} {stream}"


def _stream(found: Document) -> Stream:
    return Stream(found["top"], tuple(Hole(**row) for row in found["holes"]))


def _fields(stream: Stream) -> Document:
    fields: Document = {"top": stream.top, "holes": [asdict(hole) for hole in stream.holes]}
    return fields | ({"wake_at": stream.wake_at} if stream.wake_at else {})
