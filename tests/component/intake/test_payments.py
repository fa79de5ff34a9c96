"""A provider tells of money: recorded once, kept when it fits nothing, never dropped, never counted twice."""

import uuid

import pytest

from intake.service import IntakeService
from intake.store.payments import KeptPayments

COMPONENTS = [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}]
BODY = {"procedure": "1.001612", "applicant": {"name": "Nguyễn Thị Lan"}, "components": COMPONENTS}
NOWHERE = "000.01.01.H29-261125-9999"


@pytest.fixture
def ask(bus, run_service, caller_of):
    run_service(IntakeService)
    return caller_of("intake")


@pytest.fixture
def code(ask):
    return ask("submit", key="first", channel=1, submission=BODY)["code"]


@pytest.fixture
def other(ask):
    return ask("submit", key="second", channel=1, submission=BODY)["code"]


@pytest.fixture
def paid(bus, example):
    """Return a function that says a payment as its provider and returns the answer."""

    def say(code, amount=100_000, number="P-1", provider="KBNN", claimed=None, message_id=None):
        message = example("payment.record.v1") | {"id": message_id or str(uuid.uuid4())}
        message["subject"] = code
        message["data"] |= {"provider": claimed or provider, "payment_id": number, "code": code, "amount_minor": amount}
        message["data"]["paid_at"] = "2026-11-25T00:59:00Z"
        bus.say(f"provider-{provider}", "intake.commands", f"payment.record.v1.{provider}", message)
        return bus.hear_event(f"provider.{provider}")["data"]

    return say


def account(ask, code):
    return ask("get", code=code)["account"]


def test_payment_is_recorded_once_however_often_and_under_whatever_id_it_is_told(ask, code, paid, bus, collection):
    answers = [paid(code, message_id=name) for name in ("m-1", "m-1", "m-2", "m-1")]
    receipt = {"outcome": "recorded", "code": code, "receipt_number": "KBNN/P-1"}
    assert [{name: answer[name] for name in receipt} for answer in answers] == [receipt] * 4
    seen = account(ask, code)
    assert (seen["owed_minor"], len(seen["payments"])) == (0, 1)
    assert seen["payments"][0]["method"] == "KBNN"
    told = bus.hear_event("gateway.dossier.paid.v1")["data"]
    assert (told["amount_minor"], told["receipt_number"], told["owed_minor"]) == (100_000, "KBNN/P-1", 0)
    assert bus.depth("gateway.dossier.paid.v1") == 0
    assert "payer" not in told
    assert collection("kept_payments").count_documents({}) == 0


def test_message_id_that_a_provider_uses_again_for_other_money_loses_none_of_it(ask, code, paid):
    for number in ("P-1", "P-2"):
        assert paid(code, 30_000, number, message_id="the-same")["outcome"] == "recorded"
    assert account(ask, code)["owed_minor"] == 40_000


def test_two_providers_may_use_the_same_number(ask, code, paid):
    assert paid(code, 30_000, provider="KBNN")["receipt_number"] == "KBNN/P-1"
    assert paid(code, 30_000, provider="PAYGOV")["receipt_number"] == "PAYGOV/P-1"
    assert account(ask, code)["owed_minor"] == 40_000


def test_longest_number_of_a_provider_is_recorded(ask, code, paid):
    assert paid(code, number="9" * 64)["receipt_number"] == f"KBNN/{'9' * 64}"


def test_same_number_with_another_amount_is_rejected_and_changes_nothing(ask, code, paid):
    paid(code, 30_000)
    answer = paid(code, 40_000)
    assert (answer["outcome"], answer["problems"][0]["field"]) == ("rejected", "payment_id")
    assert account(ask, code)["owed_minor"] == 70_000


def test_same_number_for_two_dossiers_is_recorded_for_the_first_only(ask, code, other, paid):
    assert paid(code)["outcome"] == "recorded"
    answer = paid(other)
    assert (answer["outcome"], answer["problems"][0]["field"]) == ("rejected", "payment_id")
    assert (account(ask, code)["owed_minor"], account(ask, other)["owed_minor"]) == (0, 100_000)
    assert paid(code)["outcome"] == "recorded"


def test_payment_for_an_unknown_dossier_is_kept_once_and_each_repeat_is_answered(ask, paid):
    assert [paid(NOWHERE, message_id=name)["outcome"] for name in ("m-1", "m-2")] == ["kept", "kept"]
    (kept,) = ask("payments_kept", ("auditor",))
    assert (kept["payment"], kept["because"], kept["amount_minor"]) == ("KBNN:P-1", "unknown-dossier", 100_000)
    assert paid(NOWHERE, 90_000)["outcome"] == "rejected"
    assert ask("payments_kept")[0]["amount_minor"] == 100_000


def test_more_than_is_owed_is_kept_whole(ask, code, paid):
    assert paid(code, 100_001)["outcome"] == "kept"
    assert account(ask, code)["owed_minor"] == 100_000
    assert ask("payments_kept")[0]["because"] == "not-owed"


def test_money_for_a_dossier_that_was_withdrawn_is_kept(ask, code, paid):
    ask("withdraw", key="w", code=code, reason="thôi")
    assert paid(code)["outcome"] == "kept"


def test_provider_speaks_for_itself_only(ask, code, paid):
    answer = paid(code, provider="KBNN", claimed="PAYGOV")
    assert (answer["outcome"], answer["problems"][0]["field"]) == ("rejected", "provider")
    assert account(ask, code)["owed_minor"] == 100_000
    (kept,) = ask("payments_kept")
    assert (kept["payment"], kept["provider"], kept["because"]) == ("KBNN:P-1", "KBNN", "not-your-provider")
    assert paid(code, provider="PAYGOV")["outcome"] == "recorded"  # its own payment of that number is its own


def test_clerk_gives_kept_money_to_the_dossier_it_was_for_once(ask, code, other, paid):
    paid(NOWHERE)
    cleared = ask("clear_payment", key="c", payment="KBNN:P-1", code=code, note="Nhầm mã")
    assert (cleared["cleared"]["code"], cleared["cleared"]["by"]) == (code, "lan")
    assert ask("clear_payment", key="c", payment="KBNN:P-1", code=code, note="Nhầm mã") == cleared
    assert ask("clear_payment", key="c", payment="KBNN:P-1", code=other)["code"] == "idempotency-key-reused"
    assert ask("payments_kept") == []
    assert account(ask, code)["owed_minor"] == 0
    problem = ask("clear_payment", key="c2", payment="KBNN:P-1", code=other)
    assert (problem["status"], problem["errors"][0]["kind"]) == (409, "payment-cleared")
    assert account(ask, other)["owed_minor"] == 100_000


def test_money_that_went_back_is_not_given_to_a_dossier_afterwards(ask, code, paid):
    paid(NOWHERE)
    assert ask("clear_payment", key="c", payment="KBNN:P-1", note="Trả lại ngày 25/11")["cleared"]["code"] is None
    problem = ask("clear_payment", key="c2", payment="KBNN:P-1", code=code)
    assert (problem["status"], problem["errors"][0]["field"]) == (409, "payment")
    assert account(ask, code)["owed_minor"] == 100_000


def test_money_that_a_clerk_has_in_hand_is_not_recorded_when_it_is_told_again_and_is_owed_by_then(ask, code, paid):
    ask("pay", key="b", code=code, amount_minor=60_000)
    assert paid(code, 60_000)["outcome"] == "kept"  # 40.000 are owed
    ask("clear_payment", key="c", payment="KBNN:P-1", note="Trả lại ngày 25/11")
    right = {"reason": "Ghi nhầm", "procedure": "2.000815", "quantities": {"page": 200, "copy": 9}}
    papers = [{"code": "ban-chinh", "copy": 0}, {"code": "ban-sao", "copy": 1}]
    assert ask("correct", key="r", code=code, components=papers, **right)["account"]["owed_minor"] > 60_000
    assert paid(code, 60_000)["outcome"] == "kept"
    assert len(account(ask, code)["payments"]) == 1


def test_what_is_wrong_with_a_clearing_is_named_and_nothing_is_cleared(ask, code, paid):
    paid(code, 100_001)
    for given, field in (
        ({}, "note"),
        ({"note": "  "}, "note"),
        ({"note": 7}, "note"),
        ({"code": "x"}, "code"),
        ({"colour": 1}, "colour"),
    ):
        problem = ask("clear_payment", key="c", payment="KBNN:P-1", **given)
        assert (problem["status"], {row["field"] for row in problem["errors"]}) == (422, {field})
    assert ask("clear_payment", key="c", payment="KBNN:P-1", code=NOWHERE)["code"] == "unknown-dossier"
    assert ask("clear_payment", key="c", payment="KBNN:P-1", code=code)["errors"][0]["field"] == "amount_minor"
    assert ask("clear_payment", key="c", payment="KBNN:P-9", code=code)["code"] == "unknown-payment"
    assert ask("clear_payment", ("chief",), key="c", payment="KBNN:P-1", code=code)["status"] == 403
    assert len(ask("payments_kept")) == 1


def test_payment_lets_a_clock_run_on_that_stood_for_the_fee(ask, code, paid, bus, example, until):
    dossier_id = ask("get", code=code)["dossier_id"]
    message = example("handling.started.v1")
    message["data"] |= {"dossier_id": dossier_id, "code": code, "step": 1}
    bus.say("routing", "routing.events", "handling.started.v1", message)
    until(lambda: ask("get", code=code)["status"] == 4)
    ask("pause", key="p", code=code, cause="fee", reason="Chưa nộp", legal_basis="NĐ 61/2018/NĐ-CP")
    paid(code)
    assert ask("get", code=code)["status"] == 4
    assert bus.hear_event("notify.dossier.resumed.v1")["data"]["code"] == code


@pytest.fixture
def half_cleared(ask, code, paid, monkeypatch):
    """Kept money that a clerk gave to a dossier, in a process that died before it noted so."""
    assert paid(NOWHERE)["outcome"] == "kept"
    with monkeypatch.context() as patch:
        patch.setattr(KeptPayments, "clear", lambda *_, **__: (_ for _ in ()).throw(OSError("killed")))
        assert ask("clear_payment", key="c1", payment="KBNN:P-1", code=code)["status"] == 500
    assert (account(ask, code)["owed_minor"], len(ask("payments_kept"))) == (0, 1)


@pytest.mark.parametrize("elsewhere", [True, False])
def test_money_that_a_dossier_got_before_a_crash_goes_nowhere_else(ask, code, other, half_cleared, elsewhere):
    word = {"code": other} if elsewhere else {"note": "Đã trả lại người nộp"}

    problem = ask("clear_payment", key="c2", payment="KBNN:P-1", **word)

    assert (problem["status"], problem["errors"][0]["kind"]) == (409, "payment-meant")
    assert code in problem["errors"][0]["message"]
    assert account(ask, other)["payments"] == []
    assert len(ask("payments_kept")) == 1


@pytest.mark.parametrize("key", ["c1", "c2"])
def test_clearing_that_a_crash_cut_off_is_ended_with_the_same_dossier_and_counted_once(ask, code, half_cleared, key):
    assert ask("clear_payment", key=key, payment="KBNN:P-1", code=code)["cleared"]["code"] == code
    assert ask("payments_kept") == []
    assert [row["amount_minor"] for row in account(ask, code)["payments"]] == [100_000]


def test_money_that_a_dossier_does_not_take_is_free_for_another_end(ask, code, paid):
    paid(code, 100_001)
    assert ask("clear_payment", key="c1", payment="KBNN:P-1", code=code)["errors"][0]["field"] == "amount_minor"

    assert ask("clear_payment", key="c2", payment="KBNN:P-1", note="Trả lại")["cleared"]["note"] == "Trả lại"


def test_money_that_was_rejected_is_given_to_no_dossier(ask, code, paid):
    """Its sender was told that it was not taken: it is still the sender's."""
    assert paid(code, claimed="PAYGOV")["outcome"] == "rejected"

    problem = ask("clear_payment", key="c1", payment="KBNN:P-1", code=code)

    assert (problem["status"], problem["errors"][0]["kind"]) == (409, "payment-rejected")
    assert account(ask, code)["payments"] == []
    assert ask("clear_payment", key="c2", payment="KBNN:P-1", note="Đã báo lại")["cleared"]["code"] is None


def test_payment_of_an_impossible_moment_is_parked_and_its_field_named(ask, code, bus, example):
    message = example("payment.record.v1")
    message["data"] |= {"code": code, "paid_at": "9999-12-31T23:59:59-07:00"}
    bus.say("provider-KBNN", "intake.commands", "payment.record.v1.KBNN", message)

    assert "data.paid_at" in bus.hear("intake.parked")[1]["x-parked-because"]
    assert account(ask, code)["payments"] == []


def test_moment_of_a_payment_in_the_history_is_when_the_desk_heard_of_it(ask, code, paid):
    before = ask("history", code=code)["entries"][-1]["at"]
    assert paid(code)["outcome"] == "recorded"

    entry = ask("history", code=code)["entries"][-1]

    assert entry["kind"] == "paid"
    assert entry["at"] >= before
    assert account(ask, code)["payments"][0]["at"].startswith("2026-11-25T00:59")
