"""What the holder of a printed receipt may learn from a dossier's hash-chained history. Pure.

See docs/decisions/0021-history-chain.md for what this proves and what it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from motcua_contracts import history

#: A head as a receipt bears it: a SHA-256 in hex.
HEAD = r"[0-9a-fA-F]{64}"

Entry = Mapping[str, Any]


class Verdict(StrEnum):
    """What a head says of the history that is known."""

    FITS = "fits"
    WAITS = "waits"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
    NO_HISTORY = "no-history"


@dataclass(frozen=True, slots=True)
class Chain:
    """The history of one dossier as far as it was told.

    Attributes:
        entries: in order of position; where one position was told twice differently, what was told first.
        broken_at: first position that does not follow from those before it, or was told in two ways; None if sound.
        missing: first position before the last one that was not told yet; what is after it cannot be judged.
    """

    entries: tuple[Entry, ...] = ()
    broken_at: int | None = None
    missing: int | None = None

    @property
    def length(self) -> int:
        """How many entries the history has, with those that are still on their way before the last known one."""
        return int(self.entries[-1]["position"]) if self.entries else 0


@dataclass(frozen=True, slots=True)
class Check:
    """What a head says; ``entry`` is the one it belongs to, if it belongs to a known one."""

    verdict: Verdict
    entry: Entry | None = None


def link_up(code: str, told: Iterable[Entry]) -> Chain:
    """Return the chain of entries that came in whatever order, recomputed from the dossier code on.

    Args:
        told: in the order in which they came: the first one told of a position stands, another one breaks the chain.
    """
    first: dict[int, Entry] = {}
    twice = set()
    for entry in told:
        if first.setdefault(entry["position"], entry)["digest"] != entry["digest"]:
            twice.add(int(entry["position"]))
    entries = tuple(first[position] for position in sorted(first))
    gapless = [entry for number, entry in enumerate(entries, start=1) if entry["position"] == number]
    faults = [*twice, history.broken_at(code, gapless)]
    missing = len(gapless) + 1 if len(gapless) < len(entries) else None
    return Chain(entries, min((fault for fault in faults if fault is not None), default=None), missing)


def check(chain: Chain, head: str) -> Check:
    """Return what ``head``, as a receipt bears it, says of the history; whatever text it is."""
    if re.fullmatch(HEAD, head) is None:
        return Check(Verdict.UNREADABLE)
    if not chain.entries:
        return Check(Verdict.NO_HISTORY)
    entry = next((entry for entry in chain.entries if entry["digest"] == head.lower()), None)
    if entry is None:
        # it may be one of those that are still on their way: no reason to speak of fraud
        waits = chain.missing is not None and chain.broken_at is None
        return Check(Verdict.WAITS if waits else Verdict.UNKNOWN)
    if chain.broken_at is not None and chain.broken_at <= entry["position"]:
        return Check(Verdict.BROKEN, entry)
    waits = chain.missing is not None and chain.missing < entry["position"]
    return Check(Verdict.WAITS if waits else Verdict.FITS, entry)
