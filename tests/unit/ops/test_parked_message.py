"""What the desk tells of a parked message, and what it believes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.wire import UNREADABLE
from motcua import topology
from motcua.parked.message import read
from motcua.parked.places import Home, Places
from motcua.parked.text import identifier, printable
from motcua.parked.wanted import Wanted

PLACES = Places(topology.load(Path(__file__).parents[3] / "infra" / "rabbitmq" / "topology.yaml"))
PARKED = {
    "x-parked-error": "Broken",
    "x-parked-because": "Broken: data.round: Missing data.",
    "x-parked-at": "2026-11-24T08:00:00.000+00:00",
    "x-routing-key": "assignment.accepted.v1.TP",
    "x-attempt": 3,
    "x-replays": 2,
    "x-replay-run": "r-1",
}
DEAD = {"x-death": [{"queue": "intake.dossier.submit.v1", "reason": "delivery_limit", "time": datetime(2026, 11, 24)}]}  # noqa: DTZ001 - as amqp gives it
WORK, KEY = "routing.assignment.accepted.v1", "assignment.accepted.v1.TP"


def parked(service="routing", key=WORK, headers=PARKED, body=b"{}", **properties):
    return read(PLACES, service, key, {"application_headers": headers} | properties, body)


@pytest.mark.parametrize(
    ("service", "key", "home"),
    [
        ("routing", WORK, Home(WORK, "assignment.accepted.v1", ours=True)),
        ("routing", KEY, Home(WORK, "assignment.accepted.v1", ours=False)),
        ("routing", "dossier.received.v1", Home("routing.dossier.received.v1", "dossier.received.v1", ours=False)),
        ("routing", "rpc-routing", Home("rpc-routing", "rpc-routing", ours=True)),
        ("partners", "assignment.issued.v1.TP", Home("department.TP", "assignment.issued.v1", ours=False)),
        ("partners", "submission.answered.v1.26734", Home("ward.26734", "submission.answered.v1", ours=False)),
        ("partners", "ward.26734", Home("ward.26734", "", ours=True)),
    ],
)
def test_home_of_a_message_follows_from_its_routing_key(service, key, home):
    assert PLACES.home(service, key) == home


@pytest.mark.parametrize(
    ("service", "key"),
    [
        ("routing", "intake.dossier.submit.v1"),
        ("routing", "rpc-intake"),
        ("notify", "rpc-notify"),
        ("routing", "assignment.accepted.v1"),
        ("routing", "assignment.accepted.v1.T.P"),
        ("routing", "dossier.received.v1.TP"),
        ("routing", "dossier.submit.v1.26734"),
        ("partners", "assignment.accepted.v1.TP"),
        ("partners", "department.T.P"),
        ("partners", "intake.dossier.submit.v1"),
        ("routing", ""),
    ],
)
def test_key_of_somebody_else_has_no_home(service, key):
    assert PLACES.home(service, key) is None


def test_what_a_service_parked_tells_its_reason():
    told = parked(message_id="m-1", body=json.dumps({"subject": "s-1", "data": {}}).encode())

    assert (told.id, told.subject, told.type, told.queue) == ("m-1", "s-1", "assignment.accepted.v1", WORK)
    assert (told.reason, told.because) == ("Broken", "Broken: data.round: Missing data.")
    assert (told.attempts, told.replays, told.run, told.key, told.stays) == (3, 2, "r-1", KEY, None)
    assert told.since == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_headers_of_a_first_delivery_are_its_senders_and_not_believed():
    told = parked("intake", "dossier.submit.v1.26734", PARKED | DEAD)

    assert (told.reason, told.because) == ("delivery_limit", "delivery_limit from intake.dossier.submit.v1")
    assert (told.key, told.queue) == ("dossier.submit.v1.26734", "intake.dossier.submit.v1")
    assert (told.replays, told.run) == (0, None)
    assert told.since == datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize("key", ["assignment.resolved.v1.TP", "dossier.submit.v1.26734", WORK, "#", 7, None])
def test_first_key_of_another_queue_is_not_used(key):
    told = parked(headers=PARKED | {"x-routing-key": key})

    assert (told.key, told.stays) == ("", "the key that its sender used is not known")


def test_type_that_nobody_is_addressed_by_is_its_own_key():
    told = parked("notify", "notify.dossier.overdue.v1", {})

    assert (told.key, told.stays) == ("dossier.overdue.v1", None)


@pytest.mark.parametrize(
    ("service", "key", "headers", "why"),
    [
        ("intake", "rpc-intake", PARKED, "request"),
        ("intake", "nobody.knows.v1", {}, "no queue"),
        ("routing", WORK, PARKED | {UNREADABLE: True}, "decoded"),
    ],
)
def test_what_cannot_be_put_back_says_why(service, key, headers, why):
    assert why in parked(service, key, headers).stays


@pytest.mark.parametrize("value", [None, "", "a b", "é", "x" * 129, "\x1b[2J", 7, b"m"])
def test_id_that_could_be_a_text_is_replaced_by_the_digest(value):
    assert identifier(value) is None
    assert parked(message_id=value).id.startswith("sha256:44136fa355b3678a")


@pytest.mark.parametrize(
    "body", [b"\xff", b"[1]", b'{"subject": "Nguyen Van A"}', b'{"subject": 7}', b'{"subject": "s"}' + b" " * 2**20]
)
def test_subject_is_told_only_if_it_is_one(body):
    assert parked(body=body).subject == ""


@pytest.mark.parametrize("at", ["yesterday", "", 7, None])
def test_moment_that_is_none_is_neither_old_nor_young(at):
    told = parked(headers=PARKED | {"x-parked-at": at})

    assert told.since is None
    assert not Wanted(older=1.0).takes(told)
    assert not Wanted(younger=1.0).takes(told)
    assert Wanted(reason="ROUND").takes(told)


def test_terminal_is_not_moved_by_a_stranger():
    assert printable("a\x1b[2J\nb\u202ec") == "a\ufffd[2J\ufffdb\ufffdc"
