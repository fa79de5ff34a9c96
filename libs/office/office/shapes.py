"""The kinds of field the files are written in. Error texts are keys of the catalogues; the loader words them."""

import re
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

NOT_BLANK = validate.Regexp(re.compile(r".*\S", re.DOTALL), error="blank")


def errors(invalid: str, *more: str) -> dict[str, Any]:
    """Return the error texts of a field: ``invalid`` for what is not its kind, under the names ``more`` too."""
    return {"required": "required", "null": "null", "invalid": invalid} | dict.fromkeys(("type", *more), invalid)


def text(**options: Any) -> fields.String:
    """Return a field of text that is not blank; required unless ``load_default`` is given, as every field here."""
    checks = options.pop("validate", NOT_BLANK)
    return fields.String(
        required="load_default" not in options, validate=checks, error_messages=errors("not_text"), **options
    )


def code(pattern: re.Pattern[str], error: str, **options: Any) -> fields.String:
    """Return a field whose whole text matches ``pattern``; ``error`` names the sentence said otherwise."""
    return text(validate=validate.Regexp(pattern, error=error), **options)


def choice(*choices: str, **options: Any) -> fields.String:
    """Return a field that holds one of ``choices``; required unless ``load_default`` is given."""
    return text(validate=validate.OneOf(choices, error="not_choice"), **options)


def number(least: int, most: int | None = None, error: str = "not_choice", **options: Any) -> fields.Integer:
    """Return a field of a whole number from ``least`` to ``most``; ``error`` says otherwise, if there is a ``most``."""
    return _whole(validate.Range(min=least, max=most, error="too_small" if most is None else error), **options)


def number_of(*choices: int, **options: Any) -> fields.Integer:
    """Return a field that holds one of some whole numbers."""
    return _whole(validate.OneOf(choices, error="not_choice"), **options)


def _whole(check: validate.Validator, **options: Any) -> fields.Integer:
    return fields.Integer(
        required="load_default" not in options,
        validate=check,
        error_messages=errors("not_number", "too_large"),
        **options,
    )


def yes_no(**options: Any) -> fields.Boolean:
    """Return a field that is true or false."""
    required = "load_default" not in options
    return fields.Boolean(
        required=required, truthy={"true", True}, falsy={"false", False}, error_messages=errors("not_yes_no"), **options
    )


def day(**options: Any) -> fields.Date:
    """Return a field of a date, YYYY-MM-DD."""
    messages = errors("not_date", "format")
    return fields.Date(required="load_default" not in options, error_messages=messages, **options)


def clock() -> fields.Time:
    """Return a required field of a local time, HH:MM."""
    return fields.Time(format="%H:%M", required=True, error_messages=errors("not_time", "format"))


class Many(fields.List[Any]):
    """A list of groups, told apart from a single group with our own words."""

    def __init__(self, inner: type[Schema], **options: Any) -> None:
        nested = fields.Nested(inner, error_messages=errors("not_mapping"))
        super().__init__(nested, required="load_default" not in options, error_messages=errors("not_list"), **options)


def one(inner: type[Schema], **options: Any) -> fields.Nested:
    """Return a field that holds one group of fields."""
    return fields.Nested(inner, required="load_default" not in options, error_messages=errors("not_mapping"), **options)


def several(inner: fields.Field[Any], **options: Any) -> fields.List[Any]:
    """Return a field that holds a list of plain values."""
    return fields.List(inner, required="load_default" not in options, error_messages=errors("not_list"), **options)


class Group(Schema):
    error_messages = {"unknown": "unknown", "type": "not_mapping"}

    class Meta:
        unknown = RAISE


class Versioned(Group):
    valid_from = day()
    valid_to = day(load_default=None, allow_none=True)
