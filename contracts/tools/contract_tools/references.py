"""``$ref`` of JSON Schema: moving them between documents, and following those inside one document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def rebase(node: Any, old: str, new: str) -> Any:
    """Return a copy of ``node`` in which every ``$ref`` that begins with ``old`` begins with ``new``."""
    if isinstance(node, dict):
        return {
            key: new + value.removeprefix(old) if key == "$ref" else rebase(value, old, new)
            for key, value in node.items()
        }
    return [rebase(item, old, new) for item in node] if isinstance(node, list) else node


def follow(node: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the node that a ``#/$defs/...`` reference names, or the node itself.

    Raises:
        KeyError: the reference points nowhere in ``root``.
    """
    while "$ref" in node:
        node = root["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return node
