"""Corrections and withdrawals of wards, by message and by call, and the answers."""

import uuid

import pytest

from intake.service import IntakeService

OWN, OTHER = "26734", "26737"
LATER = {"kind": 0, "name": "Nguyễn Thị Lan", "phone": "0903000099"}


@pytest.fixture
def said(bus, run_service, submission):
    """Start intake and return what says a ward's command."""
    run_service(IntakeService)

    def say(kind="submit", reference="TD-1", ward=OWN, **more):
        message = submission(reference)
        if kind != "submit":
            message |= {"type": f"dossier.{kind}.v1", "data": {"ward": OWN, "ward_reference": reference}}
        message["data"] |= more
        bus.say(f"ward-{ward}", "intake.commands", f"dossier.{kind}.v1.{ward}", message)
        return message["id"]

    return say


def answer(bus, ward=OWN):
    """Return the next answer; the status feed is passed over."""
    while True:
        told = bus.hear_event(f"ward.{ward}")
        if told["type"] == "submission.answered.v1":
            return told["data"]


def feed(bus, within=15.0):
    while True:
        told = bus.hear_event(f"ward.{OWN}", within=within)
        if told["type"] == "submission.changed.v1":
            return told["data"]


def accept(bus, collection, example, code):
    """Let a department accept the dossier."""
    row = collection("dossiers").find_one({"code": code})
    message = example("handling.started.v1")
    message["data"] |= {"dossier_id": row["_id"], "code": code, "step": 1}
    bus.say("routing", "routing.events", "handling.started.v1", message)
    assert feed(bus)["kind"] == "processing-started"


def faults(told):
    return told["outcome"], [row["field"] for row in told["problems"]]


def test_a_correction_before_a_department_accepts_is_done_and_answered(bus, said, collection):
    said()
    code = answer(bus)["code"]

    sent = said("correct", reason="Ghi nhầm số điện thoại", applicant=LATER)

    told = answer(bus)
    assert (told["outcome"], told["about"], told["command_id"], told["code"]) == ("accepted", "correct", sent, code)
    row = collection("dossiers").find_one({"code": code})
    assert row["receipt"]["applicant"]["phone"] == "0903000099"
    assert [entry["kind"] for entry in row["history"]] == ["received", "corrected"]


def test_a_withdrawal_before_a_department_accepts_is_done_answered_and_told_in_the_feed(bus, said, collection):
    said()
    answer(bus)

    sent = said("withdraw", reason="Người nộp xin rút")

    heard = {message["type"]: message["data"] for message in (bus.hear_event(f"ward.{OWN}") for _ in range(2))}
    told = heard["submission.answered.v1"]
    assert (told["outcome"], told["about"], told["command_id"]) == ("accepted", "withdraw", sent)
    assert heard["submission.changed.v1"]["status"] == 7
    assert collection("dossiers").find_one()["status"] == 7


@pytest.mark.parametrize(("kind", "more"), [("correct", {"applicant": LATER}), ("withdraw", {})])
def test_after_a_department_accepted_a_command_is_answered_rejected_in_words(
    bus, said, collection, example, kind, more
):
    said()
    accept(bus, collection, example, answer(bus)["code"])

    said(kind, reason="Muộn", **more)

    told = answer(bus)
    assert faults(told) == ("rejected", ["status"])
    assert "phòng ban" in told["problems"][0]["message"]
    assert collection("dossiers").find_one()["status"] == 4


def test_a_command_that_comes_twice_has_one_effect_and_one_answer(bus, said, collection, submission, until):
    said()
    answer(bus)
    message = submission("TD-1") | {"type": "dossier.correct.v1"}
    message["data"] = {"ward": OWN, "ward_reference": "TD-1", "reason": "Sai tên", "applicant": LATER}
    for _ in range(2):
        bus.say(f"ward-{OWN}", "intake.commands", f"dossier.correct.v1.{OWN}", message)

    assert answer(bus)["about"] == "correct"
    said("submit", "TD-2")
    assert "about" not in answer(bus)
    assert len(collection("dossiers").find_one({"receipt.ward_reference": "TD-1"})["corrections"]) == 1


def test_what_was_rejected_stays_rejected_when_the_very_message_comes_again(bus, said, collection, example, submission):
    said()
    code = answer(bus)["code"]
    accept(bus, collection, example, code)
    message = submission("TD-1") | {"type": "dossier.withdraw.v1"}
    message["data"] = {"ward": OWN, "ward_reference": "TD-1", "reason": "Rút"}
    bus.say(f"ward-{OWN}", "intake.commands", f"dossier.withdraw.v1.{OWN}", message)
    assert answer(bus)["outcome"] == "rejected"
    collection("dossiers").update_one({"code": code}, {"$set": {"status": 2, "steps": 0}})

    bus.say(f"ward-{OWN}", "intake.commands", f"dossier.withdraw.v1.{OWN}", message)
    said("submit", "TD-2")

    assert answer(bus)["ward_reference"] == "TD-2"
    assert collection("dossiers").find_one({"code": code})["status"] == 2


def test_a_correction_that_overtakes_its_submission_is_tried_again_until_that_is_there(bus, said, collection, until):
    sent = said("correct", reason="Sai tên", applicant=LATER)
    until(lambda: bus.depth("intake.dossier.correct.v1") == 0, what="the correction was looked at")
    said()

    told = {answer.get("about", "submit"): answer for answer in (answer(bus), answer(bus))}

    assert told["submit"]["outcome"] == told["correct"]["outcome"] == "accepted"
    assert told["correct"]["command_id"] == sent


def test_a_reference_that_the_ward_never_used_is_rejected_once_all_that_it_said_before_is_there(bus, said):
    stream = str(uuid.uuid4())
    said("submit", "TD-1", stream={"id": stream, "position": 1})
    answer(bus)
    said("withdraw", "TD-9", reason="Rút", stream={"id": stream, "position": 2})

    assert faults(answer(bus)) == ("rejected", ["ward_reference"])


def test_a_correction_that_corrects_nothing_or_wrongly_is_rejected_by_its_field(bus, said):
    said()
    answer(bus)
    said("correct", reason="Không có gì")
    assert faults(answer(bus)) == ("rejected", ["correction"])
    said("correct", reason="Thủ tục khác", procedure="9.999999")
    assert faults(answer(bus)) == ("rejected", ["procedure"])


def test_a_ward_commands_nothing_of_another_wards(bus, said, collection):
    said()
    answer(bus)

    said("withdraw", reason="Của phường khác", ward=OTHER)  # data says 26734, the key of its own user 26737

    assert faults(answer(bus, OTHER)) == ("rejected", ["ward"])
    assert collection("dossiers").find_one()["status"] == 2


@pytest.fixture
def ask(said, caller_of):
    return caller_of("intake")


def test_an_officer_corrects_and_withdraws_over_http_what_the_ward_handed_over(bus, said, ask):
    said()
    answer(bus)
    who = ("ward-officer",), OWN
    right = {"reason": "Sai tên", "applicant": LATER}

    corrected = ask("correct_for_ward", *who, key="a", ward=OWN, ward_reference="TD-1", **right)
    again = ask("correct_for_ward", *who, key="a", ward=OWN, ward_reference="TD-1", **right)
    withdrawn = ask("withdraw_for_ward", *who, key="b", ward=OWN, ward_reference="TD-1", reason="Rút")
    late = ask("withdraw_for_ward", *who, key="c", ward=OWN, ward_reference="TD-1", reason="Rút")

    assert (corrected["status"], corrected["replayed"], again["replayed"]) == (2, False, True)
    assert withdrawn["status"] == 7
    assert (late["status"], late["errors"][0]["kind"]) == (409, "with-department")


def test_over_http_another_wards_case_is_refused_and_an_unknown_one_is_not_there(said, bus, ask):
    said()
    answer(bus)
    who = ("ward-officer",), OTHER
    assert ask("withdraw_for_ward", *who, key="a", ward=OWN, ward_reference="TD-1", reason="Rút")["status"] == 403
    assert ask("withdraw_for_ward", *who, key="b", ward=OTHER, ward_reference="TD-1", reason="Rút")["status"] == 404
    problem = ask("correct_for_ward", ("clerk",), key="c", ward=OWN, ward_reference="TD-1", reason="Không có gì")
    assert problem["status"] == 422
