"""Dossiers go to their departments and come back: on a real broker, as each department's own user."""

from datetime import UTC, datetime


def test_a_received_dossier_is_issued_to_the_department_that_its_procedure_names(office, bus):
    message = office.receive()
    issued = office.issued()
    assert issued["type"] == "assignment.issued.v1"
    assert issued["data"]["code"] == message["data"]["code"]
    assert issued["causationid"] == message["id"]
    assert bus.depth("department.TP") == 0


def test_the_same_news_twice_is_one_assignment(office, bus, collection, until):
    message = office.receive()
    bus.say("intake", "intake.events", "dossier.received.v1", message)
    bus.say("intake", "intake.events", "dossier.received.v1", {**message, "id": "another"})
    office.issued()
    until(lambda: bus.depth("routing.dossier.received.v1") == 0)
    assert collection("assignments").count_documents({}) == 1
    assert bus.depth("department.KT") == 0


def test_what_came_after_the_cut_off_waits_in_the_database_for_the_next_working_day(
    office, bus, until, collection, office_clock
):
    office.receive(forward_at="2026-11-26T00:30:00Z")
    until(lambda: collection("assignments").find_one({"state": "waiting"}))
    assert bus.depth("department.KT") == 0
    office_clock(datetime(2026, 11, 26, 0, 31, tzinfo=UTC))
    assert office.issued()["data"]["issued_at"].startswith("2026-11-26T00:31")


def test_accepted_and_resolved_are_passed_on_even_when_they_overtake_each_other(office, bus):
    office.receive()
    issued = office.issued()
    office.answer("resolved", issued, sequence=2)
    office.answer("accepted", issued, sequence=1)
    started = bus.hear_event("intake.handling.started.v1")
    finished = bus.hear_event("intake.handling.finished.v1")
    assert (started["data"]["step"], finished["data"]["step"]) == (1, 2)
    assert bus.depth("routing.parked") == 0


def test_a_department_that_answers_for_another_is_parked_and_changes_nothing(office, bus, collection):
    office.receive()
    issued = office.issued()
    office.answer("accepted", issued, speaker="TP", sequence=1)
    assert bus.hear("routing.parked")[1]["x-parked-because"].startswith("NotYours")
    assert collection("assignments").find_one()["state"] == "issued"


def test_a_department_that_signs_as_itself_but_writes_another_name_is_judged_by_its_credentials(
    office, bus, collection
):
    office.receive()
    issued = office.issued()
    message = office.example("assignment.accepted.v1")
    message["data"] |= {"assignment_id": issued["data"]["assignment_id"], "round": 1, "department": "KT"}
    bus.say("department-TP", "department.events", "assignment.accepted.v1.TP", message)
    assert bus.hear("routing.parked")[1]["x-parked-because"].startswith("NotYours")
    assert collection("assignments").find_one()["state"] == "issued"


def test_a_supplement_makes_a_new_round_and_an_answer_to_the_old_one_is_over(office, bus, example, until):
    received = office.receive()
    first = office.issued()
    office.answer("accepted", first)
    office.answer("returned", first, reason="Thiếu bản vẽ", items=["Bản vẽ"])
    assert bus.hear_event("intake.handling.sent-back.v1")["data"]["items"] == ["Bản vẽ"]
    supplied = example("dossier.supplemented.v1")
    supplied["data"] |= {
        "dossier_id": received["data"]["dossier_id"],
        "code": received["data"]["code"],
        "forward_at": "2026-11-25T01:00:00Z",
        "due_at": "2026-12-04T10:00:00Z",
    }
    bus.say("intake", "intake.events", "dossier.supplemented.v1", supplied)
    second = office.issued()
    assert (second["data"]["round"], second["data"]["due_at"]) == (2, "2026-12-04T10:00:00+00:00")
    office.answer("accepted", first, sequence=3)
    assert bus.hear("routing.parked")[1]["x-parked-because"].startswith("Over")
    office.answer("accepted", second, sequence=4)
    office.answer("resolved", second, sequence=5)
    assert bus.hear_event("intake.handling.finished.v1")["data"]["round"] == 2


def test_more_time_is_granted_once_and_only_in_time(office, bus, office_clock):
    office.receive()
    issued = office.issued()
    office.answer("accepted", issued)
    office.answer("extension-asked", issued, working_days=3, reason="Cần xác minh")
    granted = office.issued()["data"]
    assert (granted["granted"], granted["due_at"]) == (True, "2026-12-03T10:00:00+00:00")
    assert bus.hear_event("intake.handling.extended.v1")["data"]["reason"] == "Cần xác minh"
    office.answer("extension-asked", issued, working_days=3, reason="Nữa")
    refused = office.issued()["data"]
    assert refused["granted"] is False
    assert "một lần" in refused["reason"]


def test_more_time_asked_on_the_last_day_is_refused(office, office_clock):
    office.receive()
    issued = office.issued()
    office.answer("accepted", issued)
    office_clock(datetime(2026, 11, 30, 3, tzinfo=UTC))
    office.answer("extension-asked", issued, working_days=3, reason="Trễ")
    assert office.issued()["data"]["granted"] is False


def test_a_late_department_is_urged_once(office, bus, office_clock, until, collection):
    office.receive()
    issued = office.issued()
    office.answer("accepted", issued)
    until(lambda: collection("assignments").find_one({"state": "accepted"}))
    office_clock(datetime(2026, 12, 1, 3, tzinfo=UTC))
    assert office.issued()["type"] == "assignment.overdue.v1"
    until(lambda: collection("assignments").find_one({"urged": True, "wake_at": None}))
    assert bus.depth("department.KT") == 0


def test_an_answer_about_nothing_known_is_parked(office, bus):
    message = office.example("assignment.accepted.v1")
    message["data"] |= {"assignment_id": "7d1f7a5e-3c0b-4ad1-9a37-5d2b3f0a9f11", "round": 1, "department": "KT"}
    bus.say("department-KT", "department.events", "assignment.accepted.v1.KT", message)
    assert "UnknownAssignment" in bus.hear("routing.parked")[1]["x-parked-because"]


def test_a_department_that_counts_no_answers_is_heard_all_the_same(office, bus):
    office.receive()
    issued = office.issued()
    for kind in ("accepted", "resolved"):
        message = office.example(f"assignment.{kind}.v1")
        del message["sequence"]
        message["data"] |= {"assignment_id": issued["data"]["assignment_id"], "round": 1, "department": "KT"}
        bus.say("department-KT", "department.events", f"assignment.{kind}.v1.KT", message)
    assert bus.hear_event("intake.handling.finished.v1")["data"]["step"] == 2


def test_an_answer_that_is_refused_in_its_turn_does_not_hold_up_the_ones_after_it(office, bus):
    office.receive()
    issued = office.issued()
    office.answer("accepted", issued, sequence=1)
    office.answer("accepted", issued, sequence=2)
    office.answer("resolved", issued, sequence=3)
    assert bus.hear_event("intake.handling.finished.v1")["data"]["step"] == 2
    assert bus.hear("routing.parked")[1]["x-parked-because"].startswith("Over")


def test_a_return_that_overtakes_a_request_for_more_time_waits_for_it(office, bus):
    office.receive()
    issued = office.issued()
    office.answer("returned", issued, sequence=3, reason="Thiếu", items=["Bản vẽ"])
    office.answer("extension-asked", issued, sequence=2, working_days=3, reason="Xác minh")
    office.answer("accepted", issued, sequence=1)
    assert bus.hear_event("intake.handling.extended.v1")["data"]["step"] == 2
    assert bus.hear_event("intake.handling.sent-back.v1")["data"]["step"] == 3
