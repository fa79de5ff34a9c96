"""Toy services on notify's and council's queues: they show the chassis alone, without a word of the domain."""

import time
from typing import Any

import eventlet

from chassis.database import AWAY
from chassis.documents import Documents
from chassis.due import due
from chassis.errors import Refused
from chassis.inbox import inbox
from chassis.kept import Cause, Letter
from chassis.rpc import rpc
from chassis.service import Service, Stored
from chassis.settings import Settings, read


class Toy:
    """A contract: any object with an id; ``data.fail`` says how the handler fails."""

    TYPE = "dossier.overdue.v1"
    OWNER = "intake"
    ADDRESS = None

    def __init__(self, body: dict[str, Any]) -> None:
        self.id, self.data = body["id"], body["data"]
        self.type, self.subject, self.traceparent = self.TYPE, body.get("subject", "s"), body.get("traceparent")

    @classmethod
    def open(cls, body: Any) -> "Toy":
        if not isinstance(body, dict) or body.get("type") != cls.TYPE or "id" not in body:
            raise ValueError("type: not this one")
        return cls(body)


class Addressed(Toy):
    TYPE = "dossier.resolved.v1"
    ADDRESS = "who"


class Hopeless(Exception):
    pass


class Effects:
    """Counts what was done, and by which message."""

    COLLECTION = "effects"
    INDEXES: list[Any] = []

    def __init__(self, documents: Documents) -> None:
        self.documents = documents

    def do(self, key: str, cause: Cause, letters: list[Letter]) -> None:
        self.documents.add({"_id": key, "done": 1}, letters, cause)


def letter(number: int, key: str = "notice.sent.v1") -> Letter:
    return Letter("notify.events", key, {"id": f"m{number}", "type": key, "data": {"number": number}})


class ToyService(Service):
    name = "notify"

    effects: Effects = Stored(Effects)
    calls: list[tuple[str, float]] = []
    addresses: list[str] = []
    away_until: float = 0.0

    @staticmethod
    def load_settings() -> Settings:
        return read("notify", Settings)

    @inbox(Toy, permanent=(Hopeless,))
    def on_toy(self, message: Toy) -> None:
        self.calls.append((message.id, time.monotonic()))
        how = message.data.get("fail")
        if how == "away" and len(self.calls) < 10:
            raise AWAY[0]("gone")
        if how == "hopeless":
            raise Hopeless("never")
        if how == "always":
            raise RuntimeError("name of a citizen")
        if how == "spin":
            while True:  # holds the one thread of the process, as a runaway computation would
                pass
        eventlet.sleep(message.data.get("takes", 0))
        self.effects.do(message.id, Cause(message.id), [letter(n) for n in range(message.data.get("letters", 0))])

    @inbox(Addressed)
    def on_addressed(self, message: Addressed, address: str) -> None:
        self.addresses.append(address)
        if message.data.get("fail_once") and len(self.addresses) < 2:
            raise RuntimeError("once")


class RpcToyService(Service):
    name = "routing"

    calls: list[str] = []

    @staticmethod
    def load_settings() -> Settings:
        return read("routing", Settings)

    @rpc(roles=("clerk",))
    def echo(self, caller: Any, word: str) -> dict[str, Any]:
        self.calls.append(word)
        if word == "refuse":
            raise Refused("not-so", 409, "No.", [{"field": "word", "message": "not this"}])
        if word == "break":
            raise RuntimeError("secret of a citizen")
        if word == "slow":
            eventlet.sleep(1.0)
        return {"word": word, "by": caller.subject}


class DueToyService(Service):
    name = "reception"

    rows: Effects = Stored(Effects)
    woken: list[str] = []

    @staticmethod
    def load_settings() -> Settings:
        return read("reception", Settings)

    @due("effects")
    def on_due(self, key: str) -> None:
        loaded = self.rows.documents.load(key)
        assert loaded is not None
        self.woken.append(key)
        if key.startswith("fails") and self.woken.count(key) == 1:
            raise RuntimeError("once")
        self.rows.documents.save(loaded, {"done": loaded["done"] + 1}, unset=["wake_at"])
