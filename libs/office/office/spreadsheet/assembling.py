"""Rows of several sheets put together to procedures in the shape of procedures.yaml, each value with its cell."""

from collections.abc import Iterator, Mapping
from typing import Any

from office.source import Route
from office.spreadsheet.cells import BadCell, value_of
from office.spreadsheet.columns import PARTS, SHEETS, Column
from office.spreadsheet.faults import SheetSource
from office.spreadsheet.tables import Row, Table

Key = tuple[str, str]
Raw = dict[str, Any]


def assemble(tables: Mapping[str, Table], known: Mapping[str, Raw], source: SheetSource) -> None:
    """Fill ``source`` with the procedures of ``tables``.

    Args:
        known: the versions there are, as plain rows by their keys. A sheet that is missing says nothing: its part of a known
            version stays as it is, a new version has none of it.
    """
    rows: list[Raw] = []
    at: dict[Key, int] = {}
    for row in tables["procedures"].rows if "procedures" in tables else ():
        made = _procedure(tables["procedures"], row, len(rows), source)
        before = known.get(f"{made.get('code')}@{made.get('valid_from')}", {})
        made |= {part: [] if part in tables else before.get(part, []) for part in PARTS}
        at.setdefault((str(made.get("code")), str(made.get("valid_from"))), len(rows))
        rows.append(made)
    for part in PARTS:
        if part in tables:
            _add_part(tables[part], rows, at, source)
    source.data = {"procedures": rows}


def _procedure(table: Table, row: Row, number: int, source: SheetSource) -> Raw:
    base = ("procedures", number)
    source.places[base] = table.place(row.number, "")._replace(heading="")
    made: Raw = {"publication": {}}
    for column, value in _values(table, row, base, source):
        if value is None:
            continue
        inner = made
        for step in column.route[:-1]:
            inner = inner.setdefault(step, {})
        inner[column.route[-1]] = value
    return made


def _add_part(table: Table, rows: list[Raw], at: Mapping[Key, int], source: SheetSource) -> None:
    for row in table.rows:
        owner = at.get(_owner(table, row, source))
        if owner is None:
            source.accuse(table.place(row.number, "procedure"), "no_such_version")
        elif table.sheet == "fees":
            _add_fee(table, row, rows[owner]["fees"], owner, source)
        else:
            base = ("procedures", owner, table.sheet, len(rows[owner][table.sheet]))
            source.places[base] = table.place(row.number, "")
            made = {c.route[-1]: v for c, v in _values(table, row, base, source) if v is not None and c.route}
            rows[owner][table.sheet].append(made)


def _owner(table: Table, row: Row, source: SheetSource) -> Key:
    code, day = (_value(table, row, column, source) for column in SHEETS[table.sheet][:2])
    return str(code), str(day)


def _add_fee(table: Table, row: Row, fees: list[Raw], owner: int, source: SheetSource) -> None:
    """Add a fee, or a tier to the fee of the same code and case that the rows above it began."""
    named = {column.name: _value(table, row, column, source) for column in SHEETS["fees"]}
    same = [n for n, fee in enumerate(fees) if (fee.get("code"), fee.get("case")) == (named["code"], named["case"])]
    at = same[0] if same and named["code"] else len(fees)
    base = ("procedures", owner, "fees", at)
    if at == len(fees):
        source.places[base] = table.place(row.number, "")
        fees.append({"tiers": []})
    fee = fees[at]
    tier = (*base, "tiers", len(fee["tiers"]))
    source.places[tier] = table.place(row.number, "amount_minor")
    fee["tiers"].append({})
    for column in SHEETS["fees"][2:]:
        value, name = named[column.name], column.route[-1]
        if column.route[0] == "tiers":
            source.places[(*tier, name)] = table.place(row.number, column.name)
            if value is not None:
                fee["tiers"][-1][name] = value
            continue
        source.places.setdefault((*base, name), table.place(row.number, column.name))
        if value is None:
            continue
        if at in same and fee.get(name) != value:
            source.accuse(table.place(row.number, column.name), "fee_differs")
        fee[name] = value if at not in same else fee.get(name, value)


def _values(table: Table, row: Row, base: Route, source: SheetSource) -> Iterator[tuple[Column, Any]]:
    for column in SHEETS[table.sheet]:
        if column.route:
            source.places[(*base, *column.route)] = table.place(row.number, column.name)
            yield column, _value(table, row, column, source)


def _value(table: Table, row: Row, column: Column, source: SheetSource) -> Any:
    try:
        return value_of(row.cells.get(column.name), column.kind)
    except BadCell as bad:
        source.spoil(table.place(row.number, column.name), bad.args[0])
        return None
