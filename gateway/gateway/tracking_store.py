"""The gateway's own projection: what tracking shows, kept here so that it answers while every service is down."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from gateway.tracking import Fact, Tracked, fold

COLLECTION = "tracking"

#: Compared with when the dossier is unknown, so that both misses cost the same time.
_NOBODY = "0" * 64


class TrackingStore:
    """Dossiers by code: ``{_id: code, digest: str?, facts: [{id, type, at, sequence, data, entry?}]}``.

    Facts are kept as they come, in any order, and folded when read: so no event must wait for an earlier one.
    """

    COLLECTION = COLLECTION
    INDEXES: list[IndexModel] = []

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self._tracking = collection

    def ping(self) -> None:
        """Raise PyMongoError when the database does not answer."""
        self._tracking.database.command("ping")

    def add(self, code: str, fact: Fact, digest: str | None = None) -> bool:
        """Keep one fact; return False if it was there already.

        Args:
            digest: SHA-256 of the receipt's secret in hex, with the fact that brings it.
        """
        row: dict[str, Any] = {
            "id": fact.id,
            "type": fact.type,
            "at": fact.at,
            "sequence": fact.sequence,
            "data": fact.data,
        }
        if fact.entry is not None:
            row["entry"] = fact.entry
        update: dict[str, Any] = {"$push": {"facts": row}}
        if digest:
            update["$set"] = {"digest": digest}
        try:
            self._tracking.update_one({"_id": code, "facts.id": {"$ne": fact.id}}, update, upsert=True)
        except DuplicateKeyError:
            # the document exists: either it has the fact, or another process inserted it a moment ago
            done = self._tracking.update_one({"_id": code, "facts.id": {"$ne": fact.id}}, update)
            return bool(done.matched_count)
        return True

    def find(self, code: str, secret: str, now: datetime) -> Tracked | None:
        """Return the dossier if ``secret`` is its receipt's; an unknown code and a wrong secret look the same."""
        found = self._tracking.find_one({"_id": code}) or {}
        given = hashlib.sha256(secret.encode()).hexdigest()
        right = hmac.compare_digest(given, str(found.get("digest") or _NOBODY))
        return fold(code, map(_fact, found["facts"]), now) if right else None


def _fact(row: dict[str, Any]) -> Fact:
    return Fact(row["id"], row["type"], row["at"], row["sequence"], row["data"], row.get("entry"))
