"""The shape of procedures.yaml; a spreadsheet of procedures is brought into the same shape."""

import re
from typing import Any

from marshmallow import ValidationError, validates_schema

from office import shapes

PROCEDURE_CODE = re.compile(r"[0-9]\.[0-9]{6}(\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2})?(\.[0-9]{2})?\Z")
DEPARTMENT_CODE = re.compile(r"[A-Za-z0-9]{2,12}\Z")
WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
CASE = re.compile(r"(?=.{1,40}\Z)[a-z0-9]+(-[a-z0-9]+)*\Z")
UNIT = re.compile(r"[a-z][a-z-]{0,19}\Z")
KINDS = ("same_day", "working_days", "calendar_days", "working_hours", "half_days")
#: More đồng than any fee of a district has, and few enough for a product of counts to stay a 64-bit number.
MOST_MINOR = 100_000_000_000
MOST_COUNT = 999_999


def money(**options: Any) -> Any:
    """Return a field of an amount in đồng."""
    return shapes.number(0, MOST_MINOR, error="not_amount", **options)


class ComponentSchema(shapes.Group):
    code = shapes.code(WORD, "bad_word")
    name_vi = shapes.text()
    name_en = shapes.text()
    originals = shapes.number(0, 99, error="not_count", load_default=0)
    copies = shapes.number(0, 99, error="not_count", load_default=0)
    required = shapes.yes_no(load_default=True)
    form = shapes.text(load_default=None, allow_none=True)

    @validates_schema
    def something_is_asked_for(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a paper of which nothing is asked for."""
        if not data["originals"] and not data["copies"]:
            raise ValidationError("nothing_asked")


class LimitSchema(shapes.Group):
    kind = shapes.choice(*KINDS)
    amount = shapes.number(1, load_default=None)

    @validates_schema
    def amount_fits_kind(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a same-day limit of several days, and a limit in days without their number."""
        if data["kind"] == "same_day" and data["amount"] not in (None, 1):
            raise ValidationError("same_day_amount", "amount")
        if data["kind"] != "same_day" and data["amount"] is None:
            raise ValidationError("amount_missing")


class CaseLimitSchema(LimitSchema):
    case = shapes.code(CASE, "bad_case")
    name_vi = shapes.text()
    name_en = shapes.text()


class StepSchema(shapes.Group):
    unit = shapes.code(DEPARTMENT_CODE, "bad_department_code")
    amount = shapes.number(1)


class TierSchema(shapes.Group):
    up_to = shapes.number(1, MOST_COUNT, error="not_count", load_default=None, allow_none=True)
    amount_minor = money()


class FeeSchema(shapes.Group):
    code = shapes.code(WORD, "bad_word")
    name_vi = shapes.text()
    name_en = shapes.text()
    kind = shapes.choice("fee", "charge")
    unit = shapes.code(UNIT, "bad_unit")
    tiers = shapes.Many(TierSchema)
    ceiling_minor = money(load_default=None, allow_none=True)
    times = shapes.code(UNIT, "bad_unit", load_default=None, allow_none=True)
    collect = shapes.number_of(1, 2, 4, load_default=1)
    case = shapes.code(CASE, "bad_case", load_default=None, allow_none=True)

    @validates_schema
    def tiers_reach_on(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse tiers that do not rise, or that end: each number of things has its price."""
        ends = [tier["up_to"] for tier in data["tiers"]]
        if not ends or ends[-1] is not None:
            raise ValidationError("tiers_end", "tiers")
        if None in ends[:-1] or ends[:-1] != sorted(set(ends[:-1])):
            raise ValidationError("tiers_order", "tiers")


class ResultSchema(shapes.Group):
    name_vi = shapes.text()
    name_en = shapes.text()


class PublicationSchema(shapes.Group):
    state = shapes.choice("draft", "published", "withdrawn")
    posted_at = shapes.several(shapes.text(), load_default=())


class ProcedureSchema(shapes.Versioned):
    code = shapes.code(PROCEDURE_CODE, "bad_procedure_code")
    name_vi = shapes.text()
    name_en = shapes.text()
    field = shapes.code(WORD, "bad_word")
    department = shapes.code(DEPARTMENT_CODE, "bad_department_code")
    components = shapes.Many(ComponentSchema)
    limit = shapes.one(LimitSchema)
    limits = shapes.Many(CaseLimitSchema, load_default=())
    limit_note = shapes.text(load_default="", validate=None)
    steps = shapes.Many(StepSchema, load_default=())
    fee_minor = money()
    fees = shapes.Many(FeeSchema, load_default=())
    fee_note = shapes.text(load_default="", validate=None)
    legal_basis = shapes.text()
    level = shapes.choice("district", "ward")
    result_kind = shapes.one(ResultSchema, load_default=None, allow_none=True)
    publication = shapes.one(PublicationSchema, load_default=lambda: {"state": "published", "posted_at": ()})
    supplement_days = shapes.number(1, 365, error="not_count", load_default=None, allow_none=True)
    channels = shapes.several(shapes.number_of(1, 2, 3), load_default=(1, 2, 3))
    confidence = shapes.choice("V", "K-H", "K-M", "K-L")
    source = shapes.text()
    simulated = shapes.yes_no(load_default=False)

    @validates_schema
    def channels_are_a_set(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a procedure that no channel leads to, and a channel named twice."""
        if not data["channels"] or len(set(data["channels"])) != len(data["channels"]):
            raise ValidationError("bad_channels", "channels")


class ProceduresSchema(shapes.Group):
    """procedures.yaml."""

    procedures = shapes.Many(ProcedureSchema)
