"""What the rows of a file, and the files among each other, must agree on."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from office.reading import Placed
from office.source import Route, Source
from office.versions import Valid, end_of

Row = TypeVar("Row", bound=Valid)


def check_validity(source: Source, placed: Sequence[Placed[Row]]) -> None:
    """Blame rows that end before they start, and rows that repeat code and start of another."""
    for item in placed:
        row = item.row
        if end_of(row) < row.valid_from:
            route = (*item.route, "valid_to")
            source.blame(route, "ends_before_start", valid_from=row.valid_from, valid_to=row.valid_to)
    for earlier, later in _pairs(placed):
        if earlier.row.valid_from == later.row.valid_from:
            of, line = later.row, source.line(earlier.route)
            source.blame(later.route, "duplicate_version", code=of.code, valid_from=of.valid_from, line=line)


def check_overlaps(source: Source, placed: Sequence[Placed[Row]]) -> None:
    """Blame rows that hold on a day on which another of the same code does; those of one start are blamed already."""
    for earlier, later in _pairs(placed):
        one, two = earlier.row, later.row
        if one.valid_from != two.valid_from and one.valid_from <= end_of(two) and two.valid_from <= end_of(one):
            source.blame(later.route, "overlap", code=two.code, line=source.line(earlier.route))


def _pairs(placed: Sequence[Placed[Row]]) -> Iterator[tuple[Placed[Row], Placed[Row]]]:
    for at, later in enumerate(placed):
        yield from ((earlier, later) for earlier in placed[:at] if earlier.row.code == later.row.code)


def check_repeated_codes(source: Source, coded: Iterable[tuple[Route, str]]) -> None:
    """Blame each code that a list holds a second time; ``coded`` gives route and code."""
    seen: set[str] = set()
    for route, code in coded:
        if code in seen:
            source.blame(route, "repeated_code", code=code)
        seen.add(code)
