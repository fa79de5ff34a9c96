"""From a folder of YAML files to an office, or to the list of all their faults."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from marshmallow import Schema

from office import checks, schemas
from office.calendar_file import read_calendar
from office.errors import OfficeFaults
from office.model import ComponentRule, Department, Field, Limit, ProcedureVersion, StepBudget, Ward
from office.office import Office
from office.reading import Placed, blame_shape, read_rows
from office.source import Source, read_source
from office.versions import Versions

Row = TypeVar("Row")
Rows = list[Placed[Row]]
FILES = ("office", "departments", "wards", "procedures", "calendar")


def load_office(directory: str | Path) -> Office:
    """Read the office in ``directory``: office, departments, wards, procedures and calendar, each ``.yaml``.

    Raises:
        OfficeFaults: something is wrong; all of it is listed, with file and line. Mend the files and read again.
    """
    sources = {name: read_source(Path(directory) / f"{name}.yaml") for name in FILES}
    identity, fields = _read_identity(sources["office"])
    departments = _read(sources["departments"], "departments", schemas.DepartmentSchema, lambda row: Department(**row))
    wards = _read(sources["wards"], "wards", schemas.WardSchema, lambda row: Ward(**row))
    procedures = _read(sources["procedures"], "procedures", schemas.ProcedureSchema, _procedure)
    calendar = read_calendar(sources["calendar"])
    _check(sources, fields, departments, wards, procedures)
    faults = [fault for source in sources.values() for fault in source.faults]
    if faults or calendar is None:
        raise OfficeFaults(faults)
    return Office(
        **identity,
        calendar=calendar,
        all_fields={item.row.code: item.row for item in fields},
        all_departments=_versions(departments),
        all_wards=_versions(wards),
        all_procedures=_versions(procedures),
    )


def _read_identity(source: Source) -> tuple[dict[str, Any], Rows[Field]]:
    errors = blame_shape(source, schemas.OfficeSchema())
    rows = read_rows(source, errors, "fields_of_work", schemas.FieldSchema())
    fields = [Placed(item.route, Field(**item.row)) for item in rows]
    checks.check_repeated_codes(source, (((*item.route, "code"), item.row.code) for item in fields))
    if source.faults:
        return {}, fields
    identity = schemas.OfficeSchema().load(source.data)
    del identity["fields_of_work"]
    return identity, fields


def _read(source: Source, key: str, schema: type[Schema], build: Callable[[dict[str, Any]], Row]) -> Rows[Row]:
    file_schema = schemas.FILE_OF[key]
    rows = read_rows(source, blame_shape(source, file_schema()), key, schema())
    return [Placed(item.route, build(item.row)) for item in rows]


def _procedure(row: dict[str, Any]) -> ProcedureVersion:
    limit = row["limit"]
    return ProcedureVersion(
        **row
        | {
            "components": tuple(ComponentRule(**component) for component in row["components"]),
            "steps": tuple(StepBudget(**step) for step in row["steps"]),
            "limit": Limit(limit["kind"], limit["amount"] or 1),
        }
    )


def _check(
    sources: dict[str, Source],
    fields: Rows[Field],
    departments: Rows[Department],
    wards: Rows[Ward],
    procedures: Rows[ProcedureVersion],
) -> None:
    source = sources["procedures"]
    checks.check_validity(sources["departments"], departments)
    checks.check_validity(sources["wards"], wards)
    checks.check_validity(source, procedures)
    for item in procedures:
        checks.check_procedure(source, item)
    # A list with faults of its own lacks rows: what refers to it would be blamed for nothing.
    if not sources["office"].faults:
        checks.check_fields_of(source, procedures, {item.row.code for item in fields})
    if not sources["departments"].faults:
        checks.check_departments_of(source, procedures, _versions(departments))


def _versions(placed: list[Placed[Any]]) -> Versions[Any]:
    return Versions.of(item.row for item in placed)
