"""The papers that list many dossiers: the register and the figures."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from papers.fields import Group, Text, choice, day, instant, lines, many, maybe, one, whole
from papers.parts import Official


class RegisterRow(Group):
    """One dossier of the register."""

    line = whole(1)
    code = Text()
    procedure = Text()
    sets = whole(1)
    applicant = Text()
    contact = maybe()
    department = maybe()
    received_at = instant()
    due_at = instant(allow_none=True)
    result_at = instant(allow_none=True)
    method = choice("counter", "post", "electronic")
    note = maybe()


class Period(Group):
    """First and last day, both counted."""

    first = day()
    last = day()


class Register(Group):
    """Sổ theo dõi hồ sơ."""

    volume = maybe()
    period = one(Period)
    issued_at = instant()
    rows = many(RegisterRow)


class Column(Group):
    """One column. ``kind`` says what its cells are; ``group`` is a head over neighbouring columns that share it."""

    label = Text()
    group = maybe()
    kind = choice("text", "count", "amount", "percent")


class Report(Group):
    """A table of figures with its period. ``rows`` and ``sums`` have one value a column.

    text: string; count, amount: whole number; percent: number of hundredths, 97.5 is 97,5 %; null anywhere: nothing.
    """

    number = maybe()
    title = Text()
    subtitle = maybe()
    period = one(Period)
    issued_at = instant()
    columns = many(Column, 1)
    rows = fields.List(fields.List(fields.Raw(allow_none=True)), required=True)
    sums = fields.List(fields.Raw(allow_none=True), required=True, allow_none=True)
    notes = lines()
    officer = one(Official, allow_none=True)

    @validates_schema
    def cells_fit_columns(self, data: dict[str, Any], **_: Any) -> None:
        kinds = [column.kind for column in data["columns"]]
        rows = {f"rows[{at}]": row for at, row in enumerate(data["rows"])}
        if data["sums"] is not None:
            rows["sums"] = data["sums"]
        for path, row in rows.items():
            if len(row) != len(kinds):
                raise ValidationError(f"{len(row)} cells for {len(kinds)} columns.", path)
            for at, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
                if cell is not None and not _fits(cell, kind):
                    raise ValidationError(f"Not of the kind {kind}.", f"{path}[{at}]")


def _fits(cell: object, kind: str) -> bool:
    if kind == "text":
        return isinstance(cell, str)
    whole_number = isinstance(cell, int) and not isinstance(cell, bool)
    return whole_number or (kind == "percent" and isinstance(cell, float))
