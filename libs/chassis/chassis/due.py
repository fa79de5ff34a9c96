"""``@due``: waiting that outlives processes. A row with a ``wake_at`` moment is claimed by one replica and handled.

Nothing waits as an un-acknowledged message or a sleeping thread: RabbitMQ ends consumers that hold a message too long.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, register_entrypoint

from chassis import runtime, telemetry
from chassis.clock import Clock
from chassis.database import AWAY, connect
from chassis.documents import again_if_stale

LEASE = timedelta(seconds=30)
POLL_SECONDS = 0.5
BATCH = 50

Handler = Callable[..., Any]

_log = telemetry.logger(__name__)


class Due(Entrypoint):
    """Call the method with the id of each document of ``collection`` whose ``wake_at`` has come.

    The claim moves ``wake_at`` on by ``LEASE``; the method must save the document with the next ``wake_at``, or without
    one. If it fails, or its process dies, the row is due again after the lease: the method must be idempotent.

    Args:
        collection: of the service's own database.
        real_time: the rows wait for machines, not for a day that people count, so a played clock does not move them.
    """

    def __init__(self, collection: str, *, real_time: bool = False, **kwargs: Any) -> None:
        self.collection_name = collection
        self._real_time = real_time
        self._stopping = False
        super().__init__(**kwargs)

    def setup(self) -> None:
        settings = runtime.settings()
        self._collection = connect(settings.mongodb_uri, settings.database)[self.collection_name]
        self._clock = Clock() if self._real_time else runtime.clock()

    def start(self) -> None:
        self.container.spawn_managed_thread(self._poll_for_ever)

    def stop(self) -> None:
        self._stopping = True

    def _poll_for_ever(self) -> None:
        while not self._stopping:
            try:
                claimed = self._claim_batch()
            except AWAY:
                _log.warning("due rows put off, database away", collection=self.collection_name)
                claimed = 0
            if claimed < BATCH:
                eventlet.sleep(POLL_SECONDS)

    def _claim_batch(self) -> int:
        now = self._clock.now()
        rows = list(
            self._collection.find(
                {"wake_at": {"$lte": now}}, {"wake_at": 1, "trace": 1}, sort=[("wake_at", 1)], limit=BATCH
            )
        )
        running = []
        for row in rows:
            mine = {"_id": row["_id"], "wake_at": row["wake_at"]}
            if self._collection.update_one(mine, {"$set": {"wake_at": now + LEASE}}).matched_count:
                telemetry.DUE.labels(self.collection_name).inc()
                running.append(self._handle(row))
        for done in running:
            done.wait()
        return len(rows)

    def _handle(self, row: dict[str, Any]) -> Event:
        done, key = Event(), row["_id"]
        ids = {"due": self.collection_name, "row": str(key), "traceparent": row.get("trace", {}).get("traceparent")}
        try:
            self.container.spawn_worker(
                self, (key,), {}, context_data=ids, handle_result=partial(self._end, str(key), done)
            )
        except ContainerBeingKilled:
            done.send(None)
        return done

    def _end(self, key: str, done: Event, _context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info:
            _log.warning("due row comes again", row=key, error=exc_info[0].__name__)
        done.send(None)
        return result, None


def due(*args: Any, **kwargs: Any) -> Callable[[Handler], Handler]:
    """Decorate a service method; see ``Due`` for the arguments."""

    def decorate(method: Handler) -> Handler:
        handler = again_if_stale(method)
        register_entrypoint(handler, Due(*args, **kwargs))
        return handler

    return decorate
