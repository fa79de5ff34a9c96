"""What the procedures must agree on in themselves, and with the office's departments and fields of work."""

from collections.abc import Collection, Iterable

from office.checks import check_repeated_codes
from office.model import Department
from office.procedure import ProcedureVersion
from office.reading import Placed
from office.source import Route, Source
from office.versions import Versions, covers


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
    """Blame what is listed twice, and steps that promise more time than the law gives."""
    row, route = item.row, item.route
    check_repeated_codes(source, (((*route, "components", n, "code"), c.code) for n, c in enumerate(row.components)))
    _check_cases(source, (((*route, "limits", n, "case"), limit.case) for n, limit in enumerate(row.limits)))
    for code in dict.fromkeys(fee.code for fee in row.fees):
        of_code = [(n, fee) for n, fee in enumerate(row.fees) if fee.code == code]
        _check_cases(source, (((*route, "fees", n, "case"), fee.case or "-") for n, fee in of_code))
    total = sum(step.amount for step in row.steps)
    if row.steps and row.limit.kind == "same_day":
        source.blame((*route, "steps"), "same_day_steps")
    elif total > row.limit.amount:
        source.blame((*route, "steps"), "steps_exceed", sum=total, limit=row.limit.amount)


def _check_cases(source: Source, cases: Iterable[tuple[Route, str]]) -> None:
    seen: set[str] = set()
    for route, case in cases:
        if case in seen:
            source.blame(route, "repeated_case", case=case)
        seen.add(case)
