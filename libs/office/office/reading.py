"""A file's rows, validated one by one: a broken row does not hide the faults of the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from marshmallow import Schema

from office.source import Route, Source

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A row and the route to it in its file."""

    route: Route
    row: T


def blame_shape(source: Source, schema: Schema) -> Mapping[str, Any]:
    """Blame everything in which ``source`` differs from ``schema``; return marshmallow's errors by key."""
    if source.data is None:
        return {}
    errors = schema.validate(source.data)
    for route, key in _flatten(errors, ()):
        source.blame(route, key)
    return errors


def read_rows(source: Source, errors: Mapping[str, Any], key: str, schema: Schema) -> list[Placed[dict[str, Any]]]:
    """Return the sound rows of the list under ``key``, as ``schema`` loads them."""
    rows = source.data.get(key) if isinstance(source.data, dict) else None
    broken = errors.get(key, {})
    if not isinstance(rows, list) or not isinstance(broken, dict):
        return []
    return [Placed((key, n), schema.load(raw)) for n, raw in enumerate(rows) if n not in broken]


def _flatten(errors: Any, route: Route) -> Iterator[tuple[Route, str]]:
    if isinstance(errors, dict):
        for step, inner in errors.items():
            yield from _flatten(inner, route if step == "_schema" else (*route, step))
    else:
        for key in errors:
            yield route, key
