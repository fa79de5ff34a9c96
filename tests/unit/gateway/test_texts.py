"""Whatever a request's schema can find wrong has a Vietnamese text, and so has whatever a service refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from gateway import auth, texts
from gateway.api import request_schemas

SCHEMAS = [
    kind
    for kind in vars(request_schemas).values()
    if isinstance(kind, type) and issubclass(kind, Schema) and kind.__module__ == request_schemas.__name__
]
#: Faults of writing a value out, which requests do not do.
OUTWARD = {"format"}
VALUES = {
    "input": "x",
    "awareness": "aware",
    "min": 1,
    "max": 2,
    "equal": 3,
    "choices": "1, 2",
    "labels": "",
    "regex": "x",
}


def told(schema: Schema) -> Iterator[str]:
    """Yield every message that loading by ``schema`` can end with."""
    yield from schema.error_messages.values()
    for field in schema.fields.values():
        yield from of(field)


def of(field: fields.Field[Any]) -> Iterator[str]:
    kind = getattr(field, "OBJ_TYPE", "")
    for name, message in field.error_messages.items():
        if name not in OUTWARD:
            yield message.format(**VALUES, obj_type=kind)
    for validator in field.validators:
        for message in messages(validator):
            yield message.format(**VALUES)
    if isinstance(field, fields.List):
        yield from of(field.inner)
    if isinstance(field, fields.Nested):
        yield from told(field.schema)


def messages(validator: Any) -> list[str]:
    if isinstance(validator, validate.Length):
        both = validator.min is not None and validator.max is not None
        return [validator.message_all] if both else [validator.message_min, validator.message_max]
    if isinstance(validator, validate.Range):
        both = validator.min is not None and validator.max is not None
        return [validator.message_all] if both else [validator.message_min, validator.message_max]
    return [validator.error]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_fault_that_a_request_can_have_is_told_in_vietnamese(schema):
    every = {*told(schema()), auth.KEY_FAULT}
    assert {message for message in every if texts.fault("vi", message) == message} == set()


def test_the_walk_sees_nested_fields_and_their_validators():
    every = set(told(request_schemas.Submission()))
    assert {"Not a valid email address.", "Length must be between 1 and 2.", "Number too large."} <= every


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize(
    "code", ["calendar-unknown", "wrong-arguments", "unknown-assignment", "unknown-department", "unknown-ward"]
)
def test_what_services_refuse_has_texts(language, code):
    assert texts.known(language, f"problems/{code}/title")
    assert texts.known(language, f"problems/{code}/detail")


def test_the_receipts_secret_has_one_name():
    for language, other, name in (("vi", r"bí mật", "mã tra cứu"), ("en", r"\bsecret\b", "tracking code")):
        values = list(leaves(texts.catalogue(language)))
        assert [value for value in values if re.search(other, value, re.IGNORECASE)] == []
        assert any(name in value for value in values)


def leaves(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from leaves(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from leaves(value)
