"""The register: dossiers of a span in the order of their codes, and who read them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.documents import Documents
from intake.documents import to_dossier
from intake.domain import Dossier
from intake.store.dossiers import Dossiers

_UNSEEN = dict.fromkeys(("outbox", "marks", "submission", "terms", "name_key"), 0)
_ROWS = {"code": 1, "department": 1, "receipt.procedure.field": 1}


class Registers:
    """One document per reading of the register (who, when, which span); they are only ever added."""

    COLLECTION = "register_readings"
    INDEXES = [IndexModel([("at", ASCENDING)])]

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._dossiers = documents.collection.database[Dossiers.COLLECTION]

    def note(self, reading: Mapping[str, Any]) -> None:
        """Keep that somebody read."""
        self._documents.add({"_id": str(uuid.uuid4()), **reading})

    def codes(self, agency: str, first: date, last: date, only: Mapping[str, str]) -> Iterator[str]:
        """Yield the codes of a span in order, little of each dossier being read."""
        for day in _days(first, last):
            for row in self._of_day(agency, day, _ROWS):
                if _is(row, only):
                    yield row["code"]

    def dossiers(
        self, agency: str, first: date, last: date, only: Mapping[str, str], after: str | None
    ) -> Iterator[Dossier]:
        """Yield the dossiers of a span in the order of their codes, from behind ``after``, a day at a time.

        Args:
            only: ``department`` and ``field``, where not all are wanted.
        """
        begun = max(first, _day_of(after)) if after else first
        for day in _days(begun, last):
            left = number_of(after) if after and _day_of(after) == day else 0
            for row in self._of_day(agency, day, _UNSEEN):
                if number_of(row["code"]) > left and _is(row, only):
                    yield to_dossier(row)

    def _of_day(self, agency: str, day: date, wanted: Mapping[str, int]) -> list[Any]:
        begin = f"{agency}-{day:%y%m%d}-"
        # sorted here: a day is little, and its numbers are no texts (10000 follows 9999)
        found = self._dossiers.find({"code": {"$gte": begin, "$lt": f"{begin}~"}}, wanted)
        return sorted(found, key=lambda row: number_of(row["code"]))


def number_of(code: str) -> int:
    """Return a code's number of its day."""
    return int(code.rpartition("-")[2])


def _day_of(code: str) -> date:
    day = code.split("-")[-2]
    return date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _is(row: Mapping[str, Any], only: Mapping[str, str]) -> bool:
    has = {"department": row["department"], "field": row["receipt"]["procedure"].get("field")}
    return all(has[name] == value for name, value in only.items())
