"""What callers are shown."""

import json
from dataclasses import replace

import pytest

from intake import domain
from intake.messages import views


@pytest.mark.parametrize(
    ("number", "shown"), [("000000018", "*****0018"), ("079185000123", "********0123"), (None, None)]
)
def test_staff_see_only_the_end_of_the_identity_number(dossier, number, shown):
    applicant = {**dossier.receipt.applicant, "identity_number": number}
    dossier = replace(dossier, receipt=replace(dossier.receipt, applicant=applicant))

    seen = views.view(dossier)

    assert seen["applicant"]["identity_number"] == shown
    assert dossier.receipt.applicant["identity_number"] == number
    assert number is None or number not in json.dumps(seen, default=str)


def test_view_explains_the_appointment_line_by_line(asked, at):
    lines = views.view(asked)["deadline"]

    assert [(line["kind"], line["reason"]) for line in lines] == [
        ("start", "NĐ 78/2015/NĐ-CP"),
        ("pause", "Thiếu biên bản họp"),
    ]
    assert lines[-1]["due_at"] == at("2018-08-28 17:00")


def test_view_shows_status_as_a_number_and_overdue_as_an_attribute(processing):
    seen = views.view(processing)
    late = views.view(domain.overdue(processing, now=processing.due_at.replace(hour=18)))

    assert (seen["status"], seen["overdue"]) == (4, False)
    assert (late["status"], late["overdue"]) == (4, True)


def test_view_holds_neither_secret_nor_its_digest(dossier):
    assert dossier.receipt.tracking_digest not in json.dumps(views.view(dossier), default=str)


def test_view_says_after_a_writing_call_whether_it_is_a_repeat_and_nothing_after_a_reading_one(processing):
    assert "replayed" not in views.view(processing)
    for replayed in (True, False):
        assert views.view(processing, replayed=replayed) == views.view(processing) | {"replayed": replayed}


def test_receipt_says_what_was_promised_at_reception_whatever_came_later(life, processing, at):
    moved = life.extend(processing, at("2018-08-27 09:00")).dossier

    paper = views.receipt(moved, "secret", replayed=True)

    assert (paper["status"], paper["due_at"]) == (2, at("2018-08-28 17:00"))
    assert (paper["tracking_secret"], paper["replayed"], paper["fee_minor"]) == ("secret", True, 100_000)
    assert paper["history_head"] == moved.history[0]["digest"] != moved.history[-1]["digest"]


def test_receipt_of_what_is_registered_only_promises_an_answer_and_no_result(registered):
    paper = views.receipt(registered, "secret", replayed=False)

    assert (paper["status"], paper["due_at"], paper["forward_at"]) == (1, None, None)
    assert (paper["answer_by"], paper["fee_minor"]) == (registered.answer_by, 0)


def test_person_of_before_a_correction_is_masked_as_the_person_of_now(life, dossier, at):
    seen = views.view(life.correct(dossier, at("2018-08-23 09:00")).dossier)

    assert seen["corrections"][0]["applicant"]["name"] == "Nguyễn Thị Thí Dụ"
    assert "000000018" not in json.dumps(seen, default=str)


def test_identity_number_of_who_comes_for_the_person_is_masked(dossier):
    person = {"name": "Trần Văn Thí Dụ", "identity_number": "079185000123", "authorisation": "Giấy ủy quyền"}
    seen = views.view(replace(dossier, receipt=replace(dossier.receipt, representative=person)))

    assert seen["representative"]["identity_number"] == "********0123"


def test_what_a_leader_declined_is_no_request_to_the_person(life, processing, at):
    asked = life.supplement(life.department_asks(processing, at("2018-08-24 10:00")).dossier, at("2018-08-24 11:00"))
    again = life.start(asked.dossier, at("2018-08-24 13:00")).dossier
    declined = life.decline(life.department_asks(again, at("2018-08-24 14:00")).dossier, at("2018-08-24 15:00")).dossier

    assert views.view(declined)["supplement_requests"] == 1


def test_account_is_shown_line_by_line_with_what_is_owed(life, dossier, at):
    seen = views.view(life.pay(dossier, at("2018-08-23 09:00"), 30).dossier)["account"]

    assert (seen["total_minor"], seen["owed_minor"]) == (100_000, 70_000)
    assert [row["amount_minor"] for row in seen["payments"]] == [30_000]


def test_what_leaders_have_yet_to_decide_is_the_staffs_alone(life, processing):
    seen = views.view(processing)

    assert set(seen) - set(views.outside(seen)) == {"apology", "supplement_pending", "evaluation"}


def test_what_the_person_wrote_of_the_handling_is_for_those_alone_who_score_it(life, processing, at):
    resolved = life.resolve(processing, at("2018-08-24 09:00")).dossier
    judged = life.evaluate(resolved, at("2018-08-24 10:00")).dossier
    assert judged.evaluation["comment"] == "tốt"

    assert "comment" not in views.view(judged)["evaluation"]
    assert views.view(judged)["evaluation"]["satisfaction"] == 2
    assert views.view(resolved)["evaluation"] is None
