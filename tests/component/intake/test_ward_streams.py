"""Streams of commands: a lost one is asked for again and found, whatever dies meanwhile."""

import uuid
from datetime import UTC, datetime

import eventlet
import pytest

from chassis.documents import Documents
from intake import store
from intake.service import IntakeService

WARD = "26734"
STREAM = str(uuid.uuid4())


@pytest.fixture
def push(bus, submission):
    """Say a submission at a position of the stream; returns the message."""

    def say(position, reference=None, stream=STREAM, **more):
        message = submission(reference or f"TD-{position}", stream={"id": stream, "position": position}, **more)
        bus.say(f"ward-{WARD}", "intake.commands", f"dossier.submit.v1.{WARD}", message)
        return message

    return say


@pytest.fixture
def stream(collection):
    return lambda name=STREAM: collection("ward_streams").find_one({"_id": f"{WARD} {name}"}) or {}


def heard(bus, kind, within=15.0):
    while True:
        told = bus.hear_event(f"ward.{WARD}", within=within)
        if told["type"] == kind:
            return told


def test_a_hole_is_asked_for_and_closed_by_the_lost_command(bus, run_service, push, stream, until):
    run_service(IntakeService)
    push(1), push(3), push(6)

    asked = [heard(bus, "submission.resend-asked.v1", 20)["data"] for _ in range(2)]

    assert sorted((row["from"], row["to"]) for row in asked) == [(2, 2), (4, 5)]
    assert {(row["ward"], row["stream"]) for row in asked} == {(WARD, STREAM)}
    for position in (2, 4, 5):
        push(position)
    until(lambda: stream().get("top") == 6 and not stream()["holes"], what="the holes are closed")
    assert "wake_at" not in stream()


def test_what_merely_overtakes_is_not_asked_for(bus, run_service, push, stream, until):
    run_service(IntakeService)
    for position in (3, 1, 2, 5, 4):
        push(position)
    until(lambda: stream().get("top") == 5 and not stream()["holes"])
    assert "wake_at" not in stream()
    assert stream()["sequence"] == 0


def test_the_same_command_again_is_one_position_and_one_dossier(
    bus, run_service, submission, push, stream, collection, until
):
    run_service(IntakeService)
    message = push(1)
    heard(bus, "submission.answered.v1")
    bus.say(f"ward-{WARD}", "intake.commands", f"dossier.submit.v1.{WARD}", message)
    push(2)
    until(lambda: stream().get("top") == 2)
    assert collection("dossiers").count_documents({}) == 2


def test_a_rejected_command_has_come_too(bus, run_service, push, stream, until):
    run_service(IntakeService)
    push(1, procedure="9.999999")
    assert heard(bus, "submission.answered.v1")["data"]["outcome"] == "rejected"
    until(lambda: stream().get("top") == 1)


def test_a_position_that_was_not_noted_before_a_crash_is_noted_by_the_redelivery(
    bus, run_service, push, stream, collection, until
):
    run_service(IntakeService)
    message = push(1)
    until(lambda: stream().get("top") == 1)
    collection("ward_streams").delete_many({})  # as if the process had died between effect and note

    bus.say(f"ward-{WARD}", "intake.commands", f"dossier.submit.v1.{WARD}", message)

    until(lambda: stream().get("top") == 1)
    assert collection("dossiers").count_documents({}) == 1


def test_a_stream_is_its_wards_own_and_each_life_of_a_book_has_one(bus, run_service, push, stream, until):
    run_service(IntakeService)
    other = str(uuid.uuid4())
    push(1), push(1, "TD-2", stream=other)
    until(lambda: stream().get("top") == 1 and stream(other).get("top") == 1)


def test_replicas_that_note_at_the_same_time_lose_nothing(collection):
    made = [store.Streams(Documents(collection("ward_streams"))) for _ in range(3)]
    pool = eventlet.GreenPool(30)
    for position in range(1, 121):
        pool.spawn_n(made[position % 3].note, WARD, STREAM, position, datetime.now(UTC))
    pool.waitall()
    found = collection("ward_streams").find_one()
    assert (found["top"], found["holes"]) == (120, [])
