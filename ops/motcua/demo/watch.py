"""What the demo sees of the running system: counts from the databases, the broker and the mailbox."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pymongo
from kombu import Connection

from motcua.stack import Stack

DATABASES = ("intake", "routing", "reception", "council", "notify", "gateway")
WAITING = "dossier.result-waiting.v1"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
PARKED = ("intake", "routing", "reception", "council", "notify", "gateway", "partners")


@dataclass(frozen=True)
class Sight:
    """One look at everything.

    Attributes:
        statuses: dossiers by national status code.
        waiting: messages ready in work and retry queues.
        unsent: collections in which a document still has something to tell.
        mails: messages that the mail server received.
        queued: notices that wait for the mail server.
    """

    statuses: dict[int, int]
    waiting: int
    unsent: int
    mails: int
    queued: int = 0

    @property
    def dossiers(self) -> int:
        return sum(self.statuses.values())

    @property
    def quiet(self) -> bool:
        return not (self.waiting or self.unsent or self.queued)


class Watch:
    """Looks at a stack from outside, with the operator's rights."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(stack.mongodb_uri, tz_aware=True)
        self._broker = Connection(stack.amqp_uri("operator"))
        self._channel = self._broker.channel()
        self.dossiers = self._client["motcua_intake"]["dossiers"]
        self.kept_payments = self._client["motcua_intake"]["kept_payments"]
        self.attachments = self._client["motcua_intake"]["attachments"]
        self.tracking = self._client["motcua_gateway"]["tracking"]
        self.assignments = self._client["motcua_routing"]["assignments"]
        self.notices = self._client["motcua_notify"]["notices"]
        self.rejections = self._client["motcua_intake"]["rejections"]
        self._queues = self._work_queues()
        self._outboxes = [rows for name in DATABASES for rows in self._with_outbox(f"motcua_{name}")]

    def close(self) -> None:
        self._broker.release()
        self._client.close()

    def look(self) -> Sight:
        """Count everything once."""
        groups = self.dossiers.aggregate([{"$group": {"_id": "$status", "count": {"$sum": 1}}}])
        waiting = sum(self.depth(queue) for queue in self._queues)
        # while messages wait nothing is at rest, and counting the rest would only burden the database
        watched = () if waiting else self._outboxes
        return Sight(
            statuses={row["_id"]: row["count"] for row in groups},
            waiting=waiting,
            unsent=sum(rows.find_one({"outbox_due": {"$gt": 0}}, {"_id": 1}) is not None for rows in watched),
            mails=len(self._stack.mailbox.messages()),
            queued=0 if waiting else self.notices.count_documents({"state": "queued"}),
        )

    def depth(self, queue: str) -> int:
        """Return how many messages lie ready in a queue."""
        return int(self._channel.queue_declare(queue, passive=True).message_count)

    def parked(self) -> dict[str, int]:
        """Return the parked messages by whose they are."""
        return {name: self.depth(f"{name}.parked") for name in PARKED}

    def next_wake(self) -> datetime | None:
        """Return the next moment at which intake or routing must act by themselves."""
        moments = []
        for rows in (self.dossiers, self.assignments):
            found = rows.find_one({"wake_at": {"$gt": LONG_AGO}}, sort=[("wake_at", 1)])
            if found:
                moments.append(found["wake_at"])
        return min(moments) if moments else None

    def reminded(self, code: str) -> bool:
        """Whether the person has had a mail that the result waits."""
        return self.notices.find_one({"code": code, "occasion": WAITING, "state": "sent"}, {"_id": 1}) is not None

    def settle(self, show: Callable[[Sight], None], *, steady: float = 1.2, within: float = 300) -> Sight:
        """Wait until nothing is under way and nothing has changed for ``steady`` seconds.

        Raises:
            TimeoutError: it does not come to rest; says what is still under way.
        """
        end = time.monotonic() + within
        before, since = self.look(), time.monotonic()
        while time.monotonic() < end:
            time.sleep(0.5)
            now = self.look()
            show(now)
            if now != before or not now.quiet:
                before, since = now, time.monotonic()
            elif time.monotonic() - since >= steady:
                return now
        raise TimeoutError(f"not at rest within {within} s: {before}")

    def _with_outbox(self, database: str) -> list[Any]:
        """Return the collections whose documents tell others something: those with the relay's index."""
        found = [self._client[database][name] for name in self._client[database].list_collection_names()]
        return [rows for rows in found if any("outbox_due" in dict(one["key"]) for one in rows.list_indexes())]

    def _work_queues(self) -> list[str]:
        stack = self._stack
        names = [str(queue["name"]) for queue in stack.definitions()["queues"]]
        # wards and providers take their answers when they like: what lies in their queues keeps nothing of ours busy
        return [name for name in names if not name.endswith(".parked") and not name.startswith(("ward.", "provider."))]
