"""What departments, leaders and time do to a dossier: pauses, new appointments, apologies, new beginnings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake import domain
from intake.domain import Status
from intake.service.handling import PERMANENT
from worktime import CalendarUnknown

TICK = timedelta(milliseconds=1)


def signed(dossier, at, calendar, due_at=None):
    return domain.sign_apology(dossier, at=at, due_at=due_at, reason="xác minh", by="chau", calendar=calendar)


@pytest.fixture
def drafted(life, processing, at):
    return life.draft(processing, at("2018-08-24 08:00")).dossier


@pytest.mark.parametrize(
    ("pause", "status", "cause", "paper"),
    [
        ("pause_for_fee", Status.FEE_ASKED, "fee", "fee-notice"),
        ("stop", Status.STOPPED, "stopped", "suspension"),
    ],
)
def test_pause_stops_the_clock_and_says_why_on_its_paper(life, processing, at, pause, status, cause, paper):
    after = life.do(pause, processing, at("2018-08-24 10:00")).dossier

    assert (after.status, after.pause["cause"], after.pause["reason"]) == (status, cause, "Chờ")
    assert after.deadline.entries[-1].remaining == 2
    assert (after.papers[-1].kind, after.wake_at) == (paper, None)


def test_clock_stands_for_a_fee_only_while_one_is_owed(life, processing, at):
    paid = life.pay(processing, at("2018-08-24 09:00")).dossier

    with pytest.raises(domain.NothingOwed):
        life.pause_for_fee(paid, at("2018-08-24 10:00"))


def test_resumption_grants_what_was_left_with_a_fresh_receipt_and_a_fresh_forecast(life, processing, at):
    standing = life.stop(processing, at("2018-08-24 10:00")).dossier

    after = life.resume(standing, at("2018-09-05 09:00")).dossier

    assert (after.status, after.pause, after.due_at) == (Status.PROCESSING, None, at("2018-09-07 17:00"))
    assert (after.papers[-1].id, after.papers[-1].due_at) == ("receipt-2", after.due_at)
    assert after.deadline.entries[-1].reason == "Hết lý do dừng"


def test_long_limit_is_forecast_again_after_a_pause(life, at):
    long = life.received_at_once(at("2018-08-23 08:10")).dossier
    rules = {**long.receipt.rules, "limit": {"kind": "working_days", "amount": 15}}
    long = replace(long, receipt=replace(long.receipt, rules=rules))
    due_at = life.desk.calendar.add_working_days(at("2018-08-23 08:10"), 15)
    long = replace(long, deadline=domain.Deadline.start(at("2018-08-23 08:10"), due_at, "luật"), look_at=None)
    standing = life.stop(life.start(long, at("2018-08-23 09:00")).dossier, at("2018-08-24 10:00")).dossier

    after = life.resume(standing, at("2018-09-05 09:00")).dossier

    assert after.due_at == at("2018-09-25 17:00")
    assert after.look_at == at("2018-09-20 17:00") or after.look_at > at("2018-09-20 00:00")
    assert after.wake_at == after.look_at


def test_drafted_apology_moves_nothing_yet(drafted, processing):
    assert (drafted.due_at, drafted.papers, drafted.deadline) == (
        processing.due_at,
        processing.papers,
        processing.deadline,
    )
    assert drafted.apology["proposed_due_at"] > drafted.due_at


def test_signed_apology_moves_the_appointment_once_on_its_paper(drafted, at, calendar):
    after = signed(drafted, at("2018-08-24 09:00"), calendar)

    assert (after.due_at, after.apology, after.look_at) == (drafted.apology["proposed_due_at"], None, None)
    assert (after.papers[-1].kind, after.papers[-1].due_at) == ("apology", after.due_at)
    with pytest.raises(domain.NoApology):
        signed(after, at("2018-08-24 09:30"), calendar)


def test_leader_may_name_another_appointment_but_only_a_later_one(drafted, at, calendar):
    assert signed(drafted, at("2018-08-24 09:00"), calendar, at("2018-09-10 17:00")).due_at == at("2018-09-10 17:00")
    for due_at in (drafted.due_at, drafted.due_at - TICK, at("2018-08-01 17:00")):
        with pytest.raises(domain.NotLater):
            signed(drafted, at("2018-08-24 09:00"), calendar, due_at)


@pytest.mark.parametrize(("late", "possible"), [(-TICK, True), (timedelta(0), True), (TICK, False)])
def test_apology_is_signed_at_the_latest_one_working_day_before_the_appointment(drafted, calendar, at, late, possible):
    last = at("2018-08-27 17:00")  # due on Tuesday at 17:00
    if possible:
        assert signed(drafted, last + late, calendar).deadline.extended
    else:
        with pytest.raises(domain.TooLate):
            signed(drafted, last + late, calendar)


def test_appointment_that_was_moved_cannot_be_moved_again_by_anyone(life, drafted, at, calendar):
    extended = replace(life.extend(drafted, at("2018-08-24 08:30")).dossier, apology=drafted.apology)

    with pytest.raises(domain.SecondAppointment):
        life.extend(extended, at("2018-08-24 09:00"))
    with pytest.raises(domain.SecondAppointment):
        signed(extended, at("2018-08-24 09:00"), calendar, at("2018-09-30 17:00"))


def test_extension_by_the_department_spends_a_drafted_apology(life, drafted, at, calendar):
    after = life.extend(drafted, at("2018-08-24 09:00")).dossier

    assert after.apology is None
    with pytest.raises(domain.NoApology):
        signed(after, at("2018-08-24 09:30"), calendar)


def test_apology_that_was_set_aside_can_neither_be_signed_nor_set_aside_again(drafted, at, calendar):
    aside = domain.set_aside_apology(drafted)

    assert (aside.apology, aside.due_at) == (None, drafted.due_at)
    with pytest.raises(domain.NoApology):
        domain.set_aside_apology(aside)
    with pytest.raises(domain.NoApology):
        signed(aside, at("2018-08-24 09:00"), calendar)


def test_nothing_is_signed_while_the_clock_stands_and_the_draft_goes_when_it_runs_on(life, drafted, at, calendar):
    standing = life.stop(drafted, at("2018-08-24 09:00")).dossier

    with pytest.raises(domain.IllegalMove):
        signed(standing, at("2018-08-24 09:30"), calendar)
    assert life.resume(standing, at("2018-08-31 09:30")).dossier.apology is None


def test_second_acceptance_by_another_department_only_notes_the_moment(life, processing, at):
    after = life.start(processing, at("2018-08-24 09:00")).dossier

    assert replace(after, started_at=processing.started_at, history=processing.history) == processing


@pytest.mark.parametrize("pause", ["pause_for_fee", "stop"])
def test_acceptance_by_another_department_while_the_clock_stands_keeps_the_pause(life, processing, at, pause):
    standing = life.do(pause, processing, at("2018-08-24 08:00")).dossier

    after = life.start(standing, at("2018-08-24 09:00")).dossier

    assert after.started_at == at("2018-08-24 09:00")
    assert (after.status, after.pause, after.deadline) == (standing.status, standing.pause, standing.deadline)
    assert life.resume(after, at("2018-08-27 09:00")).dossier.status is Status.PROCESSING


@pytest.mark.parametrize(("stopped", "on_time"), [(-TICK, True), (TICK, False)])
def test_clock_that_stopped_after_the_appointment_makes_no_late_result_one_in_time(
    life, processing, at, stopped, on_time
):
    """The lateness was not told yet when the clock stopped, and a clock that stands tells none."""
    standing = life.stop(processing, processing.due_at + stopped).dossier
    assert standing.overdue_for is None

    after = life.resolve(standing, at("2018-09-10 10:00")).dossier

    assert after.resolution["on_time"] is on_time


def test_no_day_of_a_year_without_a_table_is_promised(drafted, at, calendar):
    with pytest.raises(CalendarUnknown):
        signed(drafted, at("2018-08-24 09:00"), calendar, at("9999-12-31 10:00"))


def test_result_closes_all_that_waited(life, drafted, at):
    waiting = replace(drafted, pending={"reason": "x"})

    after = life.resolve(waiting, at("2018-08-24 10:00")).dossier

    assert (after.pending, after.apology, after.look_at, after.pause) == (None, None, None, None)
    assert after.wake_at == after.remind_at == at("2018-08-31 17:00")


def test_new_beginning_keeps_the_wrong_result_and_starts_a_new_limit_with_a_forecast(life, processing, at):
    wrong = life.hand_over(
        life.resolve(life.pay(processing, at("2018-08-24 08:00")).dossier, at("2018-08-29 08:00")).dossier,
        at("2018-08-29 09:00"),
    ).dossier

    after = life.reopen(wrong, at("2018-09-12 09:00")).dossier

    assert (after.status, after.due_at, after.overdue_for) == (Status.RECEIVED, at("2018-09-17 17:00"), None)
    assert (after.resolution, after.returned, after.kept_at, after.reminders) == (None, None, None, 0)
    (old,) = after.resolutions
    assert (old["result"]["title"], old["on_time"], old["reason"]) == ("Giấy chứng nhận", False, "Sai năm sinh")
    assert old["returned"]["received_by"] == "Nguyễn Thị Thí Dụ"
    assert after.account == wrong.account  # free of charge
    assert after.wake_at is not None
    assert [entry.kind for entry in after.deadline.entries] == ["start", "start"]


def test_result_made_anew_in_time_is_on_time_whatever_the_wrong_one_was(life, processing, at):
    late = life.resolve(life.passes(processing, at("2018-08-29 08:00")).dossier, at("2018-08-29 09:00")).dossier
    anew = life.start(life.reopen(late, at("2018-09-12 09:00")).dossier, at("2018-09-12 10:00")).dossier

    after = life.resolve(anew, at("2018-09-13 09:00")).dossier

    assert (after.resolution["on_time"], after.resolutions[0]["on_time"]) == (True, False)


def test_year_that_the_calendar_lacks_is_no_reason_to_park_what_a_department_said(desk, at):
    """A person adds the table, and the message comes again until then."""
    with pytest.raises(Exception, match="calendar-unknown") as error:
        desk.remind_at(at("2028-12-29 10:00"))

    assert not isinstance(error.value, PERMANENT)
