"""Numbers of a day: what spares the allocation of codes its tries."""

from __future__ import annotations

from datetime import date
from typing import Any


class Days:
    """How far the numbers of a day have come: a hint that spares tries, never the authority, never ahead of it."""

    #: Only one of so many numbers is told to other replicas; one that knows less finds out by trying.
    TOLD_EVERY = 8

    def __init__(self, collection: Any) -> None:
        self._collection = collection
        self._seen: dict[str, int] = {}

    def last(self, agency: str, day: date) -> int:
        """Return the highest number this process knows to be given."""
        key = _day_key(agency, day)
        return self._seen[key] if key in self._seen else self.told(agency, day)

    def told(self, agency: str, day: date) -> int:
        """Return the highest number that any replica told of."""
        found = self._collection.find_one({"_id": _day_key(agency, day)})
        return int(found["last"]) if found else 0

    def reached(self, agency: str, day: date, number: int) -> None:
        """Note that the numbers up to ``number`` are given."""
        key = _day_key(agency, day)
        before, self._seen = self._seen.get(key, 0), {key: number}
        if number // self.TOLD_EVERY > before // self.TOLD_EVERY:
            self._collection.update_one({"_id": key}, {"$max": {"last": number}}, upsert=True)


def _day_key(agency: str, day: date) -> str:
    return f"{agency} {day:%y%m%d}"
