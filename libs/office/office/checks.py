"""What the rows of a file, and the files among each other, must agree on."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from office.model import Department, ProcedureVersion
from office.reading import Placed
from office.source import Route, Source
from office.versions import Valid, Versions, covers, end_of

Row = TypeVar("Row", bound=Valid)


def check_validity(source: Source, placed: Sequence[Placed[Row]]) -> None:
    """Blame rows that end before they start, that repeat code and start, or that overlap the same code's other rows."""
    for item in placed:
        row = item.row
        if end_of(row) < row.valid_from:
            route = (*item.route, "valid_to")
            source.blame(route, "ends_before_start", valid_from=row.valid_from, valid_to=row.valid_to)
    for at, later in enumerate(placed):
        for earlier in placed[:at]:
            if earlier.row.code == later.row.code:
                _check_pair(source, earlier, later)


def _check_pair(source: Source, earlier: Placed[Row], later: Placed[Row]) -> None:
    one, two, line = earlier.row, later.row, source.line(earlier.route)
    if one.valid_from == two.valid_from:
        source.blame(later.route, "duplicate_version", code=two.code, valid_from=two.valid_from, line=line)
    elif one.valid_from <= end_of(two) and two.valid_from <= end_of(one):
        source.blame(later.route, "overlap", code=two.code, line=line)


def check_repeated_codes(source: Source, coded: Iterable[tuple[Route, str]]) -> None:
    """Blame each code that a list holds a second time; ``coded`` gives route and code."""
    seen: set[str] = set()
    for route, code in coded:
        if code in seen:
            source.blame(route, "repeated_code", code=code)
        seen.add(code)


def check_departments_of(
    source: Source, placed: Iterable[Placed[ProcedureVersion]], departments: Versions[Department]
) -> None:
    """Blame procedures and steps whose department is unknown or not there for the whole validity."""
    for item in placed:
        units: list[tuple[Route, str]] = [(("department",), item.row.department)]
        units += [(("steps", n, "unit"), step.unit) for n, step in enumerate(item.row.steps)]
        for tail, code in units:
            if code not in departments.by_code:
                source.blame((*item.route, *tail), "unknown_department", code=code)
            elif not covers(departments.by_code[code], item.row):
                source.blame((*item.route, *tail), "department_gap", code=code)


def check_fields_of(source: Source, placed: Iterable[Placed[ProcedureVersion]], known: Collection[str]) -> None:
    """Blame procedures of a field of work that office.yaml does not list."""
    for item in placed:
        if item.row.field not in known:
            source.blame((*item.route, "field"), "unknown_field", code=item.row.field)


def check_procedure(source: Source, item: Placed[ProcedureVersion]) -> None:
    """Blame a repeated component, and steps that promise more time than the law gives."""
    row, route = item.row, item.route
    check_repeated_codes(source, (((*route, "components", n, "code"), c.code) for n, c in enumerate(row.components)))
    total = sum(step.amount for step in row.steps)
    if row.steps and row.limit.kind == "same_day":
        source.blame((*route, "steps"), "same_day_steps")
    elif total > row.limit.amount:
        source.blame((*route, "steps"), "steps_exceed", sum=total, limit=row.limit.amount)
