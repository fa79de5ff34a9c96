"""Statements of wards: equal, different, forged, by message and by call; both ends sign."""

import base64
import hashlib
import json
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from intake.service import IntakeService

WARD, DAY = "26734", "2026-11-25"
WARD_KEY, OTHER_KEY = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
OFFICE_SEED = "ef" * 32


def raw(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def canonical(data):
    """As the page tells a ward to do it, with nothing of ours."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content(submission):
    said = {name: value for name, value in submission.items() if name not in ("submitted_at", "stream")}
    applicant = {"kind": 0, "language": "vi", **said["applicant"]}
    papers = [{"copy": 1, "quantity": 1, **paper} for paper in said["components"]]
    return hashlib.sha256(canonical(said | {"applicant": applicant, "components": papers})).hexdigest()


def statement(submissions, key=WARD_KEY, **more):
    entries = [{"ward_reference": one["ward_reference"], "digest": content(one)} for one in submissions]
    lines = sorted(f"{entry['ward_reference']} {entry['digest']}\n" for entry in entries)
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    data = {"ward": WARD, "day": DAY, "count": len(entries), "digest": digest, "entries": entries, **more}
    signature = base64.urlsafe_b64encode(key.sign(canonical(data))).decode().rstrip("=")
    return data | {"signature": signature}


def check_signed(answer):
    """The district's signature is over the answer as it came."""
    unsigned = {name: value for name, value in answer.items() if name != "signature"}
    office = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(OFFICE_SEED))
    given = base64.urlsafe_b64decode(answer["signature"] + "==")
    Ed25519PublicKey.from_public_bytes(raw(office)).verify(given, canonical(unsigned))
    return answer


@pytest.fixture
def keyed(bus, run_service):
    run_service(IntakeService, MOTCUA_STATEMENT_KEY=OFFICE_SEED, MOTCUA_WARD_KEYS=f"{WARD}={raw(WARD_KEY).hex()}")


@pytest.fixture
def push(keyed, bus, submission):
    def say(reference, **more):
        message = submission(reference, **more)
        bus.say(f"ward-{WARD}", "intake.commands", f"dossier.submit.v1.{WARD}", message)
        assert bus.hear_event(f"ward.{WARD}")["data"]["outcome"] == "accepted"
        return message["data"]

    return say


@pytest.fixture
def state(keyed, bus, submission):
    def say(data, id_=None):
        message = submission() | {"type": "ward.statement.v1", "subject": f"{WARD}/{DAY}", "data": data}
        message["id"] = id_ or message["id"]
        bus.say(f"ward-{WARD}", "intake.commands", f"ward.statement.v1.{WARD}", message)
        told = bus.hear_event(f"ward.{WARD}")
        assert told["type"] == "statement.answered.v1"
        assert told["data"]["statement_id"] == message["id"]
        return check_signed(told["data"])

    return say


def test_what_both_have_is_equal_and_both_signed_it(push, state):
    both = [push(f"TD-{n}", stream={"id": str(uuid.uuid4()), "position": 1}) for n in range(3)]
    answer = state(statement(both))
    assert (answer["outcome"], answer["count"], answer["digest"]) == ("equal", 3, statement(both)["digest"])
    assert answer["missing"] == answer["unstated"] == answer["different"] == []


def test_what_is_missing_unstated_and_different_is_named(push, state, submission):
    both, unstated, changed = push("TD-1"), push("TD-2"), push("TD-3")
    stated = [both, submission("TD-9")["data"], changed | {"procedure": "2.000884"}]

    answer = state(statement(stated))

    assert answer["outcome"] == "different"
    assert (answer["missing"], answer["unstated"], answer["different"]) == (["TD-9"], ["TD-2"], ["TD-3"])
    assert unstated["ward_reference"] == "TD-2"


def test_what_the_district_has_for_another_day_is_not_missing(push, state):
    earlier = push("TD-1", submitted_at="2026-11-24T01:00:00Z")
    push("TD-2", submitted_at="2026-11-23T01:00:00Z")
    assert state(statement([earlier]))["outcome"] == "equal"


def test_the_end_of_the_day_is_that_of_vietnam(push, state):
    late = push("TD-1", submitted_at="2026-11-24T17:30:00Z")  # half past midnight on the 25th
    assert state(statement([late]))["outcome"] == "equal"
    assert state(statement([]))["unstated"] == ["TD-1"]


def test_a_page_is_compared_for_its_own_references(push, state):
    first, second = push("TD-1"), push("TD-2")
    assert state(statement([first], upto="TD-1"))["outcome"] == "equal"
    assert state(statement([second], after="TD-1"))["outcome"] == "equal"
    assert state(statement([], after="TD-1"))["unstated"] == ["TD-2"]


def refused(answer):
    return answer["outcome"], [row["field"] for row in answer["problems"]]


def test_a_forged_or_changed_statement_is_rejected_and_told(push, state):
    both = [push("TD-1")]
    assert refused(state(statement(both, key=OTHER_KEY))) == ("rejected", ["signature"])
    assert refused(state(statement(both) | {"day": "2026-11-24"})) == ("rejected", ["signature"])


def test_a_statement_that_contradicts_itself_is_rejected_by_field(push, state):
    both = [push("TD-1")]
    assert refused(state(statement(both, count=2))) == ("rejected", ["count"])
    assert refused(state(statement(both, digest="0" * 64))) == ("rejected", ["digest"])
    assert refused(state(statement(both, after="TD-5"))) == ("rejected", ["entries"])


def test_a_statement_that_comes_twice_is_answered_once(push, state, bus, submission):
    both = [push("TD-1")]
    state(statement(both), id_="one")
    message = submission() | {"id": "one", "type": "ward.statement.v1", "data": statement(both)}
    bus.say(f"ward-{WARD}", "intake.commands", f"ward.statement.v1.{WARD}", message)
    push("TD-2")  # its answer is the next


def test_a_ward_without_a_key_is_told_so(bus, run_service, submission):
    run_service(IntakeService, MOTCUA_STATEMENT_KEY=OFFICE_SEED)
    message = submission() | {"type": "ward.statement.v1", "data": statement([])}
    bus.say(f"ward-{WARD}", "intake.commands", f"ward.statement.v1.{WARD}", message)
    assert refused(bus.hear_event(f"ward.{WARD}")["data"]) == ("rejected", ["signature"])


def test_over_http_a_statement_has_the_same_answer_and_a_repeat_the_one_that_was_given(push, caller_of):
    both = [push("TD-1")]
    ask, who = caller_of("intake"), (("ward-officer",), WARD)

    first = ask("state_for_ward", *who, key="a", ward=WARD, statement=statement(both))
    push("TD-2")
    again = ask("state_for_ward", *who, key="a", ward=WARD, statement=statement(both))
    forged = ask("state_for_ward", *who, key="b", ward=WARD, statement=statement(both, key=OTHER_KEY))
    other = ask("state_for_ward", ("ward-officer",), "26737", key="c", ward=WARD, statement=statement(both))
    reused = ask("state_for_ward", *who, key="a", ward=WARD, statement=statement([]))

    assert check_signed(first)["outcome"] == "equal"
    assert again == first
    assert (forged["status"], forged["errors"][0]["kind"]) == (422, "bad-signature")
    assert other["status"] == 403
    assert reused["code"] == "idempotency-key-reused"
