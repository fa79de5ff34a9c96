"""The appointment as a ledger: the days left at a pause are granted at the resumption, and nothing is overwritten."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intake import domain
from intake.domain import Deadline, local_day
from intake.domain.deadline import CORRECT, EXTEND, PAUSE, RESUME, START
from office import load_office

CALENDAR = load_office(Path(__file__).resolve().parents[3] / "infra" / "office").calendar

moments = st.timedeltas(timedelta(0), timedelta(days=349)).map(lambda span: datetime(2026, 1, 5, tzinfo=UTC) + span)
spans = st.timedeltas(timedelta(0), timedelta(days=6))


@pytest.fixture
def deadline(at):
    """Received on Thursday 08:10 with three working days: due on Tuesday 17:00."""
    return Deadline.start(at("2018-08-23 08:10"), at("2018-08-28 17:00"), "NĐ 78/2015")


def started(start, days):
    return Deadline.start(start, CALENDAR.add_working_days(start, days), "luật")


def test_start_is_the_first_entry_with_its_legal_ground(deadline, at):
    (entry,) = deadline.entries

    assert (entry.kind, entry.at, entry.due_at, entry.reason) == (
        START,
        at("2018-08-23 08:10"),
        at("2018-08-28 17:00"),
        "NĐ 78/2015",
    )
    assert not deadline.paused
    assert not deadline.extended


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("2018-08-23 08:10", 3),  # the day of receipt is not counted
        ("2018-08-23 23:59", 3),
        ("2018-08-24 00:00", 2),
        ("2018-08-24 10:00", 2),
        ("2018-08-24 16:59", 2),  # no hour of a day makes it more or less than a day
        ("2018-08-25 09:00", 2),
        ("2018-08-26 20:00", 2),
        ("2018-08-27 07:00", 1),
        ("2018-08-28 08:00", 0),
        ("2018-08-28 16:59", 0),
    ],
)
def test_pause_keeps_the_working_days_that_are_left_and_leaves_the_appointment(deadline, at, moment, left):
    paused = deadline.pause(at(moment), "thiếu giấy", CALENDAR)

    assert (paused.entries[-1].kind, paused.entries[-1].remaining) == (PAUSE, left)
    assert paused.due_at == deadline.due_at
    assert paused.paused


@pytest.mark.parametrize("moment", ["2018-08-28 17:00:00.001", "2018-08-28 18:00", "2018-09-05 09:00"])
def test_pause_of_a_late_dossier_keeps_nothing(deadline, at, moment):
    assert deadline.pause(at(moment), "thiếu giấy", CALENDAR).entries[-1].remaining is None


def test_pause_at_the_very_appointment_is_late_as_everything_at_that_moment_is(dossier, at):
    missed = domain.overdue(dossier, now=dossier.due_at)

    paused = missed.deadline.pause(dossier.due_at, "thiếu giấy", CALENDAR)

    assert missed.overdue_for == dossier.due_at
    assert paused.entries[-1].remaining is None


@pytest.mark.parametrize(
    ("stopped", "resumed", "due"),
    [
        ("2018-08-24 10:00", "2018-08-27 08:30", "2018-08-29 17:00"),  # Friday to Monday: two days after Monday
        ("2018-08-24 10:00", "2018-08-24 15:00", "2018-08-28 17:00"),  # the same Friday: nothing is lost
        ("2018-08-24 10:00", "2018-08-25 09:00", "2018-08-28 17:00"),  # Saturday: nothing is lost either
        ("2018-08-24 10:00", "2018-08-27 16:59", "2018-08-29 17:00"),  # the hour moves no limit in days
        ("2018-08-27 10:00", "2018-08-31 16:00", "2018-09-04 17:00"),  # over the holiday made up on the 3rd
        ("2018-08-23 09:00", "2018-08-31 09:00", "2018-09-06 17:00"),  # all three days
    ],
)
def test_resumption_grants_the_days_that_were_left_its_own_day_not_counted(deadline, at, stopped, resumed, due):
    paused = deadline.pause(at(stopped), "thiếu giấy", CALENDAR)

    again = paused.resume(at(resumed), "đã bổ sung", CALENDAR)

    assert again.due_at == at(due)
    assert (again.entries[-1].kind, again.entries[-1].remaining) == (RESUME, None)
    assert not again.paused


@pytest.mark.parametrize(
    ("resumed", "due"),
    [
        ("2018-09-10 09:00", "2018-09-10 17:00"),
        ("2018-09-10 15:00", "2018-09-10 17:00"),
        ("2018-09-10 15:01", "2018-09-11 17:00"),
        ("2018-09-08 09:00", "2018-09-10 17:00"),
    ],
    ids=["in the morning", "at the cut-off", "after it", "on a Saturday"],
)
def test_pause_on_the_last_day_leaves_the_day_of_resumption(deadline, at, resumed, due):
    paused = deadline.pause(at("2018-08-28 16:00"), "thiếu giấy", CALENDAR)

    assert paused.resume(at(resumed), "đã bổ sung", CALENDAR).due_at == at(due)


def test_pause_and_resumption_on_days_off_cost_nothing(deadline, at):
    paused = deadline.pause(at("2018-08-25 09:00"), "thiếu giấy", CALENDAR)

    assert paused.resume(at("2018-08-26 20:00"), "đã bổ sung", CALENDAR).due_at == deadline.due_at


@pytest.mark.parametrize("resumed", ["2018-08-29 09:30", "2018-09-05 09:00", "2018-09-07 15:01"])
def test_late_stays_late_through_any_pause(deadline, at, resumed):
    paused = deadline.pause(at("2018-08-29 09:00"), "thiếu giấy", CALENDAR)

    again = paused.resume(at(resumed), "đã bổ sung", CALENDAR)

    assert again.due_at == deadline.due_at
    assert not again.paused


def test_extension_is_an_entry_of_its_own_with_its_reason(deadline, at):
    extended = deadline.extend(at("2018-08-27 08:00"), at("2018-08-30 17:00"), "xác minh")

    assert extended.due_at == at("2018-08-30 17:00")
    assert extended.extended
    assert (extended.entries[-1].kind, extended.entries[-1].reason) == (EXTEND, "xác minh")


def test_extension_is_remembered_through_later_pauses(deadline, at):
    extended = deadline.extend(at("2018-08-27 08:00"), at("2018-08-30 17:00"), "xác minh")

    paused = extended.pause(at("2018-08-28 08:00"), "thiếu giấy", CALENDAR)

    assert paused.extended
    assert paused.resume(at("2018-08-29 08:00"), "đã bổ sung", CALENDAR).extended


@settings(deadline=None)
@given(start=moments, days=st.integers(1, 30), share=st.floats(0, 1, exclude_max=True))
def test_pause_and_resumption_at_the_same_moment_change_no_appointment_before_its_day(start, days, share):
    deadline = started(start, days)
    moment = start + (deadline.due_at - start) * share
    assume(local_day(moment) < local_day(deadline.due_at))

    again = deadline.pause(moment, "thiếu", CALENDAR).resume(moment, "đủ", CALENDAR)

    assert again.due_at == deadline.due_at


@settings(deadline=None)
@given(start=moments, days=st.integers(1, 30), rest=spans, share=st.floats(0, 1, exclude_max=True))
def test_pause_never_brings_the_appointment_forward_nor_lengthens_it_by_more_than_itself(start, days, rest, share):
    deadline = started(start, days)
    stopped = start + (deadline.due_at - start) * share
    assume(stopped < deadline.due_at)
    resumed = stopped + rest

    again = deadline.pause(stopped, "thiếu", CALENDAR).resume(resumed, "đủ", CALENDAR)

    stood = CALENDAR.working_days_between(stopped, resumed)
    moved = CALENDAR.working_days_between(deadline.due_at, again.due_at)
    assert again.due_at >= deadline.due_at
    # one day more only when nothing but the last day was left and its cut-off has passed
    assert moved == stood or (deadline.pause(stopped, "x", CALENDAR).entries[-1].remaining == 0 and moved == stood + 1)


@settings(deadline=None)
@given(start=moments, days=st.integers(1, 30), stops=st.lists(st.tuples(spans, spans), max_size=8))
def test_working_days_granted_are_conserved_over_any_pauses(start, days, stops):
    deadline = started(start, days)
    used, moment = 0, start
    for run, rest in stops:
        if local_day(moment + run) >= local_day(deadline.due_at):
            break
        used += CALENDAR.working_days_between(moment, moment + run)
        deadline = deadline.pause(moment + run, "thiếu", CALENDAR)
        moment += run + rest
        deadline = deadline.resume(moment, "đủ", CALENDAR)

    assert used + CALENDAR.working_days_between(moment, deadline.due_at) == days


@settings(deadline=None)
@given(
    start=moments,
    days=st.integers(1, 30),
    steps=st.lists(st.tuples(st.sampled_from([PAUSE, RESUME, EXTEND]), spans), max_size=8),
)
def test_no_step_overwrites_an_entry(start, days, steps):
    deadline, moment = started(start, days), start
    for kind, span in steps:
        moment += span
        before = deadline.entries
        if kind == PAUSE:
            deadline = deadline.pause(moment, "thiếu", CALENDAR)
        elif kind == RESUME:
            deadline = deadline.resume(moment, "đủ", CALENDAR)
        else:
            deadline = deadline.extend(moment, CALENDAR.add_working_days(deadline.due_at, 2), "xác minh")

        assert deadline.entries[:-1] == before
        assert (deadline.entries[-1].kind, deadline.entries[-1].at) == (kind, moment)
        assert deadline.due_at == deadline.entries[-1].due_at


def corrected(deadline, at, days):
    due_at = CALENDAR.add_working_days(deadline.started_at, days)
    return deadline.correct(at, due_at, "ghi nhầm", CALENDAR)


def test_correction_is_an_entry_of_its_own_and_counts_from_the_start(deadline, at):
    right = corrected(deadline, at("2018-08-24 09:00"), 5)

    assert [entry.kind for entry in right.entries] == [START, CORRECT]
    assert (right.due_at, right.entries[-1].reason) == (at("2018-08-30 17:00"), "ghi nhầm")
    assert right.entries[:1] == deadline.entries


def test_correction_grants_the_time_that_the_person_took_under_the_right_limit_too(deadline, at):
    stood = deadline.pause(at("2018-08-24 10:00"), "thiếu", CALENDAR).resume(at("2018-09-05 09:00"), "đủ", CALENDAR)

    assert corrected(stood, at("2018-09-05 10:00"), 3).due_at == stood.due_at == at("2018-09-07 17:00")
    assert corrected(stood, at("2018-09-05 10:00"), 5).due_at == at("2018-09-11 17:00")


def test_correction_of_a_limit_in_days_to_one_in_hours_keeps_the_hours_that_are_left(deadline, at):
    stood = deadline.pause(at("2018-08-23 10:00"), "thiếu", CALENDAR).resume(at("2018-08-27 08:00"), "đủ", CALENDAR)
    due_at = CALENDAR.add_working_hours(deadline.started_at, 8)

    right = stood.correct(at("2018-08-27 08:30"), due_at, "ghi nhầm", CALENDAR, by_hours=True)

    assert due_at == at("2018-08-24 08:10")
    assert right.due_at == at("2018-08-27 15:40")  # 6 h 10 min were left


def test_correction_keeps_an_extension_and_what_was_late_under_the_wrong_limit_is_not_under_the_right_one(deadline, at):
    extended = deadline.extend(at("2018-08-24 09:00"), at("2018-09-11 17:00"), "xác minh")
    assert corrected(extended, at("2018-08-24 10:00"), 5).due_at == at("2018-09-11 17:00")

    late = deadline.pause(at("2018-08-29 09:00"), "thiếu", CALENDAR).resume(at("2018-09-05 09:00"), "đủ", CALENDAR)
    assert corrected(late, at("2018-09-05 10:00"), 10).due_at == at("2018-09-13 17:00")


def test_correction_after_a_new_beginning_counts_from_that(deadline, at):
    anew = deadline.restart(at("2018-09-12 09:00"), at("2018-09-17 17:00"), "sai sót")

    assert anew.started_at == at("2018-09-12 09:00")
    assert corrected(anew, at("2018-09-12 10:00"), 5).due_at == at("2018-09-19 17:00")


@settings(deadline=None)
@given(start=moments, days=st.integers(1, 30), stops=st.lists(st.tuples(spans, spans), max_size=6))
def test_correction_to_the_same_limit_changes_no_appointment(start, days, stops):
    deadline, moment = started(start, days), start
    for run, rest in stops:
        deadline = deadline.pause(moment + run, "thiếu", CALENDAR).resume(moment + run + rest, "đủ", CALENDAR)
        moment += run + rest

    assert corrected(deadline, moment, days).due_at == deadline.due_at


def test_limit_in_hours_leaves_hours_at_a_pause(deadline, at):
    by_hours = Deadline.start(at("2018-08-23 08:00"), at("2018-08-24 08:00"), "luật")

    paused = by_hours.pause(at("2018-08-23 10:00"), "thiếu", CALENDAR, by_hours=True)

    assert (paused.entries[-1].remaining, paused.entries[-1].unit) == (6 * 3600, "second")
    assert paused.resume(at("2018-08-27 16:00"), "đủ", CALENDAR).due_at == at("2018-08-28 14:00")


def test_second_reason_to_stand_keeps_what_the_first_left(deadline, at):
    paused = deadline.pause(at("2018-08-24 10:00"), "chờ phí", CALENDAR)

    again = paused.pause(at("2018-09-24 10:00"), "thiếu giấy", CALENDAR)

    assert again.entries[-1].remaining == paused.entries[-1].remaining == 2
    assert again.due_at == deadline.due_at
