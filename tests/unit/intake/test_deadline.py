"""The appointment as a ledger: what is left at a pause is what is granted at the resumption, and nothing is overwritten."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from intake.domain import Deadline
from intake.domain.deadline import EXTEND, PAUSE, RESUME, START
from office import load_office

CALENDAR = load_office(Path(__file__).resolve().parents[3] / "infra" / "office").calendar
HOUR = timedelta(hours=1)

moments = st.timedeltas(timedelta(0), timedelta(days=349)).map(lambda span: datetime(2026, 1, 5, tzinfo=UTC) + span)
spans = st.timedeltas(timedelta(0), timedelta(days=6))


@pytest.fixture
def deadline(at):
    """Received on Thursday 08:10, due on Tuesday 17:00: 7 h 20 + 3 days of 8 h of working time."""
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


def test_pause_keeps_the_working_time_that_is_left_and_leaves_the_appointment(deadline, at):
    paused = deadline.pause(at("2018-08-24 10:00"), "thiếu giấy", CALENDAR)

    assert paused.entries[-1].kind == PAUSE
    assert paused.entries[-1].remaining == 1.5 * HOUR + 4 * HOUR + 16 * HOUR
    assert paused.due_at == deadline.due_at
    assert paused.paused


def test_resumption_grants_what_was_left_from_its_own_moment(deadline, at):
    paused = deadline.pause(at("2018-08-28 16:00"), "thiếu giấy", CALENDAR)

    resumed = paused.resume(at("2018-09-10 16:30"), "đã bổ sung", CALENDAR)

    assert resumed.due_at == at("2018-09-11 08:00")
    assert resumed.entries[-1].kind == RESUME
    assert not resumed.paused


def test_pause_and_resumption_on_days_off_cost_nothing(deadline, at):
    paused = deadline.pause(at("2018-08-25 09:00"), "thiếu giấy", CALENDAR)

    assert paused.resume(at("2018-08-26 20:00"), "đã bổ sung", CALENDAR).due_at == deadline.due_at


def test_limit_used_up_before_the_pause_ends_the_day_work_goes_on(deadline, at):
    paused = deadline.pause(at("2018-08-29 09:00"), "thiếu giấy", CALENDAR)

    assert paused.entries[-1].remaining == timedelta(0)
    assert paused.resume(at("2018-09-05 09:00"), "đã bổ sung", CALENDAR).due_at == at("2018-09-05 17:00")


def test_limit_used_up_and_resumed_after_the_cut_off_ends_the_next_working_day(deadline, at):
    paused = deadline.pause(at("2018-08-29 09:00"), "thiếu giấy", CALENDAR)

    assert paused.resume(at("2018-09-07 15:01"), "đã bổ sung", CALENDAR).due_at == at("2018-09-10 17:00")


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
def test_pause_and_resumption_at_the_same_moment_change_no_appointment(start, days, share):
    deadline = started(start, days)
    moment = start + (deadline.due_at - start) * share
    assume(moment < deadline.due_at)  # the product is rounded

    again = deadline.pause(moment, "thiếu", CALENDAR).resume(moment, "đủ", CALENDAR)

    assert again.due_at == deadline.due_at


@settings(deadline=None)
@given(start=moments, days=st.integers(1, 30), stops=st.lists(st.tuples(spans, spans), max_size=8))
def test_working_time_granted_is_conserved_over_any_pauses(start, days, stops):
    deadline = started(start, days)
    granted = CALENDAR.working_time_between(start, deadline.due_at)
    used, moment = timedelta(0), start
    for run, rest in stops:
        if moment + run >= deadline.due_at:
            break
        used += CALENDAR.working_time_between(moment, moment + run)
        deadline = deadline.pause(moment + run, "thiếu", CALENDAR)
        moment += run + rest
        deadline = deadline.resume(moment, "đủ", CALENDAR)

    assert used + CALENDAR.working_time_between(moment, deadline.due_at) == granted


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
