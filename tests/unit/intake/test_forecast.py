"""Will a dossier be ready in time? By how long its like took."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.domain import forecast
from intake.domain.forecast import ENOUGH, expected_end, look_again, new_appointment, next_look, spans

HOUR = timedelta(hours=1)


@pytest.fixture
def due_at(at):
    return at("2018-09-14 17:00")  # a Friday


def test_desk_looks_twice_three_and_two_working_days_before(due_at, calendar, at):
    first = next_look(due_at, at("2018-08-23 08:00"), calendar)
    second = next_look(due_at, first, calendar)

    assert (first, second) == (at("2018-09-12 07:30"), at("2018-09-13 07:30"))
    assert next_look(due_at, second, calendar) is None


def test_look_leaves_a_leader_time_to_sign(due_at, calendar, at):
    for moment in (at("2018-09-12 07:30"), at("2018-09-13 07:30")):
        assert calendar.next_opening(moment) == moment
        assert moment <= calendar.working_days_before(due_at, 1)


def test_desk_does_not_look_again_when_the_appointment_was_moved_once(life, dossier, calendar, at):
    extended = life.extend(dossier, at("2018-08-24 09:00")).dossier

    assert look_again(dossier.deadline, at("2018-08-23 09:00"), calendar) is not None
    assert look_again(extended.deadline, at("2018-08-24 09:00"), calendar) is None


def test_nothing_is_foretold_of_too_few(calendar, at):
    since, now = at("2018-08-23 08:00"), at("2018-08-23 09:00")

    assert expected_end(since, now, [3 * HOUR] * (ENOUGH - 1), calendar) is None
    assert expected_end(since, now, [3 * HOUR] * ENOUGH, calendar) == at("2018-08-23 11:00")


def test_only_those_that_took_longer_than_this_one_has_count(calendar, at):
    since, now = at("2018-08-23 08:00"), at("2018-08-23 11:00")  # three hours
    took = [HOUR, 2 * HOUR, 3 * HOUR, 5 * HOUR, 7 * HOUR, 16 * HOUR]

    assert expected_end(since, now, took, calendar) == at("2018-08-23 16:30")  # seven hours, lunch between


def test_one_that_took_longer_than_any_before_needs_half_again_of_what_it_had(calendar, at):
    since, now = at("2018-08-23 08:00"), at("2018-08-23 10:00")

    assert expected_end(since, now, [HOUR] * ENOUGH, calendar) == at("2018-08-23 11:00")


def test_only_working_time_counts(calendar, at):
    since, now = at("2018-08-24 16:00"), at("2018-08-27 08:30")  # Friday afternoon to Monday morning: two hours

    assert expected_end(since, now, [4 * HOUR] * ENOUGH, calendar) == at("2018-08-27 10:30")


def test_new_appointment_lies_a_working_day_behind_the_expected_end(calendar, at):
    assert new_appointment(at("2018-08-31 16:00"), calendar) == at("2018-09-04 17:00")


def test_spans_are_the_waiting_and_the_work_of_what_is_finished(life, dossier, processing, calendar, at):
    done = life.resolve(processing, at("2018-08-24 09:00")).dossier

    accepting, working = spans([dossier, processing, done], calendar)

    assert accepting == [timedelta(minutes=50)]
    assert working == [8 * HOUR]
    assert spans([replace(done, started_at=None)], calendar) == ([], [])


def test_looks_are_in_the_order_of_time():
    assert sorted(forecast.LOOK_BEFORE, reverse=True) == list(forecast.LOOK_BEFORE)
    assert min(forecast.LOOK_BEFORE) > 1  # an apology is due one working day before
