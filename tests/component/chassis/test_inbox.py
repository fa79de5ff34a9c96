"""The four ends of a message, on a real broker."""

import json
import uuid
from datetime import datetime

import pika
import pytest
import toys

QUEUE = "notify.dossier.overdue.v1"


class Beyond(datetime):
    """A time that goes onto the wire as the largest of all, far beyond what a reader's calendar can hold."""

    def __new__(cls):
        return super().__new__(cls, 2026, 1, 1)

    def utctimetuple(self):
        return (2026, 1, 1, 10**12, 0, 0, 0, 0, 0)


@pytest.fixture
def toy(bus, run_service):
    toys.ToyService.calls.clear()
    toys.ToyService.addresses.clear()
    return run_service(toys.ToyService)


def toy_message(**data):
    return {"id": str(uuid.uuid4()), "type": toys.Toy.TYPE, "subject": "s", "data": data}


def say(bus, body, **properties):
    bus.say("intake", "intake.events", toys.Toy.TYPE, body, **properties)


def test_a_message_is_acknowledged_after_its_effect_is_written(bus, toy, until, collection):
    message = toy_message()
    say(bus, message)
    until(lambda: collection("effects").find_one({"_id": message["id"]}))
    until(lambda: bus.depth(QUEUE) == 0)
    assert bus.depth("notify.parked") == 0


def test_the_same_message_twice_has_one_effect_and_is_not_parked(bus, toy, until, collection):
    message = toy_message()
    say(bus, message)
    say(bus, message)
    until(lambda: len(toys.ToyService.calls) == 2)
    assert collection("effects").count_documents({}) == 1
    assert bus.depth("notify.parked") == 0


def test_a_failing_message_is_tried_with_growing_delay_and_then_parked_byte_for_byte(bus, toy, until):
    body = json.dumps(toy_message(fail="always"), indent=3).encode()
    say(bus, body, application_headers={"mine": "kept"}, message_id="m-1")
    parked, headers = bus.hear("notify.parked", within=20)
    times = [at for _, at in toys.ToyService.calls]
    assert parked == body
    assert headers["mine"] == "kept"
    assert len(times) == 8  # the first try and one per retry queue
    assert times[-1] - times[-2] > times[1] - times[0]
    assert headers["x-parked-queue"] == QUEUE
    assert headers["x-parked-error"] == "RuntimeError"
    assert headers["x-routing-key"] == toys.Toy.TYPE
    assert headers["x-attempt"] == 7


def test_a_hopeless_message_is_parked_at_once(bus, toy):
    say(bus, toy_message(fail="hopeless"))
    _, headers = bus.hear("notify.parked")
    assert headers["x-parked-because"].startswith("Hopeless")
    assert len(toys.ToyService.calls) == 1


def test_a_database_that_is_away_does_not_count_against_the_message(bus, toy, until, collection):
    message = toy_message(fail="away")
    say(bus, message)
    until(lambda: collection("effects").find_one({"_id": message["id"]}))
    assert len(toys.ToyService.calls) == 10  # more tries than the ladder has steps
    assert bus.depth("notify.parked") == 0


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"\xff\xfe{", "application/cloudevents+json", "not UTF-8"),
        (b"{", "application/cloudevents+json", "not JSON"),
        (b'{"id": NaN}', "application/cloudevents+json", "not JSON"),
        (b"[" * 100_000, "application/cloudevents+json", "not JSON"),
        (b"\x80\x04K\x01.", "application/x-python-serialize", "content type"),
        (b"id: 1", "application/x-yaml", "content type"),
        (b'{"type": "dossier.overdue.v9", "id": "1"}', "application/json", "type"),
        (b'["a list"]', "application/json", "type"),
    ],
)
def test_what_cannot_be_read_is_parked_byte_for_byte(bus, toy, body, content_type, reason):
    say(bus, body, content_type=content_type)
    parked, headers = bus.hear("notify.parked")
    assert parked == body
    assert reason in headers["x-parked-because"]
    assert toys.ToyService.calls == []


def test_json_that_kombu_would_revive_stays_plain(bus, toy, until, collection):
    message = toy_message(trap={"__type__": "datetime", "__value__": "no"})
    say(bus, message)
    until(lambda: collection("effects").find_one({"_id": message["id"]}))


def test_the_address_is_the_senders_own_key_and_survives_a_retry(bus, toy, until):
    # bound as the type alone in the topology: the address is empty, whatever a header claims
    message = {**toy_message(fail_once=True), "type": toys.Addressed.TYPE}
    lie = {"x-routing-key": "dossier.resolved.v1.somebody-else"}
    bus.say("intake", "intake.events", toys.Addressed.TYPE, message, application_headers=lie)
    until(lambda: len(toys.ToyService.addresses) == 2)
    assert toys.ToyService.addresses == [toys.Addressed.TYPE, toys.Addressed.TYPE]


def test_headers_that_would_kill_stock_consumers_do_no_harm(bus, toy, until, collection):
    message = toy_message()
    say(bus, message, application_headers={"nameko.call_id_stack": 7, "x-attempt": "many", "x-waits": -1})
    until(lambda: collection("effects").find_one({"_id": message["id"]}))


def test_headers_too_large_to_be_copied_are_parked_by_the_broker_and_the_service_goes_on(bus, toy, until, collection):
    say(bus, toy_message(), application_headers={"junk": "x" * 130_900})
    _, headers = bus.hear("notify.parked")
    assert len(headers["junk"]) == 130_900
    message = toy_message()
    say(bus, message)
    until(lambda: collection("effects").find_one({"_id": message["id"]}))


@pytest.mark.parametrize(
    "properties",
    [{"message_id": b"\xff\xfe"}, {"headers": {"when": Beyond()}}],
    ids=["no UTF-8", "a time beyond all years"],
)
def test_properties_that_cannot_be_decoded_are_parked_by_the_broker_and_cost_no_neighbour(
    broker, bus, toy, until, collection, properties
):
    neighbours = [toy_message(takes=0.5) for _ in range(5)]
    for message in neighbours:
        say(bus, message)
    with pika.BlockingConnection(pika.URLParameters(broker.uri("intake"))) as connection:
        told = pika.BasicProperties(content_type="application/json", delivery_mode=2, **properties)
        connection.channel().basic_publish("intake.events", toys.Toy.TYPE, b"poison", told)
    until(lambda: bus.depth("notify.parked") == 1)
    until(lambda: collection("effects").count_documents({}) == 5)
    assert sorted(name for name, _ in toys.ToyService.calls) == sorted(message["id"] for message in neighbours)
