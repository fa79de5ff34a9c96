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
        ("start", "NĐ 78/2015"),
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


def test_receipt_says_what_was_promised_at_reception_whatever_came_later(processing, at):
    moved = domain.reschedule(processing, at=at("2018-08-27 09:00"), due_at=at("2018-08-31 17:00"), reason="xác minh")

    paper = views.receipt(moved, "secret", forward_at=at("2018-08-23 09:00"), replayed=True)

    assert (paper["status"], paper["due_at"]) == (2, at("2018-08-28 17:00"))
    assert (paper["tracking_secret"], paper["replayed"], paper["fee_minor"]) == ("secret", True, 100_000)


def test_procedure_is_shown_with_its_papers_and_limit(office, at):
    seen = views.procedure(office.procedure("2.000635", at("2018-08-23 08:00").date()))

    assert (seen["code"], seen["limit"], seen["fee_minor"]) == ("2.000635", {"kind": "same_day", "amount": 1}, 8000)
    assert [paper["code"] for paper in seen["components"]] == ["to-khai", "giay-to-tuy-than"]
