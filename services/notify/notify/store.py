"""Contacts and notices in notify's own database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from chassis.documents import Documents
from chassis.kept import Cause, Document, Letter
from notify.domain import APOLOGY, Contact, Notice, State


class UnknownContact(Exception):
    """The dossier's own news has not come yet; messages overtake each other, so try again later."""


class Contacts:
    """Who wants to hear of which dossier."""

    COLLECTION = "contacts"
    INDEXES: list[IndexModel] = []

    def __init__(self, documents: Documents) -> None:
        self._collection = documents.collection

    def keep(self, contact: Contact) -> Contact:
        """Keep the contact unless later news of it are kept; return the one that counts."""
        fields = asdict(contact)
        key = str(fields.pop("dossier_id"))
        older = {"_id": key, "sequence": {"$not": {"$gte": contact.sequence}}}
        try:
            self._collection.update_one(older, {"$set": fields}, upsert=True)
        except DuplicateKeyError:
            # it exists: either it is as new, or another process inserted an older one a moment ago
            self._collection.update_one(older, {"$set": fields})
            return self.of(contact.dossier_id)
        return contact

    def of(self, dossier_id: UUID) -> Contact:
        found = self._collection.find_one({"_id": str(dossier_id)})
        if found is None:
            raise UnknownContact
        return Contact(dossier_id=UUID(found.pop("_id")), **found)


class Notices:
    """One document per fact told to a person."""

    COLLECTION = "notices"
    INDEXES = [IndexModel([("code", ASCENDING)]), IndexModel([("state", ASCENDING)])]

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def add(self, notice: Notice, cause: Cause) -> Document:
        """Insert once.

        Raises:
            AlreadyHandled: the fact is a notice already.
        """
        return self._documents.add(_document(notice), cause=cause)

    def get(self, key: str) -> tuple[Document, Notice]:
        found = self._documents.load(key)
        assert found is not None, "a claimed row is never deleted"
        return found, _notice(found)

    def apologised(self, code: str, appointment: datetime) -> bool:
        """Tell whether there is a notice that moves this appointment of the dossier, with an apology."""
        where = {"code": code, "occasion": APOLOGY, "facts.previous_due_at": appointment}
        return bool(self._documents.collection.count_documents(where, limit=1))

    def save(self, loaded: Document, notice: Notice, letters: Iterable[Letter]) -> Document:
        """Keep what came of a try and return the document; ``StaleDocument`` when another process was quicker."""
        fields = _document(notice)
        unset = [] if "wake_at" in fields else ["wake_at"]
        del fields["_id"]
        return self._documents.save(loaded, fields, letters, unset=unset)


def _document(notice: Notice) -> Document:
    fields: Document = {name: getattr(notice, name) for name in Notice.__dataclass_fields__}
    fields.update(_id=str(fields.pop("id")), dossier_id=str(notice.dossier_id), state=notice.state.value)
    if fields["wake_at"] is None:
        del fields["wake_at"]
    return fields


def _notice(found: Document) -> Notice:
    kept: dict[str, Any] = {
        name: found.get(name) for name in Notice.__dataclass_fields__ if name not in ("id", "dossier_id", "state")
    }
    return Notice(id=UUID(found["_id"]), dossier_id=UUID(found["dossier_id"]), state=State(found["state"]), **kept)
