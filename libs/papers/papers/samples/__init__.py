"""Golden data of every kind: long, awkward and complete, so that a template that sets them sets what comes."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from papers.samples.books import REGISTER, REPORT
from papers.samples.slips import SLIPS
from papers.shapes import SHAPES

#: Kind to data with every field filled. People and codes are invented.
SAMPLES: dict[str, dict[str, Any]] = {**SLIPS, "register": REGISTER, "report": REPORT}


def sparse(kind: str) -> dict[str, Any]:
    """Return the sample of a kind with null in every field that may be null."""
    return _sparse(SHAPES[kind](), SAMPLES[kind])


def _sparse(schema: Schema, data: dict[str, Any]) -> dict[str, Any]:
    return {name: _thinned(field, data[name]) for name, field in schema.fields.items()}


def _thinned(field: fields.Field[Any], value: Any) -> Any:
    if field.allow_none and not (value is None or isinstance(value, int)):
        return None
    if isinstance(field, fields.Nested):
        return _sparse(field.schema, value)
    if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
        return [_sparse(field.inner.schema, each) for each in value]
    return value
