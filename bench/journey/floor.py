"""The floor: one service of the journey in plain kombu and pymongo, ``python -m bench.journey.floor intake``.

For each message: decode it, the writes that ours makes, the publishes that ours makes, each waited for, then the
acknowledgement. No validation, no log, no trace, no retry, no order, no reading of the database, one message at a time.
Environment: ``BENCH_AMQP``, ``BENCH_MONGODB`` (URIs), ``BENCH_DATABASE``, ``BENCH_SMTP_PORT``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import pymongo
from kombu import Connection, Consumer, Producer, Queue

from bench.journey.letter import send
from bench.journey.messages import CONTENT_TYPE, DEPARTMENT, WARD, Golden, Message, encode

PREFETCH = 20
#: What ends the routing key of an addressed message.
ADDRESS = {"dossier.submit.v1": f".{WARD}", "submission.answered.v1": f".{WARD}"} | {
    f"assignment.{word}.v1": f".{DEPARTMENT}" for word in ("issued", "accepted", "resolved")
}


class Floor:
    """What the four services have in common: three kinds of write, and telling."""

    def __init__(self, service: str) -> None:
        self._service, self._golden = service, Golden()
        client: pymongo.MongoClient[Any] = pymongo.MongoClient(os.environ["BENCH_MONGODB"])
        self.database = client[os.environ["BENCH_DATABASE"]]
        self._broker = Connection(os.environ["BENCH_AMQP"], transport_options={"confirm_publish": True})
        self._producer = Producer(self._broker)

    def letters(self, journey: str, *types: str) -> list[Message]:
        return [self._golden.make(type_, journey) for type_ in types]

    def add(self, collection: str, key: str, message: Message, letters: list[Message]) -> None:
        """Insert a document that holds what it must tell."""
        document = {**message["data"], "_id": key, "marks": [message["id"]], "status": 2, "outbox": letters}
        self.database[collection].insert_one(document)

    def change(
        self, collection: str, key: str, fields: dict[str, Any], letters: list[Message], mark: str | None = None
    ) -> None:
        """Update a document and add what it must tell."""
        push: dict[str, Any] = {"outbox": {"$each": letters}} | ({"marks": mark} if mark else {})
        self.database[collection].update_one({"_id": key}, {"$set": fields, "$push": push})

    def tell(self, collection: str, key: str, letters: list[Message]) -> None:
        """Publish each message, wait for its confirm, then clear the outbox."""
        for letter in letters:
            self._producer.publish(
                encode(letter),
                exchange=f"{self._service}.events",
                routing_key=letter["type"] + ADDRESS.get(letter["type"], ""),
                mandatory=True,
                delivery_mode=2,
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                message_id=letter["id"],
                correlation_id=letter["correlationid"],
                type=letter["type"],
            )
        self.database[collection].update_one({"_id": key}, {"$set": {"outbox": []}})


def intake(floor: Floor, message: Message) -> None:
    journey, type_ = message["correlationid"], message["type"]
    if type_ == "dossier.submit.v1":
        letters = floor.letters(journey, "dossier.received.v1", "submission.answered.v1")
        floor.add("dossiers", journey, message, letters)
    elif type_ == "handling.started.v1":
        letters = floor.letters(journey, "dossier.processing-started.v1")
        floor.change("dossiers", journey, {"status": 4}, letters, message["id"])
    else:
        letters = floor.letters(journey, "dossier.resolved.v1")
        floor.change("dossiers", journey, {"status": 9, "resolution": message["data"]}, letters, message["id"])
    floor.tell("dossiers", journey, letters)


def routing(floor: Floor, message: Message) -> None:
    journey, type_ = message["correlationid"], message["type"]
    if type_ == "dossier.received.v1":
        letters = floor.letters(journey, "assignment.issued.v1")
        floor.add("assignments", journey, message, letters)
    elif type_ == "assignment.accepted.v1":
        letters = floor.letters(journey, "handling.started.v1")
        floor.change("assignments", journey, {"state": "accepted"}, letters, message["id"])
    else:
        letters = floor.letters(journey, "handling.finished.v1")
        floor.change("assignments", journey, {"state": "finished"}, letters, message["id"])
    floor.tell("assignments", journey, letters)


def notify(floor: Floor, message: Message) -> None:
    journey, type_ = message["correlationid"], message["type"]
    if type_ == "dossier.received.v1":
        contact = {"$setOnInsert": message["data"]["contact"]}
        floor.database["contacts"].update_one({"_id": journey}, contact, upsert=True)
    key = f"{journey} {type_}"
    floor.add("notices", key, message, [])
    send(int(os.environ["BENCH_SMTP_PORT"]), journey, type_)
    letters = floor.letters(journey, "notice.sent.v1")
    floor.change("notices", key, {"state": "sent"}, letters)
    floor.tell("notices", key, letters)


def gateway(floor: Floor, message: Message) -> None:
    fact = {"id": message["id"], "type": message["type"], "at": message["time"], "data": message["data"]}
    update = {"$push": {"facts": fact}}
    floor.database["tracking"].update_one({"_id": message["correlationid"]}, update, upsert=True)


HANDLERS: dict[str, Callable[[Floor, Message], None]] = {
    "intake": intake, "routing": routing, "notify": notify, "gateway": gateway,
}  # fmt: skip
#: What each service reads, and on which exchange it is said.
READS = {
    "intake": {
        "dossier.submit.v1": "intake.commands",
        "handling.started.v1": "routing.events",
        "handling.finished.v1": "routing.events",
    },
    "routing": {
        "dossier.received.v1": "intake.events",
        "assignment.accepted.v1": "department.events",
        "assignment.resolved.v1": "department.events",
    },
    "notify": {"dossier.received.v1": "intake.events", "dossier.resolved.v1": "intake.events"},
    "gateway": {
        "dossier.received.v1": "intake.events",
        "assignment.issued.v1": "routing.events",
        "dossier.processing-started.v1": "intake.events",
        "dossier.resolved.v1": "intake.events",
        "notice.sent.v1": "notify.events",
    },
}


def main(service: str) -> None:
    """Read the service's queues until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    floor, handle = Floor(service), HANDLERS[service]

    def on_message(delivery: Any) -> None:
        handle(floor, json.loads(delivery.body))
        delivery.ack()

    with Connection(os.environ["BENCH_AMQP"]) as connection:
        channel = connection.channel()
        for type_ in READS[service]:
            queue = Queue(f"{service}.{type_}", no_declare=True)
            Consumer(channel, [queue], on_message=on_message, prefetch_count=PREFETCH).consume()
        while True:
            connection.drain_events()


if __name__ == "__main__":
    main(sys.argv[1])
