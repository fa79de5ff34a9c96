"""What intake publishes keeps its contract and finds its way."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake import domain
from intake.messages import letters
from motcua_contracts import BY_TYPE

CODE = "000.01.01.H29-180823-0001"


def opened(letter):
    """Return a letter as a reader opens it, after its way over the wire."""
    return BY_TYPE[letter.envelope["type"]].open(json.loads(json.dumps(letter.envelope)))


@pytest.fixture
def life(dossier, processing, asked, at, calendar):
    """Return the letters of a whole life by their type, in journey order."""
    supplied = domain.supplement(
        asked, at=at("2018-08-27 08:30"), components=[{"code": "bien-ban-hop"}], note="đủ", calendar=calendar
    )
    again = domain.start_processing(supplied)
    moved = domain.reschedule(again, at=at("2018-08-28 09:00"), due_at=at("2018-08-31 17:00"), reason="xác minh")
    late = domain.overdue(moved, now=at("2018-08-31 17:00"))
    done = domain.resolve(
        late, at=at("2018-09-04 09:30"), outcome="granted", result={"number": "41A8", "title": "Giấy chứng nhận"}
    )
    given = domain.hand_over(done, at=at("2018-09-04 10:00"), received_by="Nguyễn Thị Thí Dụ")
    received, answered = letters.received(dossier)
    sent = [
        received,
        answered,
        letters.processing_started(processing, at("2018-08-23 09:00")),
        letters.supplement_asked(asked, at("2018-08-24 10:00")),
        letters.supplemented(supplied, asked.due_at, at("2018-08-27 08:30")),
        letters.rescheduled(moved, again.due_at, "xác minh", at("2018-08-28 09:00")),
        letters.overdue(late, at("2018-08-31 17:00")),
        letters.resolved(done),
        letters.returned(given),
    ]
    return {letter.envelope["type"]: letter for letter in sent}


def test_life_tells_every_event_that_intake_owns(life):
    owned = {type_ for type_, contract in BY_TYPE.items() if contract.OWNER == "intake" and contract.KIND == "event"}

    assert set(life) == owned


def test_each_letter_keeps_its_contract(life):
    for letter in life.values():
        message = opened(letter)
        assert (message.source, message.subject) == ("/motcua/intake", CODE)


def test_each_letter_goes_to_intakes_own_exchange_by_its_type(life):
    for type_, letter in life.items():
        assert letter.exchange == "intake.events"
        assert letter.routing_key == (f"{type_}.26734" if type_ == "submission.answered.v1" else type_)


def test_status_told_is_the_national_code_after_the_fact(life):
    told = {
        type_: opened(letter).data["status"] for type_, letter in life.items() if "status" in letter.envelope["data"]
    }

    assert told == {
        "dossier.received.v1": 2,
        "dossier.processing-started.v1": 4,
        "dossier.supplement-asked.v1": 5,
        "dossier.supplemented.v1": 2,
        "dossier.rescheduled.v1": 4,
        "dossier.overdue.v1": 4,
        "dossier.resolved.v1": 9,
        "dossier.returned.v1": 10,
    }


def test_reception_tells_all_that_the_golden_example_tells(dossier, example):
    message = opened(letters.received(dossier)[0])

    assert message.data == example("dossier.received.v1") | {
        "received_at": dossier.receipt.received_at,
        "forward_at": dossier.forward_at,
    }
    assert message.time == dossier.receipt.received_at


def test_ward_is_answered_with_its_reference_code_and_appointment(dossier):
    data = opened(letters.received(dossier)[1]).data

    assert (data["outcome"], data["ward"], data["ward_reference"]) == ("accepted", "26734", "TD/2018/0823-07")
    assert (data["code"], data["due_at"]) == (CODE, dossier.due_at)


def test_dossier_from_the_counter_answers_no_ward(dossier):
    counter = replace(dossier, receipt=replace(dossier.receipt, ward=None, ward_reference=None))

    assert [letter.envelope["type"] for letter in letters.received(counter)] == ["dossier.received.v1"]


def test_refusal_names_every_fault_and_goes_to_the_ward():
    rows = [{"field": "components.a", "message": "Thiếu", "kind": "missing", "message_en": "missing"}] * 2

    letter = letters.rejected("26734", "TD/1", rows, datetime(2018, 8, 23, tzinfo=UTC))

    message = opened(letter)
    assert (letter.routing_key, message.subject) == ("submission.answered.v1.26734", "TD/1")
    assert message.data["outcome"] == "rejected"
    assert message.data["problems"] == [{"field": "components.a", "message": "Thiếu"}] * 2
    assert message.data["code"] is None


def test_supplement_tells_both_appointments(life, asked, at):
    data = opened(life["dossier.supplemented.v1"]).data

    assert data["previous_due_at"] == asked.due_at
    assert data["due_at"] == at("2018-08-29 17:00")


def test_supplement_tells_the_papers_handed_in_now_and_no_earlier_ones(asked, at, calendar):
    once = domain.supplement(
        asked, at=at("2018-08-27 08:30"), components=[{"code": "bien-ban-hop"}], note="", calendar=calendar
    )
    back = domain.ask_supplement(
        domain.start_processing(once), at=at("2018-08-28 09:00"), reason="còn thiếu", items=["x"], calendar=calendar
    )
    twice = domain.supplement(
        back, at=at("2018-08-29 08:30"), components=[{"code": "uy-quyen"}], note="", calendar=calendar
    )

    for dossier, code in ((once, "bien-ban-hop"), (twice, "uy-quyen")):
        data = opened(letters.supplemented(dossier, asked.due_at, at("2018-08-29 08:30"))).data
        assert [paper["code"] for paper in data["components"]] == [code]


def test_late_result_is_told_as_late(life, at):
    data = opened(life["dossier.resolved.v1"]).data

    assert (data["on_time"], data["due_at"], data["resolved_at"]) == (
        False,
        at("2018-08-31 17:00"),
        at("2018-09-04 09:30"),
    )


def test_no_letter_but_the_first_carries_the_person(life):
    for type_, letter in life.items():
        if type_ != "dossier.received.v1":
            assert "000000018" not in json.dumps(letter.envelope)
            assert "Thí Dụ" not in json.dumps(letter.envelope, ensure_ascii=False)


def test_each_letter_has_an_id_of_its_own(life):
    assert len({letter.envelope["id"] for letter in life.values()}) == len(life)
