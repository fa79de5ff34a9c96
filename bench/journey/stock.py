"""Plain nameko, written as its documentation shows: ``nameko run --config FILE bench.journey.stock:Intake``.

``event_handler``, ``EventDispatcher`` and a dependency provider for the database, everything by default: JSON, durable
queues of nameko's own making, confirmed publishes, ten workers. The writes and the dispatches are those of ours.
"""

from __future__ import annotations

from typing import Any

import nameko
import pymongo
from nameko.events import EventDispatcher, event_handler
from nameko.extensions import DependencyProvider

from bench.journey.letter import send
from bench.journey.messages import Golden, Message

golden = Golden()


class Storage(DependencyProvider):
    """Gives a worker the service's database."""

    def setup(self) -> None:
        prefix = nameko.config["DATABASE_PREFIX"]
        client: pymongo.MongoClient[Any] = pymongo.MongoClient(nameko.config["MONGODB_URI"])
        self.database = client[f"{prefix}{self.container.service_name}"]

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.database


class Service:
    """What the services share: keep, tell, clear."""

    database = Storage()
    dispatch = EventDispatcher()

    def add(self, collection: str, key: str, message: Message, *told: str) -> None:
        letters = [golden.make(type_, message["correlationid"]) for type_ in told]
        document = {**message["data"], "_id": key, "marks": [message["id"]], "status": 2, "outbox": letters}
        self.database[collection].insert_one(document)
        self.tell(collection, key, letters)

    def change(self, collection: str, key: str, message: Message, fields: dict[str, Any], *told: str) -> None:
        letters = [golden.make(type_, message["correlationid"]) for type_ in told]
        push = {"outbox": {"$each": letters}, "marks": message["id"]}
        self.database[collection].update_one({"_id": key}, {"$set": fields, "$push": push})
        self.tell(collection, key, letters)

    def tell(self, collection: str, key: str, letters: list[Message]) -> None:
        for letter in letters:
            self.dispatch(letter["type"], letter)
        if letters:
            self.database[collection].update_one({"_id": key}, {"$set": {"outbox": []}})


class Intake(Service):
    name = "intake"

    @event_handler("ward", "dossier.submit.v1")
    def on_submit(self, message: Message) -> None:
        told = ("dossier.received.v1", "submission.answered.v1")
        self.add("dossiers", message["correlationid"], message, *told)

    @event_handler("routing", "handling.started.v1")
    def on_started(self, message: Message) -> None:
        key = message["correlationid"]
        self.change("dossiers", key, message, {"status": 4}, "dossier.processing-started.v1")

    @event_handler("routing", "handling.finished.v1")
    def on_finished(self, message: Message) -> None:
        fields = {"status": 9, "resolution": message["data"]}
        self.change("dossiers", message["correlationid"], message, fields, "dossier.resolved.v1")


class Routing(Service):
    name = "routing"

    @event_handler("intake", "dossier.received.v1")
    def on_received(self, message: Message) -> None:
        self.add("assignments", message["correlationid"], message, "assignment.issued.v1")

    @event_handler("department", "assignment.accepted.v1")
    def on_accepted(self, message: Message) -> None:
        self.change("assignments", message["correlationid"], message, {"state": "accepted"}, "handling.started.v1")

    @event_handler("department", "assignment.resolved.v1")
    def on_resolved(self, message: Message) -> None:
        self.change("assignments", message["correlationid"], message, {"state": "finished"}, "handling.finished.v1")


class Notify(Service):
    name = "notify"

    @event_handler("intake", "dossier.received.v1")
    def on_received(self, message: Message) -> None:
        contact = {"$setOnInsert": message["data"]["contact"]}
        self.database["contacts"].update_one({"_id": message["correlationid"]}, contact, upsert=True)
        self.notice(message)

    @event_handler("intake", "dossier.resolved.v1")
    def on_resolved(self, message: Message) -> None:
        self.notice(message)

    def notice(self, message: Message) -> None:
        key = f"{message['correlationid']} {message['type']}"
        self.add("notices", key, message)
        send(int(nameko.config["SMTP_PORT"]), message["correlationid"], message["type"])
        self.change("notices", key, message, {"state": "sent"}, "notice.sent.v1")


class Gateway(Service):
    name = "gateway"

    @event_handler("intake", "dossier.received.v1")
    def on_received(self, message: Message) -> None:
        self.keep(message)

    @event_handler("routing", "assignment.issued.v1")
    def on_issued(self, message: Message) -> None:
        self.keep(message)

    @event_handler("intake", "dossier.processing-started.v1")
    def on_started(self, message: Message) -> None:
        self.keep(message)

    @event_handler("intake", "dossier.resolved.v1")
    def on_resolved(self, message: Message) -> None:
        self.keep(message)

    @event_handler("notify", "notice.sent.v1")
    def on_notice(self, message: Message) -> None:
        self.keep(message)

    def keep(self, message: Message) -> None:
        fact = {"id": message["id"], "type": message["type"], "at": message["time"], "data": message["data"]}
        update = {"$push": {"facts": fact}}
        self.database["tracking"].update_one({"_id": message["correlationid"]}, update, upsert=True)
