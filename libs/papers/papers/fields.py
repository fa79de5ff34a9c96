"""The kinds of field that papers are made of. Every field is required: what is not known is said to be null."""

from __future__ import annotations

import re
import unicodedata
from types import SimpleNamespace
from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_NOT_BLANK = validate.Regexp(re.compile(r".*\S", re.DOTALL), error="Blank.")


class Group(Schema):
    """A group of fields; loaded, its fields are attributes (``component.copy`` is the field, not dict's method)."""

    class Meta:
        unknown = RAISE

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> SimpleNamespace:
        return SimpleNamespace(**data)


class Text(fields.String):
    """Text that is not blank, in composed letters (NFC), as fonts have them.

    A control character cannot be printed and is no text in a sheet: it is shown as U+FFFD rather than refused, since a
    person at the counter must get the receipt of what was received.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(required=True, validate=_NOT_BLANK, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        return CONTROL.sub("\ufffd", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))


def maybe() -> Text:
    """Return text or null."""
    return Text(allow_none=True)


def instant(*, allow_none: bool = False) -> fields.AwareDateTime:
    """Return an instant: RFC 3339 with its zone; it is printed in the office's."""
    return fields.AwareDateTime(required=True, allow_none=allow_none, format="iso")


def day() -> fields.Date:
    """Return a local date, YYYY-MM-DD."""
    return fields.Date(required=True)


def whole(least: int = 0, *, allow_none: bool = False) -> fields.Integer:
    """Return a whole number from ``least``; amounts of money are whole đồng."""
    return fields.Integer(required=True, strict=True, allow_none=allow_none, validate=validate.Range(min=least))


def choice(*choices: Any, allow_none: bool = False) -> fields.Raw:
    """Return a field that holds one of ``choices``."""
    return fields.Raw(required=True, allow_none=allow_none, validate=validate.OneOf(choices))


def one(inner: type[Schema], *, allow_none: bool = False) -> fields.Nested:
    """Return a field that holds one group."""
    return fields.Nested(inner, required=True, allow_none=allow_none)


def many(inner: type[Schema], least: int = 0) -> fields.List[Any]:
    """Return a field that holds a list of groups, at least ``least``."""
    return fields.List(fields.Nested(inner), required=True, validate=validate.Length(min=least))


def lines(least: int = 0) -> fields.List[Any]:
    """Return a field that holds a list of texts."""
    return fields.List(Text(), required=True, validate=validate.Length(min=least))
