"""Workbooks of Excel and LibreOffice (xlsx)."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl import load_workbook

from office.spreadsheet.columns import MOST_COLUMNS, MOST_ROWS, SHEETS
from office.spreadsheet.faults import Place, SheetSource
from office.spreadsheet.tables import Cells, Fault, Table, table_of


def read_xlsx(name: str, content: bytes, parts: Mapping[str, bytes], source: SheetSource) -> list[Table]:
    """Return the tables of a workbook; ``parts`` is ``content`` unpacked, and found to be small enough."""
    # an office's file declares no document type; one that does tries to blow up its reader
    if any(b"<!DOCTYPE" in part for part in parts.values()):
        source.accuse(Place(name), "unreadable_workbook")
        return []
    try:
        book = load_workbook(io.BytesIO(content), keep_links=False)
    except Exception:  # noqa: BLE001 - a broken file makes openpyxl raise whatever it comes upon: all mean the same
        source.accuse(Place(name), "unreadable_workbook")
        return []
    tables = []
    for sheet in book.worksheets:
        title = sheet.title.strip().casefold()
        if title not in SHEETS:
            if sheet.max_row > 1 or sheet.cell(1, 1).value is not None:
                source.accuse(Place(sheet.title), "unknown_sheet", known=", ".join(SHEETS))
        elif sheet.max_row > MOST_ROWS + 1 or sheet.max_column > MOST_COLUMNS:
            source.accuse(Place(title), "sheet_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS)
        else:
            tables.append(table_of(title, _lines(sheet, title, source), source))
    return tables


def _lines(sheet: Any, title: str, source: SheetSource) -> Iterator[Cells]:
    for merged in sheet.merged_cells.ranges:
        column = merged.coord.partition(":")[0].rstrip("0123456789")
        source.accuse(Place(title, merged.min_row, column, merged.coord), "merged")
    for cells in sheet.iter_rows():
        yield [_value(cell) for cell in cells]


def _value(cell: Any) -> object:
    if cell.data_type == "f":
        return Fault("formula")
    return Fault("cell_error") if cell.data_type == "e" else cell.value
