"""Shapes of what comes in: an unknown field is a fault that names the field."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from gateway.chain import HEAD
from motcua_contracts import vocabulary
from motcua_contracts.acts import papers
from motcua_contracts.vocabulary import DEPARTMENT_CODE, PROCEDURE_CODE, WARD_CODE, Matches, Plainly, coded, text
from motcua_contracts.ward import REFERENCE


class Strict(Schema):
    """Base of what comes in."""

    class Meta:
        unknown = RAISE


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


class SignIn(Strict):
    """User name and password."""

    username = text(64, required=True)
    password = text(256, required=True, load_only=True, metadata={"format": "password"})


class ApplicantIn(vocabulary.Applicant):
    """Who applies (chủ hồ sơ)."""

    class Meta:
        unknown = RAISE


class RepresentativeIn(vocabulary.Representative):
    """Who hands it in for the applicant (người được ủy quyền)."""

    class Meta:
        unknown = RAISE


class DeliveryIn(vocabulary.Delivery):
    """How the result is wanted."""

    class Meta:
        unknown = RAISE


class PostalIn(vocabulary.Postal):
    """The postal item that it came by."""

    class Meta:
        unknown = RAISE


class Submission(Strict):
    """A dossier handed in (hồ sơ)."""

    procedure = coded(PROCEDURE_CODE, required=True)
    channel = fields.Integer(
        strict=True, load_default=1, validate=validate.OneOf([1, 2, 3]),
        metadata={"description": "1 counter, 2 online, 3 post (national codes)"},
    )  # fmt: skip
    applicant = fields.Nested(ApplicantIn, required=True)
    components = papers(required=True)
    note = text(2000, minimum=0, load_default=None, allow_none=True)
    case = text(40, load_default=None, allow_none=True)
    quantities = vocabulary.counted()
    representative = fields.Nested(RepresentativeIn, load_default=None, allow_none=True)
    delivery = fields.Nested(DeliveryIn, load_default=None, allow_none=True)
    postal = fields.Nested(PostalIn, load_default=None, allow_none=True)
    receive = Plainly(
        load_default=True,
        metadata={"description": "false: register only (status 1), to ask for a supplement or to refuse in writing"},
    )
    ward = coded(WARD_CODE, load_default=None, allow_none=True)
    ward_reference = fields.String(load_default=None, allow_none=True, validate=Matches(REFERENCE))


class BatchLine(Submission):
    """One line of a batch: a submission with the sender's own reference, which also makes a repeat harmless."""

    reference = fields.String(required=True, validate=Matches(REFERENCE))


class DossierFilter(Strict):
    """Filters of the list; all of them together."""

    state = fields.Integer(validate=validate.Range(min=1, max=10), metadata=vocabulary.STATUS_METADATA)
    department = coded(DEPARTMENT_CODE)
    procedure = coded(PROCEDURE_CODE)
    ward = coded(WARD_CODE)
    channel = fields.Integer(
        strict=True,
        validate=validate.OneOf([1, 2, 3]),
        metadata={"description": "1 counter, 2 online, 3 post (national codes)"},
    )
    code = text(
        40,
        metadata={
            "description": "a code, its beginning with the whole day, or the number of the day alone",
            "example": "180823-0012",
        },
    )
    received_from = Moment(metadata={"description": "first instant (RFC 3339), or a day", "example": "2018-01-02"})
    received_to = Moment(metadata={"description": "end, not included", "example": "2018-01-03T00:00:00+07:00"})
    due_from = Moment(metadata={"description": "of the appointment as it stands: first instant, or a day"})
    due_to = Moment(metadata={"description": "end, not included"})
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    after = fields.String(
        validate=[validate.Length(min=1, max=512), Matches(r"^[A-Za-z0-9_=.~-]+$")],
        metadata={"description": "cursor: `next` of the page before"},
    )


class DossierSearch(DossierFilter):
    """Filters of a search for a person's dossiers, in a body: an address with them would stay in logs and histories."""

    name = text(
        200,
        metadata={
            "description": "beginnings of words of the applicant's name, in any order, with or without accents",
            "example": "ng thi mai",
        },
    )
    identity_number = text(30, metadata={"description": "as a whole"})
    phone = text(30, metadata={"description": "as a whole, with 0 or +84", "example": "0903000001"})


class ProcedureQuery(Strict):
    """Which day's law."""

    on = fields.Date(format="iso", metadata={"description": "day whose rules are meant; today if absent"})


class TrackingQuery(Strict):
    """The receipt's tracking code (mã tra cứu)."""

    secret = text(200, required=True, metadata={"description": "tracking code (mã tra cứu) of the receipt"})
    head = fields.String(
        validate=Matches(rf"^{HEAD}$"),
        metadata={"description": "head of the history on a printed receipt, 64 hex digits"},
    )
    lang = fields.String(validate=validate.OneOf(["vi", "en"]), metadata={"description": "language of the texts"})
