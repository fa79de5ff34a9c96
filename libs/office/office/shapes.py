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


def code(pattern: re.Pattern[str], error: str) -> fields.String:
    """Return a required field whose whole text matches ``pattern``; ``error`` names the sentence said otherwise."""
    return text(validate=validate.Regexp(pattern, error=error))


def choice(*choices: str) -> fields.String:
    """Return a required field that holds one of ``choices``."""
    return text(validate=validate.OneOf(choices, error="not_choice"))


def number(least: int, most: int | None = None, **options: Any) -> fields.Integer:
    """Return a field of a whole number from ``least`` to ``most``."""
    return fields.Integer(
        required="load_default" not in options,
        validate=validate.Range(min=least, max=most, error="too_small" if most is None else "not_choice"),
        error_messages=errors("not_number", "too_large"),
        **options,
    )


def yes_no(**options: Any) -> fields.Boolean:
    """Return a field that is true or false."""
    required = "load_default" not in options
    return fields.Boolean(
        required=required, truthy={"true"}, falsy={"false"}, error_messages=errors("not_yes_no"), **options
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


def one(inner: type[Schema]) -> fields.Nested:
    """Return a required field that holds one group of fields."""
    return fields.Nested(inner, required=True, error_messages=errors("not_mapping"))


class Group(Schema):
    error_messages = {"unknown": "unknown", "type": "not_mapping"}

    class Meta:
        unknown = RAISE


class Versioned(Group):
    valid_from = day()
    valid_to = day(load_default=None, allow_none=True)
