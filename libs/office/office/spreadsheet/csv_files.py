"""Sheets as text: one file a sheet, UTF-8, parted by semicolons, commas or tabs."""

import csv
import io
from collections.abc import Iterator

from office.spreadsheet.columns import SHEETS
from office.spreadsheet.faults import Place, SheetSource
from office.spreadsheet.tables import Cells, Table, table_of


def read_csv(name: str, content: bytes, source: SheetSource) -> list[Table]:
    """Return the table of one file, which is named after its sheet (``procedures.csv``); [] when it cannot be read."""
    sheet = name.rpartition("/")[2].rpartition(".")[0].casefold()
    if sheet not in SHEETS:
        source.accuse(Place(name), "unknown_sheet", known=", ".join(SHEETS))
        return []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        source.accuse(Place(sheet), "not_utf8")
        return []
    return [table_of(sheet, _lines(sheet, text, source), source)]


def _lines(sheet: str, text: str, source: SheetSource) -> Iterator[Cells]:
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        source.accuse(Place(sheet, reader.line_num), "bad_csv", problem=error)
