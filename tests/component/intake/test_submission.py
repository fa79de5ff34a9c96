"""A ward or a clerk hands a dossier over: registered once, or refused with every fault named."""

import re
from datetime import UTC, datetime

import pytest

from chassis import telemetry
from intake.messages import letters
from intake.service import IntakeService

CODE = r"^000\.01\.01\.H29-261125-\d{4}$"


def submit(bus, message, ward="26734"):
    bus.say(f"ward-{ward}", "intake.commands", f"dossier.submit.v1.{ward}", message, message_id=message["id"])


def test_a_complete_submission_gets_its_code_and_legal_appointment(bus, run_service, submission):
    run_service(IntakeService)
    submit(bus, submission())
    answer = bus.hear_event("ward.26734")["data"]
    assert answer["outcome"] == "accepted"
    assert re.match(CODE, answer["code"])
    # three working days after Wednesday 25/11/2026, at closing time 17:00 in Vietnam
    assert answer["due_at"] == "2026-11-30T10:00:00+00:00"
    event = bus.hear_event("routing.dossier.received.v1")
    assert event["subject"] == answer["code"]
    assert event["data"]["department"] == "KT"
    assert event["sequence"] == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"procedure": "9.999999"}, "procedure"),
        ({"components": [{"code": "giay-de-nghi", "copy": 0}]}, "components.giay-to-tuy-than"),
        (
            {"components": [{"code": "giay-de-nghi", "copy": 1}, {"code": "giay-to-tuy-than"}]},
            "components.giay-de-nghi",
        ),
        (
            {"components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than"}, {"code": "so-do"}]},
            "components.so-do",
        ),
        ({"submitted_at": "2027-01-01T00:00:00Z"}, "submitted_at"),
        ({"submitted_at": "2026-01-01T00:00:00Z"}, "submitted_at"),
        ({"ward": "26737"}, "ward"),
    ],
)
def test_a_faulty_submission_is_answered_with_the_field_and_nothing_is_lost(
    bus, run_service, submission, collection, wrong, field
):
    run_service(IntakeService)
    submit(bus, submission(**wrong))
    answer = bus.hear_event("ward.26734")["data"]
    assert answer["outcome"] == "rejected"
    assert field in [problem["field"] for problem in answer["problems"]]
    assert collection("dossiers").count_documents({}) == 0
    assert collection("rejections").count_documents({"ward_reference": "TD-1"}) == 1


def test_a_contract_violation_is_parked_with_the_field_named(bus, run_service, submission):
    run_service(IntakeService)
    message = submission(applicant={"name": "A", "email": "not an address"})
    submit(bus, message)
    _, headers = bus.hear("intake.parked")
    assert "data.applicant.email" in headers["x-parked-because"]


def test_a_message_of_an_unknown_major_version_is_parked(bus, run_service, submission):
    run_service(IntakeService)
    submit(bus, submission() | {"type": "dossier.submit.v9"})
    _, headers = bus.hear("intake.parked")
    assert "expected dossier.submit.v1" in headers["x-parked-because"]


def test_the_same_message_twice_and_the_same_case_again_make_one_dossier(
    bus, run_service, submission, collection, until
):
    run_service(IntakeService)
    message = submission()
    submit(bus, message)
    first = bus.hear_event("ward.26734")["data"]
    submit(bus, message)
    submit(bus, submission(submitted_at="2026-11-25T01:00:05Z"))
    again = bus.hear_event("ward.26734")["data"]
    assert again == first
    until(lambda: bus.depth("intake.dossier.submit.v1") == 0)
    assert collection("dossiers").count_documents({}) == 1
    assert bus.depth("routing.dossier.received.v1") == 1


def test_a_reference_that_comes_back_with_another_case_is_refused(bus, run_service, submission, collection):
    run_service(IntakeService)
    submit(bus, submission())
    bus.hear_event("ward.26734")
    submit(bus, submission(applicant={"name": "Somebody Else"}))
    answer = bus.hear_event("ward.26734")["data"]
    assert (answer["outcome"], answer["problems"][0]["field"]) == ("rejected", "ward_reference")
    assert collection("dossiers").count_documents({}) == 1


def test_codes_have_no_gap_and_no_twin_under_replicas_clerks_and_redelivery(
    bus, run_service, submission, collection, caller_of, until
):
    run_service(IntakeService)
    run_service(IntakeService)
    caller = caller_of("intake")
    for number in range(40):
        message = submission(f"TD-{number}")
        submit(bus, message)
        submit(bus, message)
        body = {
            "procedure": "1.001612",
            "applicant": {"name": f"Trần {number}"},
            "components": message["data"]["components"],
        }
        caller.send("submit", key=f"k{number}", channel=1, submission=body)
        caller.send("submit", key=f"k{number}", channel=1, submission=body)
    replies = caller.replies(80)
    until(lambda: collection("dossiers").count_documents({}) == 80, 30)
    until(lambda: bus.depth("intake.dossier.submit.v1") == 0)
    codes = sorted(row["code"] for row in collection("dossiers").find({}, {"code": 1}))
    assert codes == [f"000.01.01.H29-261125-{number:04d}" for number in range(1, 81)]
    assert all(reply["error"] is None for reply in replies.values())
    assert len({reply["result"]["code"] for reply in replies.values()}) == 40


def test_dossiers_registered_in_one_round_keep_each_its_own_trace_and_cause(bus, run_service, submission):
    run_service(IntakeService)
    sent = {}
    for number in range(30):
        message = submission(f"TD-{number}") | {"traceparent": f"00-{number + 1:032x}-{number + 1:016x}-01"}
        message |= {"id": f"m-{number}", "correlationid": f"c-{number}"}
        sent[f"m-{number}"] = message
        submit(bus, message)
    for turn in range(60):
        event = bus.hear_event("ward.26734" if turn < 30 else "routing.dossier.received.v1")
        cause = sent[event["causationid"]]
        assert event["correlationid"] == cause["correlationid"]
        assert event["traceparent"].split("-")[1] == cause["traceparent"].split("-")[1]
        if "ward_reference" in event["data"]:
            assert event["data"]["ward_reference"] == cause["data"]["ward_reference"]


def test_a_dossier_that_cannot_be_made_fails_alone_and_leaves_no_gap(bus, run_service, submission, monkeypatch, until):
    made, tries = letters.received, []

    def received(dossier):
        if dossier.receipt.ward_reference == "TD-7":
            tries.append(1)
            raise ValueError("this one")
        return made(dossier)

    monkeypatch.setattr(letters, "received", received)
    again = telemetry.MESSAGES.labels("intake.dossier.submit.v1", "again")._value
    before = again.get()
    run_service(IntakeService)
    for number in range(20):
        submit(bus, submission(f"TD-{number}"))
    answers = [bus.hear_event("ward.26734")["data"] for _ in range(19)]
    until(lambda: tries, what="the bad one tried")
    assert sorted(answer["code"][-4:] for answer in answers) == [f"{number:04d}" for number in range(1, 20)]
    assert again.get() - before <= len(tries)  # nobody else was put off


def test_numbers_start_anew_at_midnight_in_vietnam_and_a_clock_set_back_gives_none_twice(
    bus, run_service, submission, office_clock
):
    run_service(IntakeService)
    codes = []
    for hour, minute in ((16, 59), (17, 1), (16, 59)):
        office_clock(datetime(2026, 11, 25, hour, minute, tzinfo=UTC))
        submit(bus, submission(f"TD-{len(codes)}", submitted_at="2026-11-25T10:00:00Z"))
        codes.append(bus.hear_event("ward.26734")["data"]["code"][-11:])
    assert codes == ["261125-0001", "261126-0001", "261125-0002"]


def test_two_wards_that_choose_the_same_message_id_are_both_answered(bus, run_service, submission):
    run_service(IntakeService)
    for ward in ("26734", "26737"):
        submit(bus, submission(ward=ward, procedure="9.999999") | {"id": "the-same"}, ward)
    assert bus.hear_event("ward.26734")["data"]["outcome"] == "rejected"
    assert bus.hear_event("ward.26737")["data"]["outcome"] == "rejected"
