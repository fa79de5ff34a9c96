"""The register and the figures as sheets (xlsx): dates are dates, amounts are numbers, text is never a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from papers import words
from papers.faults import BadPaper
from papers.fields import CONTROL as _CONTROL
from papers.shapes import load

_FORMATS = {"count": "#,##0", "amount": "#,##0", "percent": '0.00" %"', "instant": "dd/mm/yyyy hh:mm"}
_LINE = Side(style="thin", color="999999")
_EDGE = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="E8E8E8")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDEST = 60
_REGISTER = "So theo doi"


def workbook(kind: str, data: Mapping[str, Any], texts: Mapping[str, Any]) -> bytes:
    """Return ``register`` or ``report`` as a sheet.

    Args:
        texts: the office's words; the register's heads are ``texts["register"]``, column to head.

    Raises:
        BadPaper: another kind, or data that are not of its shape.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    if kind == "register":
        _register(sheet, load(kind, data), texts)
    elif kind == "report":
        _report(sheet, load(kind, data))
    else:
        raise BadPaper(kind, {"kind": "Not one of register, report."})
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def long_register(file: IO[bytes], rows: Iterable[Mapping[str, Any]], texts: Mapping[str, Any]) -> None:
    """Write a register of any length to ``file``, one row in memory at a time.

    Args:
        rows: as ``books.RegisterRow`` says, instants in RFC 3339.
    """
    heads: Mapping[str, str] = texts["register"]
    kinds, methods = _kinds(heads), texts["words"]["delivery"]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_REGISTER)
    sheet.freeze_panes = "A2"
    for at, kind in enumerate(kinds, 1):
        sheet.column_dimensions[get_column_letter(at)].width = {"count": 8, "instant": 19}.get(kind, 32)
    cells = [_fill(WriteOnlyCell(sheet), head, "text") for head in heads.values()]
    for cell in cells:
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _EDGE
    sheet.append(cells)
    for row in rows:
        values = [methods[row["method"]] if key == "method" else row.get(key) for key in heads]
        instants = [
            datetime.fromisoformat(value) if kind == "instant" and value else value
            for value, kind in zip(values, kinds, strict=True)
        ]
        sheet.append([_fill(WriteOnlyCell(sheet), *pair) for pair in zip(instants, kinds, strict=True)])
    book.save(file)


def _kinds(heads: Mapping[str, str]) -> list[str]:
    return ["instant" if key.endswith("_at") else "count" if key in ("line", "sets") else "text" for key in heads]


def _register(sheet: Worksheet, data: SimpleNamespace, texts: Mapping[str, Any]) -> None:
    heads: Mapping[str, str] = texts["register"]
    kinds = _kinds(heads)
    methods = texts["words"]["delivery"]
    rows = [[methods[row.method] if key == "method" else getattr(row, key, None) for key in heads] for row in data.rows]
    sheet.title = _REGISTER
    _table(sheet, 1, list(heads.values()), kinds, rows)


def _report(sheet: Worksheet, data: SimpleNamespace) -> None:
    sheet.title = "So lieu"
    period = f"{words.short_day(data.period.first)} – {words.short_day(data.period.last)}"
    above = [text for text in (data.title, data.subtitle, period) if text is not None]
    for at, text in enumerate(above, 1):
        _write(sheet, at, 1, text, "text").font = Font(bold=at == 1, size=14 if at == 1 else 11)
    heads = [f"{column.group}: {column.label}" if column.group else column.label for column in data.columns]
    kinds = [column.kind for column in data.columns]
    after = _table(sheet, len(above) + 2, heads, kinds, data.rows)
    if data.sums is not None:
        for at, (value, kind) in enumerate(zip(data.sums, kinds, strict=True), 1):
            cell = _write(sheet, after, at, value, kind)
            cell.font, cell.border = Font(bold=True), _EDGE
    for at, note in enumerate(data.notes, after + 2):
        _write(sheet, at, 1, note, "text")


def _table(
    sheet: Worksheet, top: int, heads: Sequence[str], kinds: Sequence[str], rows: Sequence[Sequence[Any]]
) -> int:
    """Write head and rows from row ``top``, keep the head in sight, and return the first row after them."""
    for at, head in enumerate(heads, 1):
        cell = _write(sheet, top, at, head, "text")
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _EDGE
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    for below, row in enumerate(rows, top + 1):
        for at, (value, kind) in enumerate(zip(row, kinds, strict=True), 1):
            cell = _write(sheet, below, at, value, kind)
            cell.border = _EDGE
            cell.alignment = Alignment(wrap_text=kind == "text", vertical="top")
    for at, (head, kind) in enumerate(zip(heads, kinds, strict=True), 1):
        longest = max((len(str(row[at - 1])) for row in rows if row[at - 1] is not None), default=0)
        # a head may take three lines; an instant needs its 16 letters
        width = 16 if kind == "instant" else max(longest, len(head) // 3)
        sheet.column_dimensions[get_column_letter(at)].width = min(width, _WIDEST) + 3
    sheet.freeze_panes = f"A{top + 1}"
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(heads))}{top + len(rows)}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0  # as many pages as the rows need, one in width
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return top + len(rows) + 1


def _write(sheet: Worksheet, row: int, column: int, value: Any, kind: str) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # nothing is merged here
    return _fill(cell, value, kind)


def _fill(cell: Cell, value: Any, kind: str) -> Cell:
    """Put one value into a cell by its kind. Text that looks like a formula stays text, also when somebody edits it."""
    if isinstance(value, datetime):
        value = words.local(value).replace(tzinfo=None)  # a sheet's dates have no zone: it is the office's clock
    cell.value = _CONTROL.sub("\ufffd", value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
        if value.startswith(_FORMULA):
            cell.quotePrefix = True
    elif kind in _FORMATS:
        cell.number_format = _FORMATS[kind]
    return cell
