"""Shapes of procedures, their guidance and their imports."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from gateway.api.answer_schemas import Open
from gateway.api.request_schemas import ProcedureQuery, Strict
from motcua_contracts.vocabulary import DEPARTMENT_CODE, PROCEDURE_CODE, Matches, coded, text

DONG = {"unit": "đồng"}
LANGUAGES = ("vi", "en")


class ProcedureFilter(ProcedureQuery):
    """Which procedures; all conditions together."""

    q = text(
        200,
        metadata={
            "description": "beginning of a code, or words of the name, with or without accents",
            "example": "chung thuc ban sao",
        },
    )
    field = text(64, metadata={"description": "code of a field of work (lĩnh vực)"})
    department = coded(DEPARTMENT_CODE)
    level = fields.String(validate=validate.OneOf(["district", "ward"]))
    state = fields.String(
        validate=validate.OneOf(["draft", "published", "withdrawn"]),
        metadata={"description": "state of publication; another than published is for the office's staff"},
    )
    limit = fields.Integer(validate=validate.Range(min=1, max=200))


class GuidanceQuery(ProcedureQuery):
    """For which case, and how many of what the fees count."""

    case = text(40, metadata={"description": "code of a case (trường hợp)"})
    quantities = fields.String(
        validate=Matches(r"^[a-z][a-z-]{0,19}:[0-9]{1,4}(,[a-z][a-z-]{0,19}:[0-9]{1,4}){0,9}$"),
        metadata={"description": "what fees are counted by", "example": "page:3,copy:2"},
    )
    lang = fields.String(validate=validate.OneOf(LANGUAGES), metadata={"description": "language of the texts"})


class ImportQuery(Strict):
    """Whether the file is only looked at."""

    dry_run = fields.Boolean(load_default=False, metadata={"description": "say what would change, change nothing"})


class ImportPage(Strict):
    """Which imports."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    after = fields.Integer(validate=validate.Range(min=1), metadata={"description": "`next` of the page before"})


class Limit(Open):
    """A time limit: so many of a kind of time."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(["same_day", "working_days", "calendar_days", "working_hours", "half_days"]),
    )
    amount = fields.Integer(required=True)


class CaseLimit(Limit):
    """The time limit of a case."""

    case = fields.String(required=True)
    name_vi = fields.String(required=True)
    name_en = fields.String(required=True)


class PaperRule(Open):
    """A paper that a dossier needs (thành phần hồ sơ)."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    originals = fields.Integer(required=True)
    copies = fields.Integer(required=True)
    copy = fields.Integer(metadata={"description": "what is asked for first: 0 original, 1 copy"})
    quantity = fields.Integer(metadata={"description": "how many of `copy`"})
    required = fields.Boolean(required=True)
    form = fields.String(required=True, allow_none=True)


class FeeTier(Open):
    """What each costs up to a number; null: from there on."""

    up_to = fields.Integer(required=True, allow_none=True)
    amount_minor = fields.Integer(required=True, metadata=DONG)


class FeeRule(Open):
    """A fee (lệ phí) or charge (phí): the number of `unit` through the tiers, capped, times the number of `times`."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["fee", "charge"]))
    unit = fields.String(required=True)
    tiers = fields.List(fields.Nested(FeeTier), required=True)
    ceiling_minor = fields.Integer(required=True, allow_none=True, metadata=DONG)
    times = fields.String(required=True, allow_none=True)
    collect = fields.Integer(
        required=True, metadata={"description": "1 at reception, 2 with a supplement, 4 at return"}
    )
    case = fields.String(required=True, allow_none=True)


class ResultKind(Open):
    """The paper that results."""

    name_vi = fields.String(required=True)
    name_en = fields.String(required=True)


class ProcedureDetail(Open):
    """A procedure (thủ tục hành chính) as it stood from a day."""

    code = coded(PROCEDURE_CODE, required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    field = fields.String(required=True)
    department = coded(DEPARTMENT_CODE, required=True)
    level = fields.String(required=True)
    limit = fields.Nested(Limit, required=True)
    limit_note = fields.String()
    limits = fields.List(fields.Nested(CaseLimit))
    cases = fields.List(fields.String())
    components = fields.List(fields.Nested(PaperRule), required=True)
    fee_minor = fields.Integer(required=True, metadata={**DONG, "description": "the usual amount"})
    fee_note = fields.String()
    fees = fields.List(fields.Nested(FeeRule))
    legal_basis = fields.String(required=True)
    result_kind = fields.Nested(ResultKind, allow_none=True)
    supplement_days = fields.Integer(allow_none=True)
    channels = fields.List(fields.Integer(), metadata={"description": "1 counter, 2 online, 3 post"})
    posted_at = fields.List(fields.String())
    publication = fields.String(metadata={"description": "draft, published or withdrawn; for the office's staff"})
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)


class Guidance(Open):
    """What to bring, how long it takes, what it costs, where; each part as data and in words."""

    code = coded(PROCEDURE_CODE, required=True)
    name = fields.String(required=True)
    language = fields.String(required=True)
    case = fields.String(required=True, allow_none=True)
    cases = fields.List(fields.Dict(), required=True)
    papers = fields.List(fields.Dict(), required=True)
    time = fields.Dict(required=True, metadata={"description": "kind, amount, text, note; due_at: of a reception now"})
    fee = fields.Dict(required=True, metadata={"description": "lines, total_minor in đồng, text, note"})
    supplement = fields.String(required=True)
    channels = fields.List(fields.Dict(), required=True)
    where = fields.String(required=True)
    posted_at = fields.List(fields.String(), required=True)
    legal_basis = fields.String(required=True)
    result = fields.String(required=True, allow_none=True)


class VersionNamed(Open):
    """A version that an import adds, changes or ends."""

    code = coded(PROCEDURE_CODE, required=True)
    name = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)
    fields_ = fields.List(
        fields.String(), data_key="fields", attribute="fields", metadata={"description": "of a changed version: which"}
    )


class ImportRecord(Open):
    """An import: who, when, which file, and what it changed. `ended`: versions ended the day before a new one begins."""

    edition = fields.Integer(required=True, metadata={"description": "number of the last import that had an effect"})
    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)
    file = fields.String(required=True)
    file_digest = fields.String(required=True, metadata={"description": "SHA-256 in hex"})
    added = fields.List(fields.Nested(VersionNamed), required=True)
    changed = fields.List(fields.Nested(VersionNamed), required=True)
    ended = fields.List(fields.Nested(VersionNamed), required=True)


class ImportAnswer(ImportRecord):
    """What an import changed, or would change."""

    dry_run = fields.Boolean(required=True)


class ImportList(Open):
    """Imports, the latest first."""

    items = fields.List(fields.Nested(ImportRecord), required=True)
    next = fields.Integer(required=True, allow_none=True)


def counted(quantities: str | None) -> dict[str, int]:
    """Return the numbers by unit of ``page:3,copy:2``."""
    pairs: Any = (part.split(":") for part in (quantities or "").split(",") if part)
    return {unit: int(number) for unit, number in pairs}
