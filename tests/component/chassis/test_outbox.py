"""What is written is sent: at once, after a crash, in order, and when the broker was away."""

import random
import time
import uuid

import eventlet
import pytest
import toys
from pymongo import ASCENDING, IndexModel

from chassis import relay as relay_module
from chassis.documents import Documents
from chassis.errors import AlreadyHandled, Refused, StaleDocument, Taken
from chassis.kept import Cause, Letter, created
from chassis.relay import OutboxRelay

QUEUE = "gateway.notice.sent.v1"


@pytest.fixture
def toy(bus, run_service):
    toys.ToyService.calls.clear()
    return run_service(toys.ToyService)


def test_messages_go_out_in_order_with_sequence_and_cause_and_leave_the_outbox(bus, toy, until, collection):
    key = str(uuid.uuid4())
    bus.say("intake", "intake.events", toys.Toy.TYPE, {"id": key, "type": toys.Toy.TYPE, "data": {"letters": 3}})
    heard = [bus.hear_event(QUEUE) for _ in range(3)]
    assert [event["data"]["number"] for event in heard] == [0, 1, 2]
    assert [event["sequence"] for event in heard] == [1, 2, 3]
    assert {event["causationid"] for event in heard} == {key}
    until(lambda: collection("effects").find_one({"_id": key, "outbox": [], "outbox_due": None}))


def test_an_outbox_that_a_dead_process_left_is_swept_up(bus, toy, until, collection):
    entries = [
        {"exchange": "notify.events", "routing_key": "notice.sent.v1", "envelope": {"id": f"m{n}", "type": "t", "n": n}}
        for n in range(2)
    ]
    left = {"_id": "left", "version": 1, "sequence": 2, "marks": [], "outbox": entries, "outbox_due": time.time() - 1}
    collection("effects").insert_one(left)
    assert [bus.hear_event(QUEUE)["n"] for _ in range(2)] == [0, 1]
    until(lambda: collection("effects").find_one({"_id": "left", "outbox": [], "outbox_due": None}))


def test_an_outbox_leased_before_the_clock_was_set_back_is_swept_up(bus, toy, until, collection):
    entry = {"exchange": "notify.events", "routing_key": "notice.sent.v1", "envelope": {"id": "m", "type": "t", "n": 1}}
    left = {"_id": "left", "version": 1, "sequence": 1, "marks": [], "outbox": [entry]}
    collection("effects").insert_one({**left, "outbox_due": time.time() + 3600})
    assert bus.hear_event(QUEUE)["n"] == 1


def test_a_message_that_no_queue_takes_stays_in_the_outbox(bus, toy, until, collection, unbound):
    entry = {"exchange": "notify.events", "routing_key": unbound, "envelope": {"id": "x", "type": "t"}}
    left = {"_id": "left", "version": 1, "sequence": 1, "marks": [], "outbox": [entry]}
    collection("effects").insert_one({**left, "outbox_due": time.time() - 1})
    until(lambda: collection("effects").find_one({"_id": "left", "outbox_due": {"$gt": time.time() + 12}}))
    assert collection("effects").find_one({"_id": "left"})["outbox"][0]["envelope"]["id"] == "x"


def test_the_relay_sends_what_was_written_while_the_broker_was_dead(broker, bus, toy, until, collection):
    broker.kill()
    entry = {"exchange": "notify.events", "routing_key": "notice.sent.v1", "envelope": {"id": "x", "type": "t"}}
    left = {"_id": "left", "version": 1, "sequence": 1, "marks": [], "outbox": [entry]}
    collection("effects").insert_one({**left, "outbox_due": time.time() - 1})
    broker.start()
    bus.close()
    bus.__init__(broker)
    assert bus.hear_event(QUEUE, within=40)["id"] == "x"
    until(lambda: collection("effects").find_one({"_id": "left", "outbox": []}), within=40)


def test_what_is_added_while_an_outbox_is_being_sent_follows_in_order_and_once(bus, toy, until, collection):
    relay = toy.shared_extensions[OutboxRelay]
    things = Documents(collection("effects"), relay)
    moments = random.Random(7)

    def write(number):
        for part in range(6):
            for _ in range(50):  # others clear the outbox meanwhile: read again
                loaded = things.load(f"t{number}")
                told = letters_of(number, part)
                try:
                    if loaded:
                        things.save(loaded, {"part": part}, told)
                    else:
                        things.add({"_id": f"t{number}"}, told)
                    break
                except StaleDocument:
                    continue
            eventlet.sleep(moments.choice((0, 0, 0.001, 0.004, 0.01)))

    def letters_of(number, part):
        if part == 3:
            return []  # a write that says nothing must not keep the outbox from being cleared
        envelope = {"id": f"t{number}.{part}", "type": "notice.sent.v1", "data": {"thing": number}}
        return [Letter("notify.events", "notice.sent.v1", envelope)]

    list(eventlet.GreenPool(20).imap(write, range(60)))
    until(lambda: collection("effects").count_documents({"outbox": [], "outbox_due": None}) == 60, within=10)
    heard: dict[int, list[int]] = {}
    for _ in range(60 * 5):
        event = bus.hear_event(QUEUE)
        heard.setdefault(event["data"]["thing"], []).append(event["sequence"])
    assert set(map(tuple, heard.values())) == {(1, 2, 3, 4, 5)}
    assert bus.depth(QUEUE) == 0
    assert relay.sending == 0


def test_a_message_added_just_before_the_clearing_stays_until_it_is_confirmed(bus, toy, collection, until, monkeypatch):
    relay = toy.shared_extensions[OutboxRelay]
    things, clear, send = Documents(collection("effects"), relay), relay._clear_whole, relay.publisher.send
    done = []

    def clear_late(sents):
        if not done:
            monkeypatch.setattr(relay.publisher, "send", lambda *_: True)  # taken, but not confirmed for now
            things.save(things.load("t"), {"x": 1}, [toys.letter(2)])
        clear(sents)
        done.append(things.load("t"))

    monkeypatch.setattr(relay, "_clear_whole", clear_late)
    things.add({"_id": "t"}, [toys.letter(1)])
    until(lambda: done, what="the clearing")
    assert [entry["envelope"]["id"] for entry in done[0]["outbox"]] == ["m1", "m2"]
    monkeypatch.setattr(relay.publisher, "send", send)


def test_writers_wait_for_the_clearing_when_very_many_outboxes_are_held(toy, until, collection, monkeypatch):
    monkeypatch.setattr(relay_module, "MOST_HELD", 5)
    relay = toy.shared_extensions[OutboxRelay]
    things = Documents(collection("effects"), relay)
    seen = []

    def write(number):
        things.add({"_id": f"t{number}"}, [toys.letter(number)])
        seen.append(relay.sending)

    list(eventlet.GreenPool(10).imap(write, range(60)))
    assert max(seen) <= 5
    until(lambda: collection("effects").count_documents({"outbox": [], "outbox_due": None}) == 60)


@pytest.fixture
def documents(collection):
    found = Documents(collection("things"), indexes=[IndexModel([("code", ASCENDING)], unique=True, sparse=True)])
    found.create_indexes()
    return found


def test_a_write_on_an_old_reading_is_refused(documents):
    first = documents.add({"_id": "a"})
    documents.save(first, {"x": 1})
    with pytest.raises(StaleDocument):
        documents.save(first, {"x": 2})


def test_an_unsent_outbox_taken_over_by_a_sweep_makes_the_reading_old(documents):
    documents.add({"_id": "a"}, [toys.letter(1)])
    loaded = documents.load("a")
    documents.collection.update_one({"_id": "a"}, {"$set": {"outbox_due": time.time() + 5}})
    with pytest.raises(StaleDocument):
        documents.save(loaded, {"x": 1}, [toys.letter(2)])


def test_a_cause_is_marked_with_its_effect_and_found_again(documents):
    stored = documents.add({"_id": "a"}, cause=Cause("c1"))
    documents.save(stored, {"x": 1}, cause=Cause("c2", digest="d"))
    for cause in (Cause("c1"), Cause("c2"), Cause("c2", digest="d")):
        with pytest.raises(AlreadyHandled):
            documents.load("a", cause)
    with pytest.raises(Refused, match="idempotency-key-reused"):
        documents.load("a", Cause("c2", digest="other"))


def test_a_taken_unique_value_is_told_apart_from_a_repeated_id(documents):
    documents.add({"_id": "a", "code": "1"})
    with pytest.raises(AlreadyHandled):
        documents.add({"_id": "a", "code": "2"})
    with pytest.raises(Taken) as taken:
        documents.add({"_id": "b", "code": "1"})
    assert taken.value.fields == ("code",)


def test_many_go_in_together_in_order_up_to_the_first_that_is_taken(documents):
    documents.add({"_id": "c", "code": "3"})
    made = [created({"_id": name, "code": code}, [toys.letter(1)]) for name, code in ("a1", "b2", "d3", "e4")]
    assert documents.add_all(made) == 2
    assert sorted(row["_id"] for row in documents.collection.find()) == ["a", "b", "c"]
    assert documents.add_all(made[3:]) == 1
    assert documents.load("e")["outbox"][0]["envelope"]["sequence"] == 1


def test_what_a_due_moment_sends_still_tells_the_act_it_goes_back_to(documents):
    first = documents.add({"_id": "a"}, cause=Cause("c1", correlation="act"))
    later = documents.save(first, {"x": 1}, [toys.letter(1)])
    envelope = later["outbox"][0]["envelope"]
    assert envelope["correlationid"] == "act"
    assert "causationid" not in envelope
