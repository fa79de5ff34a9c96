"""Assignments in routing's own database: one document each, with what it must still tell the world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from pymongo import ASCENDING, IndexModel

from chassis.documents import Documents
from chassis.kept import Cause, Document, Letter
from routing.domain import Assignment, State

#: Fields that hold several rows: tuples in an assignment, lists in its document.
LISTS = ("components", "supplied", "recalls")


class UnknownAssignment(Exception):
    """No assignment has this id or code."""


class Assignments:
    """One document per assignment; its id is made from the dossier's, so there is one per dossier, ever."""

    COLLECTION = "assignments"
    INDEXES = [
        IndexModel([("code", ASCENDING)], unique=True),
        IndexModel([("dossier_id", ASCENDING)], unique=True),
        IndexModel([("department", ASCENDING), ("due_at", ASCENDING)]),
    ]

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def add(self, assignment: Assignment, letters: Iterable[Letter], cause: Cause) -> None:
        """Insert once.

        Raises:
            AlreadyHandled: the dossier has its assignment.
        """
        self._documents.add(_document(assignment), letters, cause)

    def get(self, key: UUID | str, cause: Cause | None = None) -> tuple[Document, Assignment]:
        """Return the stored document and the assignment with this id.

        Raises:
            UnknownAssignment: there is none.
            AlreadyHandled: ``cause`` had its effect on it.
        """
        return self._found({"_id": str(key)}, cause)

    def of_dossier(self, dossier_id: UUID, cause: Cause | None = None) -> tuple[Document, Assignment]:
        return self._found({"dossier_id": str(dossier_id)}, cause)

    def by_code(self, code: str) -> Assignment:
        return self._found({"code": code}, None)[1]

    def save(
        self, loaded: Document, assignment: Assignment, letters: Iterable[Letter], cause: Cause | None = None
    ) -> None:
        """Keep the assignment's next state with what it has to tell; ``StaleDocument`` when somebody else wrote."""
        fields = _document(assignment)
        unset = [] if "wake_at" in fields else ["wake_at"]
        del fields["_id"]
        self._documents.save(loaded, fields, letters, cause, unset)

    def _found(self, where: dict[str, Any], cause: Cause | None) -> tuple[Document, Assignment]:
        found = self._documents.load(where, cause)
        if found is None:
            raise UnknownAssignment(", ".join(where))
        return found, _assignment(found)


def _document(assignment: Assignment) -> Document:
    fields: Document = {name: getattr(assignment, name) for name in Assignment.__dataclass_fields__}
    key = fields.pop("id")
    fields.update(
        _id=str(key),
        dossier_id=str(assignment.dossier_id),
        state=assignment.state.value,
        **{name: [_stored(row) for row in fields[name]] for name in LISTS},
    )
    if assignment.correction:
        papers = [_stored(row) for row in assignment.correction["components"]]
        fields["correction"] = {**assignment.correction, "components": papers}
    if assignment.wake_at:
        fields["wake_at"] = assignment.wake_at
    return fields


def _stored(row: Any) -> Any:
    """Return a row as the database takes it: of a paper's files the ids as text."""
    if not (isinstance(row, Mapping) and row.get("attachments")):
        return row
    return {**row, "attachments": [{**file, "id": str(file["id"])} for file in row["attachments"]]}


def _assignment(found: Document) -> Assignment:
    kept = {name: found[name] for name in Assignment.__dataclass_fields__ if name not in ("id", "dossier_id")}
    kept.update(state=State(found["state"]), **{name: tuple(found[name]) for name in LISTS})
    return Assignment(id=UUID(found["_id"]), dossier_id=UUID(found["dossier_id"]), **kept)
