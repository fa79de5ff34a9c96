"""The hash chain of a dossier's history, so that whoever holds a printed receipt can check that nothing was back-dated.

Published: anyone can recompute it from what the public page shows. See docs/decisions/0021-history-chain.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any


def genesis(code: str) -> str:
    """Return what the first link follows: the SHA-256 of the dossier code, so that a chain fits one dossier only."""
    return hashlib.sha256(code.encode()).hexdigest()


def content(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 in hex of an event's data as it was told, without ``history`` and whatever its order of keys."""
    told = {name: value for name, value in data.items() if name != "history"}
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def digest(entry: Mapping[str, Any]) -> str:
    """Return the SHA-256 in hex that belongs to an entry with all its other fields."""
    lines = (
        entry["previous"],
        str(entry["position"]),
        _instant(entry["at"]),
        entry["kind"],
        str(int(entry["status"])),
        _instant(entry.get("due_at")),
        entry["content"],
    )
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def link(
    code: str,
    before: Mapping[str, Any] | None,
    *,
    at: datetime,
    kind: str,
    status: int,
    due_at: datetime | None,
    told: str,
) -> dict[str, Any]:
    """Return the entry that follows ``before``, or the first one.

    Args:
        at: aware instant of the fact; what is finer than a millisecond is dropped, as databases drop it.
        told: ``content`` of the event's data.
    """
    entry: dict[str, Any] = {
        "position": before["position"] + 1 if before else 1,
        "at": _milliseconds(at),
        "kind": kind,
        "status": status,
        "due_at": _milliseconds(due_at) if due_at else None,
        "content": told,
        "previous": before["digest"] if before else genesis(code),
    }
    return entry | {"digest": digest(entry)}


def broken_at(code: str, entries: Iterable[Mapping[str, Any]]) -> int | None:
    """Return the position of the first entry that does not follow from those before it, or None for a sound chain."""
    previous = genesis(code)
    for position, entry in enumerate(entries, start=1):
        if entry["position"] != position or entry["previous"] != previous or entry["digest"] != digest(entry):
            return position
        previous = entry["digest"]
    return None


def _milliseconds(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _instant(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else ""
