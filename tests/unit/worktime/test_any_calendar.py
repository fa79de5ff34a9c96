"""What holds in any calendar: of random days off, make-up days and half-days, over three years."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktime import HalfDay, WorkingCalendar

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
YEARS = frozenset({2023, 2024, 2025})
KINDS = ("same_day", "working_days", "calendar_days", "working_hours", "half_days")
NOTHING = timedelta(0)

# Receipts of ten weeks of 2024 among up to 60 changed days of twenty: limits below end inside the tables.
SPRING = date(2024, 3, 1)
CHANGED = st.dictionaries(
    st.integers(0, 139).map(lambda n: SPRING + timedelta(days=n)),
    st.sampled_from(("off", "make_up", "morning", "afternoon")),
    max_size=60,
)
INSTANTS = st.one_of(
    # Every quarter of an hour holds the openings and closings; milliseconds hold what lies between.
    st.integers(0, 70 * 96).map(lambda n: timedelta(minutes=15 * n)),
    st.integers(0, 70 * 86_400_000).map(lambda ms: timedelta(milliseconds=ms)),
).map(lambda span: (datetime(2024, 3, 1, tzinfo=SAIGON) + span).astimezone(UTC))
SPANS = st.integers(1, 100 * 3_600_000).map(lambda ms: timedelta(milliseconds=ms))
AMOUNTS = st.integers(1, 60)


@st.composite
def calendars(draw):
    changed = draw(CHANGED)
    return WorkingCalendar(
        YEARS,
        {day: "off" for day, what in changed.items() if what == "off"},
        {day: "made up" for day, what in changed.items() if what == "make_up" and day.weekday() > 4},
        half_days={day: HalfDay(what, "halved") for day, what in changed.items() if what in ("morning", "afternoon")},
    )


def walked(calendar, earlier, later):
    """Return the working time between two instants the slow way: every shift of every day, clipped."""
    total, day = NOTHING, earlier.astimezone(SAIGON).date()
    while day <= later.astimezone(SAIGON).date():
        for shift in calendar.hours_of(day).shifts if calendar.is_working_day(day) else ():
            opens, closes = (datetime.combine(day, clock, SAIGON) for clock in (shift.opens, shift.closes))
            total += max(NOTHING, min(closes, later) - max(opens, earlier))
        day += timedelta(days=1)
    return total


def is_closing(calendar, moment):
    local = moment.astimezone(SAIGON)
    shifts = calendar.hours_of(local.date()).shifts
    return calendar.is_working_day(local.date()) and local.time() in {shift.closes for shift in shifts}


@given(calendars(), INSTANTS, INSTANTS)
def test_working_time_is_what_a_walk_over_the_shifts_finds(calendar, a, b):
    earlier, later = sorted((a, b))

    assert calendar.working_time_between(earlier, later) == walked(calendar, earlier, later)
    assert calendar.working_time_between(later, earlier) == NOTHING


@given(calendars(), INSTANTS, SPANS)
def test_working_time_between_undoes_added_working_time(calendar, start, span):
    end = calendar.add_working_time(start, span)

    assert end > start
    assert calendar.working_time_between(start, end) == span


@given(calendars(), INSTANTS, INSTANTS)
def test_added_working_time_undoes_working_time_between_up_to_the_closing_that_equals_it(calendar, a, b):
    earlier, later = sorted((a, b))
    span = calendar.working_time_between(earlier, later)
    end = calendar.add_working_time(earlier, span)

    if not span:  # no work lies between: the next opening is not before either of them
        assert end == calendar.next_opening(earlier)
    elif end != later:
        assert end < later
        assert is_closing(calendar, end)
        assert calendar.working_time_between(end, later) == NOTHING


@given(calendars(), INSTANTS, INSTANTS, INSTANTS)
def test_working_time_of_neighbouring_stretches_adds_up(calendar, a, b, c):
    first, second, third = sorted((a, b, c))

    parts = [calendar.working_time_between(*pair) for pair in pairwise((first, second, third))]
    assert calendar.working_time_between(first, third) == sum(parts, NOTHING)


@given(calendars(), INSTANTS, SPANS, SPANS)
def test_working_time_added_in_two_parts_is_added_whole(calendar, start, one, other):
    assert calendar.add_working_time(calendar.add_working_time(start, one), other) == calendar.add_working_time(
        start, one + other
    )


@given(calendars(), INSTANTS, SPANS, st.lists(INSTANTS, max_size=6))
def test_pausing_and_resuming_with_what_remains_keeps_the_sum(calendar, start, limit, moments):
    due, since, used = calendar.add_working_time(start, limit), start, NOTHING
    later = sorted(moment for moment in moments if moment > start)

    for paused, resumed in zip(later[::2], later[1::2], strict=False):
        if paused >= due:  # the limit was used up: nothing is left to pause
            break
        used += calendar.working_time_between(since, paused)
        remaining = calendar.working_time_between(paused, due)
        assert used + remaining == limit
        due, since = calendar.add_working_time(resumed, remaining), resumed

    assert used + calendar.working_time_between(since, due) == limit


@pytest.mark.parametrize("kind", KINDS)
@given(calendar=calendars(), one=INSTANTS, other=INSTANTS, few=AMOUNTS, many=AMOUNTS)
def test_later_receipts_and_longer_limits_are_never_due_earlier(kind, calendar, one, other, few, many):
    early, late = sorted((one, other))
    short, long = sorted((few, many))

    assert calendar.due_at(early, kind, short) <= calendar.due_at(late, kind, long)


@pytest.mark.parametrize("kind", KINDS)
@given(calendar=calendars(), start=INSTANTS, amount=AMOUNTS)
def test_a_limit_ends_after_its_receipt_and_while_the_office_works_or_closes(kind, calendar, start, amount):
    due = calendar.due_at(start, kind, amount)

    assert due > start
    assert due.tzinfo is UTC
    assert is_closing(calendar, due) or (kind == "working_hours" and calendar.is_counter_open(due))


@given(calendars(), INSTANTS, AMOUNTS)
def test_n_half_days_are_n_shifts_after_that_of_receipt(calendar, start, amount):
    due = calendar.add_half_days(start, amount)
    local = start.astimezone(SAIGON)
    begun = max(local, calendar.next_opening(local)) if is_before_opening(calendar, local) else local

    closings = shifts_begun_after(calendar, begun, due)
    assert len(closings) == amount
    assert closings[-1] == due


def is_before_opening(calendar, local):
    """Say whether ``local`` lies before the day's first shift, which is then the one of receipt."""
    return calendar.is_working_day(local.date()) and local.time() < calendar.hours_of(local.date()).opening


def shifts_begun_after(calendar, moment, until):
    """Return the closings of the shifts that open after ``moment`` and close up to ``until``, by a walk."""
    found, day = [], moment.astimezone(SAIGON).date()
    while day <= until.astimezone(SAIGON).date():
        for shift in calendar.hours_of(day).shifts if calendar.is_working_day(day) else ():
            opens, closes = (datetime.combine(day, clock, SAIGON) for clock in (shift.opens, shift.closes))
            if opens > moment and closes <= until:
                found.append(closes)
        day += timedelta(days=1)
    return found


@given(calendars(), INSTANTS)
def test_a_dossier_goes_on_at_an_hour_of_work_never_before_its_receipt(calendar, start):
    sent = calendar.forward_at(start)

    assert sent >= start
    assert calendar.next_opening(sent) == sent
    assert calendar.same_day(start) > sent


@pytest.mark.parametrize("kind", KINDS)
@given(calendar=calendars(), start=INSTANTS, amount=AMOUNTS)
def test_an_explanation_runs_from_the_receipt_to_the_appointment_and_names_what_it_leaves_out(
    kind, calendar, start, amount
):
    steps = calendar.explain(start, kind, amount)
    first, last = (moment.astimezone(SAIGON).date() for moment in (start, calendar.due_at(start, kind, amount)))

    assert [step.day for step in steps] == [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert all(step.counted or step.why for step in steps)
    assert all(step.decision == calendar.decision(step.day) for step in steps)
    if kind in ("working_days", "calendar_days"):
        assert sum(step.counted for step in steps) == amount
