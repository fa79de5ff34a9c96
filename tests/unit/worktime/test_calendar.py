"""The working calendar: golden vectors, the cut-off, the Saturday counter, and what always holds."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office import load_office
from worktime import CalendarUnknown, DayHours, Shift, WorkingCalendar

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = load_office(Path(__file__).parents[3] / "infra" / "office").calendar


NO_DAYS: dict[date, str] = {}


def at(text):
    """Return the UTC instant of a local ``YYYY-MM-DD HH:MM[:SS]``."""
    return datetime.fromisoformat(text).replace(tzinfo=SAIGON).astimezone(UTC)


GOLDEN_WORKING = [
    ("2018-08-23", 3, "2018-08-28"),
    ("2018-08-31", 5, "2018-09-10"),
    ("2018-08-24", 15, "2018-09-17"),
    ("2018-12-28", 2, "2019-01-03"),
    ("2018-02-12", 7, "2018-02-28"),
    ("2019-01-31", 3, "2019-02-12"),
    ("2019-04-26", 5, "2019-05-07"),
    ("2021-04-29", 3, "2021-05-06"),
    ("2025-01-24", 3, "2025-02-05"),
]
GOLDEN_CALENDAR = [
    ("2018-08-23", 10, "2018-09-04"),
    ("2018-08-01", 30, "2018-08-31"),
    ("2018-08-03", 30, "2018-09-04"),
    ("2019-01-05", 30, "2019-02-11"),
]


@pytest.mark.parametrize(("start", "days", "due"), GOLDEN_WORKING)
def test_working_days_follow_the_golden_vectors(start, days, due):
    assert CALENDAR.add_working_days(at(f"{start} 09:00"), days) == at(f"{due} 17:00")


@pytest.mark.parametrize(("start", "days", "due"), GOLDEN_CALENDAR)
def test_calendar_days_follow_the_golden_vectors(start, days, due):
    assert CALENDAR.add_calendar_days(at(f"{start} 09:00"), days) == at(f"{due} 17:00")


@pytest.mark.parametrize("clock", ["00:00", "07:00", "14:59", "15:01", "18:00", "23:59"])
def test_the_hour_of_receipt_never_moves_a_limit_in_days(clock):
    assert CALENDAR.add_working_days(at(f"2018-08-23 {clock}"), 3) == at("2018-08-28 17:00")
    assert CALENDAR.add_calendar_days(at(f"2018-08-23 {clock}"), 10) == at("2018-09-04 17:00")


def test_the_day_of_receipt_is_the_local_day():
    # 17:30 UTC on the 23rd is half past midnight of the 24th in Ho Chi Minh City.
    assert CALENDAR.add_working_days(datetime(2018, 8, 23, 17, 30, tzinfo=UTC), 3) == at("2018-08-29 17:00")


SAME_DAY = [
    ("2018-08-23 06:00", "2018-08-23 17:00"),
    ("2018-08-23 14:59", "2018-08-23 17:00"),
    ("2018-08-23 15:00", "2018-08-23 17:00"),
    ("2018-08-23 15:00:01", "2018-08-24 17:00"),
    ("2018-08-24 16:00", "2018-08-27 17:00"),
    ("2018-08-25 08:00", "2018-08-27 17:00"),
    ("2018-08-31 15:30", "2018-09-04 17:00"),
    ("2019-05-04 09:00", "2019-05-04 17:00"),
]


@pytest.mark.parametrize(("start", "due"), SAME_DAY)
def test_a_same_day_procedure_is_due_that_day_up_to_the_cut_off(start, due):
    assert CALENDAR.same_day(at(start)) == at(due)


FORWARD = [
    ("2018-08-23 09:12:30", "2018-08-23 09:12:30"),
    ("2018-08-23 15:00", "2018-08-23 15:00"),
    ("2018-08-23 15:01", "2018-08-24 07:30"),
    ("2018-08-23 06:00", "2018-08-23 07:30"),
    ("2018-08-23 12:00", "2018-08-23 13:00"),
    ("2018-08-24 15:01", "2018-08-27 07:30"),
    ("2018-08-25 08:00", "2018-08-27 07:30"),
    ("2018-12-28 16:00", "2019-01-02 07:30"),
]


@pytest.mark.parametrize(("start", "sent"), FORWARD)
def test_a_dossier_goes_on_at_once_up_to_the_cut_off_and_else_the_next_morning(start, sent):
    assert CALENDAR.forward_at(at(start)) == at(sent)


def test_a_saturday_receipt_counts_from_the_next_working_day():
    assert CALENDAR.is_counter_open(at("2018-08-25 08:00"))
    assert not CALENDAR.is_working_day(date(2018, 8, 25))
    assert CALENDAR.add_working_days(at("2018-08-25 08:00"), 1) == at("2018-08-27 17:00")


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2018-08-25 07:29", False),
        ("2018-08-25 07:30", True),
        ("2018-08-25 11:30", False),
        ("2018-08-26 08:00", False),
        ("2018-08-27 08:00", True),
        ("2018-08-27 12:00", False),
        ("2018-02-17 08:00", False),  # a Saturday in Tết
        ("2019-05-04 16:00", True),  # a make-up Saturday works all day
    ],
)
def test_the_counter_keeps_its_own_hours(moment, is_open):
    assert CALENDAR.is_counter_open(at(moment)) is is_open


def test_a_make_up_saturday_is_a_working_day_and_the_day_it_pays_for_is_not():
    assert CALENDAR.is_working_day(date(2019, 5, 4))
    assert not CALENDAR.is_working_day(date(2019, 4, 29))
    assert CALENDAR.next_working_day(date(2019, 5, 3)) == date(2019, 5, 4)
    assert CALENDAR.previous_working_day(date(2019, 5, 6)) == date(2019, 5, 4)


def test_one_working_day_before_expiry_keeps_the_clock_time_and_skips_days_off():
    assert CALENDAR.working_days_before(at("2018-09-04 17:00"), 1) == at("2018-08-31 17:00")
    assert CALENDAR.working_days_before(at("2018-09-02 10:00"), 2) == at("2018-08-30 10:00")


NEXT_OPENING = [
    ("2018-08-23 07:30", "2018-08-23 07:30"),
    ("2018-08-23 11:30", "2018-08-23 13:00"),
    ("2018-08-23 17:00", "2018-08-24 07:30"),
    ("2018-08-24 20:00", "2018-08-27 07:30"),
]


@pytest.mark.parametrize(("moment", "opening"), NEXT_OPENING)
def test_a_moment_outside_working_hours_snaps_to_the_next_opening(moment, opening):
    assert CALENDAR.next_opening(at(moment)) == at(opening)


DAYS_BETWEEN = [
    ("2018-08-23 09:00", "2018-08-28 17:00", 3),
    ("2018-08-23 23:59", "2018-08-28 00:00", 3),  # no hour counts
    ("2018-08-23 09:00", "2018-08-23 17:00", 0),
    ("2018-08-23 17:00", "2018-08-23 09:00", 0),
    ("2018-08-28 09:00", "2018-08-23 17:00", 0),
    ("2018-08-24 18:00", "2018-08-27 07:00", 1),
    ("2018-08-24 09:00", "2018-08-26 09:00", 0),  # a Sunday is no day
    ("2018-08-25 09:00", "2018-08-27 09:00", 1),
    ("2018-08-31 09:00", "2018-09-04 09:00", 1),  # the holiday of the 2nd is made up on the 3rd
    ("2018-12-28 09:00", "2019-01-02 09:00", 1),
    ("2019-05-03 09:00", "2019-05-06 09:00", 2),  # a make-up Saturday is one
    ("2025-01-24 09:00", "2025-02-05 09:00", 3),  # over Tết
]


@pytest.mark.parametrize(("earlier", "later", "days"), DAYS_BETWEEN)
def test_working_days_between_leave_out_the_first_day_and_count_the_last(earlier, later, days):
    assert CALENDAR.working_days_between(at(earlier), at(later)) == days


@pytest.mark.parametrize(("start", "days", "due"), GOLDEN_WORKING)
def test_working_days_up_to_the_appointment_are_those_of_the_limit(start, days, due):
    assert CALENDAR.working_days_between(at(f"{start} 09:00"), at(f"{due} 17:00")) == days


def test_days_between_are_local_days():
    # 17:30 UTC on the 23rd is half past midnight of the 24th in Ho Chi Minh City.
    assert CALENDAR.working_days_between(datetime(2018, 8, 23, 17, 30, tzinfo=UTC), at("2018-08-28 17:00")) == 2


def test_days_up_to_the_last_day_of_the_tables_can_be_counted():
    only_2018 = WorkingCalendar(frozenset({2018}), NO_DAYS, NO_DAYS)

    assert only_2018.add_working_days(at("2018-12-27 09:00"), 2) == at("2018-12-31 17:00")
    assert only_2018.working_days_between(at("2018-12-27 09:00"), at("2018-12-31 17:00")) == 2


def test_working_time_counts_only_shifts_of_working_days():
    assert CALENDAR.working_time_between(at("2018-08-24 16:00"), at("2018-08-27 08:30")) == timedelta(hours=2)
    assert CALENDAR.working_time_between(at("2018-08-23 11:00"), at("2018-08-23 13:30")) == timedelta(hours=1)
    assert CALENDAR.working_time_between(at("2018-08-27 08:30"), at("2018-08-24 16:00")) == timedelta(0)


def test_added_working_time_that_ends_with_a_shift_ends_at_its_closing():
    assert CALENDAR.add_working_time(at("2018-08-23 07:30"), timedelta(hours=8)) == at("2018-08-23 17:00")
    assert CALENDAR.add_working_time(at("2018-08-23 07:30"), timedelta(hours=4)) == at("2018-08-23 11:30")
    assert CALENDAR.add_working_time(at("2018-08-24 16:00"), timedelta(hours=2)) == at("2018-08-27 08:30")
    assert CALENDAR.add_working_time(at("2018-08-24 18:00"), timedelta(0)) == at("2018-08-27 07:30")


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.is_working_day(date(2017, 12, 31)),
        lambda c: c.add_working_days(at("2028-12-29 09:00"), 1),
        lambda c: c.add_calendar_days(at("2028-12-29 09:00"), 10),
        lambda c: c.add_working_time(at("2028-12-29 09:00"), timedelta(hours=90)),
        lambda c: c.working_days_before(at("2018-01-02 09:00"), 1),
        lambda c: c.same_day(at("2029-01-02 09:00")),
        lambda c: c.previous_working_day(date(2018, 1, 2)),
        lambda c: c.is_counter_open(at("2029-01-06 09:00")),
        lambda c: c.working_days_between(at("2017-12-28 09:00"), at("2018-01-03 09:00")),
        lambda c: c.working_days_between(at("2028-12-28 09:00"), at("2029-01-03 09:00")),
    ],
)
def test_a_year_without_a_table_is_refused_by_its_name(ask):
    with pytest.raises(CalendarUnknown, match="2017|2029") as caught:
        ask(CALENDAR)
    assert caught.value.year in (2017, 2029)


def test_naive_instants_and_empty_limits_are_refused():
    naive = datetime(2018, 8, 23, 9)  # noqa: DTZ001  a naive instant is what is refused here
    for ask in (CALENDAR.same_day, CALENDAR.next_opening, CALENDAR.forward_at):
        with pytest.raises(ValueError, match="aware"):
            ask(naive)
    for pair in ((naive, at("2018-08-23 09:00")), (at("2018-08-23 09:00"), naive)):
        with pytest.raises(ValueError, match="aware"):
            CALENDAR.working_days_between(*pair)
    for add in (CALENDAR.add_working_days, CALENDAR.add_calendar_days, CALENDAR.working_days_before):
        with pytest.raises(ValueError, match="at least one day"):
            add(at("2018-08-23 09:00"), 0)
    with pytest.raises(ValueError, match="backwards"):
        CALENDAR.add_working_time(at("2018-08-23 09:00"), timedelta(hours=-1))


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ({"years": frozenset(), "days_off": NO_DAYS, "make_up_days": NO_DAYS}, "must follow one another"),
        ({"years": frozenset({2018, 2020}), "days_off": NO_DAYS, "make_up_days": NO_DAYS}, "must follow one another"),
        ({"years": frozenset({2018}), "days_off": NO_DAYS, "make_up_days": {date(2018, 5, 4): "x"}}, "ordinary"),
        (
            {
                "years": frozenset({2018}),
                "days_off": {date(2018, 5, 5): "x"},
                "make_up_days": {date(2018, 5, 5): "x"},
            },
            "off and made up",
        ),
    ],
)
def test_a_calendar_that_contradicts_itself_is_not_built(tables, reason):
    with pytest.raises(ValueError, match=reason):
        WorkingCalendar(**tables)


def test_a_day_off_in_a_year_without_a_table_is_not_built():
    with pytest.raises(CalendarUnknown, match="2019"):
        WorkingCalendar(frozenset({2018}), {date(2019, 1, 1): "x"}, NO_DAYS)


def test_shifts_that_run_backwards_or_overlap_are_refused():
    with pytest.raises(ValueError, match="after it opens"):
        Shift(time(11), time(10))
    with pytest.raises(ValueError, match="overlap"):
        DayHours((Shift(time(8), time(12)), Shift(time(11), time(17))))
    with pytest.raises(ValueError, match="at least one shift"):
        DayHours(())


def test_due_at_follows_the_kind_of_limit():
    start = at("2018-08-23 16:00")

    assert CALENDAR.due_at(start, "same_day", 1) == CALENDAR.same_day(start)
    assert CALENDAR.due_at(start, "working_days", 3) == CALENDAR.add_working_days(start, 3)
    assert CALENDAR.due_at(start, "calendar_days", 10) == CALENDAR.add_calendar_days(start, 10)


# Instants of 2018 to 2026: whatever is added below stays inside the tables.
INSTANTS = st.integers(0, 9 * 365 * 86_400_000).map(lambda ms: at("2018-01-01 00:00") + timedelta(milliseconds=ms))
SPANS = st.integers(1, 100 * 8 * 3600 * 1000).map(lambda ms: timedelta(milliseconds=ms))


@given(INSTANTS, st.integers(1, 200))
def test_n_working_days_end_at_closing_of_a_working_day_with_n_working_days_behind(start, days):
    due = CALENDAR.add_working_days(start, days)
    first, last = start.astimezone(SAIGON).date(), due.astimezone(SAIGON)

    assert last.time() == time(17)
    assert CALENDAR.is_working_day(last.date())
    passed = ((first + timedelta(days=n)) for n in range(1, (last.date() - first).days + 1))
    assert sum(CALENDAR.is_working_day(day) for day in passed) == days


@given(INSTANTS, st.integers(1, 200))
def test_days_between_undo_added_days(start, days):
    assert CALENDAR.working_days_between(start, CALENDAR.add_working_days(start, days)) == days


@given(INSTANTS, INSTANTS)
def test_days_between_added_to_the_earlier_fall_on_the_day_of_the_later_if_it_is_worked(a, b):
    earlier, later = sorted((a, b))
    first, last = earlier.astimezone(SAIGON).date(), later.astimezone(SAIGON).date()

    days = CALENDAR.working_days_between(earlier, later)

    assert CALENDAR.working_days_between(later, earlier) == 0
    assert days == sum(CALENDAR.is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    if days and CALENDAR.is_working_day(last):
        assert CALENDAR.add_working_days(earlier, days).astimezone(SAIGON).date() == last


@given(INSTANTS, INSTANTS, INSTANTS)
def test_days_of_two_neighbouring_stretches_add_up(a, b, c):
    first, second, third = sorted((a, b, c))

    whole = CALENDAR.working_days_between(first, third)
    assert whole == CALENDAR.working_days_between(first, second) + CALENDAR.working_days_between(second, third)


@given(INSTANTS, INSTANTS, st.integers(1, 200), st.integers(1, 200))
def test_later_receipts_and_longer_limits_are_never_due_earlier(one, other, days, more):
    early, late = sorted((one, other))
    short, long = sorted((days, more))

    assert CALENDAR.add_working_days(early, short) <= CALENDAR.add_working_days(late, long)
    assert CALENDAR.add_calendar_days(early, short) <= CALENDAR.add_calendar_days(late, long)
    assert CALENDAR.same_day(early) <= CALENDAR.same_day(late)
    assert CALENDAR.forward_at(early) <= CALENDAR.forward_at(late)


@given(INSTANTS, st.integers(1, 200))
def test_calendar_days_never_end_before_their_raw_last_day_nor_on_a_day_off(start, days):
    due = CALENDAR.add_calendar_days(start, days).astimezone(SAIGON)

    assert due.date() >= start.astimezone(SAIGON).date() + timedelta(days=days)
    assert CALENDAR.is_working_day(due.date())


@given(INSTANTS, SPANS)
def test_added_working_time_is_the_working_time_between(start, span):
    end = CALENDAR.add_working_time(start, span)

    assert end > start
    assert CALENDAR.working_time_between(start, end) == span


@given(INSTANTS, INSTANTS, INSTANTS)
def test_working_time_of_two_neighbouring_stretches_adds_up(a, b, c):
    first, second, third = sorted((a, b, c))

    whole = CALENDAR.working_time_between(first, third)
    assert whole == CALENDAR.working_time_between(first, second) + CALENDAR.working_time_between(second, third)


@given(INSTANTS)
def test_the_next_opening_is_a_moment_of_work_and_costs_no_working_time(moment):
    opening = CALENDAR.next_opening(moment)

    assert opening >= moment
    assert CALENDAR.next_opening(opening) == opening
    assert CALENDAR.working_time_between(moment, opening) == timedelta(0)


@given(INSTANTS, st.integers(1, 50))
def test_going_back_n_working_days_undoes_n_working_days(start, days):
    due = CALENDAR.add_working_days(start, days + 1)

    assert CALENDAR.working_days_before(due, days) == CALENDAR.add_working_days(start, 1)


@given(INSTANTS)
def test_answers_are_aware_utc(moment):
    answers = (
        CALENDAR.same_day(moment),
        CALENDAR.forward_at(moment),
        CALENDAR.next_opening(moment),
        CALENDAR.add_working_days(moment, 1),
        CALENDAR.add_calendar_days(moment, 1),
        CALENDAR.add_working_time(moment, timedelta(hours=1)),
    )

    assert all(answer.tzinfo is UTC for answer in answers)
