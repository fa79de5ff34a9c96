"""The sheets of a workbook of procedures, their columns, and where each column's value stands in procedures.yaml."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "code", "day", "whole", "yes_no", "lines", "wholes"]


@dataclass(frozen=True, slots=True)
class Column:
    """``name`` is the heading, ``route`` the place below the sheet's own row; () for what only names the procedure."""

    name: str
    kind: Kind = "text"
    route: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, kind: Kind = "text") -> "Column":
        """Return a column that is called as its field is."""
        return cls(name, kind, (name,))


#: Every sheet but the first begins with these: which version its row belongs to.
KEY = (Column("procedure", "code"), Column("valid_from", "day"))

_NAMES = (Column.of("name_vi"), Column.of("name_en"))

SHEETS: dict[str, tuple[Column, ...]] = {
    "procedures": (
        Column.of("code", "code"),
        Column.of("valid_from", "day"),
        Column.of("valid_to", "day"),
        *_NAMES,
        Column.of("field"),
        Column.of("department"),
        Column.of("level"),
        Column("limit_kind", "text", ("limit", "kind")),
        Column("limit_amount", "whole", ("limit", "amount")),
        Column.of("limit_note"),
        Column.of("fee_minor", "whole"),
        Column.of("fee_note"),
        Column.of("legal_basis"),
        Column("result_vi", "text", ("result_kind", "name_vi")),
        Column("result_en", "text", ("result_kind", "name_en")),
        Column("publication", "text", ("publication", "state")),
        Column("posted_at", "lines", ("publication", "posted_at")),
        Column.of("supplement_days", "whole"),
        Column.of("channels", "wholes"),
        Column.of("confidence"),
        Column.of("source"),
        Column.of("simulated", "yes_no"),
    ),
    "components": (
        *KEY,
        Column.of("code"),
        *_NAMES,
        Column.of("originals", "whole"),
        Column.of("copies", "whole"),
        Column.of("required", "yes_no"),
        Column.of("form"),
    ),
    "limits": (*KEY, Column.of("case"), *_NAMES, Column.of("kind"), Column.of("amount", "whole")),
    "fees": (
        *KEY,
        Column.of("code"),
        Column.of("case"),
        *_NAMES,
        Column.of("kind"),
        Column.of("unit"),
        Column.of("times"),
        Column("up_to", "whole", ("tiers", "up_to")),
        Column("amount_minor", "whole", ("tiers", "amount_minor")),
        Column.of("ceiling_minor", "whole"),
        Column.of("collect", "whole"),
    ),
    "steps": (*KEY, Column.of("unit"), Column.of("amount", "whole")),
}
PARTS = tuple(name for name in SHEETS if name != "procedures")

#: The most a workbook may have; a district has some four hundred procedures of about eight papers each.
MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 8 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_FAULTS = 1_000
