"""The limits really act: prefetch, workers, a full queue, a body too large."""

import json
import uuid
from urllib.parse import quote

import eventlet
import pytest
import toys

from chassis import documents, kept, relay
from chassis.inbox import inbox
from chassis.kept import Cause, Letter
from chassis.service import Service, Stored
from chassis.settings import Settings, read
from motcua import topology

QUEUE = "notify.dossier.overdue.v1"
SECOND_QUEUE = "notify.dossier.resolved.v1"
FULL = "gateway.notice.sent.v1"


class Addressed(toys.Toy):
    TYPE = "dossier.resolved.v1"


class SlowToyService(Service):
    """Each handler waits for the gate; who is inside is counted."""

    name = "notify"

    effects: toys.Effects = Stored(toys.Effects)
    gate_open = True
    inside: list[str] = []
    peak = 0

    @staticmethod
    def load_settings() -> Settings:
        return read("notify", Settings)

    @inbox(toys.Toy)
    def on_toy(self, message: toys.Toy) -> None:
        self._work(message)

    @inbox(Addressed)
    def on_second(self, message: toys.Toy) -> None:
        self._work(message)

    def _work(self, message: toys.Toy) -> None:
        self.inside.append(message.id)
        SlowToyService.peak = max(self.peak, len(self.inside))
        eventlet.sleep(message.data.get("takes", 0))
        while not SlowToyService.gate_open:
            eventlet.sleep(0.01)
        letters = [Letter("notify.events", "notice.sent.v1", {"id": f"notice-{message.id}", "type": "t"})]
        self.effects.do(message.id, Cause(message.id), letters)
        self.inside.remove(message.id)


@pytest.fixture
def slow(monkeypatch):
    """The class, with nobody inside and its gate open."""
    monkeypatch.setattr(SlowToyService, "gate_open", True)
    monkeypatch.setattr(SlowToyService, "peak", 0)
    SlowToyService.inside.clear()
    yield SlowToyService
    SlowToyService.gate_open = True  # so that the service can drain


def say(bus, count, contract=toys.Toy, **data):
    ids = [str(uuid.uuid4()) for _ in range(count)]
    for key in ids:
        bus.say("intake", "intake.events", contract.TYPE, {"id": key, "type": contract.TYPE, "data": data})
    return ids


def test_no_more_than_the_prefetch_of_each_queue_is_taken_before_the_first_is_handled(
    bus, run_service, slow, until, collection
):
    slow.gate_open = False
    run_service(slow, MOTCUA_PREFETCH="2", MOTCUA_WORKERS="1")
    say(bus, 6)
    until(lambda: slow.inside)
    until(lambda: bus.depth(QUEUE) == 4)
    say(bus, 6, Addressed)
    # the second queue is served after the first on the same connection: what it was going to take is taken by now
    until(lambda: bus.depth(SECOND_QUEUE) == 4)
    assert bus.depth(QUEUE) == 4
    assert len(slow.inside) == 1
    slow.gate_open = True
    until(lambda: collection("effects").count_documents({}) == 12)
    assert bus.depth(QUEUE) == bus.depth(SECOND_QUEUE) == 0


@pytest.mark.parametrize("workers", [1, 3])
def test_as_many_handlers_run_at_once_as_there_are_workers_and_no_more(
    bus, run_service, slow, until, collection, workers
):
    run_service(slow, MOTCUA_PREFETCH="20", MOTCUA_WORKERS=str(workers))
    say(bus, 6, takes=0.05)
    say(bus, 6, Addressed, takes=0.05)
    until(lambda: collection("effects").count_documents({}) == 12)
    assert slow.peak == workers


def test_one_worker_and_a_prefetch_of_one_still_handle_everything(bus, run_service, slow, until, collection):
    run_service(slow, MOTCUA_PREFETCH="1", MOTCUA_WORKERS="1")
    ids = say(bus, 5) + say(bus, 5, Addressed)
    until(lambda: collection("effects").count_documents({}) == 10)
    assert {row["_id"] for row in collection("effects").find()} == set(ids)


@pytest.fixture
def short_queue(broker):
    """Let the gateway's queue for notices hold five messages for a while; return what lifts the limit."""
    management, path = topology.Management(broker.api), f"policies/{quote('motcua', safe='')}/test-short-queue"
    (usual,) = [row["definition"] for row in broker.definitions["policies"] if row["name"] == "gateway.work"]
    management.call(
        "PUT",
        path,
        body={
            "pattern": "^" + FULL.replace(".", r"\.") + "$",
            "apply-to": "queues",
            "priority": 100,
            # only one policy applies to a queue: this one must say all that the usual one says
            "definition": usual | {"max-length": 5, "overflow": "reject-publish"},
        },
    )

    def lift():
        management.call("DELETE", path, missing_ok=True)

    yield lift
    lift()


def policy_of(broker, queue):
    return topology.Management(broker.api).call("GET", f"queues/motcua/{queue}").get("policy")


def test_what_a_full_queue_refuses_stays_in_the_outboxes_and_arrives_when_there_is_room(
    bus, broker, run_service, slow, short_queue, until, collection, monkeypatch
):
    for module in (documents, kept, relay):
        monkeypatch.setattr(module, "LEASE_SECONDS", 1.0)  # until what was refused is tried again
    until(lambda: policy_of(broker, FULL) == "test-short-queue", what="the policy in force")
    run_service(slow)
    ids = say(bus, 20)
    until(lambda: collection("effects").count_documents({}) == 20, what="every message handled")
    unsent = {"outbox.0": {"$exists": True}}
    until(lambda: bus.depth(FULL) >= 5, what="a full queue")
    until(
        lambda: bus.depth(FULL) + collection("effects").count_documents(unsent) == 20, what="the rest in the outboxes"
    )
    assert collection("effects").count_documents(unsent) >= 10  # a quorum queue lets a few more in than its limit says
    # kept beyond the lease: tried again, refused again, neither lost nor let in
    due = max(row["outbox_due"] for row in collection("effects").find(unsent))
    until(lambda: collection("effects").count_documents({**unsent, "outbox_due": {"$gt": due}}) > 0)
    assert bus.depth(FULL) + collection("effects").count_documents(unsent) == 20
    assert bus.depth("notify.parked") == 0

    short_queue()
    heard = set()
    while len(heard) < 20:
        heard.add(bus.hear_event(FULL)["id"])
    assert heard == {f"notice-{key}" for key in ids}
    until(lambda: collection("effects").count_documents({"outbox": [], "outbox_due": None}) == 20)


def test_a_body_of_ten_megabytes_is_parked_byte_for_byte_and_the_service_goes_on(
    bus, run_service, slow, until, collection
):
    run_service(slow)
    head = {"id": "large", "type": toys.Toy.TYPE, "data": {}}
    body = json.dumps({**head, "padding": "đ" * 5_000_000}, ensure_ascii=False).encode()
    assert len(body) > 10_000_000
    bus.say("intake", "intake.events", toys.Toy.TYPE, body)
    (after,) = say(bus, 1)
    parked, headers = bus.hear("notify.parked", within=30)
    assert "larger than" in headers["x-parked-because"]
    assert headers["x-parked-queue"] == QUEUE
    assert len(parked) == len(body)
    assert parked == body
    until(lambda: collection("effects").find_one({"_id": after}))
    assert collection("effects").count_documents({}) == 1


@pytest.mark.parametrize(("over", "ends"), [(0, "handled"), (1, "parked")])
def test_a_body_is_too_large_from_the_first_byte_over_the_limit(bus, run_service, slow, until, collection, over, ends):
    run_service(slow)
    frame = json.dumps({"id": "edge", "type": toys.Toy.TYPE, "data": {}, "padding": ""}).encode()
    body = frame[:-2] + b"x" * (1024 * 1024 + over - len(frame)) + frame[-2:]
    bus.say("intake", "intake.events", toys.Toy.TYPE, body)

    def end():
        if collection("effects").find_one({"_id": "edge"}):
            return "handled"
        return "parked" if bus.depth("notify.parked") else None

    assert until(end) == ends
