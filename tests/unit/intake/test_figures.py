"""Periods of reports, and what single lives add to them."""

from dataclasses import replace
from datetime import date

import pytest

from intake.domain.figures import BY, Period, Tally, at_work, counts, halves, lived, told


@pytest.mark.parametrize(
    ("name", "windows", "first", "last"),
    [
        # NĐ 09/2019/NĐ-CP Đ.12
        ("2026-M11", "nd09", "2026-10-15", "2026-11-14"),
        ("2026-M01", "nd09", "2025-12-15", "2026-01-14"),
        ("2026-Q1", "nd09", "2025-12-15", "2026-03-14"),
        ("2026-Q4", "nd09", "2026-09-15", "2026-12-14"),
        ("2026-H1", "nd09", "2025-12-15", "2026-06-14"),
        ("2026-H2", "nd09", "2026-06-15", "2026-12-14"),
        ("2026-Y", "nd09", "2025-12-15", "2026-12-14"),
        ("2026-M02", "calendar", "2026-02-01", "2026-02-28"),
        ("2024-M02", "calendar", "2024-02-01", "2024-02-29"),
        ("2026-M12", "calendar", "2026-12-01", "2026-12-31"),
        ("2026-Q2", "calendar", "2026-04-01", "2026-06-30"),
        ("2026-H2", "calendar", "2026-07-01", "2026-12-31"),
        ("2026-Y", "calendar", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_has_the_first_and_last_day_that_its_windows_give_it(name, windows, first, last, at):
    period = Period.of(name, windows)
    assert (period.first, period.last) == (date.fromisoformat(first), date.fromisoformat(last))
    assert period.begin == at(f"{first} 00:00")
    assert not period.holds(period.end)


@pytest.mark.parametrize(
    "name", ["2026-M13", "2026-M1", "2026-Q5", "2026-H3", "2026", "26-M01", "2026-Y1", " 2026-Y", ""]
)
def test_what_names_no_period_is_refused(name):
    with pytest.raises(ValueError, match="no such period"):
        Period.of(name)


def test_windows_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="no such period"):
        Period.of("2026-Y", "lunar")


def test_half_months_are_cut_on_the_first_and_the_fifteenth(at):
    assert list(halves(at("2026-10-15 00:00"), at("2026-11-15 00:00"))) == ["2026-10b", "2026-11a"]
    assert list(halves(at("2026-10-14 23:59"), at("2026-10-15 00:01"))) == ["2026-10a", "2026-10b"]
    assert list(halves(at("2025-12-31 23:00"), at("2026-01-01 01:00"))) == ["2025-12b", "2026-01a"]
    assert len(list(halves(at("2026-01-01 00:00"), at("2027-01-01 00:00")))) == 24


@pytest.fixture
def mark(calendar):
    """Return what a dossier adds to a month of 2018, which both ways of counting must agree on."""

    def counted(dossier, name="2018-M09", windows="nd09"):
        period = Period.of(name, windows)
        found = lived(dossier, period, calendar)
        assert found == told(dossier, period, calendar)
        return found

    return counted


def test_an_open_dossier_is_at_work_everywhere_and_a_done_one_in_its_half_months(life, dossier, at):
    assert at_work(dossier) == {"open"}
    started = life.start(dossier, at("2018-08-23 09:00")).dossier
    done = life.resolve(started, at("2018-09-20 09:00")).dossier
    assert at_work(done) == {"2018-08b", "2018-09a", "2018-09b"}
    paid = life.pay(done, at("2018-09-20 10:00")).dossier
    returned = life.hand_over(paid, at("2018-11-02 09:00")).dossier
    assert at_work(returned) == {"2018-08b", "2018-09a", "2018-09b", "2018-11a"}


@pytest.mark.parametrize(
    ("when", "outcome"),
    [
        ("2018-08-27 16:59", "early"),
        ("2018-08-28 08:00", "on_time"),
        ("2018-08-28 16:59", "on_time"),
        ("2018-08-28 17:00", "late"),
        ("2018-08-29 08:00", "late"),
    ],
)
def test_a_result_is_early_on_time_or_late_by_its_appointment(life, processing, mark, at, when, outcome):
    done = life.resolve(life.passes(processing, at(when)).dossier, at(when)).dossier
    found = mark(done)
    assert (found.entry, found.outcome, found.waiting) == ("received", outcome, True)


def test_an_appointment_moved_in_time_counts_and_one_that_passed_stays_missed(life, processing, mark, at):
    moved = life.extend(processing, at("2018-08-27 09:00")).dossier
    assert mark(life.resolve(moved, at("2018-08-30 09:00")).dossier).outcome == "on_time"

    passed = life.passes(processing, at("2018-08-28 18:00")).dossier
    moved = life.extend(passed, at("2018-08-29 09:00")).dossier
    assert mark(moved, "2018-M08", "calendar").outcome == "overdue"
    assert mark(life.resolve(moved, at("2018-08-30 09:00")).dossier).outcome == "late"


def test_what_is_left_is_carried_over_and_counts_once_more_when_it_is_done(life, processing, mark, at):
    done = life.resolve(life.passes(processing, at("2018-09-17 08:00")).dossier, at("2018-09-17 08:00")).dossier
    assert (mark(done).entry, mark(done).outcome) == ("received", "overdue")
    assert (mark(done, "2018-M10").entry, mark(done, "2018-M10").outcome) == ("carried_over", "late")
    assert mark(done, "2018-M11") is None
    assert mark(done, "2018-M08") is None


def test_a_clock_that_stands_is_paused_and_misses_nothing(asked, mark):
    assert mark(asked).outcome == "paused"
    assert mark(asked, "2018-M12").outcome == "paused"


def test_a_result_made_anew_comes_in_again_as_reopened(life, processing, mark, at):
    done = life.resolve(processing, at("2018-08-27 09:00")).dossier
    again = life.reopen(done, at("2018-10-01 09:00")).dossier
    assert mark(again).outcome == "early"
    october = mark(again, "2018-M10")
    assert (october.entry, october.outcome) == ("reopened", "overdue")
    assert {"carried_over", "reopened", "overdue", "pending"} <= counts(october).keys()


def test_done_is_not_handed_over(life, processing, mark, at):
    paid = life.pay(life.resolve(processing, at("2018-08-27 09:00")).dossier, at("2018-08-27 10:00")).dossier
    assert (mark(paid).waiting, mark(paid).handed_over) == (True, 0)
    returned = life.hand_over(paid, at("2018-09-20 09:00")).dossier
    assert (mark(returned).waiting, mark(returned).handed_over) == (True, 0)
    after = mark(returned, "2018-M10")
    assert (after.entry, after.outcome, after.handed_over, after.trips) == (None, None, 1, 1)


def test_refused_and_withdrawn_dossiers_are_counted_never_left_out(life, registered, processing, mark, at):
    assert mark(life.refuse(registered, at("2018-08-24 09:00")).dossier).outcome == "refused"
    assert mark(life.withdraw(processing, at("2018-08-24 09:00")).dossier).outcome == "withdrawn"


def test_working_time_leaves_pauses_out(life, asked, mark, at):
    # Thursday 08:10 to Friday 10:00; the person brings it on Monday at 09:00 and the result comes at 11:00
    supplied = life.supplement(asked, at("2018-08-27 09:00")).dossier
    started = life.start(supplied, at("2018-08-27 09:30")).dossier
    done = life.resolve(started, at("2018-08-27 11:00")).dossier
    thursday, friday, monday = 200 + 240, 150, 120
    assert mark(done).minutes == thursday + friday + monday
    assert (mark(done).asked_department, mark(done).trips) == (1, 2)


def test_what_comes_online_is_no_trip(life, asked, mark, at):
    online = replace(asked, receipt=replace(asked.receipt, channel=2))
    supplied = life.supplement(online, at("2018-08-27 09:00")).dossier
    assert mark(supplied).trips == 0
    assert counts(mark(supplied))["online"] == 1


def test_a_tally_sums_up_and_puts_first_what_asks_most_of_people(life, registered, dossier, asked, mark):
    other = replace(asked.receipt, procedure={"code": "2.000815", "name": "x", "field": "chung-thuc"})
    marks = [mark(dossier), mark(registered), mark(replace(asked, receipt=other))]
    tally = Tally(marks)
    rows, sums = tally.handling("procedure")
    assert [(row["key"], row["total"]) for row in rows] == [("1.001612", 2), ("2.000815", 1)]
    assert (sums["received"], sums["overdue"], sums["in_time"], sums["paused"]) == (3, 1, 1, 1)
    burden, every = tally.burden("procedure")
    assert [(row["key"], row["asked_per_100"]) for row in burden] == [("2.000815", 100.0), ("1.001612", 0.0)]
    assert (every["asked"], every["asked_per_100"], every["median_minutes"]) == (1, 33.3, None)
    assert set(tally.tables()["handling"]) == set(BY)


def test_median_and_ninth_decile_are_values_that_occurred(dossier, mark):
    base = replace(mark(dossier), outcome="early")
    tally = Tally(replace(base, minutes=minutes) for minutes in (10, 20, 30, 40, 50, 60, 70, 80, 90, 1000))
    every = tally.burden("field")[1]
    assert (every["median_minutes"], every["p90_minutes"]) == (50, 90)
