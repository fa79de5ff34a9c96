"""Limits in hours and half-days, days of which one shift is worked, and the words for why."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from office import load_office
from worktime import CalendarUnknown, DayHours, HalfDay, Shift, Step, WorkingCalendar

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = load_office(Path(__file__).parents[3] / "infra" / "office").calendar
NO_DAYS: dict[date, str] = {}
# Wed 22/08 works in the morning only, Fri 24/08 in the afternoon only; Sat 25/08 is made up in the morning.
HALVED = WorkingCalendar(
    frozenset({2018}),
    {date(2018, 9, 3): "holiday"},
    NO_DAYS,
    half_days={
        date(2018, 8, 22): HalfDay("morning", "let off"),
        date(2018, 8, 24): HalfDay("afternoon", "flood"),
        date(2018, 8, 25): HalfDay("morning", "made up"),
    },
)


def at(text):
    """Return the UTC instant of a local ``YYYY-MM-DD HH:MM``."""
    return datetime.fromisoformat(text).replace(tzinfo=SAIGON).astimezone(UTC)


WORKING_HOURS = [
    ("2018-08-23 09:00", 1, "2018-08-23 10:00"),
    ("2018-08-23 06:00", 2, "2018-08-23 09:30"),  # before opening
    ("2018-08-23 11:45", 1, "2018-08-23 14:00"),  # in the lunch gap
    ("2018-08-23 20:00", 1, "2018-08-24 08:30"),  # in the evening
    ("2018-08-25 08:00", 8, "2018-08-27 17:00"),  # at the Saturday counter
    ("2018-08-23 07:30", 4, "2018-08-23 11:30"),  # it ends with the shift, at closing
    ("2018-08-23 16:00", 8, "2018-08-24 16:00"),
    ("2018-08-31 16:00", 2, "2018-09-04 08:30"),  # over the weekend and the day off after it
]


@pytest.mark.parametrize(("start", "hours", "due"), WORKING_HOURS)
def test_a_limit_in_working_hours_runs_from_the_moment_of_receipt(start, hours, due):
    assert CALENDAR.due_at(at(start), "working_hours", hours) == at(due)


HALF_DAYS = [
    ("2018-08-23 09:00", 1, "2018-08-23 17:00"),
    ("2018-08-23 14:00", 1, "2018-08-24 11:30"),
    ("2018-08-23 06:00", 1, "2018-08-23 17:00"),  # before opening: the morning
    ("2018-08-23 11:30", 1, "2018-08-23 17:00"),  # in the lunch gap: the morning that ended
    ("2018-08-23 12:59", 1, "2018-08-23 17:00"),
    ("2018-08-23 13:00", 1, "2018-08-24 11:30"),
    ("2018-08-24 18:00", 1, "2018-08-27 11:30"),  # after closing: the afternoon of that day
    ("2018-08-25 08:00", 1, "2018-08-27 11:30"),  # a day not worked has no half-day of receipt
    ("2018-08-26 08:00", 2, "2018-08-27 17:00"),
    ("2018-08-31 09:00", 4, "2018-09-05 11:30"),
]


@pytest.mark.parametrize(("start", "amount", "due"), HALF_DAYS)
def test_a_limit_in_half_days_ends_at_closing_of_the_nth_after_that_of_receipt(start, amount, due):
    assert CALENDAR.due_at(at(start), "half_days", amount) == at(due)


IN_HALVED = [
    ("working_days", "2018-08-21 09:00", 1, "2018-08-22 11:30"),
    ("working_days", "2018-08-21 09:00", 2, "2018-08-23 17:00"),  # a half-day counts as a day
    ("working_days", "2018-08-23 09:00", 1, "2018-08-24 17:00"),
    ("working_days", "2018-08-23 09:00", 2, "2018-08-25 11:30"),
    ("calendar_days", "2018-08-20 09:00", 2, "2018-08-22 11:30"),
    ("calendar_days", "2018-08-23 09:00", 2, "2018-08-25 11:30"),
    ("same_day", "2018-08-22 11:29", 1, "2018-08-22 11:30"),
    ("same_day", "2018-08-22 11:30", 1, "2018-08-23 17:00"),  # closed: sooner than the cut-off
    ("same_day", "2018-08-24 15:00", 1, "2018-08-24 17:00"),
    ("same_day", "2018-08-24 15:01", 1, "2018-08-25 11:30"),
    ("working_hours", "2018-08-22 10:00", 2, "2018-08-23 08:00"),
    ("working_hours", "2018-08-22 10:30", 1, "2018-08-22 11:30"),
    ("working_hours", "2018-08-23 16:00", 5, "2018-08-24 17:00"),  # the Friday's four hours are in the afternoon
    ("working_hours", "2018-08-23 17:00", 17, "2018-08-28 08:30"),  # 4 on the Friday, 4, 8, and 1 on the Tuesday
    ("half_days", "2018-08-22 09:00", 1, "2018-08-23 11:30"),  # the day has no other half
    ("half_days", "2018-08-23 14:00", 1, "2018-08-24 17:00"),
    ("half_days", "2018-08-23 14:00", 2, "2018-08-25 11:30"),
    ("half_days", "2018-08-24 09:00", 1, "2018-08-25 11:30"),  # before its opening: its only half
]


@pytest.mark.parametrize(("kind", "start", "amount", "due"), IN_HALVED)
def test_a_half_day_counts_as_a_day_and_only_its_own_hours_pass(kind, start, amount, due):
    assert HALVED.due_at(at(start), kind, amount) == at(due)


def test_working_time_of_half_days_is_that_of_their_shift():
    assert HALVED.working_time_between(at("2018-08-20 00:00"), at("2018-08-26 00:00")) == timedelta(hours=8 * 3 + 4 * 3)
    assert HALVED.working_time_between(at("2018-08-24 07:00"), at("2018-08-24 13:30")) == timedelta(minutes=30)


FORWARD = [
    ("2018-08-22 11:29", "2018-08-22 11:29"),
    ("2018-08-22 11:30", "2018-08-23 07:30"),
    ("2018-08-22 14:00", "2018-08-23 07:30"),
    ("2018-08-23 15:01", "2018-08-24 13:00"),
    ("2018-08-24 08:00", "2018-08-24 13:00"),
]


@pytest.mark.parametrize(("start", "sent"), FORWARD)
def test_a_dossier_goes_on_while_the_half_day_is_worked(start, sent):
    assert HALVED.forward_at(at(start)) == at(sent)


@pytest.mark.parametrize(
    ("moment", "is_open", "opening"),
    [
        ("2018-08-22 08:00", True, "2018-08-22 08:00"),
        ("2018-08-22 14:00", False, "2018-08-23 07:30"),
        ("2018-08-24 08:00", False, "2018-08-24 13:00"),
        ("2018-08-24 14:00", True, "2018-08-24 14:00"),
        ("2018-08-25 08:00", True, "2018-08-25 08:00"),
        ("2018-08-25 14:00", False, "2018-08-27 07:30"),
    ],
)
def test_the_office_is_open_in_the_shift_that_is_worked(moment, is_open, opening):
    assert HALVED.is_counter_open(at(moment)) is is_open
    assert HALVED.next_opening(at(moment)) == at(opening)


def test_a_half_day_is_a_working_day_with_its_decision():
    assert HALVED.is_working_day(date(2018, 8, 25))
    assert HALVED.next_working_day(date(2018, 8, 24)) == date(2018, 8, 25)
    assert HALVED.decision(date(2018, 8, 22)) == "let off"
    assert HALVED.decision(date(2018, 8, 23)) is None


SATURDAY = date(2018, 5, 5)


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ({"days_off": {SATURDAY: "x"}}, "off and worked in half"),
        ({"make_up_days": {SATURDAY: "x"}}, "half-day only"),
        ({"hours": DayHours((Shift(time(8), time(16)),))}, "two shifts"),
    ],
)
def test_a_half_day_that_contradicts_the_other_tables_is_not_built(tables, reason):
    sound = {"years": frozenset({2018}), "days_off": NO_DAYS, "make_up_days": NO_DAYS}
    with pytest.raises(ValueError, match=reason):
        WorkingCalendar(**(sound | {"half_days": {SATURDAY: HalfDay("morning", "y")}} | tables))


def test_a_half_day_in_a_year_without_a_table_is_not_built():
    with pytest.raises(CalendarUnknown, match="2019"):
        WorkingCalendar(frozenset({2018}), NO_DAYS, NO_DAYS, half_days={date(2019, 1, 2): HalfDay("morning", "x")})


@pytest.mark.parametrize("kind", ["working_hours", "half_days"])
def test_an_empty_short_limit_and_one_beyond_the_tables_are_refused(kind):
    with pytest.raises(ValueError, match="at least one h"):
        HALVED.due_at(at("2018-08-23 09:00"), kind, 0)
    with pytest.raises(CalendarUnknown, match="2019"):
        HALVED.due_at(at("2018-12-31 16:00"), kind, 3)
    with pytest.raises(ValueError, match="aware"):
        HALVED.due_at(datetime(2018, 8, 23, 9), kind, 1)  # noqa: DTZ001  a naive instant is what is refused here


def test_the_last_moment_of_the_tables_can_be_reached():
    assert HALVED.due_at(at("2018-12-31 09:00"), "half_days", 1) == at("2018-12-31 17:00")
    assert HALVED.due_at(at("2018-12-31 16:00"), "working_hours", 1) == at("2018-12-31 17:00")


def day(number, month=8):
    return date(2018, month, number)


EXPLAINED = [
    (
        "working_days",
        "2018-08-23 09:00",
        4,
        [
            Step(day(23), False, "receipt"),
            Step(day(24), True, "half_day", "flood"),
            Step(day(25), True, "half_day", "made up"),
            Step(day(26), False, "weekend"),
            Step(day(27), True),
            Step(day(28), True),
        ],
    ),
    (
        "calendar_days",
        "2018-08-30 09:00",
        3,
        [
            Step(day(30), False, "receipt"),
            Step(day(31), True),
            Step(day(1, 9), True, "weekend"),
            Step(day(2, 9), True, "weekend"),
            Step(day(3, 9), False, "day_off", "holiday"),
            Step(day(4, 9), False, "rolled_over"),
        ],
    ),
    (
        "same_day",
        "2018-08-31 15:30",
        1,
        [
            Step(day(31), False, "cut_off"),
            Step(day(1, 9), False, "weekend"),
            Step(day(2, 9), False, "weekend"),
            Step(day(3, 9), False, "day_off", "holiday"),
            Step(day(4, 9), True),
        ],
    ),
    ("same_day", "2018-08-30 09:00", 1, [Step(day(30), True)]),
    ("working_hours", "2018-08-22 18:00", 1, [Step(day(22), False, "closed", "let off"), Step(day(23), True)]),
    ("working_hours", "2018-08-27 17:00", 1, [Step(day(27), False, "closed"), Step(day(28), True)]),
    ("working_hours", "2018-08-22 11:00", 1, [Step(day(22), True, "half_day", "let off"), Step(day(23), True)]),
    ("working_hours", "2018-08-26 11:00", 1, [Step(day(26), False, "weekend"), Step(day(27), True)]),
    ("half_days", "2018-08-23 09:00", 1, [Step(day(23), True)]),
    ("half_days", "2018-08-27 14:00", 1, [Step(day(27), False, "receipt"), Step(day(28), True)]),
    (
        "half_days",
        "2018-08-22 09:00",
        2,
        [Step(day(22), False, "receipt", "let off"), Step(day(23), True)],
    ),
]


@pytest.mark.parametrize(("kind", "start", "amount", "steps"), EXPLAINED)
def test_an_appointment_is_explained_day_by_day(kind, start, amount, steps):
    assert HALVED.explain(at(start), kind, amount) == steps


def test_a_make_up_day_and_a_swapped_holiday_are_explained_with_their_decisions():
    steps = {step.day: step for step in CALENDAR.explain(at("2019-04-26 09:00"), "working_days", 5)}

    assert (steps[date(2019, 4, 29)].counted, steps[date(2019, 4, 29)].why) == (False, "day_off")
    assert (steps[date(2019, 5, 4)].counted, steps[date(2019, 5, 4)].why) == (True, "make_up")
    assert "29/04/2019" in steps[date(2019, 5, 4)].decision
    assert max(steps) == date(2019, 5, 7)
