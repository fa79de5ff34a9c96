"""``Trail``: entries numbered from 1, each with the hash of the one before it, in a collection that only grows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

DATABASE, COLLECTION = "motcua_ops", "audit"
TRIES = 100
"""Another writer can take a number at most this often before something else is wrong."""

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash of the last entry; written down elsewhere, it shows later whether the end was cut off."""

    number: int = 0
    hash: str = "0" * 64

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class Contended(Exception):
    """Others wrote each number first; try again."""


class Trail:
    """The trail in a database whose user may add and read, and neither change nor remove.

    Args:
        database: acknowledged by a majority with its journal: an act that follows an entry must not outlive it.
    """

    def __init__(self, database: Database[Entry]) -> None:
        self._entries = database[COLLECTION]
        self._head: Head | None = None

    def append(self, facts: Mapping[str, Any]) -> Entry:
        """Add an entry with these facts and return it.

        The number is the key, so of two that write the same one the database takes one, and the other takes the next.

        Raises:
            Contended: see there.
            pymongo.errors.PyMongoError: the database is away or refuses; do not act.
        """
        for _ in range(TRIES):
            head = self._head or self.head()
            entry = sealed(facts, head)
            try:
                self._entries.insert_one(entry)
            except DuplicateKeyError:
                self._head = None
                continue
            self._head = Head(entry["_id"], entry["hash"])
            return entry
        raise Contended(f"no number was free in {TRIES} tries")

    def head(self) -> Head:
        """Return the last entry's number and hash; of an empty trail number 0."""
        last = self._entries.find_one({}, sort=[("_id", -1)])
        return Head(last["_id"], last["hash"]) if last else Head()

    def entries(self, wanted: Mapping[str, Any] | None = None, *, newest: int = 0) -> Iterator[Entry]:
        """Yield entries by number; only the ``newest`` so many of them, if that is not 0."""
        found = self._entries.find(dict(wanted or {})).sort("_id", -1 if newest else 1).limit(newest)
        return iter(list(found)[::-1]) if newest else iter(found)

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many acts there were ever, by act and service."""
        group = {"$group": {"_id": {"act": "$act", "service": "$message.service"}, "n": {"$sum": 1}}}
        return {
            (row["_id"]["act"], row["_id"].get("service") or ""): row["n"] for row in self._entries.aggregate([group])
        }


def sealed(facts: Mapping[str, Any], head: Head) -> Entry:
    """Return the entry that follows ``head``: the facts with number, moment (UTC), the hash before it and its own."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    entry = {**facts, "_id": head.number + 1, "at": at, "previous": head.hash}
    return entry | {"hash": _hash(entry)}


def first_fault(entries: Iterable[Entry], known: Head | None = None) -> tuple[Head, str | None]:
    """Go through the whole trail; return its head and what is wrong with the first entry that is not as it was written.

    Entries cut off at the end leave no mark in the rest: only a head that was written down elsewhere shows them.

    Args:
        entries: by number.
        known: a head of earlier; its entry must still be there, unchanged.
    """
    head = Head()
    for entry in entries:
        if fault := _fault(entry, head):
            return head, fault
        head = Head(entry["_id"], entry["hash"])
        if known and known.number == head.number and known.hash != head.hash:
            return head, f"entry {head.number} is another than the one whose hash was written down"
    if known and known.number > head.number:
        return head, f"entries {head.number + 1} to {known.number} are missing at the end"
    return head, None


def _fault(entry: Entry, head: Head) -> str | None:
    number, due = entry["_id"], head.number + 1
    if number != due:
        return f"entry {due} is missing: entry {head.number} is followed by {number!r}"
    if entry.get("hash") != _hash({name: value for name, value in entry.items() if name != "hash"}):
        return f"entry {number} was altered"
    if entry.get("previous") != head.hash:
        return f"entry {number} does not follow entry {head.number}: one of them was put in another's place"
    return None


def _hash(entry: Mapping[str, Any]) -> str:
    canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=repr)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
