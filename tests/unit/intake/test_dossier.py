"""The life of a dossier at the desk, step by step."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product

import pytest

from intake import domain
from intake.domain import OutOfTurn, Past, Status

TICK = timedelta(milliseconds=1)


def supplied(dossier, at, calendar, components=(), note=""):
    return domain.supplement(dossier, at=at, components=components, note=note, calendar=calendar, by="lan")


def moved(dossier, at, due_at):
    return domain.reschedule(dossier, at=at, due_at=due_at, reason="xác minh", by="department:KT")


def test_received_dossier_has_status_2_an_appointment_and_no_code_of_its_own(life, registered, desk, at):
    now = at("2018-08-23 08:10")
    appointment = desk.appointment(registered.receipt, now)

    made = domain.receive(replace(registered, code=None), appointment, (), at=now, by="lan")

    assert (made.status, made.code, made.due_at) == (Status.RECEIVED, None, at("2018-08-28 17:00"))
    assert (made.deadline.entries[0].at, made.deadline.entries[0].reason) == (now, "NĐ 78/2015/NĐ-CP")


def test_registered_dossier_has_no_appointment_and_no_clock_and_wakes_nobody(registered, at):
    assert (registered.status, registered.due_at, registered.wake_at) == (Status.REGISTERED, None, None)
    assert registered.answer_by == at("2018-08-24 08:10")  # eight working hours


def test_supplement_puts_the_dossier_back_to_received_and_runs_the_clock_on(asked, at, calendar):
    papers = [{"code": "bien-ban-hop", "copy": 1, "quantity": 1}]

    after = supplied(asked, at("2018-08-27 08:30"), calendar, papers, "đủ")

    assert after.status is Status.RECEIVED
    assert after.asked is None
    assert after.supplements == ({"at": at("2018-08-27 08:30"), "components": papers, "note": "đủ"},)
    assert after.due_at == at("2018-08-29 17:00")  # two working days after Monday
    assert after.forward_at == at("2018-08-27 08:30")


def test_supplement_after_the_cut_off_goes_to_the_department_the_next_working_day(asked, at, calendar):
    after = supplied(asked, at("2018-08-31 15:01"), calendar)

    assert after.forward_at == at("2018-09-04 07:30")  # the weekend, and the holiday of 2 September made up on the 3rd


def test_what_was_fixed_at_reception_is_not_changed_by_a_supplement(asked, at, calendar):
    after = supplied(asked, at("2018-08-27 08:30"), calendar, [{"code": "bien-ban-hop"}])

    assert after.receipt is asked.receipt


def test_rescheduling_moves_the_appointment_and_leaves_the_status(processing, at):
    after = moved(processing, at("2018-08-27 09:00"), at("2018-08-31 17:00"))

    assert (after.status, after.due_at) == (Status.PROCESSING, at("2018-08-31 17:00"))
    assert after.deadline.extended


@pytest.mark.parametrize(("late", "on_time"), [(-TICK, True), (timedelta(0), False), (TICK, False)])
def test_result_is_on_time_before_the_appointment_and_late_at_it(life, processing, late, on_time):
    after = life.resolve(processing, processing.due_at + late).dossier

    assert after.resolution["on_time"] is on_time


def test_result_made_while_the_clock_stands_is_on_time_however_long_it_stood(life, processing, at):
    standing = life.stop(processing, at("2018-08-24 10:00")).dossier

    assert life.resolve(standing, at("2018-10-01 09:00")).dossier.resolution["on_time"] is True


def test_late_stays_late_when_the_result_is_handed_over(life, processing, at):
    late = life.resolve(life.pay(processing, at("2018-08-24 08:00")).dossier, at("2018-08-29 08:00")).dossier

    after = life.hand_over(late, at("2018-08-29 09:00")).dossier

    assert (after.status, after.resolution["on_time"]) == (Status.RETURNED, False)
    assert (after.returned["at"], after.returned["received_by"]) == (at("2018-08-29 09:00"), "Nguyễn Thị Thí Dụ")


def test_new_appointment_in_time_makes_a_result_before_it_on_time(life, processing, at):
    after = moved(processing, at("2018-08-27 09:00"), at("2018-08-31 17:00"))

    assert life.resolve(after, at("2018-08-30 10:00")).dossier.resolution["on_time"] is True


def test_overdue_is_told_once_per_appointment(processing):
    told = domain.overdue(processing, now=processing.due_at + TICK)

    assert told.overdue_for == processing.due_at
    assert replace(told, look_at=None).wake_at is None
    assert domain.overdue(told, now=processing.due_at + timedelta(days=9)) is None


def test_overdue_is_told_again_when_a_new_appointment_passes(processing, at):
    told = domain.overdue(processing, now=processing.due_at + TICK)
    after = moved(told, at("2018-08-29 09:00"), at("2018-08-31 17:00"))

    assert after.wake_at == at("2018-08-31 17:00")
    assert domain.overdue(after, now=at("2018-08-31 16:59")) is None
    assert domain.overdue(after, now=at("2018-08-31 17:01")).overdue_for == at("2018-08-31 17:00")


def test_overdue_changes_no_status(processing):
    assert domain.overdue(processing, now=processing.due_at + TICK).status is Status.PROCESSING


def test_overdue_is_not_told_before_the_appointment(processing):
    assert domain.overdue(processing, now=processing.due_at - TICK) is None


def test_result_at_the_very_appointment_is_either_on_time_or_overdue_but_not_both(life, processing):
    moment = processing.due_at
    resolved = life.resolve(processing, moment).dossier

    assert resolved.resolution["on_time"] is (domain.overdue(processing, now=moment) is None)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.RECEIVED, Status.PROCESSING}))
def test_desk_is_not_woken_while_the_clock_stands(processing, status):
    standing = replace(processing, status=status)

    assert standing.wake_at is None
    assert domain.overdue(standing, now=processing.due_at + timedelta(days=30)) is None


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.PROCESSING])
def test_desk_is_woken_to_forecast_and_then_at_the_appointment_while_the_clock_runs(processing, status, at):
    running = replace(processing, status=status)

    assert running.wake_at == running.look_at == at("2018-08-24 07:30")  # two working days before Tuesday
    assert domain.looked_at(running, again_at=None).wake_at == processing.due_at


def test_late_dossier_stays_late_through_a_supplement_and_is_told_so_at_once(life, processing, at, calendar):
    back = life.department_asks(processing, at("2018-08-29 09:00")).dossier

    after = supplied(back, at("2018-09-05 09:00"), calendar)

    assert after.wake_at == after.due_at == processing.due_at
    assert domain.overdue(after, now=at("2018-09-05 09:00")).overdue_for == processing.due_at


def test_late_dossier_whose_lateness_was_told_is_not_told_again_after_a_supplement(life, processing, at, calendar):
    told = domain.overdue(processing, now=processing.due_at + TICK)
    back = life.department_asks(told, at("2018-08-29 09:00")).dossier

    after = supplied(back, at("2018-09-05 09:00"), calendar)

    assert after.wake_at is None


def applied(dossier, steps):
    """Return which steps were taken, in the order of their turn, when messages come in the order of ``steps``.

    One that is out of turn comes again after the others, as the inbox brings it back; one that is past is parked.
    """
    taken, waiting = [], list(steps)
    for _ in range(len(waiting) ** 2):
        if not waiting:
            break
        step = waiting.pop(0)
        try:
            dossier = domain.in_turn(dossier, step)
        except OutOfTurn:
            waiting.append(step)
        except Past:
            continue
        else:
            taken.append(step)
    return dossier, taken


def test_new_dossier_has_taken_no_step(dossier):
    assert dossier.steps == 0


@pytest.mark.parametrize("order", list(permutations([1, 2, 3, 4])), ids=lambda order: "".join(map(str, order)))
def test_messages_of_a_handling_are_taken_in_turn_whatever_order_they_come_in(dossier, order):
    after, taken = applied(dossier, order)

    assert taken == [1, 2, 3, 4]
    assert after == replace(dossier, steps=4)


@pytest.mark.parametrize("order", list(permutations([1, 1, 2, 2, 3])), ids=lambda order: "".join(map(str, order)))
def test_message_told_again_under_another_id_is_taken_once(dossier, order):
    assert applied(dossier, order)[1] == [1, 2, 3]


@pytest.mark.parametrize("order", list(permutations([1, 3, 4])), ids=lambda order: "".join(map(str, order)))
def test_messages_after_a_lost_one_wait_for_it(dossier, order):
    after, taken = applied(dossier, order)

    assert (taken, after.steps) == ([1], 1)
    assert applied(after, [2, 4, 3])[1] == [2, 3, 4]


@pytest.mark.parametrize(("done", "step"), list(product(range(5), range(1, 7))))
def test_each_step_is_the_next_one_or_past_or_out_of_turn(dossier, done, step):
    before = replace(dossier, steps=done)

    if step == done + 1:
        assert domain.in_turn(before, step) == replace(dossier, steps=step)
    else:
        with pytest.raises(Past if step <= done else OutOfTurn):
            domain.in_turn(before, step)
    assert before.steps == done


def test_turn_counts_through_all_rounds_of_the_handling(life, dossier, at, calendar):
    first = life.start(domain.in_turn(dossier, 1), at("2018-08-23 09:00")).dossier
    back = life.department_asks(domain.in_turn(first, 2), at("2018-08-24 10:00")).dossier
    whole = supplied(back, at("2018-08-27 08:30"), calendar)

    again = life.start(domain.in_turn(whole, 3), at("2018-08-27 09:00")).dossier

    assert (again.status, again.steps) == (Status.PROCESSING, 3)
