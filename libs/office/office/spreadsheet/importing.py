"""A workbook against the office and the versions there are: what it would change, or all its faults."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from office.checks import check_validity
from office.office import Office
from office.plain import to_plain, version_of
from office.procedure import ProcedureVersion
from office.procedure_checks import check_departments_of, check_fields_of, check_procedure
from office.procedure_schema import ProcedureSchema, ProceduresSchema
from office.procedures import Procedures
from office.reading import Placed, blame_shape, read_rows
from office.spreadsheet.assembling import assemble
from office.spreadsheet.faults import Place, SheetSource
from office.spreadsheet.opening import open_files
from office.succession import Changes, plan


def prepare(files: Mapping[str, bytes], *, office: Office, current: Procedures, today: date) -> Changes:
    """Return what an import of ``files`` makes of ``current``; nothing is changed.

    What a file says of a version is the whole of it; versions that it does not name stay as they are.

    Args:
        files: by name: one xlsx, one zip of CSV files, or CSV files named after their sheets.
        office: whose departments and fields of work the procedures refer to.
        today: the local day of the import.

    Raises:
        SheetFaults: with every fault's sheet, row and column.
    """
    source = SheetSource("procedures")
    tables = open_files(files, source)
    if not source.found or tables:
        assemble(tables, {row.key: to_plain(row) for row in current}, source)
        if "procedures" not in tables:
            source.accuse(Place("procedures"), "missing_sheet")
        elif not tables["procedures"].rows:
            source.accuse(Place("procedures"), "no_rows")
    errors = blame_shape(source, ProceduresSchema())
    rows = read_rows(source, errors, "procedures", ProcedureSchema())
    placed = [Placed(item.route, version_of(item.row)) for item in rows]
    _check(source, placed, office)
    changes = plan(source, placed, current, today=today, unsure=_unread(source, errors))
    source.end()
    return changes


def _check(source: SheetSource, placed: list[Placed[ProcedureVersion]], office: Office) -> None:
    check_validity(source, placed)
    for item in placed:
        check_procedure(source, item)
    check_fields_of(source, placed, office.all_fields.keys())
    check_departments_of(source, placed, office.all_departments)


def _unread(source: SheetSource, errors: Mapping[str, Any]) -> set[str]:
    rows = source.data["procedures"] if source.data else []
    broken = errors.get("procedures", {})
    return {str(row.get("code")) for n, row in enumerate(rows) if n in broken}
