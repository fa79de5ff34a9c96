"""Papers over RPC: one original, whoever prints it when; nothing of the dossier moves by printing."""

import pytest

from intake.service import IntakeService
from papers.shapes import load

COMPONENTS = [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}]
BODY = {"procedure": "1.001612", "applicant": {"name": "Nguyễn Thị Lan"}, "components": COMPONENTS}
LAW = {"reason": "Thiếu bản sao", "legal_basis": "NĐ 61/2018/NĐ-CP Điều 17"}


@pytest.fixture
def ask(bus, run_service, caller_of):
    run_service(IntakeService)
    return caller_of("intake")


@pytest.fixture
def code(ask):
    """A dossier that was received at the counter."""
    return ask("submit", key="first", channel=1, submission=BODY)["code"]


@pytest.fixture
def started(ask, bus, example, until):
    """Return a function that says that the department has accepted a dossier."""

    def say(code):
        message = example("handling.started.v1")
        dossier_id = ask("get", code=code)["dossier_id"]
        data = {"dossier_id": dossier_id, "code": code, "step": 1, "started_at": "2026-11-25T01:30:00Z"}
        message["data"] |= data
        bus.say("routing", "routing.events", "handling.started.v1", message)

    return say


def draw(ask, code, key, paper="receipt-1", **more):
    return ask("print_paper", key=key, code=code, paper=paper, **more)


def test_first_print_is_the_original_and_a_key_that_comes_again_gets_its_own(ask, code):
    first = draw(ask, code, "a")
    second = draw(ask, code, "b")
    third = draw(ask, code, "c")

    assert [row["copy"] for row in (first, second, third)] == [None, 1, 2]
    assert [draw(ask, code, key) for key in "abc"] == [first, second, third]
    assert {str(row["data"]) for row in (first, second, third)} == {str(first["data"])}
    load(first["kind"], first["data"])
    (paper,) = ask("get", code=code)["papers"]
    assert (paper["paper"], paper["prints"]) == ("receipt-1", 3)


def test_key_of_another_clerk_is_another_print_and_a_key_used_for_another_paper_is_refused(ask, code):
    ask("pay", key="p", code=code, amount_minor=100_000)
    assert draw(ask, code, "a")["copy"] is None
    assert draw(ask, code, "a", subject="minh")["copy"] == 1
    assert draw(ask, code, "a", paper="fee-receipt-1")["code"] == "idempotency-key-reused"
    assert draw(ask, code, "b", paper="fee-receipt-1")["copy"] is None


def test_a_look_is_no_print_and_is_marked_as_soon_as_one_was_printed(ask, code):
    assert [ask("paper", code=code, paper="receipt-1")["copy"] for _ in range(2)] == [None, None]
    assert draw(ask, code, "a")["copy"] is None
    assert ask("paper", code=code, paper="receipt-1")["copy"] == 1
    assert draw(ask, code, "b")["copy"] == 1


def test_of_clerks_who_print_at_the_same_time_one_has_the_original(ask, code, run_service):
    run_service(IntakeService)
    for number in range(3):
        for _ in range(2):  # each call is delivered twice
            ask.send("print_paper", subject=f"clerk-{number}", key="k", code=code, paper="receipt-1")
    replies = ask.replies(6)

    assert all(reply["error"] is None for reply in replies.values())
    copies = sorted(reply["result"]["copy"] or 0 for reply in replies.values())
    assert copies == [0, 0, 1, 1, 2, 2]
    assert ask("get", code=code)["papers"][0]["prints"] == 3


def test_printing_tells_nobody_and_leaves_the_history_as_it_is(ask, code, bus, collection, until):
    bus.hear_event("gateway.dossier.received.v1")
    until(lambda: collection("dossiers").find_one()["outbox"] == [])
    before, kept = ask("history", code=code), collection("dossiers").find_one()
    draw(ask, code, "a")
    draw(ask, code, "b")

    after = collection("dossiers").find_one()
    changed = {name for name in after if after[name] != kept.get(name)}
    assert changed == {"papers", "marks", "version", "trace"}
    assert ask("history", code=code) == before
    assert bus.depth("gateway.dossier.received.v1") == 0


def test_printing_while_the_department_answers_loses_neither(ask, code, started, run_service, until):
    run_service(IntakeService)
    started(code)
    for number in range(2):
        ask.send("print_paper", key=f"k{number}", code=code, paper="receipt-1")
    replies = ask.replies(2)

    assert sorted(reply["result"]["copy"] or 0 for reply in replies.values()) == [0, 1]
    view = until(lambda: (found := ask("get", code=code))["status"] == 4 and found)
    assert view["papers"][0]["prints"] == 2


def test_paper_goes_on_saying_what_it_said_after_a_correction(ask, code):
    before = draw(ask, code, "a")
    components = [{"code": "ban-chinh", "copy": 0}, {"code": "ban-sao", "copy": 1}]
    right = {"procedure": "2.000815", "components": components, "applicant": {"name": "Trần Thị Lan"}}
    ask("correct", key="c", code=code, reason="Ghi nhầm", **right)

    again = draw(ask, code, "b")
    assert again["data"] == before["data"]
    fresh = draw(ask, code, "d", paper="receipt-2")
    assert fresh["copy"] is None
    assert fresh["data"]["dossier"]["procedure_code"] == "2.000815"
    assert fresh["data"]["qr"].startswith(f"/t/{code}/")
    assert fresh["data"]["qr"].endswith(f"?h={ask('history', code=code)['entries'][-1]['digest']}")


def test_number_of_a_paper_is_shown_as_the_form_has_it(ask):
    code = ask("submit", key="k", channel=1, submission=BODY, receive=False)["code"]
    ask("refuse", key="r", code=code, **LAW)

    assert draw(ask, code, "a", paper="refusal-1")["data"]["number"] == "01/TC"
    assert ask("get", code=code)["papers"][0]["number"] == "01/2026/TC"
    assert ask("paper", code=code, paper="control-slip")["code"] == "unknown-paper"


def test_control_slip_is_printed_as_it_stands_and_has_no_copies(ask, code, started, until):
    first = draw(ask, code, "a", paper="control-slip")
    started(code)
    until(lambda: ask("get", code=code)["status"] == 4)
    second = draw(ask, code, "b", paper="control-slip")

    assert [row["copy"] for row in (first, second)] == [None, None]
    assert [len(row["data"]["hops"]) for row in (first, second)] == [1, 2]
    load("control-slip", second["data"])


def test_drafted_apology_can_be_looked_at_by_who_signs_and_not_printed(ask, code, collection):
    assert ask("paper", code=code, paper="apology-draft")["code"] == "unknown-paper"
    due_at = collection("dossiers").find_one()["due_at"]
    draft = dict.fromkeys(("drafted_at", "expected_at", "proposed_due_at"), due_at)
    # a forecast needs the history of many dossiers: here it is as the forecast leaves it
    collection("dossiers").update_one({"code": code}, {"$set": {"apology": draft}, "$inc": {"version": 1}})

    for roles in (("clerk",), ("chief",), ("deputy",)):
        sheet = ask("paper", roles, code=code, paper="apology-draft")
        assert (sheet["kind"], sheet["draft"], sheet["copy"]) == ("apology", True, None)
        load("apology", sheet["data"])
    assert ask("paper", ("auditor",), code=code, paper="apology-draft")["status"] == 404
    assert draw(ask, code, "a", paper="apology-draft")["code"] == "unknown-paper"
    assert ask("paper", code=code, paper="receipt-1")["draft"] is False


def test_who_may_read_which_paper(ask):
    submitted = ask("submit", ("citizen",), subject="an", key="k", channel=2, submission=BODY)
    code = submitted["code"]
    ask("receive", key="r", code=code)

    def status(roles, paper, **more):
        answered = ask("paper", roles, code=code, paper=paper, **more)
        return answered.get("status", 200)

    assert status(("citizen",), "receipt-1", subject="an") == 200
    assert status(("citizen",), "control-slip", subject="an") == 404
    assert status(("citizen",), "receipt-1", subject="binh") == 404
    assert status(("department-officer",), "control-slip", unit="KT") == 200
    assert status(("department-officer",), "receipt-1", unit="KT") == 404
    assert status(("department-officer",), "control-slip", unit="TP") == 404
    assert status(("ward-officer",), "receipt-1", unit="26734") == 403
    assert status(("auditor",), "receipt-1") == 200
    assert draw(ask, code, "a", roles=("citizen",))["status"] == 403
    assert ask("paper", code=code, paper="receipt-2")["code"] == "unknown-paper"
    assert draw(ask, code, "a", paper="receipt-2")["code"] == "unknown-paper"
