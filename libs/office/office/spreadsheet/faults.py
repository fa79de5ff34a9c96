"""Faults of a workbook, each with its sheet, row and column."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from office.source import Route, Source, path_of
from office.spreadsheet.columns import MOST_FAULTS, SHEETS
from office.wording import say_in

#: A sheet writes dates its own way, so its faults are told in other words.
_REWORDED = {"not_date": "not_sheet_date"}


@dataclass(frozen=True, slots=True)
class CellFault:
    """One fault: ``sheet``, ``row`` (1-based, 0 when the sheet or file as a whole is meant), ``column`` letter or "".

    ``field`` is the column's heading, or the place in the file; ``message`` is Vietnamese, ``message_en`` English.
    """

    sheet: str
    row: int
    column: str
    field: str
    message: str
    message_en: str

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.column}{self.row}" if self.row else self.sheet
        return f"{place}: {self.field}: {self.message} / {self.message_en}"

    def as_row(self) -> dict[str, Any]:
        """Return the fault as plain values."""
        return {name: getattr(self, name) for name in ("sheet", "row", "column", "field", "message", "message_en")}


class SheetFaults(ValueError):
    """The workbook cannot be imported; ``faults`` are all of them, in the order of sheets and rows."""

    def __init__(self, faults: Sequence[CellFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Place(NamedTuple):
    """A cell: its sheet, row, column letter and heading."""

    sheet: str
    row: int = 0
    column: str = ""
    heading: str = ""


@dataclass(slots=True)
class SheetSource(Source):
    """Procedures read from sheets: ``data`` as in procedures.yaml, with the cell of each route into it."""

    places: dict[Route, Place] = field(default_factory=dict)
    found: list[CellFault] = field(default_factory=list)
    spoilt: set[tuple[str, int, str]] = field(default_factory=set)

    def place(self, route: Route) -> Place:
        """Return the cell of ``route``, or of the nearest thing around it that came from a cell."""
        while route and route not in self.places:
            route = route[:-1]
        return self.places.get(route, Place("procedures"))

    def line(self, route: Route) -> int:
        """Return the row of ``route`` in its sheet."""
        return self.place(route).row

    def blame(self, route: Sequence[str | int], key: str, /, **values: object) -> None:
        """Keep a fault at ``route``; ``key`` names its sentence in the catalogues."""
        at = self.place(tuple(route))
        self.accuse(at if at.heading else at._replace(heading=path_of(tuple(route[2:]))), key, **values)

    def accuse(self, place: Place, key: str, /, **values: object) -> None:
        """Keep a fault at a cell."""
        if place[:3] in self.spoilt:
            return
        words = say_in(_REWORDED.get(key, key), **values)
        self.found.append(CellFault(place.sheet, place.row, place.column, place.heading, *words))

    def spoil(self, place: Place, key: str) -> None:
        """Keep a fault at a cell that cannot be read at all; that its value is missing is then no fault of its own."""
        self.accuse(place, key)
        self.spoilt.add(place[:3])

    def end(self) -> None:
        """Raise ``SheetFaults`` if anything was blamed; of thousands the first are told, and how many there are."""
        order = {name: n for n, name in enumerate(dict.fromkeys((*SHEETS, *(f.sheet for f in self.found))))}
        faults = sorted(set(self.found), key=lambda f: (order[f.sheet], f.row, len(f.column), f.column, f.message))
        if len(faults) > MOST_FAULTS:
            words = say_in("more_faults", count=len(faults) - MOST_FAULTS)
            faults = [*faults[:MOST_FAULTS], CellFault(faults[MOST_FAULTS].sheet, 0, "", "", *words)]
        if faults:
            raise SheetFaults(faults)
