"""Compatibility inside a major: what a released message allowed stays allowed, and what it promised stays promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tools.references import follow

Node = Mapping[str, Any]

#: Limits that may only rise, and limits that may only fall.
_UPPER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
_LOWER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
#: Of these, readers count on the value and writers keep to it: no change at all, and no adding.
_FIXED = ("format", "const", "default")
#: Without meaning for compatibility, or looked at on their own below. Any other keyword may not change.
_KNOWN = {"$comment", "$defs", "$id", "$ref", "$schema", "deprecated", "description", "examples", "title"} | {
    "anyOf", "enum", "items", "pattern", "properties", "required", "type", *_FIXED, *_LOWER, *_UPPER,
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """One incompatible change: the message type, the JSON path of the field, and what became of it."""

    type: str
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.type} {self.path}: {self.reason}"


def compare(released: Mapping[str, Node], current: Mapping[str, Node]) -> list[Break]:
    """Return every break of a released message; types that were not released yet may change freely.

    Args:
        released: schema of each released message by type.
        current: schema of each message of today by type.
    """
    found: list[Break] = []
    for type_, old in released.items():
        if type_ not in current:
            found.append(Break(type_, "$", "type removed; a released type stays until its stated end"))
            continue
        new = current[type_]
        found += [Break(type_, path, reason) for path, reason in _breaks(old, new, old, new, "$")]
    return sorted(found)


def compare_routes(released: Mapping[str, Node], current: Mapping[str, Node]) -> list[Break]:
    """Return a break for each released message whose exchange, routing key or publisher changed."""
    return sorted(
        Break(type_, f"$.{name}", f"{name} changed from {value} to {current[type_].get(name)}")
        for type_, route in released.items()
        if type_ in current  # a removed type is already told by compare()
        for name, value in route.items()
        if current[type_].get(name) != value
    )


def _breaks(old: Node, new: Node, old_root: Node, new_root: Node, path: str) -> Iterator[tuple[str, str]]:
    old, new = follow(old, old_root), follow(new, new_root)
    yield from _types(old, new, path)
    yield from _limits(old, new, path)
    if gone := [value for value in old.get("enum", []) if "enum" in new and value not in new["enum"]]:
        yield path, f"enum narrowed, no longer allows {gone}"
    if "enum" in new and "enum" not in old:
        yield path, f"enum added, allows only {new['enum']}"
    old_fields, new_fields = old.get("properties", {}), new.get("properties", {})
    for name in sorted(set(old_fields) - set(new_fields)):
        yield f"{path}.{name}", "field removed or renamed"
    for name in sorted(set(new.get("required", [])) - set(old.get("required", []))):
        yield f"{path}.{name}", "optional field became required" if name in old_fields else "new required field"
    for name in sorted(set(old.get("required", [])) - set(new.get("required", []))):
        yield f"{path}.{name}", "required field became optional, readers count on it"
    for name in sorted(set(old_fields) & set(new_fields)):
        yield from _breaks(old_fields[name], new_fields[name], old_root, new_root, f"{path}.{name}")
    if "items" in old or "items" in new:
        yield from _breaks(old.get("items", {}), new.get("items", {}), old_root, new_root, f"{path}[]")
    for word in sorted((set(old) | set(new)) - _KNOWN):
        if old.get(word) != new.get(word):
            yield path, f"{word} changed; this tool cannot tell whether that is safe, so it is not"
    yield from _alternatives(old, new, old_root, new_root, path)


def _types(old: Node, new: Node, path: str) -> Iterator[tuple[str, str]]:
    before, after = _names(old), _names(new)
    if "anyOf" in new or before == after:
        return  # alternatives carry their own types
    if before | {"null"} == after:
        yield path, "became nullable, readers count on a value"
    elif before - {"null"} == after:
        yield path, "no longer nullable"
    else:
        yield path, f"type changed from {sorted(before) or 'any'} to {sorted(after) or 'any'}"


def _names(node: Node) -> set[str]:
    names = node.get("type", [])
    return {names} if isinstance(names, str) else set(names)


def _limits(old: Node, new: Node, path: str) -> Iterator[tuple[str, str]]:
    for word in sorted((_UPPER | _LOWER) & set(new)):
        if word not in old:
            yield path, f"{word} {new[word]} added"
        elif (new[word] < old[word]) if word in _UPPER else (new[word] > old[word]):
            yield path, f"{word} narrowed from {old[word]} to {new[word]}"
    if "pattern" in new and new["pattern"] != old.get("pattern"):  # dropping it only widens
        yield path, f"pattern changed from {old.get('pattern', 'any')} to {new['pattern']}"
    for word in _FIXED:
        if old.get(word) != new.get(word) and not (word == "default" and word not in old):
            yield path, f"{word} changed from {old.get(word, 'none')} to {new.get(word, 'none')}"


def _alternatives(old: Node, new: Node, old_root: Node, new_root: Node, path: str) -> Iterator[tuple[str, str]]:
    """``anyOf``: each old alternative must still have a new one that breaks nothing of it."""
    if "anyOf" not in new:
        return
    for index, before in enumerate(old.get("anyOf", [old])):
        if all(any(_breaks(before, after, old_root, new_root, path)) for after in new["anyOf"]):
            yield path, f"alternative {index} is no longer allowed"
