"""Shapes of requests and answers. What comes in is strict: an unknown field is a fault that names the field."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from motcua_contracts import vocabulary
from motcua_contracts.vocabulary import DEPARTMENT_CODE, DOSSIER_CODE, PROCEDURE_CODE, WARD_CODE, Matches, coded, text

REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9./_-]{0,63}$"


class Strict(Schema):
    """Base of what comes in."""

    class Meta:
        unknown = RAISE


class Open(Schema):
    """Base of what goes out; answers may gain fields within a version."""


class Plainly(fields.Boolean):
    """true or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Moment(fields.String):
    """An instant with its zone, or a day, which begins at midnight in Vietnam. Stays the text that it was."""

    default_error_messages = {"moment": "Not a valid aware datetime."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text_: str = super()._deserialize(value, attr, data, **kwargs)
        try:
            if len(text_) > 10 and datetime.fromisoformat(text_).tzinfo is None:
                raise self.make_error("moment")
            date.fromisoformat(text_[:10])
        except ValueError:
            raise self.make_error("moment") from None
        return text_


class Fault(Open):
    """One fault: the field's path, and what is wrong with it."""

    field = fields.String(required=True, metadata={"example": "components.0.code"})
    message = fields.String(required=True, metadata={"example": "Thiếu thông tin bắt buộc."})
    kind = fields.String(metadata={"description": "word for programs, where a service names the kind of fault"})


class ProblemDocument(Open):
    """Problem details (RFC 9457)."""

    type = fields.String(required=True, metadata={"format": "uri", "example": "urn:motcua:problem:invalid"})
    title = fields.String(required=True, metadata={"example": "Dữ liệu chưa đúng"})
    status = fields.Integer(required=True, metadata={"example": 422})
    detail = fields.String(metadata={"example": "Một hoặc nhiều trường chưa đúng."})
    instance = fields.String(metadata={"format": "uri", "description": "urn:motcua:incident:<id> of a 500"})
    errors = fields.List(fields.Nested(Fault))


class SignIn(Strict):
    """User name and password."""

    username = text(64, required=True)
    password = text(256, required=True, load_only=True, metadata={"format": "password"})


class Session(Open):
    """A signed token for ``Authorization: Bearer``."""

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    roles = fields.List(fields.String(), required=True)
    unit = fields.String(required=True, allow_none=True, metadata={"description": "code of the ward or department"})


class ApplicantIn(vocabulary.Applicant):
    """Who applies (chủ hồ sơ)."""

    class Meta:
        unknown = RAISE


class ComponentIn(vocabulary.Component):
    """One paper (thành phần hồ sơ)."""

    class Meta:
        unknown = RAISE


def _components(**kwargs: object) -> fields.List[Any]:
    return fields.List(fields.Nested(ComponentIn), validate=validate.Length(max=50), **kwargs)  # type: ignore[arg-type]


class Submission(Strict):
    """A dossier handed in (hồ sơ)."""

    procedure = coded(PROCEDURE_CODE, required=True)
    channel = fields.Integer(
        strict=True, load_default=1, validate=validate.OneOf([1, 2, 3]),
        metadata={"description": "1 counter, 2 online, 3 post (national codes)"},
    )  # fmt: skip
    applicant = fields.Nested(ApplicantIn, required=True)
    components = _components(required=True)
    note = text(2000, minimum=0, load_default=None, allow_none=True)
    ward = coded(WARD_CODE, load_default=None, allow_none=True)
    ward_reference = fields.String(load_default=None, allow_none=True, validate=Matches(REFERENCE))


class BatchLine(Submission):
    """One line of a batch: a submission with the sender's own reference, which also makes a repeat harmless."""

    reference = fields.String(required=True, validate=Matches(REFERENCE))


class Procedure(Open):
    """A procedure (thủ tục hành chính), named."""

    code = coded(PROCEDURE_CODE, required=True)
    name = fields.String(required=True)


class Receipt(Open):
    """Receipt with appointment (giấy tiếp nhận hồ sơ và hẹn trả kết quả)."""

    dossier_id = fields.UUID(required=True)
    code = coded(DOSSIER_CODE, required=True)
    status = fields.Integer(required=True, metadata=vocabulary.STATUS_METADATA)
    procedure = fields.Nested(Procedure, required=True)
    department = coded(DEPARTMENT_CODE, required=True)
    received_at = fields.AwareDateTime(required=True)
    forward_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(required=True)
    fee_minor = fields.Integer(required=True, allow_none=True, metadata={"unit": "đồng"})
    tracking_secret = fields.String(required=True, metadata={"description": "printed on the receipt"})
    tracking_url = fields.URL(required=True)
    qr_url = fields.URL(required=True, metadata={"description": "SVG picture of the receipt's QR code"})


class Dossier(Open):
    """A dossier as intake shows it; further fields as the caller's role allows."""

    dossier_id = fields.UUID()
    code = coded(DOSSIER_CODE, required=True)
    status = fields.Integer(required=True, metadata=vocabulary.STATUS_METADATA)
    procedure = fields.Nested(Procedure)
    department = coded(DEPARTMENT_CODE)
    received_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()


class DossierWithAssignment(Dossier):
    """A dossier with what routing knows of its assignment."""

    assignment = fields.Dict(allow_none=True, metadata={"description": "null when there is none, or routing is away"})


class DossierPage(Open):
    """One page of a list; ``next`` is the cursor of the page after it."""

    items = fields.List(fields.Nested(Dossier), required=True)
    next = fields.String(required=True, allow_none=True)


class DossierFilter(Strict):
    """Filters of the list; all of them together."""

    state = fields.Integer(validate=validate.Range(min=1, max=10), metadata=vocabulary.STATUS_METADATA)
    department = coded(DEPARTMENT_CODE)
    procedure = coded(PROCEDURE_CODE)
    ward = coded(WARD_CODE)
    received_from = Moment(metadata={"description": "first instant (RFC 3339), or a day", "example": "2018-01-02"})
    received_to = Moment(metadata={"description": "end, not included", "example": "2018-01-03T00:00:00+07:00"})
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    after = fields.String(
        validate=[validate.Length(min=1, max=512), Matches(r"^[A-Za-z0-9_=.~-]+$")],
        metadata={"description": "cursor: `next` of the page before"},
    )


class Supplement(Strict):
    """Papers supplied for a dossier in status 5."""

    components = _components(required=True)
    note = text(2000, minimum=0, load_default=None, allow_none=True)


class HandOver(Strict):
    """The result is handed to a person against the receipt."""

    received_by = text(200, required=True)
    identity_checked = Plainly(required=True)


class ProcedureQuery(Strict):
    """Which day's law."""

    on = fields.Date(format="iso", metadata={"description": "day whose rules are meant; today if absent"})


class TrackingQuery(Strict):
    """The receipt's secret."""

    secret = text(200, required=True)
    lang = fields.String(validate=validate.OneOf(["vi", "en"]), metadata={"description": "language of the texts"})


class Code(Open):
    """A code with its text in the reader's language."""

    code = fields.String(required=True)
    text = fields.String(required=True)


class TrackingStep(Open):
    """A line of the history."""

    type = fields.String(required=True, metadata={"example": "dossier.received.v1"})
    text = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class Tracking(Open):
    """Where a dossier is; nothing personal."""

    code = coded(DOSSIER_CODE, required=True)
    procedure = fields.Nested(Procedure, required=True)
    status = fields.Nested(Code, required=True)
    place = fields.String(required=True)
    department = fields.Nested(Code, required=True)
    received_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    resolved_at = fields.AwareDateTime(required=True, allow_none=True)
    overdue = fields.Boolean(required=True)
    late = fields.Boolean(required=True)
    paused = fields.Boolean(required=True)
    to_supply = fields.List(fields.String(), required=True)
    history = fields.List(fields.Nested(TrackingStep), required=True)


class BatchOutcome(Open):
    """What became of one line."""

    line = fields.Integer(required=True)
    reference = fields.String(required=True, allow_none=True)
    outcome = fields.String(
        required=True, validate=validate.OneOf(["accepted", "rejected", "failed"]),
        metadata={"description": "accepted: registered, now or before; rejected: mend it; failed: send it again later"},
    )  # fmt: skip
    code = coded(DOSSIER_CODE)
    received_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    replayed = fields.Boolean(metadata={"description": "the line was registered before"})
    errors = fields.List(fields.Nested(Fault))
