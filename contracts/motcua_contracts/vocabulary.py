"""Words and shapes that several messages share. Codes are the national ones where they exist."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from motcua_contracts.base import Part

# [0-9], not \d: in Python \d is every script's digits, in JSON Schema (ECMA-262) only ASCII.
# Source: facts 1.4 (mã hồ sơ): agency code of QCVN 102, date YYMMDD, daily sequence of four digits or more.
DOSSIER_CODE = r"^[A-Z0-9]{2,3}(\.[A-Z0-9]{2,3}){2,3}-[0-9]{6}-[0-9]{4,}$"
PROCEDURE_CODE = r"^[0-9]\.[0-9]{6}(\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2})?(\.[0-9]{2})?$"
WARD_CODE = r"^[0-9]{5}$"
DEPARTMENT_CODE = r"^[A-Za-z0-9]{2,12}$"
PROVIDER_CODE = r"^[A-Z0-9]{2,12}$"

#: National public-service portal dossier status, 1 to 10 (open: readers tolerate others).
STATUS_METADATA = {
    "description": "1 registered, 2 received, 3 not received, 4 processing, 5 supplement asked, 6 fee asked, "
    "7 withdrawn, 8 stopped, 9 resolved, 10 returned"
}


class Matches(validate.Regexp):
    """A pattern that the whole value must match; ``$`` alone would let a trailing line break pass."""

    def __call__(self, value: str) -> str:  # type: ignore[override]
        if self.regex.fullmatch(value) is None:  # type: ignore[call-overload]  # typed for str or bytes
            raise ValidationError(self._format_error(value))
        return value


class Plainly(fields.Boolean):
    """true or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def coded(pattern: str, **kwargs: object) -> fields.String:
    """Return a string field that must match ``pattern`` in full."""
    return fields.String(validate=[validate.Length(max=64), Matches(pattern)], **kwargs)  # type: ignore[arg-type]


def text(maximum: int, minimum: int = 1, **kwargs: object) -> fields.String:
    """Return a string field of ``minimum`` to ``maximum`` characters."""
    return fields.String(validate=validate.Length(min=minimum, max=maximum), **kwargs)  # type: ignore[arg-type]


def instant(**kwargs: object) -> fields.AwareDateTime:
    """Return an aware UTC instant (RFC 3339 on the wire)."""
    return fields.AwareDateTime(format="iso", metadata={"unit": "UTC instant"}, **kwargs)  # type: ignore[arg-type]


def counted() -> fields.Dict:
    """Return a field of the numbers that fees are counted by: unit (for instance page, copy) to number."""
    return fields.Dict(
        keys=fields.String(validate=Matches(r"^[a-z][a-z-]{0,19}$")),
        values=fields.Integer(strict=True, validate=validate.Range(min=1, max=9999)),
        load_default=None,
        allow_none=True,
        metadata={"description": "what fees are counted by, for instance page and copy"},
    )


def possible(moment: datetime) -> None:
    """Refuse an instant that no money can have been paid at, and that not every calendar can put into another zone."""
    if not 2000 <= moment.year < 2200:
        raise ValidationError("Not a possible moment.")


class ProcedureRef(Part):
    """Which procedure (thủ tục hành chính), as it was named when the dossier was received."""

    code = coded(PROCEDURE_CODE, required=True)
    name = text(500, required=True)
    field = text(100, load_default=None, allow_none=True)


class Applicant(Part):
    """Who applies (chủ hồ sơ). ``kind``: 0 citizen, 1 enterprise, 2 household business (LoaiDoiTuong)."""

    kind = fields.Integer(strict=True, load_default=0, validate=validate.OneOf([0, 1, 2]))
    name = text(200, required=True)
    identity_number = fields.String(load_default=None, allow_none=True, validate=Matches(r"^[0-9A-Za-z-]{6,20}$"))
    phone = fields.String(load_default=None, allow_none=True, validate=Matches(r"^\+?[0-9]{8,15}$"))
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(max=254))
    address = text(500, load_default=None, allow_none=True)
    language = fields.String(load_default="vi", validate=validate.OneOf(["vi", "en"]))


class Representative(Part):
    """Who hands the dossier in for the applicant (người được ủy quyền), and by which paper."""

    name = text(200, required=True)
    identity_number = fields.String(load_default=None, allow_none=True, validate=Matches(r"^[0-9A-Za-z-]{6,20}$"))
    phone = fields.String(load_default=None, allow_none=True, validate=Matches(r"^\+?[0-9]{8,15}$"))
    authorisation = text(300, required=True)


class Delivery(Part):
    """How the person wants the result (phương thức nhận kết quả); post needs an address, electronic an e-mail."""

    method = fields.String(
        required=True,
        validate=validate.OneOf(["counter", "post", "electronic"]),
        metadata={"description": "counter, post or electronic"},
    )
    address = text(500, load_default=None, allow_none=True)
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(max=254))


class Postal(Part):
    """The item by which a dossier came by the public post (dịch vụ bưu chính công ích)."""

    tracking_code = fields.String(required=True, validate=Matches(r"^[A-Z0-9]{8,30}$"))
    posted_at = instant(load_default=None, allow_none=True)


class Attachment(Part):
    """A file of a paper. A sender gives ``id``; the rest is told by the desk, which holds the file."""

    id = fields.UUID(required=True)
    name = text(200, load_default=None, allow_none=True)
    media_type = text(127, load_default=None, allow_none=True)
    size = fields.Integer(strict=True, load_default=None, allow_none=True, metadata={"unit": "byte"})
    sha256 = fields.String(load_default=None, allow_none=True, validate=Matches(r"^[0-9a-f]{64}$"))
    signed = fields.Boolean(
        load_default=None, allow_none=True, metadata={"description": "an e-signature is there; it was not verified"}
    )


class Component(Part):
    """One paper of a dossier (thành phần hồ sơ). ``copy``: 0 original, 1 copy, 2 electronic (LoaiBan)."""

    code = fields.String(required=True, validate=Matches(r"^[a-z0-9][a-z0-9-]{0,39}$"))
    copy = fields.Integer(strict=True, load_default=1, validate=validate.OneOf([0, 1, 2]))
    quantity = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=1, max=99))
    attachments = fields.List(fields.Nested(Attachment), validate=validate.Length(max=20))


class HistoryEntry(Part):
    """One link of a dossier's hash-chained history: anyone can recompute ``digest`` from the other fields.

    ``digest`` is the SHA-256 in hex of the lines previous, position, at, kind, status, due_at, content, each ended by
    a line feed, in UTF-8; instants as RFC 3339 in UTC with milliseconds and ``Z``, a missing one empty. ``content`` is the
    SHA-256 of the event's data without ``history``, as JSON with sorted keys, no spaces and nothing escaped that need not
    be (RFC 8785), in UTF-8. The first ``previous`` is the SHA-256 of the dossier's code.
    """

    position = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))
    at = instant(required=True)
    kind = text(40, required=True)
    status = fields.Integer(strict=True, required=True, metadata=STATUS_METADATA)
    due_at = instant(load_default=None, allow_none=True)
    content = fields.String(required=True, validate=Matches(r"^[0-9a-f]{64}$"))
    previous = fields.String(required=True, validate=Matches(r"^[0-9a-f]{64}$"))
    digest = fields.String(required=True, validate=Matches(r"^[0-9a-f]{64}$"))


class Contact(Part):
    """How the person wants to hear of the dossier."""

    name = text(200, required=True)
    email = fields.Email(load_default=None, allow_none=True)
    phone = fields.String(load_default=None, allow_none=True)
    language = fields.String(load_default="vi", validate=validate.OneOf(["vi", "en"]))


class Problem(Part):
    """One fault of a submission: the field's path and what is wrong with it."""

    field = text(200, required=True)
    message = text(500, required=True)


class Result(Part):
    """The result paper (kết quả giải quyết)."""

    number = text(64, load_default=None, allow_none=True)
    title = text(300, required=True)
