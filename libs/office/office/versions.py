"""Rows that hold for a time: found by code and date."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, Protocol, TypeVar


class Valid(Protocol):
    """A row with a code and a time of validity, both ends included."""

    @property
    def code(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


Row = TypeVar("Row", bound=Valid)


def end_of(row: Valid) -> date:
    """Return the last day of ``row``, the end of time if none is set."""
    return row.valid_to or date.max


def holds_on(row: Valid, on: date) -> bool:
    """Say whether ``row`` is valid on the local date ``on``."""
    return row.valid_from <= on <= end_of(row)


def covers(rows: Iterable[Valid], span: Valid) -> bool:
    """Say whether ``rows`` together are valid on every day of ``span``."""
    needed = span.valid_from
    for row in sorted(rows, key=lambda row: row.valid_from):
        if row.valid_from > needed:
            return False
        if end_of(row) >= end_of(span):
            return True
        needed = max(needed, end_of(row) + timedelta(days=1))
    return False


@dataclass(frozen=True, slots=True)
class Versions(Generic[Row]):
    """All versions of all codes; ``by_code`` keeps each code's versions by ascending ``valid_from``."""

    by_code: Mapping[str, Sequence[Row]]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Versions[Row]":
        """Index ``rows``, in the order of the file."""
        by_code: dict[str, list[Row]] = {}
        for row in rows:
            by_code.setdefault(row.code, []).append(row)
        return cls({code: tuple(sorted(found, key=lambda row: row.valid_from)) for code, found in by_code.items()})

    def find(self, code: str, on: date) -> Row | None:
        """Return the version of ``code`` valid on ``on``, or None."""
        return next((row for row in self.by_code.get(code, ()) if holds_on(row, on)), None)

    def all_on(self, on: date) -> tuple[Row, ...]:
        """Return every row valid on ``on``, in the order of the file."""
        return tuple(row for row in self if holds_on(row, on))

    def __iter__(self) -> Iterator[Row]:
        return (row for rows in self.by_code.values() for row in rows)
