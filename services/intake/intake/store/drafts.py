"""Drafts: what a person has written down of a submission so far. No code, no clock, nobody told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.documents import Documents
from chassis.errors import AlreadyHandled, Refused
from chassis.kept import Cause, Document

#: Drafts that one account may have at a time.
MOST = 50


class DraftStore:
    """One document per draft; it goes when nobody touched it for long, or when its owner removes it."""

    COLLECTION = "drafts"
    INDEXES = [IndexModel([("owner", ASCENDING), ("updated_at", DESCENDING)])]

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def add(
        self, key: str, owner: str, data: Mapping[str, Any], now: datetime, wake_at: datetime, cause: Cause
    ) -> dict[str, Any]:
        """Keep a new draft.

        Raises:
            Refused: ``too-many-drafts`` (409); remove one first.
            AlreadyHandled: the draft exists.
        """
        if self._documents.load(key):
            raise AlreadyHandled(cause.id)
        if self._documents.collection.count_documents({"owner": owner, "code": None}, limit=MOST) >= MOST:
            raise Refused("too-many-drafts", 409)
        draft = {"_id": key, "owner": owner, "data": dict(data), "code": None, "updated_at": now, "wake_at": wake_at}
        return shown(self._documents.add(draft, (), cause))

    def get(self, key: str, owner: str | None, cause: Cause | None = None) -> Document:
        """Return a draft of ``owner`` (None: of anybody).

        Raises:
            Refused: there is none; whether another's exists is nobody's to know.
            AlreadyHandled: ``cause`` had its effect on it.
        """
        found = self._documents.load(str(key), cause)
        if found is None or owner not in (None, found["owner"]):
            raise Refused("unknown-draft", 404)
        return found

    def of(self, owner: str) -> list[dict[str, Any]]:
        """Return an account's drafts that are not submitted, the last touched first."""
        where = {"owner": owner, "code": None}
        rows = self._documents.collection.find(where, sort=[("updated_at", DESCENDING)], limit=MOST)
        return [shown(row) for row in rows]

    def save(self, loaded: Document, fields: Mapping[str, Any], cause: Cause | None = None) -> dict[str, Any]:
        """Write some fields back; raises ``StaleDocument``."""
        return shown(self._documents.save(loaded, fields, (), cause))

    def remove(self, key: str, owner: str) -> None:
        self._documents.collection.delete_one({"_id": str(key), "owner": owner})

    def remove_untouched(self, key: str, since: datetime) -> None:
        """Remove a draft that was not touched after ``since``; one that was touched meanwhile stays."""
        self._documents.collection.delete_one({"_id": key, "updated_at": {"$lte": since}})


def shown(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return a draft as its owner sees it: ``code`` once it was submitted, ``kept_until`` the day it goes."""
    return {
        "draft": draft["_id"],
        "submission": draft["data"],
        "code": draft["code"],
        "updated_at": draft["updated_at"],
        "kept_until": draft["wake_at"],
    }
