"""The desk's news about a dossier that routing brought to a department: on a real broker, in a real database."""

from datetime import UTC, datetime

import pytest

from motcua_contracts.intake import (
    DossierCorrectedV1,
    DossierPausedV1,
    DossierRefusedV1,
    DossierReopenedV1,
    DossierRescheduledV1,
    DossierResumedV1,
    DossierSupplementDeclinedV1,
    DossierWithdrawnV1,
)

RESULT = {"title": "Giấy phép", "number": "12/GP"}
#: What ``dossier.corrected.v1`` adds to ``dossier.received.v1``.
WHY = {"corrected_at": "2026-11-25T01:00:00Z", "previous_due_at": "2026-11-30T10:00:00Z", "reason": "Sai thủ tục"}


@pytest.fixture
def correct(office):
    """Return a function that lets the desk correct a dossier, to department TP if it names no other."""

    def say(received, sequence=2, **data):
        right = {"department": "TP", "due_at": "2026-12-02T10:00:00Z", **WHY, **data}
        return office.tell(DossierCorrectedV1, sequence, received, **{**received["data"], **right})

    return say


@pytest.fixture
def kept(collection, until):
    """Return a function that waits for the one assignment to have these fields, and returns it."""
    return lambda **fields: until(lambda: collection("assignments").find_one(fields), what=str(fields))


def pause(office, received, sequence):
    data = {"paused_at": "2026-11-25T01:00:00Z", "cause": "fee", "reason": "Chưa nộp lệ phí"}
    return office.tell(DossierPausedV1, sequence, received, **data)


def resume(office, received, sequence, due_at):
    data = {"resumed_at": "2026-12-01T01:00:00Z", "previous_due_at": "2026-11-30T10:00:00Z", "reason": "Đã nộp"}
    return office.tell(DossierResumedV1, sequence, received, due_at=due_at, **data)


def withdraw(office, received, sequence=4):
    return office.tell(DossierWithdrawnV1, sequence, received, withdrawn_at="2026-11-25T01:00:00Z", reason="Rút hồ sơ")


def refuse(office, received, sequence=4, **more):
    data = {"refused_at": "2026-11-25T01:00:00Z", "reason": "Không bổ sung", "legal_basis": "NĐ 61/2018 Điều 17"}
    return office.tell(DossierRefusedV1, sequence, received, **data, **more)


def reopen(office, received, sequence=9, due_at="2026-12-04T10:00:00Z"):
    data = {"reopened_at": "2026-11-25T01:00:00Z", "forward_at": "2026-11-25T01:00:00Z", "reason": "Sai tên"}
    return office.tell(DossierReopenedV1, sequence, received, due_at=due_at, **data)


# correction


def test_a_dossier_corrected_to_another_department_is_recalled_from_the_first_and_issued_to_the_other(
    office, bus, correct
):
    received = office.receive()
    first = office.issued()["data"]
    message = correct(received)

    recalled, second = office.issued(), office.issued("TP")

    assert recalled["type"] == "assignment.recalled.v1"
    assert recalled["causationid"] == second["causationid"] == message["id"]
    told = recalled["data"]
    assert (told["assignment_id"], told["round"], told["department"]) == (first["assignment_id"], 1, "KT")
    assert (told["cause"], told["reason"]) == ("corrected", "Sai thủ tục")
    assert (second["data"]["assignment_id"], second["data"]["round"]) == (first["assignment_id"], 2)
    assert second["data"]["due_at"] == "2026-12-02T10:00:00+00:00"


def test_answers_that_cross_with_the_recall_are_ignored_and_the_other_department_settles_it(office, bus, correct, kept):
    received = office.receive()
    first = office.issued()
    office.answer("accepted", first, sequence=1)
    assert bus.hear_event("intake.handling.started.v1")["data"]["step"] == 1
    correct(received)
    assert office.issued()["type"] == "assignment.recalled.v1"
    second = office.issued("TP")

    office.answer("resolved", first, sequence=2, result=RESULT)
    kept(**{"heard.KT": 2})
    office.answer("accepted", second, speaker="TP", sequence=1)
    office.answer("resolved", second, speaker="TP", sequence=2, result=RESULT)

    assert bus.hear_event("intake.handling.started.v1")["data"]["department"] == "TP"
    finished = bus.hear_event("intake.handling.finished.v1")["data"]
    assert (finished["department"], finished["round"], finished["step"]) == ("TP", 2, 3)
    assert bus.depth("routing.parked") == bus.depth("intake.handling.finished.v1") == 0


def test_a_former_department_that_answers_for_the_new_one_is_parked_and_its_number_is_used_up(
    office, bus, correct, kept
):
    received = office.receive()
    office.issued()
    correct(received)
    office.issued()
    second = office.issued("TP")

    office.answer("accepted", second, sequence=1)

    assert bus.hear("routing.parked")[1]["x-parked-because"].startswith("NotYours")
    assert kept(state="issued", department="TP")["heard"] == {"KT": 1}
    assert bus.depth("intake.handling.started.v1") == 0


def test_a_dossier_that_comes_back_to_its_first_department_is_heard_on_in_its_count(office, bus, correct):
    received = office.receive()
    office.answer("accepted", office.issued(), sequence=1)
    correct(received, 2)
    office.issued()
    office.answer("accepted", office.issued("TP"), speaker="TP", sequence=1)
    correct(received, 3, department="KT")
    assert office.issued("TP")["data"]["round"] == 2
    third = office.issued()

    office.answer("accepted", third, sequence=2)
    office.answer("resolved", third, sequence=3, result=RESULT)

    assert bus.hear_event("intake.handling.finished.v1")["data"]["round"] == 3
    assert bus.depth("routing.parked") == 0


def test_a_correction_before_the_dossier_is_forwarded_recalls_nothing(office, bus, correct, kept, office_clock):
    received = office.receive(forward_at="2026-11-26T00:30:00Z")
    kept(state="waiting")
    correct(received, forward_at="2026-11-26T00:30:00Z")
    kept(state="waiting", department="TP")
    office_clock(datetime(2026, 11, 26, 0, 31, tzinfo=UTC))

    assert office.issued("TP")["data"]["round"] == 1
    assert bus.depth("department.KT") == 0


def test_a_correction_after_the_work_is_done_takes_nothing_back_until_the_result_is_made_anew(
    office, bus, correct, kept
):
    received = office.receive()
    issued = office.issued()
    office.answer("accepted", issued)
    office.answer("resolved", issued, result=RESULT)
    kept(state="finished")
    correct(received, 5)
    assert kept(corrected=5)["department"] == "KT"
    assert bus.depth("department.KT") == bus.depth("department.TP") == bus.depth("routing.parked") == 0

    reopen(office, received)

    assert office.issued("TP")["data"]["due_at"] == "2026-12-04T10:00:00+00:00"


def test_corrections_that_overtake_each_other_end_with_the_later(office, bus, correct, kept):
    received = office.receive()
    office.issued()
    correct(received, 3)
    office.issued()
    correct(received, 2, department="QLDT")
    office.issued("TP")

    assert kept(corrected=3)["department"] == "TP"
    assert bus.depth("department.QLDT") == 0


@pytest.mark.parametrize("twice", [False, True])
def test_a_correction_that_comes_before_the_dossier_is_taken_once_the_dossier_is_there(office, bus, kept, twice):
    received = office.received()
    right = {"department": "TP", "due_at": "2026-12-02T10:00:00Z", **WHY}
    message = office.tell(DossierCorrectedV1, 2, received, **{**received["data"], **right})
    if twice:
        bus.say("intake", "intake.events", DossierCorrectedV1.TYPE, message)
    bus.say("intake", "intake.events", "dossier.received.v1", received)

    assert kept(corrected=2, state="issued")["department"] == "TP"
    assert office.issued("TP")["type"] == "assignment.issued.v1"


def test_news_without_their_position_are_parked_at_once(office, bus):
    received = office.receive()
    office.issued()
    pause(office, received, None)

    assert bus.hear("routing.parked")[1]["x-parked-because"].startswith("Unplaced")


# withdrawal


def test_a_withdrawal_that_crosses_with_the_acceptance_recalls_it_and_the_acceptance_is_ignored(office, bus, kept):
    received = office.receive()
    issued = office.issued()
    withdraw(office, received)
    recalled = office.issued()
    office.answer("accepted", issued, sequence=1)
    office.answer("resolved", issued, sequence=2, result=RESULT)

    assert (recalled["type"], recalled["data"]["round"]) == ("assignment.recalled.v1", 1)
    assert (recalled["data"]["cause"], recalled["data"]["reason"]) == ("withdrawn", "Rút hồ sơ")
    assert kept(**{"heard.KT": 2})["state"] == "recalled"
    assert bus.depth("routing.parked") == bus.depth("intake.handling.started.v1") == 0


def test_an_acceptance_that_came_first_is_told_and_the_withdrawal_recalls_it(office, bus, kept, until):
    received = office.receive()
    office.answer("accepted", office.issued())
    assert bus.hear_event("intake.handling.started.v1")["data"]["step"] == 1
    message = withdraw(office, received)
    bus.say("intake", "intake.events", DossierWithdrawnV1.TYPE, message)

    assert office.issued()["type"] == "assignment.recalled.v1"
    assert "wake_at" not in kept(state="recalled")
    until(lambda: bus.depth("routing.dossier.withdrawn.v1") == 0)
    assert bus.depth("department.KT") == 0


def test_a_withdrawn_dossier_is_not_brought_back_by_news_that_it_overtook(office, bus, kept):
    received = office.receive()
    issued = office.issued()
    office.answer("accepted", issued)
    office.answer("resolved", issued, result=RESULT)
    kept(state="finished")
    withdraw(office, received, 10)
    kept(withdrawn=True)
    message = reopen(office, received, 9)
    kept(**{"marks.id": message["id"]})

    assert kept(state="finished")["round"] == 1
    assert bus.depth("department.KT") == bus.depth("routing.parked") == 0


# refusal


def test_a_dossier_that_is_refused_is_recalled_from_the_department_that_has_it(office, bus, kept):
    received = office.receive()
    issued = office.issued()
    message = refuse(office, received)
    recalled = office.issued()

    assert (recalled["type"], recalled["causationid"]) == ("assignment.recalled.v1", message["id"])
    assert (recalled["data"]["assignment_id"], recalled["data"]["round"]) == (issued["data"]["assignment_id"], 1)
    assert (recalled["data"]["cause"], recalled["data"]["reason"]) == ("refused", "Không bổ sung")
    assert "wake_at" not in kept(state="recalled", withdrawn=True)
    assert bus.depth("routing.parked") == 0


def test_a_dossier_refused_while_the_person_completes_it_has_nothing_to_recall_and_stays_closed(office, bus, kept):
    received = office.receive()
    issued = office.issued()
    office.answer("accepted", issued)
    office.answer("returned", issued, reason="Thiếu bản vẽ", items=["Bản vẽ"])
    kept(state="sent-back")
    refuse(office, received, 6)

    assert kept(withdrawn=True)["state"] == "recalled"
    assert bus.depth("department.KT") == bus.depth("routing.parked") == 0


@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_a_dossier_that_ended_before_its_reception_is_no_departments_and_waits_for_no_assignment(
    office, bus, collection, until, example, end
):
    message = example(f"dossier.{end}.v1")
    message["data"]["history"]["due_at"] = None
    bus.say("intake", "intake.events", f"dossier.{end}.v1", message)
    received = office.receive()
    assert office.issued()["data"]["code"] == received["data"]["code"]

    until(lambda: bus.depth(f"routing.dossier.{end}.v1") == 0)
    assert [bus.depth(f"routing.retry.{step}") for step in range(1, 8)] == [0] * 7
    assert bus.depth("routing.parked") == bus.depth("department.KT") == 0
    assert collection("assignments").count_documents({}) == 1


@pytest.mark.parametrize("end", [refuse, withdraw])
def test_an_end_that_overtakes_the_dossier_waits_for_it(office, bus, kept, end):
    received = office.received()
    end(office, received)
    bus.say("intake", "intake.events", "dossier.received.v1", received)

    assert kept(withdrawn=True)["state"] == "recalled"
    assert bus.depth("routing.parked") == 0


# files

FILE = {
    "id": "8f5a1f80-9d6e-4d7b-8f14-0d1f6f9d2f10",
    "name": "don.pdf",
    "media_type": "application/pdf",
    "size": 30,
    "sha256": "ab" * 32,
    "signed": False,
}
PAPERS = [{"code": "giay-de-nghi", "copy": 2, "quantity": 1, "attachments": [FILE]}]


def test_a_dossier_is_stored_and_issued_with_the_files_of_its_papers(office, bus, collection):
    office.receive(components=PAPERS)

    (paper,) = office.issued()["data"]["components"]

    assert [file["id"] for file in paper["attachments"]] == [FILE["id"]]
    assert paper["attachments"][0]["sha256"] == FILE["sha256"]
    assert collection("assignments").find_one()["components"][0]["attachments"][0]["id"] == FILE["id"]
    assert bus.depth("routing.parked") == 0


def test_files_of_papers_that_were_put_right_go_to_the_right_department(office, correct):
    received = office.receive()
    office.issued()
    correct(received, components=PAPERS)
    assert office.issued()["type"] == "assignment.recalled.v1"

    (paper,) = office.issued("TP")["data"]["components"]
    assert [file["id"] for file in paper["attachments"]] == [FILE["id"]]


def test_files_of_papers_that_were_put_right_after_the_work_was_done_go_out_when_it_is_done_anew(office, correct, kept):
    received = office.receive()
    issued = office.issued()
    office.answer("accepted", issued)
    office.answer("resolved", issued, result=RESULT)
    kept(state="finished")
    correct(received, 5, components=PAPERS)
    kept(corrected=5)
    reopen(office, received)

    (paper,) = office.issued("TP")["data"]["components"]
    assert [file["id"] for file in paper["attachments"]] == [FILE["id"]]


# the clock


def test_a_paused_dossier_is_not_urged_and_a_resumed_one_is_at_its_new_appointment(office, office_clock, kept):
    received = office.receive()
    issued = office.issued()
    office.answer("accepted", issued)
    kept(state="accepted")
    pause(office, received, 4)
    assert "wake_at" not in kept(paused=True)
    office_clock(datetime(2026, 12, 1, 3, tzinfo=UTC))
    office.answer("extension-asked", issued, working_days=3, reason="Cần thêm")
    declined = office.issued()
    assert declined["type"] == "assignment.extension-decided.v1"  # and no urging before it
    assert declined["data"]["granted"] is False
    assert "tạm dừng" in declined["data"]["reason"]

    resume(office, received, 5, "2026-12-03T10:00:00Z")
    kept(paused=False, due_at=datetime(2026, 12, 3, 10, tzinfo=UTC))
    office_clock(datetime(2026, 12, 4, 3, tzinfo=UTC))

    overdue = office.issued()
    assert (overdue["type"], overdue["data"]["due_at"]) == ("assignment.overdue.v1", "2026-12-03T10:00:00+00:00")


def test_a_pause_that_is_overtaken_by_its_end_does_not_stop_the_clock(office, kept, office_clock):
    received = office.receive()
    office.answer("accepted", office.issued())
    kept(state="accepted")
    resume(office, received, 5, "2026-12-03T10:00:00Z")
    kept(seen=5)
    message = pause(office, received, 4)
    assert kept(**{"marks.id": message["id"]})["paused"] is False
    office_clock(datetime(2026, 12, 4, 3, tzinfo=UTC))

    assert office.issued()["type"] == "assignment.overdue.v1"


def test_an_appointment_that_the_desk_moved_leaves_the_department_no_further_extension(office, kept):
    received = office.receive()
    issued = office.issued()
    office.answer("accepted", issued)
    data = {"previous_due_at": "2026-11-30T10:00:00Z", "due_at": "2026-12-04T10:00:00Z", "reason": "Xin lỗi"}
    office.tell(DossierRescheduledV1, 4, received, **data)
    kept(extended=True, state="accepted")
    office.answer("extension-asked", issued, working_days=3, reason="Cần thêm")

    declined = office.issued()["data"]
    assert (declined["granted"], declined["due_at"]) == (False, "2026-12-04T10:00:00+00:00")


# again


def test_a_declined_supplement_comes_back_to_the_department_in_a_new_round_with_the_same_deadline(office, bus):
    received = office.receive()
    first = office.issued()
    office.answer("accepted", first)
    office.answer("returned", first, reason="Thiếu bản vẽ", items=["Bản vẽ"])
    assert bus.hear_event("intake.handling.sent-back.v1")["data"]["step"] == 2
    declined = {"declined_at": "2026-11-25T01:00:00Z", "reason": "Đã yêu cầu một lần"}
    message = office.tell(DossierSupplementDeclinedV1, 6, received, **declined)
    second = office.issued()
    bus.say("intake", "intake.events", DossierSupplementDeclinedV1.TYPE, message)
    office.answer("accepted", second)
    office.answer("resolved", second, result=RESULT)

    assert (second["data"]["round"], second["data"]["due_at"]) == (2, first["data"]["due_at"])
    assert bus.hear_event("intake.handling.finished.v1")["data"]["step"] == 4
    assert bus.depth("department.KT") == 0


def test_a_result_to_be_made_anew_is_issued_again_and_settled_again(office, bus):
    received = office.receive()
    first = office.issued()
    office.answer("accepted", first)
    office.answer("resolved", first, result=RESULT)
    assert bus.hear_event("intake.handling.finished.v1")["data"]["step"] == 2
    message = reopen(office, received)
    bus.say("intake", "intake.events", DossierReopenedV1.TYPE, message)
    second = office.issued()
    office.answer("accepted", second)
    office.answer("resolved", second, result=RESULT)

    assert (second["data"]["round"], second["data"]["due_at"]) == (2, "2026-12-04T10:00:00+00:00")
    finished = bus.hear_event("intake.handling.finished.v1")["data"]
    assert (finished["round"], finished["step"]) == (2, 4)
    assert bus.depth("department.KT") == bus.depth("routing.parked") == 0
