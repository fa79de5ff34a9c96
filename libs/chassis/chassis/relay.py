"""Sends the outboxes of documents: at once after the write, and by sweeping for what a crash left behind.

One document's messages go one after the other, each when the one before is confirmed, so a reader's first sight of
them is in order. Whoever wrote the first entry holds the outbox for ``LEASE_SECONDS``; after that a sweep takes over.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import eventlet
from eventlet.queue import LightQueue
from nameko.extensions import SharedExtension
from pymongo import UpdateOne

from chassis import runtime, telemetry
from chassis.database import AWAY
from chassis.documents import Documents
from chassis.errors import StaleDocument
from chassis.held import Held, Sent, outgoing
from chassis.kept import LEASE_SECONDS
from chassis.publisher import CONFIRMED, UNROUTABLE, Publisher

SWEEP_SECONDS = 1.0
ODD_EVERY = 5  # sweeps
SWEEP_BATCH = 200
CLEAR_BATCH = 100
#: What is confirmed in so many seconds is cleared together; a crash meanwhile sends it once more, and readers drop it.
CLEAR_PAUSE = 0.2
MOST_HELD = 400
UNROUTABLE_PAUSE = 30.0
LONGEST_LEASE = 2 * max(LEASE_SECONDS, UNROUTABLE_PAUSE)

_log = telemetry.logger(__name__)


class OutboxRelay(SharedExtension):
    """The relay of one process, and its publisher, which retries, parking and replies use too."""

    def __init__(self) -> None:
        self.publisher: Publisher | None = None
        self._swept: list[Documents] = []
        self._cleared: LightQueue = LightQueue()
        self._held: dict[tuple[str, Any], Held] = {}
        self._clearing = False
        self._sweeps = 0
        self._stopping = False

    @property
    def sending(self) -> int:
        """How many outboxes this process holds."""
        return len(self._held)

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
        while self._clearing or not self._cleared.empty():
            eventlet.sleep(0.01)

    def sweep(self, documents: Documents) -> None:
        """Keep an eye on this collection."""
        self._swept.append(documents)

    def offer(self, documents: Documents, document: Mapping[str, Any]) -> None:
        """Send the outbox of a document just written; when too much is under way a sweep will do it later.

        Waits while very many are held: who writes faster than outboxes can be cleared would fill the memory, and let
        leases pass.
        """
        while len(self._held) >= MOST_HELD and not self._stopping:
            eventlet.sleep(0.01)
        if document["outbox_due"] > time.time():  # else a sweep may have it
            self._hold(documents, document)

    def _hold(self, documents: Documents, document: Mapping[str, Any]) -> None:
        held = Held(documents, document)
        self._held[held.name] = held
        self._send(held)

    def join(self, documents: Documents, document: Mapping[str, Any]) -> None:
        """Send what was just added to an outbox after what is in it, if it is this process that sends it."""
        held = self._held.get((documents.collection.name, document["_id"]))
        if held is None or held.document.get("outbox_due") != document.get("outbox_due"):
            return  # whoever holds it takes the rest when he clears it
        known = held.ids
        if Held(documents, document).ids[: len(known)] != known:
            return
        held.document = document
        if not held.busy:
            self._go_on(held)

    def _go_on(self, held: Held) -> None:
        if held.done < len(held.document["outbox"]):
            self._send(held)
        else:
            self._cleared.put(Sent(held, held.document, held.done, False))

    def _send(self, held: Held) -> None:
        assert self.publisher is not None
        entry = held.document["outbox"][held.done]
        held.busy = self.publisher.send(outgoing(entry), partial(self._sent, held))
        if not held.busy:
            self._over(held)
            if held.done:
                self._cleared.put(Sent(held, held.document, held.done, False))

    def _sent(self, held: Held, how: str) -> None:
        held.busy = False
        held.done += how == CONFIRMED
        if how == CONFIRMED:
            self._go_on(held)
        else:
            self._over(held)
            self._cleared.put(Sent(held, held.document, held.done, how == UNROUTABLE))

    def _over(self, held: Held) -> None:
        if self._held.get(held.name) is held:
            del self._held[held.name]

    def _clear_for_ever(self) -> None:
        while True:
            batch = [self._cleared.get()]
            self._clearing = True
            if self._cleared.qsize() < CLEAR_BATCH and not self._stopping:
                eventlet.sleep(CLEAR_PAUSE)
            while len(batch) < CLEAR_BATCH and not self._cleared.empty():
                batch.append(self._cleared.get())
            try:
                self._clear_all(batch)
            except (*AWAY, StaleDocument) as error:
                # the messages are out but still in the outbox: a sweep sends them once more, readers drop the repeat
                _log.warning("outboxes not cleared", documents=len(batch), error=type(error).__name__)
                for sent in batch:
                    self._over(sent.held)
            self._clearing = False

    def _clear_all(self, batch: list[Sent]) -> None:
        whole: dict[str, list[Sent]] = {}
        batch = [sent for sent in batch if not sent.outdated]
        for documents in {sent.held.documents for sent in batch}:
            documents.tell_followers([sent.document for sent in batch if sent.held.documents is documents])
        for sent in batch:
            if sent.unroutable:
                self._postpone(sent.held.documents, sent.document, sent.document["outbox"][sent.done]["envelope"])
            if sent.done == len(sent.document["outbox"]):
                whole.setdefault(sent.held.documents.collection.name, []).append(sent)
            elif sent.done:
                self._clear_part(sent)
        for sents in whole.values():
            self._clear_whole(sents)

    def _clear_whole(self, sents: list[Sent]) -> None:
        collection = sents[0].held.documents.collection
        emptied = {"$set": {"outbox": []}, "$unset": {"outbox_due": ""}}
        result = collection.bulk_write([UpdateOne(sent.unwritten, emptied) for sent in sents], ordered=False)
        left = set()
        if result.matched_count < len(sents):
            among = {"_id": {"$in": [sent.document["_id"] for sent in sents]}, "outbox_due": {"$gt": 0}}
            left = {row["_id"] for row in collection.find(among, {"_id": 1})}
        for sent in sents:
            if not sent.outdated:
                self._over(sent.held)
                if sent.document["_id"] in left:
                    self._clear_part(sent)

    def _clear_part(self, sent: Sent) -> None:
        """Clear an outbox that somebody may have added to; without harm where it is clear already."""
        collection, document = sent.held.documents.collection, sent.document
        ids = [entry["envelope"]["id"] for entry in document["outbox"][: sent.done]]
        found = {"_id": document["_id"], "outbox.envelope.id": {"$in": ids}}
        if not collection.update_one(found, {"$pull": {"outbox": {"envelope.id": {"$in": ids}}}}).matched_count:
            return
        emptied = {"_id": document["_id"], "outbox": {"$size": 0}}
        if not collection.update_one(emptied, {"$unset": {"outbox_due": ""}}).matched_count:
            # somebody added while we sent: we still hold the outbox, so the rest follows in order
            self._take(sent.held.documents, document["_id"], document["outbox_due"])

    def _take(self, documents: Documents, key: Any, due: float) -> None:
        """Become the holder of an outbox whose ``outbox_due`` is still ``due``, and send it."""
        lease = time.time() + LEASE_SECONDS
        # two requests: the embedded database reads the whole collection for a find_one_and_update
        if not documents.collection.update_one(
            {"_id": key, "outbox_due": due}, {"$set": {"outbox_due": lease}}
        ).matched_count:
            return
        taken = documents.collection.find_one({"_id": key, "outbox_due": lease})
        if taken and taken["outbox"]:
            self._hold(documents, taken)
        elif taken:  # left by a crash between emptying and this
            documents.collection.update_one({"_id": key, "outbox_due": lease}, {"$unset": {"outbox_due": ""}})

    def _postpone(self, documents: Documents, document: Mapping[str, Any], envelope: Mapping[str, Any]) -> None:
        _log.error("no queue takes a message", type=envelope["type"], message_id=envelope["id"])
        documents.collection.update_one(
            {"_id": document["_id"], "outbox_due": document["outbox_due"]},
            {"$set": {"outbox_due": time.time() + UNROUTABLE_PAUSE}},
        )

    def _sweep_for_ever(self) -> None:
        while not self._stopping:
            eventlet.sleep(SWEEP_SECONDS)
            self._sweeps += 1
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
        if not rows and self._sweeps % ODD_EVERY == 0:
            # a lease that ends so late was taken before the clock was set back
            odd = {"outbox_due": {"$gt": time.time() + LONGEST_LEASE}}
            rows = list(documents.collection.find(odd, {"outbox_due": 1}, limit=SWEEP_BATCH))
        telemetry.OUTBOX_LATE.labels(documents.collection.name).set(len(rows))
        for row in rows:
            if (documents.collection.name, row["_id"]) in self._held:
                continue  # confirmed or about to be: only the clearing is behind
            if self._stopping or max(self.publisher.under_way, len(self._held)) > MOST_HELD:
                return
            self._take(documents, row["_id"], row["outbox_due"])
