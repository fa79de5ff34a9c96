"""Sheets as rows of cells under headings, whichever kind of file they came in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from office.spreadsheet.columns import MOST_COLUMNS, MOST_ROWS, SHEETS
from office.spreadsheet.faults import Place, SheetSource

Cells = Sequence[object]


class Fault:
    """Stands in a cell that holds what cannot be taken; ``key`` names the sentence."""

    def __init__(self, key: str) -> None:
        self.key = key


@dataclass(slots=True)
class Row:
    """A row that is not blank: ``number`` as the spreadsheet counts, ``cells`` by heading."""

    number: int
    cells: dict[str, object]


@dataclass(slots=True)
class Table:
    """One sheet: the letter of each column by its heading, and the rows below the headings."""

    sheet: str
    letters: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def place(self, row: int, heading: str) -> Place:
        """Return the cell of a row under a heading."""
        return Place(self.sheet, row, self.letters.get(heading, ""), heading)


def letter(column: int) -> str:
    """Return the letters of the 0-based ``column``: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def table_of(sheet: str, lines: Iterable[Cells], source: SheetSource) -> Table:
    """Return the table of a sheet whose first line holds the headings; blank lines and columns are left out."""
    table, reading = Table(sheet), iter(lines)
    headings = _headings(next(reading, ()), table, source)
    for number, cells in enumerate(reading, start=2):
        if number > MOST_ROWS + 1:
            source.accuse(Place(sheet), "too_many_rows", most=MOST_ROWS)
            break
        row = Row(number, dict(_named(cells, headings, table, number, source)))
        if row.cells:
            table.rows.append(row)
    return table


def _headings(cells: Cells, table: Table, source: SheetSource) -> list[str | None]:
    """Return the heading of each column: "" for one that is blamed, None for a column without."""
    known = {column.name for column in SHEETS[table.sheet]}
    found: list[str | None] = []
    for at, cell in enumerate(cells):
        name = "" if blank(cell) else str(cell).strip().casefold()
        place = Place(table.sheet, 1, letter(at), name[:60])
        found.append((name if name in known and name not in table.letters else "") if name else None)
        if at >= MOST_COLUMNS and name:
            source.accuse(place, "too_many_columns", most=MOST_COLUMNS)
            break
        if name in table.letters:
            source.accuse(place, "repeated_heading")
        elif name in known:
            table.letters[name] = place.column
        elif name:
            source.accuse(place, "unknown_heading", known=", ".join(column.name for column in SHEETS[table.sheet]))
    if not table.letters:
        source.accuse(Place(table.sheet, 1), "no_headings")
    return found


def _named(
    cells: Cells, headings: Sequence[str | None], table: Table, number: int, source: SheetSource
) -> Iterator[tuple[str, object]]:
    for at, cell in enumerate(cells):
        name = headings[at] if at < len(headings) else None
        if isinstance(cell, Fault):
            source.spoil(Place(table.sheet, number, letter(at), name or ""), cell.key)
        elif blank(cell):
            continue
        elif name:
            yield name, cell
        elif name is None and table.letters:
            source.accuse(Place(table.sheet, number, letter(at)), "no_heading")


def blank(cell: object) -> bool:
    """Say whether a cell holds nothing that is seen."""
    return cell is None or (isinstance(cell, str) and not cell.strip())
