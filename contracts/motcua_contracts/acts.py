"""Bodies of what the desk is asked to do with a dossier: the same for the service and for the HTTP API before it."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from motcua_contracts.vocabulary import (
    DOSSIER_CODE,
    PROCEDURE_CODE,
    Applicant,
    Attachment,
    Component,
    Delivery,
    Matches,
    Plainly,
    Representative,
    coded,
    counted,
    instant,
    text,
)


class PaperIn(Component):
    """One paper handed in; of its files only the ids are taken from the caller."""

    class Meta:
        unknown = RAISE

    attachments = fields.List(fields.Nested(Attachment(unknown=RAISE, only=("id",))), validate=validate.Length(max=20))


def papers(minimum: int = 0, **kwargs: Any) -> fields.List[Any]:
    """Return a field of papers handed in, ``minimum`` to 50 of them."""
    return fields.List(fields.Nested(PaperIn), validate=validate.Length(minimum, 50), **kwargs)


class Act(Schema):
    """Base: an unknown field is a fault that names the field."""

    class Meta:
        unknown = RAISE


class Because(Act):
    """An act that needs its reason in words."""

    reason = text(2000, required=True)


class ByLaw(Because):
    """An act that needs its reason in words and its legal basis."""

    legal_basis = text(500, required=True)


class Asking(ByLaw):
    """A request for supplement: everything at once."""

    items = fields.List(text(300), required=True, validate=validate.Length(1, 50))


class Supplying(Act):
    """Papers that the person brings after a request for supplement."""

    components = papers(1, required=True)
    note = text(2000, minimum=0, load_default="", allow_none=True)


class Receiving(Act):
    """What the desk found when it looked at what came in; what is absent is as it was handed in."""

    components = papers(load_default=None, allow_none=True)
    quantities = counted()


class Correcting(Because):
    """What was taken in wrongly, as it is right; what is absent was right."""

    procedure = coded(PROCEDURE_CODE, load_default=None)
    case = text(40, load_default=None)
    components = papers(load_default=None)
    quantities = counted()
    applicant = fields.Nested(Applicant(unknown=RAISE), load_default=None)
    representative = fields.Nested(Representative(unknown=RAISE), load_default=None)
    delivery = fields.Nested(Delivery(unknown=RAISE), load_default=None)

    @validates_schema
    def something_is_wrong(self, data: dict[str, Any], **_: Any) -> None:
        if all(value is None for name, value in data.items() if name != "reason"):
            raise ValidationError("Needed: what is to be corrected.", "reason")


class Deciding(Because):
    """A leader's word on a department's further request."""

    grant = Plainly(required=True)


class Signing(Because):
    """A leader signs the apology, with the drafted or another new appointment."""

    due_at = instant(load_default=None, allow_none=True)


class Pausing(ByLaw):
    """Handling stands: for a fee, or for another reason."""

    cause = fields.String(required=True, validate=validate.OneOf(["fee", "stopped"]))


class Paying(Act):
    """Money taken at the counter; a negative amount is given back."""

    amount_minor = fields.Integer(strict=True, required=True, validate=validate.Range(min=-(10**12), max=10**12))
    receipt_number = fields.String(load_default=None, allow_none=True, validate=Matches(r"^[A-Za-z0-9/._-]{1,40}$"))
    payer = text(200, load_default=None, allow_none=True)

    @validates_schema
    def some_money(self, data: dict[str, Any], **_: Any) -> None:
        if data["amount_minor"] == 0:
            raise ValidationError("Must not be 0.", "amount_minor")


class Clearing(Act):
    """Which dossier kept money was for, or, without one, what became of it."""

    code = coded(DOSSIER_CODE, load_default=None, allow_none=True)
    note = text(500, minimum=0, load_default="")


class Exempting(ByLaw):
    """The person pays less, or nothing (``amount_minor`` absent)."""

    amount_minor = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 10**12))


class HandingOver(Act):
    """How the result leaves the desk."""

    method = fields.String(load_default="counter", validate=validate.OneOf(["counter", "post", "electronic"]))
    received_by = text(200, required=True)
    identity_checked = Plainly(load_default=False)
    tracking_code = fields.String(load_default=None, allow_none=True, validate=Matches(r"^[A-Z0-9]{8,30}$"))
    address = text(500, load_default=None, allow_none=True)
    authorisation = text(300, load_default=None, allow_none=True)
    receipt_lost = Plainly(load_default=False)


class Evaluating(Act):
    """What a person says of how the dossier was handled: points by criterion of the office's own list."""

    answers = fields.Dict(
        keys=fields.String(validate=Matches(r"^[a-z0-9][a-z0-9-]{0,39}$")),
        values=fields.Integer(strict=True, validate=validate.Range(min=0, max=2)),
        required=True,
        metadata={"description": "2, 1 or 0 for each criterion that the person judges"},
    )
    satisfaction = fields.Integer(
        strict=True,
        required=True,
        validate=validate.OneOf([0, 1, 2]),
        metadata={"description": "2 very satisfied, 1 satisfied, 0 not satisfied"},
    )
    comment = text(1000, minimum=0, load_default="")
