"""The running office's procedures: one document for each edition, that is for each import (docs/decisions/0017).

Shape of a stored document, beside what every aggregate has::

    {_id: int, at: datetime, by: str, file: str, file_digest: str, rows: [plain version], told: {...}}

Editions are numbered from 1 without a gap. The versions in force are those of all editions laid over one another, by
``code@valid_from``; the document is also the audit row of its import, so neither is ever there without the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.documents import Documents
from chassis.errors import AlreadyHandled, StaleDocument, Taken
from chassis.kept import Cause, check_digest

Edition = Mapping[str, Any]


class Procedures:
    """Editions, added one after another and never changed."""

    COLLECTION = "procedures"
    INDEXES = [IndexModel([("marks.id", ASCENDING)], unique=True, sparse=True)]

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def after(self, number: int) -> Iterator[Edition]:
        """Yield the editions behind ``number``, in their order; costs one look-up when there is none."""
        while found := self._documents.load(number + 1):
            yield found
            number += 1

    def add(self, number: int, at: datetime, cause: Cause, told: Mapping[str, Any]) -> None:
        """Keep edition ``number``; all its rows are there at once.

        Args:
            told: by, file, file_digest, rows and told of the edition.

        Raises:
            StaleDocument: another worker has just added an edition of that number, or the same call's: decide again.
        """
        try:
            self._documents.add({"_id": number, "at": at, **told}, [], cause)
        except (AlreadyHandled, Taken):
            raise StaleDocument(f"edition {number}") from None

    def of(self, cause: Cause) -> Edition | None:
        """Return the edition that a call made before.

        Raises:
            Refused: the call's key was used with another body.
        """
        found = self._documents.collection.find_one({"marks.id": cause.id})
        for mark in found["marks"] if found else ():
            check_digest(mark.get("digest"), cause)
        return found

    def page(self, limit: int, before: int | None) -> list[Edition]:
        """Return the latest editions, newest first, without their rows."""
        where = {} if before is None else {"_id": {"$lt": before}}
        return list(self._documents.collection.find(where, {"rows": 0}).sort("_id", DESCENDING).limit(limit))
