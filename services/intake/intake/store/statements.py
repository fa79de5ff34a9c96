"""Statements of wards, each with its answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pymongo import IndexModel

from chassis.documents import Documents
from chassis.kept import Cause, Document, Letter, check_digest


class Statements:
    """One document for each statement, with the answer that was given."""

    COLLECTION = "ward_statements"
    INDEXES: list[IndexModel] = []

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def answer_of(self, ward: str, cause: Cause) -> dict[str, Any] | None:
        """Return the answer that was given to this very statement, as it was told.

        Raises:
            Refused: the key was used with another statement.
        """
        found = self._documents.collection.find_one({"_id": _key(ward, cause)})
        if found is None:
            return None
        for mark in found["marks"]:
            check_digest(mark.get("digest"), cause)
        answer: dict[str, Any] = found["answer"]
        return answer

    def add(self, ward: str, answer: Document, letters: Iterable[Letter], cause: Cause) -> None:
        """Keep a statement's answer.

        Raises:
            AlreadyHandled: it was answered before.
        """
        self._documents.add({"_id": _key(ward, cause), "ward": ward, "answer": answer}, letters, cause)


def _key(ward: str, cause: Cause) -> str:
    return f"{ward} {cause.id}"
