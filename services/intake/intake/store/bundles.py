"""Offline bundles of wards: one document for each, and one for each answered line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pymongo import IndexModel

from chassis.documents import Documents
from chassis.errors import AlreadyHandled
from chassis.kept import Cause, Document, check_digest


class Bundles:
    """Bundles ``<ward> <bundle>`` whose signature was right, and the answers to their lines ``<ward> <bundle> <line>``.

    An answer is kept as the text that is handed out, once: whoever takes the line again finds the first.
    """

    COLLECTION = "ward_bundles"
    INDEXES: list[IndexModel] = []

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def open(self, ward: str, bundle: str, digest: str, count: int, at: datetime) -> None:
        """Keep that a bundle came; that it came before changes nothing.

        Raises:
            Refused: the id was used for another bundle (422).
        """
        try:
            self._documents.add({"_id": f"{ward} {bundle}", "digest": digest, "count": count, "at": at})
        except AlreadyHandled:
            found = self._documents.load(f"{ward} {bundle}")
            check_digest(found["digest"] if found else None, Cause(bundle, digest))

    def find(self, ward: str, bundle: str) -> Document | None:
        return self._documents.load(f"{ward} {bundle}")

    def answer(self, ward: str, bundle: str, line: int, text: str) -> None:
        """Keep the answer to a line; the first stands.

        Raises:
            AlreadyHandled: there is one.
        """
        self._documents.add({"_id": f"{ward} {bundle} {line}", "answer": text})

    def answers(self, ward: str, bundle: str, lines: Iterable[int]) -> dict[int, str]:
        """Return line to answer of those of ``lines`` that have one."""
        keys = {f"{ward} {bundle} {line}": line for line in lines}
        # by their keys: the embedded database reads the whole collection for a range of them
        found = self._documents.collection.find({"_id": {"$in": list(keys)}}, {"answer": 1})
        return {keys[row["_id"]]: row["answer"] for row in found}
