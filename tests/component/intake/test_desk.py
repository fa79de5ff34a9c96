"""What a clerk does at the desk over RPC, and how the dossier's life goes on."""

import hashlib
from datetime import UTC, datetime

import pytest

from intake.service import IntakeService

BODY = {
    "procedure": "1.001612",
    "applicant": {"name": "Nguyễn Thị Lan", "identity_number": "079012345678", "email": "lan@example.org"},
    "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
}


@pytest.fixture
def ask(bus, run_service, caller_of):
    run_service(IntakeService)
    return caller_of("intake")


def test_a_receipt_repeats_itself_for_the_same_key_and_body(ask):
    first = ask("submit", key="k", channel=1, submission=BODY)
    again = ask("submit", key="k", channel=1, submission=BODY)
    assert again == first | {"replayed": True}
    assert first["replayed"] is False


def test_a_key_used_again_with_another_body_is_refused(ask, collection):
    ask("submit", key="k", channel=1, submission=BODY)
    problem = ask("submit", key="k", channel=1, submission={**BODY, "note": "another"})
    assert (problem["code"], problem["status"]) == ("idempotency-key-reused", 422)
    assert collection("dossiers").count_documents({}) == 1


def test_every_fault_of_a_submission_is_told_at_once(ask):
    body = {"procedure": "x", "applicant": {"email": "no"}, "components": [], "surprise": 1}
    problem = ask("submit", key="k", channel=1, submission=body)
    assert problem["status"] == 422
    fields = {row["field"] for row in problem["errors"]}
    assert fields == {"procedure", "applicant.name", "applicant.email", "surprise"}


def test_a_ward_officer_submits_for_the_own_ward_only(ask):
    body = {**BODY, "ward": "26737", "ward_reference": "A-1"}
    assert ask("submit", ("ward-officer",), "26734", key="k", channel=1, submission=body)["status"] == 403
    assert ask("submit", ("ward-officer",), "26737", key="k", channel=1, submission=body)["status"] == 2


def test_the_receipts_secret_is_known_to_the_receipt_alone(ask, bus, collection):
    receipt = ask("submit", key="k", channel=1, submission=BODY)
    event = bus.hear_event("gateway.dossier.received.v1")
    assert event["data"]["tracking_digest"] == hashlib.sha256(receipt["tracking_secret"].encode()).hexdigest()
    assert receipt["tracking_secret"] not in str(list(collection("dossiers").find())) + str(event)


def test_who_may_not_see_a_dossier_is_not_told_that_it_exists(ask):
    code = ask("submit", key="k", channel=1, submission=BODY)["code"]
    assert ask("get", ("department-officer",), "KT", code=code)["code"] == code
    assert ask("get", ("department-officer",), "TP", code=code)["status"] == 404
    assert ask("get", ("auditor",), code=code)["applicant"]["identity_number"] == "********5678"


def test_a_list_is_paged_by_key_and_narrowed_to_the_callers_unit(ask):
    codes = [ask("submit", key=f"k{n}", channel=1, submission=BODY)["code"] for n in range(5)]
    first = ask("search", limit=2)
    second = ask("search", limit=2, after=first["next"])
    third = ask("search", limit=2, after=second["next"])
    seen = [item["code"] for page in (first, second, third) for item in page["items"]]
    assert seen == codes[::-1]
    assert third["next"] is None
    assert ask("search", ("department-officer",), "TP")["items"] == []
    assert ask("search", ("department-officer",), "TP", department="KT")["status"] == 403
    assert ask("search", received_from="yesterday")["errors"][0]["field"] == "received_from"


def _handling(bus, example, kind, code, dossier_id, step=1, **data):
    message = example(f"handling.{kind}.v1")
    message["data"] |= {"dossier_id": dossier_id, "code": code, "step": step, **data}
    bus.say("routing", "routing.events", f"handling.{kind}.v1", message)
    return message


def test_a_dossier_goes_from_received_to_returned_and_each_step_is_told(ask, bus, example, until):
    receipt = ask("submit", key="k", channel=1, submission=BODY)
    code, key = receipt["code"], receipt["dossier_id"]
    # finished overtakes started: it waits for it
    _handling(bus, example, "finished", code, key, step=2, finished_at="2026-11-25T02:00:00Z")
    _handling(bus, example, "started", code, key)
    assert bus.hear_event("notify.dossier.resolved.v1")["data"]["on_time"] is True
    assert ask("pay", key="p", code=code, amount_minor=100_000)["account"]["owed_minor"] == 0
    assert ask("hand_over", key="h", code=code, received_by="Lan", identity_checked=False)["status"] == 422
    view = ask("hand_over", key="h", code=code, received_by="Lan", identity_checked=True)
    again = ask("hand_over", key="h", code=code, received_by="Lan", identity_checked=True)
    assert view["status"] == again["status"] == 10
    assert (view["replayed"], again["replayed"]) == (False, True)
    assert ask("hand_over", key="h2", code=code, received_by="Lan", identity_checked=True)["status"] == 409
    assert bus.hear_event("gateway.dossier.returned.v1")["data"]["code"] == code
    assert bus.depth("gateway.dossier.returned.v1") == 0


def test_a_supplement_stops_the_clock_and_runs_on_with_what_was_left(ask, bus, example, office_clock, until):
    receipt = ask("submit", key="k", channel=1, submission=BODY)
    code, key = receipt["code"], receipt["dossier_id"]
    _handling(bus, example, "started", code, key)
    asked = {"sent_back_at": "2026-11-25T02:00:00Z", "reason": "Thiếu chữ ký", "items": ["Ký tên"]}
    _handling(bus, example, "sent-back", code, key, step=2, **asked)
    assert bus.hear_event("notify.dossier.supplement-asked.v1")["data"]["items"] == ["Ký tên"]
    office_clock(datetime(2026, 12, 2, 2, tzinfo=UTC))  # a week later, the same hour
    paper = [{"code": "giay-de-nghi", "copy": 0, "quantity": 1}]
    view = ask("supplement", key="s", code=code, components=paper, note="")
    assert view["status"] == 2
    assert view["due_at"][:16] == "2026-12-07T10:00"  # three working days were left
    event = bus.hear_event("routing.dossier.supplemented.v1")
    assert event["data"]["previous_due_at"] == "2026-11-30T10:00:00+00:00"
    wrong = ask("supplement", key="s2", code=code, components=[{"code": "X"}], note="")
    assert wrong["errors"][0]["field"] == "components.0.code"


def test_a_passed_appointment_is_told_once_and_a_late_result_stays_late(ask, bus, example, office_clock, until):
    receipt = ask("submit", key="k", channel=1, submission=BODY)
    code, key = receipt["code"], receipt["dossier_id"]
    _handling(bus, example, "started", code, key)
    until(lambda: ask("get", code=code)["status"] == 4)
    office_clock(datetime(2026, 12, 1, 2, tzinfo=UTC))
    assert bus.hear_event("notify.dossier.overdue.v1")["data"]["code"] == code
    office_clock(datetime(2026, 11, 30, 2, tzinfo=UTC))
    office_clock(datetime(2026, 12, 3, 2, tzinfo=UTC))
    _handling(bus, example, "finished", code, key, step=2, finished_at="2026-12-03T02:00:00Z")
    assert bus.hear_event("notify.dossier.resolved.v1")["data"]["on_time"] is False
    assert bus.depth("notify.dossier.overdue.v1") == 0
    assert ask("get", code=code)["overdue"] is True


def test_a_new_appointment_is_told_with_its_reason(ask, bus, example):
    receipt = ask("submit", key="k", channel=1, submission=BODY)
    _handling(bus, example, "started", receipt["code"], receipt["dossier_id"])
    extended = {"due_at": "2026-12-03T10:00:00Z", "reason": "Cần xác minh"}
    _handling(bus, example, "extended", receipt["code"], receipt["dossier_id"], step=2, **extended)
    event = bus.hear_event("notify.dossier.rescheduled.v1")["data"]
    assert (event["previous_due_at"][:10], event["due_at"][:10]) == ("2026-11-30", "2026-12-03")


def test_news_of_an_unknown_dossier_is_parked(ask, bus, example):
    _handling(bus, example, "started", "000.01.01.H29-261125-9999", "7d1f7a5e-3c0b-4ad1-9a37-5d2b3f0a9f11")
    assert "unknown-dossier" in bus.hear("intake.parked")[1]["x-parked-because"]


def test_an_extension_that_was_overtaken_by_a_return_still_counts_and_in_its_turn(ask, bus, example, until):
    receipt = ask("submit", key="k", channel=1, submission=BODY)
    code, key = receipt["code"], receipt["dossier_id"]
    asked = {"sent_back_at": "2026-11-25T02:00:00Z", "reason": "Thiếu chữ ký", "items": ["Ký tên"]}
    _handling(bus, example, "sent-back", code, key, step=3, **asked)
    _handling(bus, example, "extended", code, key, step=2, due_at="2026-12-03T10:00:00Z")
    _handling(bus, example, "started", code, key, step=1)
    until(lambda: ask("get", code=code)["status"] == 5)
    view = ask("get", code=code)
    assert [row["kind"] for row in view["deadline"]] == ["start", "extend", "pause"]
    assert view["due_at"].startswith("2026-12-03")


def test_a_message_of_the_handling_under_another_id_changes_nothing_and_is_parked(ask, bus, example, until):
    receipt = ask("submit", key="k", channel=1, submission=BODY)
    _handling(bus, example, "started", receipt["code"], receipt["dossier_id"])
    until(lambda: ask("get", code=receipt["code"])["status"] == 4)
    _handling(bus, example, "started", receipt["code"], receipt["dossier_id"])
    assert bus.hear("intake.parked")[1]["x-parked-because"].startswith("Past")


def test_a_wards_case_is_one_dossier_whichever_way_it_comes(ask, bus, submission, collection):
    data = submission()["data"]
    body = {name: value for name, value in data.items() if name not in ("submitted_at", "note") and value is not None}
    receipt = ask("submit", ("ward-officer",), "26734", key="k", channel=1, submission=body)
    bus.hear_event("ward.26734")
    message = submission()
    message["data"].pop("note", None)
    bus.say("ward-26734", "intake.commands", "dossier.submit.v1.26734", message)
    assert bus.hear_event("ward.26734")["data"]["code"] == receipt["code"]
    assert collection("dossiers").count_documents({}) == 1


def test_an_officer_without_a_unit_sees_nothing(ask):
    code = ask("submit", key="k", channel=1, submission=BODY)["code"]
    assert ask("search", ("ward-officer",), None)["status"] == 403
    assert ask("get", ("ward-officer",), None, code=code)["status"] == 404


def test_a_cursor_that_no_page_gave_is_refused(ask):
    assert ask("search", after="abc")["errors"][0]["field"] == "after"


def test_a_department_or_ward_that_the_office_does_not_have_is_named(ask):
    assert ask("search", department="XX")["errors"][0]["field"] == "department"
    assert ask("search", ward="99999")["errors"][0]["field"] == "ward"
