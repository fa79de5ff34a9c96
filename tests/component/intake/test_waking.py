"""What the desk does by itself when a moment has come: forecasts, tells of lateness, reminds, keeps."""

from datetime import UTC, datetime

import pytest

from intake.service import IntakeService

COMPONENTS = [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}]
BODY = {"procedure": "1.001612", "applicant": {"name": "Nguyễn Thị Lan"}, "components": COMPONENTS}


def moment(day, hour=2):
    return datetime(2026, *day, hour, tzinfo=UTC)


@pytest.fixture
def ask(bus, run_service, caller_of):
    run_service(IntakeService)
    return caller_of("intake")


@pytest.fixture
def say(bus, example, ask, until):
    """Return a function that tells a step of a dossier's handling and waits for the status after it."""

    def handling(kind, receipt, step, status, **data):
        message = example(f"handling.{kind}.v1")
        message["data"] |= {"dossier_id": receipt["dossier_id"], "code": receipt["code"], "step": step, **data}
        bus.say("routing", "routing.events", f"handling.{kind}.v1", message)
        until(lambda: ask("get", code=receipt["code"])["status"] == status, what=kind)

    return handling


@pytest.fixture
def like(ask, say, office_clock):
    """Let five dossiers of the procedure take from Monday morning to Friday: 35 hours of work each, all handed over."""
    office_clock(moment((11, 16), 1))
    for number in range(5):
        receipt = ask("submit", key=f"old-{number}", channel=1, submission=BODY)
        code = receipt["code"]
        say("started", receipt, 1, 4, started_at="2026-11-16T01:30:00Z")
        ask("exempt", key=f"e-{number}", code=code, reason="x", legal_basis="y")
        say("finished", receipt, 2, 9, finished_at="2026-11-20T08:30:00Z")
        assert ask("hand_over", key=f"h-{number}", code=code, received_by="Lan", identity_checked=True)["status"] == 10
    office_clock(moment((11, 25), 1))


@pytest.fixture
def processing(like, ask, say):
    """Return one that came in on Wednesday the 25th at 8:00, is due on Monday, and of which its like took five days."""
    receipt = ask("submit", key="new", channel=1, submission=BODY)
    say("started", receipt, 1, 4, started_at="2026-11-25T01:30:00Z")
    return receipt


def drafted(ask, receipt, until, office_clock):
    office_clock(moment((11, 26), 1))  # two working days before Monday
    until(lambda: ask("get", code=receipt["code"])["apology"], what="a drafted apology")
    return ask("get", code=receipt["code"])["apology"]


def test_apology_is_drafted_once_before_the_dossier_is_late_and_nothing_moves(
    ask, processing, bus, until, office_clock
):
    apology = drafted(ask, processing, until, office_clock)
    told = bus.hear_event("gateway.dossier.lateness-forecast.v1")["data"]
    assert (told["code"], told["proposed_due_at"]) == (processing["code"], apology["proposed_due_at"])
    assert apology["proposed_due_at"] > apology["expected_at"] > "2026-11-30T10:00"
    office_clock(moment((11, 27), 1))
    until(lambda: ask("get", code=processing["code"])["due_at"][:16] == "2026-11-30T10:00")
    assert bus.depth("gateway.dossier.lateness-forecast.v1") == 0
    assert bus.depth("notify.dossier.rescheduled.v1") == 0


def test_signed_apology_moves_the_appointment_once_with_a_numbered_paper_and_one_message(
    ask, processing, bus, until, office_clock
):
    apology, code = drafted(ask, processing, until, office_clock), processing["code"]
    word = {"code": code, "reason": "Cần xác minh"}
    assert ask("sign_apology", key="s", **word)["status"] == 403  # a clerk
    assert ask("sign_apology", ("chief",), key="s", code=code)["errors"][0]["field"] == "reason"
    early = ask("sign_apology", ("chief",), key="s", due_at="2026-11-30T10:00:00Z", **word)
    assert (early["status"], early["errors"][0]["kind"]) == (409, "not-later")
    view = ask("sign_apology", ("chief",), key="s", **word)
    assert (view["due_at"], view["apology"], view["papers"][-1]["number"]) == (
        apology["proposed_due_at"],
        None,
        "01/2026/PXL",
    )
    assert ask("sign_apology", ("chief",), key="s", **word) == view | {"replayed": True}
    assert ask("sign_apology", ("chief",), key="s", code=code, reason="y")["code"] == "idempotency-key-reused"
    assert ask("sign_apology", ("deputy",), key="s2", **word)["errors"][0]["kind"] == "no-apology"
    told = bus.hear_event("notify.dossier.rescheduled.v1")["data"]
    assert (told["due_at"], told["previous_due_at"][:10]) == (view["due_at"], "2026-11-30")
    assert bus.depth("notify.dossier.rescheduled.v1") == 0


def test_apology_is_not_signed_when_less_than_a_working_day_is_left(ask, processing, until, office_clock):
    drafted(ask, processing, until, office_clock)
    office_clock(moment((11, 27), 11))
    problem = ask("sign_apology", ("chief",), key="s", code=processing["code"], reason="x")
    assert (problem["status"], problem["errors"][0]["kind"]) == (409, "apology-too-late")


def test_extension_by_the_department_that_crossed_with_a_signature_only_counts(
    ask, processing, say, bus, until, office_clock, collection, example
):
    drafted(ask, processing, until, office_clock)
    signed = ask("sign_apology", ("chief",), key="s", code=processing["code"], reason="x")
    message = example("handling.extended.v1")
    ids = {"dossier_id": processing["dossier_id"], "code": processing["code"], "step": 2}
    message["data"] |= {**ids, "due_at": "2026-12-24T10:00:00Z"}
    bus.say("routing", "routing.events", "handling.extended.v1", message)
    until(lambda: collection("dossiers").find_one({"code": processing["code"]})["steps"] == 2)
    assert ask("get", code=processing["code"])["due_at"] == signed["due_at"]
    say("finished", processing, 3, 9, finished_at="2026-11-27T02:00:00Z")


def test_apology_that_is_set_aside_is_gone_and_moves_nothing(ask, processing, until, office_clock):
    drafted(ask, processing, until, office_clock)
    code = processing["code"]
    assert ask("set_aside_apology", key="a", code=code)["status"] == 403
    view = ask("set_aside_apology", ("deputy",), key="a", code=code)
    assert (view["apology"], view["due_at"][:10]) == (None, "2026-11-30")
    assert ask("set_aside_apology", ("deputy",), key="a", code=code) == view | {"replayed": True}
    assert ask("set_aside_apology", ("deputy",), key="b", code=code)["errors"][0]["kind"] == "no-apology"


def test_nothing_is_foretold_without_a_history_and_lateness_is_told_once(ask, say, bus, until, office_clock):
    receipt = ask("submit", key="k", channel=1, submission=BODY)
    say("started", receipt, 1, 4, started_at="2026-11-25T01:30:00Z")
    office_clock(moment((12, 1)))
    assert bus.hear_event("notify.dossier.overdue.v1")["data"]["code"] == receipt["code"]
    office_clock(moment((12, 9)))
    until(lambda: ask("get", code=receipt["code"])["overdue"])
    assert bus.depth("notify.dossier.overdue.v1") == 0
    assert bus.depth("gateway.dossier.lateness-forecast.v1") == 0
    assert ask("get", code=receipt["code"])["apology"] is None


def test_person_who_does_not_come_is_reminded_three_times_and_then_the_result_is_kept(ask, say, bus, office_clock):
    receipt = ask("submit", key="k", channel=1, submission=BODY)
    say("started", receipt, 1, 4, started_at="2026-11-25T01:30:00Z")
    say("finished", receipt, 2, 9, finished_at="2026-11-25T02:00:00Z")
    ask("exempt", key="e", code=receipt["code"], reason="x", legal_basis="y")
    for number, day in enumerate(((2026, 12, 3), (2026, 12, 17), (2027, 1, 8)), start=1):
        office_clock(datetime(*day, 2, tzinfo=UTC))
        assert bus.hear_event("notify.dossier.result-waiting.v1")["data"]["number"] == number
    office_clock(datetime(2027, 3, 3, 2, tzinfo=UTC))
    assert bus.hear_event("notify.dossier.result-kept.v1")["data"]["code"] == receipt["code"]
    assert bus.depth("notify.dossier.result-waiting.v1") == 0
    view = ask("hand_over", key="h", code=receipt["code"], received_by="Lan", identity_checked=True)
    assert (view["status"], view["kept_at"] is None) == (10, False)
