"""Aggregates as single documents: state, marks of what was handled, and outgoing messages change in one update.

Shape of a stored document, beside the aggregate's own fields::

    {_id, version: int, sequence: int, marks: [{id, digest?}], outbox: [entry], outbox_due: float?,
     wake_at: datetime?, trace: {correlationid, traceparent}?}

``version`` guards each write (optimistic), ``sequence`` counts the messages sent about the aggregate, ``marks`` name the
causes that had their effect, ``trace`` the act they go back to, ``outbox_due`` is the wall-clock second from which a
sweeping relay may take the outbox over.
See docs/decisions/0001-outbox-in-the-document.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, Protocol

from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, BulkWriteError, DuplicateKeyError

from chassis.errors import AlreadyHandled, StaleDocument, Taken
from chassis.kept import LEASE_SECONDS, Cause, Document, Letter, check_mark, created, entries_of, mark_of, trace_of

DUPLICATE_KEY = 11000  # a server's error code

#: Marks kept per aggregate: far beyond what a redelivery or a replayed parked message reaches back to.
MARKS_KEPT = 500
#: Tries at a document that others write too, before the message goes the way of any passing trouble.
STALE_TRIES = 5

INDEXES = [
    # sparse: only documents that have something to send, or wait for a moment, are in these
    IndexModel([("outbox_due", ASCENDING)], sparse=True),
    IndexModel([("wake_at", ASCENDING)], sparse=True),
]


class Relay(Protocol):
    """Sends outboxes; see ``chassis.relay``."""

    def offer(self, documents: Documents, document: Mapping[str, Any]) -> None: ...

    def join(self, documents: Documents, document: Mapping[str, Any]) -> None: ...


class Documents:
    """One collection of aggregates.

    Args:
        collection: of the service's own database.
        relay: told of each new outbox; None where nothing is ever sent.
        indexes: the store's own, created with ``INDEXES`` before any traffic.
    """

    def __init__(
        self, collection: Collection[Document], relay: Relay | None = None, indexes: Sequence[IndexModel] = ()
    ) -> None:
        self.collection = collection
        self._relay = relay
        self._indexes = [*INDEXES, *indexes]
        self._followers: list[Callable[[Sequence[Mapping[str, Any]]], None]] = []

    def create_indexes(self) -> None:
        """Create every index. On the embedded database this must precede all writes (docs/decisions/0004)."""
        self.collection.create_indexes(self._indexes)

    def follow(self, follower: Callable[[Sequence[Mapping[str, Any]]], None]) -> None:
        """Give ``follower`` every outbox with its document, in batches, once it was sent and before it is cleared.

        What an act wrote with its messages so reaches the follower at least once, whatever dies; an error of the follower
        leaves the outboxes to the next sweep.
        """
        self._followers.append(follower)

    def tell_followers(self, sent: Sequence[Mapping[str, Any]]) -> None:
        for follower in self._followers:
            follower(sent)

    def load(self, where: Any, cause: Cause | None = None) -> Document | None:
        """Return one document by id, or by a filter on a unique field.

        Raises:
            AlreadyHandled: ``cause`` has had its effect on it.
            Refused: ``cause`` is a key that was used with another body.
        """
        found = self.collection.find_one(where if isinstance(where, Mapping) else {"_id": where})
        if found is not None and cause is not None:
            check_mark(found, cause)
        return found

    def add(self, document: Mapping[str, Any], letters: Iterable[Letter] = (), cause: Cause | None = None) -> Document:
        """Insert a new aggregate with its first messages.

        Raises:
            AlreadyHandled: a document with this id exists.
            Taken: another unique value is in use.
        """
        stored = created(document, letters, cause)
        try:
            self.collection.insert_one(stored)
        except DuplicateKeyError as error:
            # which of several taken values a server names first is its own affair
            if self.collection.count_documents({"_id": stored["_id"]}, limit=1):
                raise AlreadyHandled("the aggregate exists") from None
            raise Taken(list((error.details or {}).get("keyPattern") or {})) from None
        self._offer(stored, holder=True)
        return stored

    def add_all(self, made: Sequence[Document]) -> int:
        """Insert new aggregates in their order, in one go, up to the first with a unique value that is in use.

        Args:
            made: as ``created`` returns them.

        Returns:
            How many are in; the next one, if any, is the one that is not.
        """
        count = len(made)
        try:
            self.collection.insert_many(made, ordered=True)
        except BulkWriteError as error:
            faults = error.details["writeErrors"]
            if not faults:  # written, but not known to be on a majority: the database changes its primary
                raise AutoReconnect("not known to be written") from error
            if faults[0]["code"] != DUPLICATE_KEY:
                raise
            count = int(faults[0]["index"])
        for stored in made[:count]:
            self._offer(stored, holder=True)
        return count

    def save(
        self,
        loaded: Mapping[str, Any],
        fields: Mapping[str, Any],
        letters: Iterable[Letter] = (),
        cause: Cause | None = None,
        unset: Sequence[str] = (),
    ) -> Document:
        """Write ``fields`` back with messages and mark, if nobody wrote since ``loaded`` was read.

        Raises:
            StaleDocument: somebody did; load again and decide again.
        """
        trace = trace_of(cause) or loaded.get("trace") or {}
        entries = entries_of(letters, loaded["sequence"], cause, trace)
        holder = bool(entries) and not loaded["outbox"]
        changed: Document = {
            **{name: value for name, value in fields.items() if name not in loaded or loaded[name] != value},
            "version": loaded["version"] + 1,
            "sequence": loaded["sequence"] + len(entries),
        }
        if cause:
            changed["trace"] = trace
        if holder:
            changed["outbox_due"] = time.time() + LEASE_SECONDS
        update: dict[str, Any] = {"$set": changed}
        push: dict[str, Any] = {}
        if cause:
            push["marks"] = {"$each": [mark_of(cause)], "$slice": -MARKS_KEPT}
        if entries:
            push["outbox"] = {"$each": entries}
        if push:
            update["$push"] = push
        if unset:
            update["$unset"] = dict.fromkeys(unset, "")
        where = {"_id": loaded["_id"], "version": loaded["version"]}
        if loaded["outbox"]:
            # if a relay cleared or took over the outbox since, who sends must be decided anew
            where["outbox_due"] = loaded["outbox_due"]
        if not self.collection.update_one(where, update).matched_count:
            raise StaleDocument(str(loaded["_id"]))
        stored = {**loaded, **changed, "outbox": [*loaded["outbox"], *entries]}
        for name in unset:
            stored.pop(name, None)
        self._offer(stored, holder)
        return stored

    def _offer(self, stored: Document, holder: bool) -> None:
        if self._relay is None or not stored["outbox"]:
            return
        if holder:
            self._relay.offer(self, stored)
        else:
            self._relay.join(self, stored)


def again_if_stale(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Run a handler anew when somebody else wrote its document meanwhile: it reads and decides again."""

    @wraps(handler)
    def handle(*args: Any, **kwargs: Any) -> Any:
        for _ in range(STALE_TRIES):
            try:
                return handler(*args, **kwargs)
            except StaleDocument:
                continue
        return handler(*args, **kwargs)

    return handle
