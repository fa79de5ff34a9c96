"""Money that fits no dossier: kept until a clerk clears it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.documents import Documents
from chassis.errors import Refused
from chassis.kept import Cause, Document, Letter

#: Kept payments that one list shows.
MOST = 500


#: Why money is kept that the office did take; of all other the provider was told that it is rejected.
TAKEN = ("unknown-dossier", "not-owed")


class KeptPayments:
    """One document per provider and payment, with the answer to send."""

    COLLECTION = "kept_payments"
    INDEXES = [IndexModel([("waiting", ASCENDING)], sparse=True)]

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def add(self, provider: str, data: Mapping[str, Any], because: str, answer: Letter, cause: Cause) -> None:
        """Keep a payment once per message, so that each repeat is answered.

        Raises:
            AlreadyHandled: the message was answered before.
        """
        key = f"{provider}:{data['payment_id']}"
        if found := self._documents.load(key, cause):
            self._documents.save(found, {}, [answer], cause)
            return
        kept = {
            "_id": key,
            "because": because,
            **data,
            "provider": provider,  # who sent it; a payment is its sender's, whatever it says
            "said_provider": data["provider"],
            "cleared": None,
            "waiting": data["paid_at"],
        }
        self._documents.add(kept, [answer], cause)

    def find(self, provider: str, payment_id: str) -> Document | None:
        """Return what is kept under a provider's own number, cleared or not."""
        return self._documents.load(f"{provider}:{payment_id}")

    def waits(self, provider: str, payment_id: str) -> bool:
        """Whether the money was taken for the desk to clear: what was rejected was not."""
        found = self.find(provider, payment_id)
        return found is not None and found["because"] in TAKEN

    def waiting(self) -> list[dict[str, Any]]:
        """Return what nobody has cleared, oldest first."""
        rows = self._documents.collection.find(
            {"waiting": {"$exists": True}}, sort=[("waiting", ASCENDING)], limit=MOST
        )
        return [_shown(row) for row in rows]

    def get(self, key: str, cause: Cause | None = None) -> tuple[Document, dict[str, Any]]:
        found = self._documents.load(str(key), cause)
        if found is None:
            raise Refused("unknown-payment", 404)
        return found, _shown(found)

    def mean(self, loaded: Document, code: str | None) -> Document:
        """Note which dossier is about to get the money; None: it did not take it. No other end can come between."""
        return self._documents.save(loaded, {"meant": code})

    def clear(
        self, loaded: Document, *, code: str | None, note: str, by: str, at: datetime, cause: Cause
    ) -> dict[str, Any]:
        """Note what became of kept money."""
        cleared = {"code": code, "note": note, "by": by, "at": at}
        return _shown(self._documents.save(loaded, {"cleared": cleared}, (), cause, ["waiting"]))


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("provider", "payment_id", "code", "amount_minor", "paid_at", "payer", "because", "cleared")
    return {"payment": row["_id"], **{name: row.get(name) for name in names}}
