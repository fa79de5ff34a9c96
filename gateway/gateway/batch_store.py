"""How far each push has come, kept where every worker and replica finds it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection

COLLECTION = "batches"
COUNTS = ("lines", "accepted", "rejected", "failed", "replayed")
RUNNING, DONE, INTERRUPTED = "running", "done", "interrupted"

#: A run that tells nothing for so long has died with its process.
SILENCE = timedelta(seconds=60)
KEPT = timedelta(days=30)


class BatchStore:
    """Pushes by caller and name: ``{_id, run, state, truncated, <counts>, began_at, updated_at, ended_at, expires_at}``.

    A name that is pushed again begins a new run; what the earlier one still tells is ignored. Rows go after ``KEPT``.
    """

    INDEXES = (IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0),)

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self._batches = collection
        self._indexed = False

    def begin(self, subject: str, name: str) -> str:
        """Begin a run of the push and return the run's id."""
        if not self._indexed:  # before the first write, whenever the database is there
            self._batches.create_indexes(list(self.INDEXES))
            self._indexed = True
        now, run = datetime.now(UTC), str(uuid.uuid4())
        row = dict.fromkeys(COUNTS, 0) | {
            "run": run,
            "state": RUNNING,
            "truncated": False,
            "began_at": now,
            "updated_at": now,
            "ended_at": None,
            "expires_at": now + KEPT,
        }
        self._batches.update_one({"_id": _key(subject, name)}, {"$set": row}, upsert=True)
        return run

    def tell(
        self,
        subject: str,
        name: str,
        run: str,
        counts: Mapping[str, int],
        state: str = RUNNING,
        truncated: bool = False,
    ) -> None:
        """Keep how far the run has come; a ``state`` other than running ends it."""
        now = datetime.now(UTC)
        row = {count: counts[count] for count in COUNTS} | {
            "state": state,
            "truncated": truncated,
            "updated_at": now,
        }
        if state != RUNNING:
            row["ended_at"] = now
        self._batches.update_one({"_id": _key(subject, name), "run": run}, {"$set": row})

    def find(self, subject: str, name: str) -> dict[str, Any] | None:
        """Return the latest run of a caller's push: name, state, counts and instants; None when there is none."""
        found = self._batches.find_one({"_id": _key(subject, name)})
        if found is None:
            return None
        if found["state"] == RUNNING and datetime.now(UTC) - found["updated_at"] > SILENCE:
            found["state"] = INTERRUPTED
        shown = ("state", "truncated", *COUNTS, "began_at", "updated_at", "ended_at")
        return {"name": name} | {field: found[field] for field in shown}


def _key(subject: str, name: str) -> str:
    return f"{subject} {name}"
