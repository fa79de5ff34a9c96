"""From a folder of YAML files to an office, or to the list of all their faults."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from marshmallow import Schema

from office import checks, procedure_checks, schemas
from office.calendar_file import read_calendar
from office.errors import OfficeFaults
from office.model import Department, Field, Provider, Ward
from office.office import Office
from office.plain import version_of
from office.procedure import ProcedureVersion
from office.procedure_schema import ProcedureSchema
from office.procedures import Procedures
from office.reading import Placed, blame_shape, read_rows
from office.source import Source, read_source
from office.versions import Versions

Row = TypeVar("Row")
Rows = list[Placed[Row]]
FILES = ("office", "departments", "wards", "providers", "procedures", "calendar")


def load_office(directory: str | Path) -> Office:
    """Read the office in ``directory``: each of ``FILES``, a ``.yaml``.

    Raises:
        OfficeFaults: something is wrong; all of it is listed, with file and line. Mend the files and read again.
    """
    sources = {name: read_source(Path(directory) / f"{name}.yaml") for name in FILES}
    identity, fields = _read_identity(sources["office"])
    departments = _read(sources["departments"], "departments", schemas.DepartmentSchema, lambda row: Department(**row))
    wards = _read(sources["wards"], "wards", schemas.WardSchema, lambda row: Ward(**row))
    providers = _read(sources["providers"], "providers", schemas.ProviderSchema, lambda row: Provider(**row))
    procedures = _read(sources["procedures"], "procedures", ProcedureSchema, version_of)
    calendar = read_calendar(sources["calendar"])
    _check_validity(sources, {"departments": departments, "wards": wards, "providers": providers})
    _check(sources, fields, departments, procedures)
    faults = [fault for source in sources.values() for fault in source.faults]
    if faults or calendar is None:
        raise OfficeFaults(faults)
    return Office(
        **identity,
        calendar=calendar,
        all_fields={item.row.code: item.row for item in fields},
        all_departments=_versions(departments),
        all_wards=_versions(wards),
        all_providers=_versions(providers),
        all_procedures=Procedures.of(item.row for item in procedures),
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


def _check_validity(sources: dict[str, Source], lists: dict[str, Rows[Any]]) -> None:
    for name, rows in lists.items():
        checks.check_validity(sources[name], rows)
        checks.check_overlaps(sources[name], rows)


def _check(
    sources: dict[str, Source],
    fields: Rows[Field],
    departments: Rows[Department],
    procedures: Rows[ProcedureVersion],
) -> None:
    source = sources["procedures"]
    checks.check_validity(source, procedures)
    checks.check_overlaps(source, [item for item in procedures if item.row.published])
    for item in procedures:
        procedure_checks.check_procedure(source, item)
    # A list with faults of its own lacks rows: what refers to it would be blamed for nothing.
    if not sources["office"].faults:
        procedure_checks.check_fields_of(source, procedures, {item.row.code for item in fields})
    if not sources["departments"].faults:
        procedure_checks.check_departments_of(source, procedures, _versions(departments))


def _versions(placed: list[Placed[Any]]) -> Versions[Any]:
    return Versions.of(item.row for item in placed)
