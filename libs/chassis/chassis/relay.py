"""Sends the outboxes of documents: at once after the write, and by sweeping for what a crash left behind.

One document's messages go one after the other, each when the one before is confirmed, so a reader's first sight of
them is in order. Whoever wrote the first entry holds the outbox for ``LEASE_SECONDS``; after that a sweep takes over.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import eventlet
from eventlet.queue import LightQueue
from nameko.extensions import SharedExtension
from pymongo import UpdateOne

from chassis import runtime, telemetry
from chassis.database import AWAY
from chassis.documents import LEASE_SECONDS, Document, Documents
from chassis.publisher import CONFIRMED, PERSISTENT, UNROUTABLE, Outgoing, Publisher

CONTENT_TYPE = "application/cloudevents+json"
SWEEP_SECONDS = 1.0
SWEEP_BATCH = 200
CLEAR_BATCH = 50
UNROUTABLE_PAUSE = 30.0
LONGEST_LEASE = 2 * max(LEASE_SECONDS, UNROUTABLE_PAUSE)

_log = telemetry.logger(__name__)


def outgoing(entry: Mapping[str, Any]) -> Outgoing:
    """Return the wire form of one outbox entry."""
    envelope = entry["envelope"]
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    properties = {
        "content_type": CONTENT_TYPE,
        "content_encoding": "utf-8",
        "delivery_mode": PERSISTENT,
        "message_id": envelope["id"],
        "correlation_id": envelope.get("correlationid") or envelope["id"],
        "type": envelope["type"],
    }
    return Outgoing(entry["exchange"], entry["routing_key"], body, properties)


@dataclass(frozen=True, slots=True)
class _Sent:
    """An outbox of which the first ``done`` messages are confirmed."""

    documents: Documents
    document: Mapping[str, Any]
    done: int
    unroutable: bool


def _name(documents: Documents, document: Mapping[str, Any]) -> tuple[str, Any]:
    return documents.collection.name, document["_id"]


def _mine(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in ("_id", "version", "outbox_due")}


class OutboxRelay(SharedExtension):
    """The relay of one process, and its publisher, which retries, parking and replies use too."""

    def __init__(self) -> None:
        self.publisher: Publisher | None = None
        self._swept: list[Documents] = []
        self._cleared: LightQueue = LightQueue()
        self._in_hand: set[tuple[str, Any]] = set()
        self._stopping = False

    def setup(self) -> None:
        settings = runtime.settings()
        self.publisher = Publisher(settings.amqp_uri, settings.publish_deadline)

    def start(self) -> None:
        assert self.publisher is not None
        self.publisher.start()
        self.container.spawn_managed_thread(self._clear_for_ever)
        self.container.spawn_managed_thread(self._sweep_for_ever)

    def stop(self) -> None:
        self._stopping = True
        assert self.publisher is not None
        self.publisher.stop()
        while not self._cleared.empty():
            eventlet.sleep(0.01)

    def sweep(self, documents: Documents) -> None:
        """Keep an eye on this collection."""
        self._swept.append(documents)

    def offer(self, documents: Documents, document: Mapping[str, Any]) -> None:
        """Send the outbox of a document just written; when too much is under way a sweep will do it later."""
        self._send(documents, document, 0)

    def _send(self, documents: Documents, document: Mapping[str, Any], position: int) -> None:
        assert self.publisher is not None
        entry = document["outbox"][position]
        if self.publisher.send(outgoing(entry), partial(self._sent, documents, document, position)):
            self._in_hand.add(_name(documents, document))
        else:
            self._in_hand.discard(_name(documents, document))

    def _sent(self, documents: Documents, document: Mapping[str, Any], position: int, how: str) -> None:
        if how == CONFIRMED and position + 1 < len(document["outbox"]):
            self._send(documents, document, position + 1)
        else:
            done = position + (how == CONFIRMED)
            self._cleared.put(_Sent(documents, document, done, how == UNROUTABLE))

    def _clear_for_ever(self) -> None:
        while True:
            batch = [self._cleared.get()]
            while len(batch) < CLEAR_BATCH and not self._cleared.empty():
                batch.append(self._cleared.get())
            try:
                self._clear_all(batch)
            except AWAY:
                # the messages are out but still in the outbox: a sweep sends them once more, readers drop the repeat
                _log.warning("outboxes not cleared, database away", documents=len(batch))
            self._in_hand.difference_update(_name(sent.documents, sent.document) for sent in batch)

    def _clear_all(self, batch: list[_Sent]) -> None:
        whole: dict[str, list[_Sent]] = {}
        for sent in batch:
            if sent.unroutable:
                self._postpone(sent.documents, sent.document, sent.document["outbox"][sent.done]["envelope"])
            if sent.done == len(sent.document["outbox"]):
                whole.setdefault(sent.documents.collection.name, []).append(sent)
            elif sent.done:
                self._clear_part(sent)
        for sents in whole.values():
            collection = sents[0].documents.collection
            emptied = {"$set": {"outbox": []}, "$unset": {"outbox_due": ""}}
            result = collection.bulk_write([UpdateOne(_mine(sent.document), emptied) for sent in sents], ordered=False)
            if result.matched_count < len(sents):
                for sent in sents:
                    self._clear_part(sent)

    def _clear_part(self, sent: _Sent) -> None:
        """Clear an outbox that somebody may have added to; without harm where it is clear already."""
        collection, document = sent.documents.collection, sent.document
        ids = [entry["envelope"]["id"] for entry in document["outbox"][: sent.done]]
        found = {"_id": document["_id"], "outbox.envelope.id": {"$in": ids}}
        if not collection.update_one(found, {"$pull": {"outbox": {"envelope.id": {"$in": ids}}}}).matched_count:
            return
        emptied = {"_id": document["_id"], "outbox": {"$size": 0}}
        if not collection.update_one(emptied, {"$unset": {"outbox_due": ""}}).matched_count:
            # somebody added while we sent: we still hold the outbox, so the rest follows in order
            self._take(sent.documents, document["_id"], document["outbox_due"])

    def _take(self, documents: Documents, key: Any, due: float) -> None:
        """Become the holder of an outbox whose ``outbox_due`` is still ``due``, and send it."""
        taken: Document | None = documents.collection.find_one_and_update(
            {"_id": key, "outbox_due": due},
            {"$set": {"outbox_due": time.time() + LEASE_SECONDS}},
            return_document=True,
        )
        if taken and taken["outbox"]:
            self._send(documents, taken, 0)

    def _postpone(self, documents: Documents, document: Mapping[str, Any], envelope: Mapping[str, Any]) -> None:
        _log.error("no queue takes a message", type=envelope["type"], message_id=envelope["id"])
        documents.collection.update_one(
            {"_id": document["_id"], "outbox_due": document["outbox_due"]},
            {"$set": {"outbox_due": time.time() + UNROUTABLE_PAUSE}},
        )

    def _sweep_for_ever(self) -> None:
        while not self._stopping:
            eventlet.sleep(SWEEP_SECONDS)
            for documents in self._swept:
                try:
                    self._sweep(documents)
                except AWAY:
                    _log.warning("sweep put off, database away", collection=documents.collection.name)

    def _sweep(self, documents: Documents) -> None:
        assert self.publisher is not None
        late = documents.collection.find(
            {"outbox_due": {"$lte": time.time()}}, {"outbox_due": 1}, sort=[("outbox_due", 1)], limit=SWEEP_BATCH
        )
        rows = list(late)
        if not rows:
            # a lease that ends so late was taken before the clock was set back
            odd = {"outbox_due": {"$gt": time.time() + LONGEST_LEASE}}
            rows = list(documents.collection.find(odd, {"outbox_due": 1}, limit=SWEEP_BATCH))
        telemetry.OUTBOX_LATE.labels(documents.collection.name).set(len(rows))
        for row in rows:
            if _name(documents, row) in self._in_hand:
                continue  # confirmed or about to be: only the clearing is behind
            if self._stopping or self.publisher.under_way > SWEEP_BATCH:
                return
            self._take(documents, row["_id"], row["outbox_due"])
