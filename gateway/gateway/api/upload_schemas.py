"""Shape of an uploaded file."""

from __future__ import annotations

from marshmallow import fields, validate

from gateway.api.answer_schemas import Fault, Open

STATES = ("uploading", "received", "waiting-for-scan", "unscanned", "clean", "refused", "infected")


class UploadedFile(Open):
    """A file that was, or is being, uploaded."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"description": "for display; never a path"})
    type = fields.String(required=True, metadata={"example": "application/pdf"})
    size = fields.Integer(required=True, metadata={"unit": "byte"})
    offset = fields.Integer(required=True, metadata={"unit": "byte", "description": "how much of it is in"})
    state = fields.String(
        required=True, validate=validate.OneOf(STATES),
        metadata={"description": "usable: unscanned (no scanner here), clean, waiting-for-scan (not for download yet)"},
    )  # fmt: skip
    sha256 = fields.String(required=True, allow_none=True, metadata={"description": "hexadecimal; once it is whole"})
    signed = fields.Boolean(
        required=True, allow_none=True,
        metadata={"description": "an electronic signature is present; whether it is valid was not looked at"},
    )  # fmt: skip
    signatures = fields.Integer(
        required=True, allow_none=True, metadata={"description": "how many, where they can be counted"}
    )
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "when it is removed unless a dossier names it"}
    )
    dossier_id = fields.UUID(required=True, allow_none=True)
    errors = fields.List(fields.Nested(Fault), metadata={"description": "why it was refused"})
