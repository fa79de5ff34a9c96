"""Versions of procedures as a workbook or as CSV files, in the shape that is read."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from office.plain import to_plain
from office.procedure import ProcedureVersion
from office.spreadsheet.columns import SHEETS, Column

Value = str | int | bool | date | None


def write_xlsx(versions: Iterable[ProcedureVersion]) -> bytes:
    """Return a workbook with one sheet for each of ``SHEETS``."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in _sheets(versions).items():
        sheet = book.create_sheet(name)
        headings: list[Value] = [column.name for column in SHEETS[name]]
        for number, line in enumerate([headings, *lines], start=1):
            for at, value in enumerate(line, start=1):
                cell = sheet.cell(number, at, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # also what looks like a formula is text
                elif isinstance(value, date):
                    cell.number_format = "dd/mm/yyyy"
        sheet.freeze_panes = "A2"
        for at, column in enumerate(SHEETS[name], start=1):
            sheet.cell(1, at).font = Font(bold=True)
            wide = column.name.startswith(("name", "legal", "posted", "limit_note", "fee_note", "result"))
            sheet.column_dimensions[get_column_letter(at)].width = 40 if wide else 14
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def write_csv(versions: Iterable[ProcedureVersion]) -> dict[str, bytes]:
    """Return one UTF-8 file (with a byte order mark, for Excel) for each of ``SHEETS``, by file name."""
    files = {}
    for name, lines in _sheets(versions).items():
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";")
        writer.writerow([column.name for column in SHEETS[name]])
        writer.writerows([_as_text(value) for value in line] for line in lines)
        files[f"{name}.csv"] = text.getvalue().encode("utf-8-sig")
    return files


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _sheets(versions: Iterable[ProcedureVersion]) -> dict[str, list[list[Value]]]:
    lines: dict[str, list[list[Value]]] = {name: [] for name in SHEETS}
    for version in versions:
        row = to_plain(version)
        key: list[Value] = [version.code, version.valid_from]
        lines["procedures"].append([_cell(row, column) for column in SHEETS["procedures"]])
        for name in ("components", "limits", "steps"):
            lines[name] += [[*key, *(_cell(part, column) for column in SHEETS[name][2:])] for part in row[name]]
        lines["fees"] += [[*key, *line] for fee in row["fees"] for line in _fee_lines(fee)]
    return lines


def _fee_lines(fee: dict[str, Any]) -> Iterator[list[Value]]:
    for n, tier in enumerate(fee["tiers"]):
        naming = ("code", "case") if n else tuple(fee)  # the lines below the first name their fee and add a tier
        told = {name: fee[name] for name in naming if name != "tiers"} | {"tiers": tier}
        yield [_cell(told, column) for column in SHEETS["fees"][2:]]


def _cell(row: dict[str, Any], column: Column) -> Value:
    value: Any = row
    for step in column.route:
        value = value.get(step) if isinstance(value, dict) else None
    if column.kind == "day" and value is not None:
        return date.fromisoformat(value)
    if isinstance(value, list):
        return ("; " if column.kind == "lines" else ",").join(str(item) for item in value)
    return None if value == "" else value
