"""Words and shapes that several messages share. Codes are the national ones where they exist."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate

from motcua_contracts.base import Part

# [0-9], not \d: in Python \d is every script's digits, in JSON Schema (ECMA-262) only ASCII.
# Source: facts 1.4 (mã hồ sơ): agency code of QCVN 102, date YYMMDD, daily sequence of four digits or more.
DOSSIER_CODE = r"^[A-Z0-9]{2,3}(\.[A-Z0-9]{2,3}){2,3}-[0-9]{6}-[0-9]{4,}$"
PROCEDURE_CODE = r"^[0-9]\.[0-9]{6}(\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2})?(\.[0-9]{2})?$"
WARD_CODE = r"^[0-9]{5}$"
DEPARTMENT_CODE = r"^[A-Za-z0-9]{2,12}$"

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


def coded(pattern: str, **kwargs: object) -> fields.String:
    """Return a string field that must match ``pattern`` in full."""
    return fields.String(validate=[validate.Length(max=64), Matches(pattern)], **kwargs)  # type: ignore[arg-type]


def text(maximum: int, minimum: int = 1, **kwargs: object) -> fields.String:
    """Return a string field of ``minimum`` to ``maximum`` characters."""
    return fields.String(validate=validate.Length(min=minimum, max=maximum), **kwargs)  # type: ignore[arg-type]


def instant(**kwargs: object) -> fields.AwareDateTime:
    """Return an aware UTC instant (RFC 3339 on the wire)."""
    return fields.AwareDateTime(format="iso", metadata={"unit": "UTC instant"}, **kwargs)  # type: ignore[arg-type]


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


class Component(Part):
    """One paper of a dossier (thành phần hồ sơ). ``copy``: 0 original, 1 copy, 2 electronic (LoaiBan)."""

    code = fields.String(required=True, validate=Matches(r"^[a-z0-9][a-z0-9-]{0,39}$"))
    copy = fields.Integer(strict=True, load_default=1, validate=validate.OneOf([0, 1, 2]))
    quantity = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=1, max=99))


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
