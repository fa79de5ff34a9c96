"""The hash-chained history in words, and so that anyone can recompute it."""

from __future__ import annotations

from typing import Any

from gateway import texts
from gateway.chain import Chain, Entry, Verdict, check
from gateway.wording import exact, when


def show_chain(chain: Chain, language: str, head: str | None = None) -> dict[str, Any]:
    """Return the history so that anyone can recompute it, and what ``head`` says of it."""
    return {
        "entries": [
            {**entry, "at": exact(entry["at"]), "due_at": exact(entry.get("due_at"))} for entry in chain.entries
        ],
        "length": chain.length,
        "missing": chain.missing,
        "broken_at": chain.broken_at,
        "receipt": _receipt(chain, language, head) if head is not None else None,
    }


def _receipt(chain: Chain, language: str, head: str) -> dict[str, Any]:
    found = check(chain, head)
    key = f"receipt/{found.verdict}"
    if found.verdict is Verdict.FITS and chain.broken_at is not None:
        key = "receipt/fits-broken-later"
    elif found.verdict is Verdict.UNKNOWN and chain.broken_at is not None:
        key = "receipt/unknown-broken"
    position = found.entry["position"] if found.entry else None
    at = when(found.entry["at"], language) if found.entry else ""
    values = {"at": at, "position": position, "length": chain.length, "missing": chain.missing}
    return {
        "verdict": found.verdict.value,
        "position": position,
        "text": texts.say(language, key, **values, broken=chain.broken_at),
    }


def chain_text(chain: Chain, language: str) -> str:
    """Return how the history stands, for somebody who has no receipt to check."""
    if not chain.entries:
        return texts.say(language, "chain/none")
    state = "broken" if chain.broken_at is not None else "waits" if chain.missing is not None else "sound"
    return texts.say(language, f"chain/{state}", length=chain.length, broken=chain.broken_at, missing=chain.missing)


def entry_text(entry: Entry, language: str) -> str:
    """Return what a link of the history is about; what is the office's own affair is not told in words."""
    key = f"event/dossier.{entry['kind']}.v1"
    return texts.say(language, key if texts.known(language, key) else "event/internal")
