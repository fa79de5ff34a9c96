"""What the desk may do with a dossier over RPC: once per key, by whom it may, for whose dossier it is."""

import pytest

from intake.service import IntakeService

COMPONENTS = [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}]
BODY = {"procedure": "1.001612", "applicant": {"name": "Nguyễn Thị Lan"}, "components": COMPONENTS}
LAW = {"reason": "Thiếu bản sao", "legal_basis": "NĐ 61/2018/NĐ-CP Điều 17"}


@pytest.fixture
def ask(bus, run_service, caller_of):
    run_service(IntakeService)
    return caller_of("intake")


@pytest.fixture
def handling(bus, example, ask, until):
    """Return a function that says a message of a dossier's handling, as routing does, and waits for its step."""
    steps = {}

    def say(kind, receipt, **data):
        code = receipt["code"]
        steps[code] = steps.get(code, 0) + 1
        message = example(f"handling.{kind}.v1")
        message["data"] |= {"dossier_id": receipt["dossier_id"], "code": code, "step": steps[code], **data}
        before = len(ask("history", code=code)["entries"]), ask("get", code=code)
        bus.say("routing", "routing.events", f"handling.{kind}.v1", message)
        until(lambda: (len(ask("history", code=code)["entries"]), ask("get", code=code)) != before, what=kind)

    return say


class Desk:
    """Dossiers brought to where an act is possible."""

    def __init__(self, ask, handling):
        self.ask, self.handling, self.count = ask, handling, 0

    def registered(self, **more):
        return self._handed_in(receive=False, **more)

    def received(self, **more):
        return self._handed_in(**more)

    def _handed_in(self, receive=True, **more):
        self.count += 1
        key = f"first-{self.count}"
        return self.ask("submit", key=key, channel=1, submission={**BODY, **more}, receive=receive)

    def processing(self):
        receipt = self.received()
        self.handling("started", receipt, started_at="2026-11-25T01:30:00Z")
        return receipt

    def pending(self):
        """Return one of which the department asked a second time."""
        receipt = self.processing()
        asked = {"sent_back_at": "2026-11-25T01:40:00Z", "reason": "Thiếu chữ ký", "items": ["Ký tên"]}
        self.handling("sent-back", receipt, **asked)
        self.ask("supplement", key=f"s-{receipt['code']}", code=receipt["code"], components=COMPONENTS[:1])
        self.handling("started", receipt, started_at="2026-11-25T01:50:00Z")
        self.handling("sent-back", receipt, **asked)
        return receipt

    def stopped(self):
        receipt = self.processing()
        self.ask("pause", key=f"p-{receipt['code']}", code=receipt["code"], cause="stopped", **LAW)
        return receipt

    def resolved(self):
        receipt = self.processing()
        self.ask("pay", key=f"b-{receipt['code']}", code=receipt["code"], amount_minor=100_000)
        self.handling("finished", receipt, finished_at="2026-11-25T02:00:00Z")
        return receipt


@pytest.fixture
def desk(ask, handling):
    return Desk(ask, handling)


#: Each call: where its dossier is, a good body, the status after it, the event it is told by, a body with the faulty fields,
#: and a role that may not.
ACTS = {
    "receive": ("registered", {}, 2, "received", {"components": [{"code": "?"}]}, "components.0.code", "chief"),
    "ask_supplement": (
        "registered", {**LAW, "items": ["Bản sao"]}, 5, "supplement-asked", {**LAW, "items": []}, "items", "citizen",
    ),
    "refuse": ("registered", LAW, 3, "refused", {"reason": "x"}, "legal_basis", "chief"),
    "withdraw": ("received", {"reason": "Không còn nhu cầu"}, 7, "withdrawn", {"reason": ""}, "reason", "ward-officer"),
    "correct": (
        "received", {"reason": "Ghi nhầm tên", "applicant": {"name": "Trần Thị Lan"}}, 2, "corrected",
        {"reason": "x", "applicant": {"name": ""}}, "applicant.name", "citizen",
    ),
    "decide_supplement": (
        "pending", {"grant": True, "reason": "Cần"}, 5, "supplement-asked", {"grant": 1, "reason": "x"}, "grant", "clerk",
    ),
    "pause": ("processing", {**LAW, "cause": "stopped"}, 8, "paused", {**LAW, "cause": "rain"}, "cause", "citizen"),
    "resume": ("stopped", {"reason": "Xong"}, 4, "resumed", {}, "reason", "auditor"),
    "pay": ("received", {"amount_minor": 40_000}, 2, "paid", {"amount_minor": "x"}, "amount_minor", "chief"),
    "exempt": ("received", LAW, 2, "exempted", {**LAW, "amount_minor": -1}, "amount_minor", "citizen"),
    "hand_over": (
        "resolved", {"received_by": "Lan", "identity_checked": True}, 10, "returned",
        {"received_by": "Lan", "identity_checked": True, "method": "pigeon"}, "method", "citizen",
    ),
    "reopen": ("resolved", {"reason": "Sai năm sinh"}, 2, "reopened", {"surprise": 1, "reason": "x"}, "surprise", "chief"),
}  # fmt: skip
BY = {"decide_supplement": "deputy"}


@pytest.mark.parametrize("act", ACTS)
def test_act_has_its_effect_once_per_key_for_whom_it_may_and_names_what_is_wrong(ask, desk, bus, collection, act):
    where, body, status, event, faulty, field, other = ACTS[act]
    code, by = getattr(desk, where)()["code"], (BY.get(act, "clerk"),)
    before = ask("history", code=code)["entries"]

    assert ask(act, (other,), "26734", key="o", code=code, **body)["status"] == 403
    problem = ask(act, by, key="k", code=code, **faulty)
    assert (problem["status"], {row["field"] for row in problem["errors"]}) == (422, {field})
    assert ask(act, by, key="k", code="000.01.01.H29-261125-9999", **body)["code"] == "unknown-dossier"
    assert ask("history", code=code)["entries"] == before

    view = ask(act, by, key="k", code=code, **body)
    assert (view["status"], view["replayed"]) == (status, False)
    again = ask(act, by, key="k", code=code, **body)
    assert again == view | {"replayed": True}
    reused = ask(act, by, key="k", code=code, **(faulty | {"note": "x"}))
    assert (reused["code"], reused["status"]) == ("idempotency-key-reused", 422)

    kinds = [row["kind"] for row in ask("history", code=code)["entries"][len(before) :]]
    assert kinds == [event]
    told = bus.hear_event(f"gateway.dossier.{event}.v1")
    while told["data"]["history"]["position"] <= len(before):
        told = bus.hear_event(f"gateway.dossier.{event}.v1")
    assert (told["data"]["code"], told["data"]["status"]) == (code, status)
    assert bus.depth(f"gateway.dossier.{event}.v1") == 0


@pytest.mark.parametrize("act", ["withdraw", "supplement"])
def test_citizen_acts_on_his_own_dossier_and_is_not_told_of_anothers(ask, act):
    code = ask("submit", ("citizen",), subject="an", key="s", channel=1, submission=BODY)["code"]
    ask("ask_supplement", key="a", code=code, items=["Bản sao"], **LAW)
    body = {"withdraw": {"reason": "thôi"}, "supplement": {"components": COMPONENTS[:1]}}[act]

    for reading in ("get", "history"):
        assert ask(reading, ("citizen",), subject="binh", code=code)["status"] == 404
        assert ask(reading, ("citizen",), subject="an", code=code)["code"] == code
    assert ask(act, ("citizen",), subject="binh", key="k", code=code, **body)["code"] == "unknown-dossier"
    assert (
        ask(act, ("citizen",), subject="an", key="k", code=code, **body)["status"]
        == {"withdraw": 7, "supplement": 1}[act]
    )


def test_citizen_sees_no_dossier_that_nobodys_account_sent_in(ask):
    code = ask("submit", key="k", channel=1, submission=BODY)["code"]
    assert ask("get", ("citizen",), subject="lan", code=code)["status"] == 404
    assert ask("search", ("citizen",), subject="lan")["items"] == []


def test_what_a_citizen_sends_is_looked_at_first_and_has_no_appointment(ask, bus):
    receipt = ask("submit", ("citizen",), subject="an", key="k", channel=1, submission=BODY)
    assert (receipt["status"], receipt["due_at"], receipt["fee_minor"]) == (1, None, 0)
    assert bus.hear_event("notify.dossier.submitted.v1")["data"]["channel"] == 2
    view = ask("receive", key="r", code=receipt["code"])
    assert (view["status"], view["due_at"][:16]) == (2, "2026-11-30T10:00")
    assert (
        ask(
            "submit",
            ("citizen",),
            subject="an",
            key="o",
            channel=1,
            submission={**BODY, "ward": "26734", "ward_reference": "A-1"},
        )["status"]
        == 403
    )


def test_what_is_incomplete_is_registered_only_when_the_desk_looks_at_it_first(ask, desk):
    assert ask("submit", key="k", channel=1, submission={**BODY, "components": []})["status"] == 422
    code = desk.registered(components=[])["code"]
    problem = ask("receive", key="r", code=code)
    assert {row["field"] for row in problem["errors"]} == {"components.giay-de-nghi", "components.giay-to-tuy-than"}
    assert ask("receive", key="r", code=code, components=COMPONENTS)["status"] == 2


def test_desk_cannot_receive_what_it_received_before_nor_what_has_a_result(ask, desk):
    """Whoever could would have a new appointment and an empty account for it."""
    code = desk.resolved()["code"]
    before = ask("get", code=code)
    assert ask("receive", key="r", code=code)["code"] == "illegal-move"
    assert ask("get", code=code) == before


def test_act_in_a_wrong_status_names_it_in_both_languages(ask, desk):
    (row,) = ask("resume", key="r", code=desk.received()["code"], reason="x")["errors"]
    assert (row["field"], row["kind"]) == ("status", "illegal-move")
    assert "2" in row["message"]
    assert row["message"] != row["message_en"]


def test_further_request_that_a_leader_declines_is_told_to_the_department_and_not_to_the_person(ask, desk, bus):
    code = desk.pending()["code"]
    view = ask("get", code=code)
    assert (view["status"], view["supplement_pending"]["items"], view["supplement_requests"]) == (4, ["Ký tên"], 1)
    bus.hear_event("notify.dossier.supplement-asked.v1")

    view = ask("decide_supplement", ("chief",), key="d", code=code, grant=False, reason="Đã đủ")
    assert (view["status"], view["supplement_pending"]) == (4, None)
    assert bus.hear_event("routing.dossier.supplement-declined.v1")["data"]["reason"] == "Đã đủ"
    assert bus.depth("notify.dossier.supplement-asked.v1") == 0
    assert (
        ask("decide_supplement", ("chief",), key="d2", code=code, grant=False, reason="x")["errors"][0]["field"]
        == "grant"
    )


def test_payment_of_the_rest_lets_the_clock_run_on_and_both_are_told_in_order(ask, desk, bus):
    code = desk.processing()["code"]
    ask("pause", key="p", code=code, cause="fee", **LAW)
    assert bus.hear_event("notify.dossier.paused.v1")["data"]["owed_minor"] == 100_000
    assert ask("pay", key="b1", code=code, amount_minor=30_000)["status"] == 6
    view = ask("pay", key="b2", code=code, amount_minor=70_000)
    assert (view["status"], view["account"]["owed_minor"]) == (4, 0)
    assert [row["kind"] for row in ask("history", code=code)["entries"]][-3:] == ["paid", "paid", "resumed"]
    assert bus.hear_event("notify.dossier.resumed.v1")["data"]["code"] == code
    assert ask("pause", key="p2", code=code, cause="fee", **LAW)["errors"][0]["kind"] == "nothing-owed"


def test_more_than_is_owed_is_refused_and_a_receipt_number_is_used_once(ask, desk):
    one, two = desk.received()["code"], desk.received()["code"]
    assert ask("pay", key="b", code=one, amount_minor=100_001)["errors"][0]["field"] == "amount_minor"
    paid = {"amount_minor": 10_000, "receipt_number": "BL-7"}
    assert ask("pay", key="b1", code=one, **paid)["account"]["owed_minor"] == 90_000
    for key, code in (("b2", one), ("b3", two)):
        assert ask("pay", key=key, code=code, **paid)["errors"][0]["kind"] == "receipt-number-used"
    assert ask("get", code=one)["account"]["owed_minor"] == 90_000
    assert ask("pay", key="b4", code=one, amount_minor=-1)["errors"][0]["field"] == "amount_minor"


def test_result_is_not_handed_over_before_it_is_paid_for(ask, desk, handling):
    receipt = desk.processing()
    handling("finished", receipt, finished_at="2026-11-25T02:00:00Z")
    how = {"code": receipt["code"], "received_by": "Lan", "identity_checked": True}
    (row,) = ask("hand_over", key="h", **how)["errors"]
    assert (row["field"], row["kind"]) == ("account", "unpaid")
    ask("exempt", key="e", code=receipt["code"], **LAW)
    assert ask("hand_over", key="h2", **how)["status"] == 10


@pytest.mark.parametrize(
    ("how", "missing"),
    [
        ({"method": "post"}, {"tracking_code", "address"}),
        ({"method": "electronic"}, {"address"}),
        ({}, {"identity_checked"}),
    ],
)
def test_what_a_way_of_handing_over_lacks_is_named(ask, desk, how, missing):
    code = desk.resolved()["code"]
    problem = ask("hand_over", key="h", code=code, received_by="Lan", **how)
    assert (problem["status"], {row["field"] for row in problem["errors"]}) == (422, missing)
    assert ask("get", code=code)["status"] == 9


def test_long_words_of_leader_and_desk_are_taken_whole(ask, desk, bus):
    """A reason may have 2000 characters: the event has to carry as many."""
    code, long = desk.pending()["code"], "x" * 2000
    assert ask("exempt", key="e", code=code, reason=long, legal_basis="NQ 124")["status"] == 4
    assert bus.hear_event("gateway.dossier.exempted.v1")["data"]["reason"] == long
    assert ask("decide_supplement", ("deputy",), key="d", code=code, grant=True, reason=long)["status"] == 5


def test_paper_numbers_have_no_gap_and_no_twin_under_clerks_at_the_same_time(ask, desk, run_service, collection):
    run_service(IntakeService)
    codes = [desk.registered()["code"] for _ in range(30)]
    for code in codes:
        ask.send("refuse", key="k", code=code, **LAW)
        ask.send("refuse", key="k", code=code, **LAW)
    replies = ask.replies(60, 40)
    assert all(reply["error"] is None for reply in replies.values())
    numbers = [paper["number"] for row in collection("dossiers").find() for paper in row["papers"]]
    assert sorted(numbers) == sorted(f"{number:02d}/2026/TC" for number in range(1, 31))


def test_handling_that_crossed_with_a_withdrawal_is_counted_and_changes_nothing(
    ask, desk, bus, example, collection, until
):
    receipt = desk.received()
    ask("withdraw", key="w", code=receipt["code"], reason="thôi")
    before = ask("history", code=receipt["code"])
    for step, kind in enumerate(("started", "extended", "sent-back", "finished"), start=1):
        message = example(f"handling.{kind}.v1")
        message["data"] |= {"dossier_id": receipt["dossier_id"], "code": receipt["code"], "step": step}
        bus.say("routing", "routing.events", f"handling.{kind}.v1", message)
    until(lambda: collection("dossiers").find_one()["steps"] == 4)
    assert ask("get", code=receipt["code"])["status"] == 7
    assert ask("history", code=receipt["code"]) == before
    assert bus.depth("intake.parked") == 0


def test_query_in_place_of_a_code_finds_nothing(ask, desk):
    desk.received()
    for code in ({"$ne": None}, {"$gt": ""}, ["x"], None, 7):
        assert ask("get", code=code)["status"] in (404, 422)


def test_paper_numbers_go_on_although_what_remembers_the_last_one_was_lost(ask, desk, collection, monkeypatch):
    """More were given than are tried at a time."""
    monkeypatch.setattr("intake.store.numbers.TRIES", 2)
    for number in range(5):
        assert ask("refuse", key=f"r{number}", code=desk.registered()["code"], **LAW)["status"] == 3
    assert collection("paper_numbers").delete_many({}).deleted_count == 1

    view = ask("refuse", key="r", code=desk.registered()["code"], **LAW)

    assert [paper["number"] for paper in view["papers"]] == ["06/2026/TC"]


def test_contact_that_is_put_right_before_reception_is_told_to_those_who_write_to_it(ask, desk, bus):
    code = desk.registered(applicant={"name": "Lan", "email": "wrong@example.org"})["code"]
    right = {"name": "Lan", "email": "right@example.org"}
    assert ask("correct", key="c", code=code, reason="Ghi nhầm", applicant=right)["status"] == 1

    told = [bus.hear_event("notify.dossier.submitted.v1")["data"] for _ in range(2)]

    assert [row["contact"]["email"] for row in told] == ["wrong@example.org", "right@example.org"]
    assert [row["history"]["position"] for row in told] == [1, 2]
    assert bus.depth("notify.dossier.submitted.v1") == 0


@pytest.mark.parametrize("cause", ["fee", "stopped"])
def test_acceptance_that_comes_while_the_clock_stands_leaves_it_standing(ask, desk, handling, cause):
    receipt = desk.processing()
    ask("pause", key="p", code=receipt["code"], cause=cause, **LAW)
    before = ask("get", code=receipt["code"])

    handling("started", receipt, started_at="2026-11-25T02:30:00Z")

    after = ask("get", code=receipt["code"])
    assert (after["status"], after["pause"]) == (before["status"], before["pause"])
    assert ask("history", code=receipt["code"])["entries"][-1]["kind"] == "processing-started"


def test_handling_in_a_year_without_a_table_is_tried_again_and_not_parked(ask, desk, bus, example, until):
    receipt = desk.processing()
    message = example("handling.finished.v1")
    message["data"] |= {"dossier_id": receipt["dossier_id"], "code": receipt["code"], "step": 2}
    message["data"]["finished_at"] = "2030-11-25T02:00:00Z"
    bus.say("routing", "routing.events", "handling.finished.v1", message)

    until(lambda: bus.depth("intake.retry.2"), what="it waits for its next try")
    assert bus.depth("intake.parked") == 0
    assert ask("get", code=receipt["code"])["status"] == 4
