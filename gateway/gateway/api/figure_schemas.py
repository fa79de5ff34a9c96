"""Shapes of what is asked of registers and reports."""

from __future__ import annotations

from marshmallow import fields, validate

from gateway.api.answer_schemas import Open
from gateway.api.request_schemas import Strict

FORMATS = ("json", "xlsx", "pdf")
WINDOWS = ("nd09", "calendar")
BY = ("field", "procedure", "channel", "department")
PERIOD = "2026-M11, 2026-Q4, 2026-H2 or 2026-Y"


def _one_of(*names: str, default: str | None) -> fields.String:
    return fields.String(load_default=default, validate=validate.OneOf(names))


def _text(most: int, about: str) -> fields.String:
    return fields.String(load_default=None, validate=validate.Length(1, most), metadata={"description": about})


class Windowed(Strict):
    """A period: month, quarter, half-year or year."""

    period = fields.String(
        required=True, validate=validate.Length(1, 20), metadata={"example": "2026-M11", "description": PERIOD}
    )
    windows = _one_of(*WINDOWS, default="nd09")


class ReportQuery(Windowed):
    """One report."""

    kind = _one_of("handling", "burden", default="handling")
    by = _one_of(*BY, default="field")
    format = _one_of(*FORMATS, default="json")


class CellQuery(Strict):
    """Which number of a closed period is opened."""

    windows = _one_of(*WINDOWS, default="nd09")
    by = _one_of(*BY, default="field")
    column = fields.String(required=True, validate=validate.Length(1, 40), metadata={"example": "late"})
    row = _text(40, "key of the row; without it the sum is opened")
    limit = fields.Integer(strict=False, load_default=100, validate=validate.Range(1, 200))
    after = _text(20, "`next` of the page before")


class WindowsQuery(Strict):
    """Which windows a period's name is of."""

    windows = _one_of(*WINDOWS, default="nd09")


class RegisterQuery(Strict):
    """A span of the register: days of reception, both counted."""

    first = fields.Date(required=True, data_key="from", metadata={"example": "2026-11-01"})
    last = fields.Date(required=True, data_key="to", metadata={"example": "2026-11-30"})
    field = _text(40, "code of a field of work")
    department = _text(20, "code of a department")
    format = _one_of(*FORMATS, default="json")
    limit = fields.Integer(strict=False, load_default=250, validate=validate.Range(1, 250))
    after = _text(120, "`next` of the page before (json)")
    part = fields.Integer(
        strict=False, load_default=1, validate=validate.Range(1), metadata={"description": "which part is drawn (pdf)"}
    )


class RegisterPage(Open):
    """Rows of the register, in the order of codes."""

    items = fields.List(fields.Dict(), required=True)
    next = fields.String(required=True, allow_none=True)


class Closed(Open):
    """How a period was closed: its figures stay what they were then.

    ``digest`` is over the figures and ``heads``, which is over the heads of the dossiers' histories (decision 23).
    """

    period = fields.String(required=True)
    windows = fields.String(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    closed_at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)
    dossiers = fields.Integer(required=True)
    heads = fields.String(required=True)
    digest = fields.String(required=True)


class Compared(Closed):
    """A closed period computed anew."""

    equal = fields.Boolean(required=True)
    difference = fields.Dict(required=True, allow_none=True)


class Recounted(Open):
    """A period counted anew from the events alone, with the first difference."""

    period = fields.String(required=True)
    windows = fields.String(required=True)
    dossiers = fields.Integer(required=True)
    equal = fields.Boolean(required=True)
    difference = fields.Dict(required=True, allow_none=True)


class Report(Open):
    """Figures of a period. Of a closed one the kept figures, and what would be different now."""

    kind = fields.String(required=True)
    by = fields.String(required=True)
    period = fields.String(required=True)
    windows = fields.String(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    over = fields.Boolean(required=True, metadata={"description": "whether the period has ended"})
    rows = fields.List(fields.Dict(), required=True)
    sums = fields.Dict(required=True)
    closed = fields.Nested(Closed, required=True, allow_none=True)
    restated = fields.Integer(required=True, metadata={"description": "dossiers that would add something else now"})
    restatements = fields.List(fields.Dict(), required=True)
    now = fields.Dict(required=True, allow_none=True, metadata={"description": "rows and sums as they would be now"})


class CellPage(Open):
    """Dossiers behind a number, and how often each counts in it."""

    items = fields.List(fields.Dict(), required=True)
    next = fields.String(required=True, allow_none=True)
