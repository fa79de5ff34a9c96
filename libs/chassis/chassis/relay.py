"""Sends the outboxes of documents: at once after the write, and by sweeping for what a crash left behind.

One document's messages go one after the other, each when the one before is confirmed, so a reader's first sight of
them is in order. Whoever wrote the first entry holds the outbox for ``LEASE_SECONDS``; after that a sweep takes over.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import eventlet
from eventlet.queue import LightQueue
from nameko.extensions import SharedExtension

from chassis import runtime, telemetry
from chassis.database import AWAY
from chassis.documents import LEASE_SECONDS, Document, Documents
from chassis.publisher import CONFIRMED, PERSISTENT, UNROUTABLE, Outgoing, Publisher

CONTENT_TYPE = "application/cloudevents+json"
SWEEP_SECONDS = 1.0
SWEEP_BATCH = 200
UNROUTABLE_PAUSE = 30.0

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


class OutboxRelay(SharedExtension):
    """The relay of one process, and its publisher, which retries, parking and replies use too."""

    def __init__(self) -> None:
        self.publisher: Publisher | None = None
        self._swept: list[Documents] = []
        self._cleared: LightQueue = LightQueue()
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
        self.publisher.send(outgoing(entry), partial(self._sent, documents, document, position))

    def _sent(self, documents: Documents, document: Mapping[str, Any], position: int, how: str) -> None:
        if how == CONFIRMED and position + 1 < len(document["outbox"]):
            self._send(documents, document, position + 1)
        else:
            done = position + (how == CONFIRMED)
            self._cleared.put((documents, document, done, how == UNROUTABLE))

    def _clear_for_ever(self) -> None:
        while True:
            documents, document, done, unroutable = self._cleared.get()
            try:
                if unroutable:
                    self._postpone(documents, document, document["outbox"][done]["envelope"])
                if done:
                    self._clear(documents, document, done)
            except AWAY:
                # the messages are out but still in the outbox: a sweep sends them once more, readers drop the repeat
                _log.warning("outbox not cleared, database away", collection=documents.collection.name)

    def _clear(self, documents: Documents, document: Mapping[str, Any], done: int) -> None:
        collection = documents.collection
        if done == len(document["outbox"]):
            mine = {"_id": document["_id"], "version": document["version"], "outbox_due": document["outbox_due"]}
            emptied = {"$set": {"outbox": []}, "$unset": {"outbox_due": ""}}
            if collection.update_one(mine, emptied).matched_count:
                return
        sent = [entry["envelope"]["id"] for entry in document["outbox"][:done]]
        collection.update_one({"_id": document["_id"]}, {"$pull": {"outbox": {"envelope.id": {"$in": sent}}}})
        emptied_now = {"_id": document["_id"], "outbox": {"$size": 0}}
        if not collection.update_one(emptied_now, {"$unset": {"outbox_due": ""}}).matched_count:
            # somebody added while we sent: we still hold the outbox, so the rest follows in order
            self._take(documents, document["_id"], document["outbox_due"])

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
        telemetry.OUTBOX_LATE.labels(documents.collection.name).set(len(rows))
        for row in rows:
            if self._stopping or self.publisher.under_way > SWEEP_BATCH:
                return
            self._take(documents, row["_id"], row["outbox_due"])
