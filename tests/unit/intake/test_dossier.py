"""The life of a dossier at the desk, step by step."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product

import pytest

from intake import domain
from intake.domain import OutOfTurn, Past, Status

TICK = timedelta(milliseconds=1)


def resolved(dossier, at):
    return domain.resolve(dossier, at=at, outcome="granted", result={"title": "Giấy chứng nhận"})


def test_received_dossier_has_status_2_an_appointment_and_no_code_of_its_own(dossier, at):
    made = domain.receive(dossier.receipt, due_at=dossier.due_at, forward_at=dossier.forward_at, basis="NĐ 78/2015")

    assert (made.status, made.code, made.due_at) == (Status.RECEIVED, None, at("2018-08-28 17:00"))
    assert made.deadline.entries[0].at == dossier.receipt.received_at
    assert made.deadline.entries[0].reason == "NĐ 78/2015"


def test_request_for_supplement_stops_the_clock_and_keeps_what_is_asked(asked, at):
    assert asked.status is Status.SUPPLEMENT_ASKED
    assert asked.asked == {
        "asked_at": at("2018-08-24 10:00"),
        "reason": "Thiếu biên bản họp",
        "items": ["Biên bản họp"],
    }
    assert asked.deadline.paused


def test_supplement_puts_the_dossier_back_to_received_and_runs_the_clock_on(asked, at, calendar):
    papers = [{"code": "bien-ban-hop", "copy": 1, "quantity": 1}]

    after = domain.supplement(asked, at=at("2018-08-27 08:30"), components=papers, note="đủ", calendar=calendar)

    assert after.status is Status.RECEIVED
    assert after.asked is None
    assert after.supplements == ({"at": at("2018-08-27 08:30"), "components": papers, "note": "đủ"},)
    assert after.due_at == at("2018-08-29 17:00")  # two working days after Monday
    assert after.forward_at == at("2018-08-27 08:30")


def test_supplement_after_the_cut_off_goes_to_the_department_the_next_working_day(asked, at, calendar):
    after = domain.supplement(asked, at=at("2018-08-31 15:01"), components=[], note="", calendar=calendar)

    assert after.forward_at == at("2018-09-04 07:30")  # the weekend, and the holiday of 2 September made up on the 3rd


def test_second_supplement_is_kept_beside_the_first(asked, at, calendar):
    once = domain.supplement(asked, at=at("2018-08-27 08:30"), components=[{"code": "a"}], note="1", calendar=calendar)
    again = domain.ask_supplement(
        domain.start_processing(once), at=at("2018-08-28 08:30"), reason="còn thiếu", items=["b"], calendar=calendar
    )

    twice = domain.supplement(again, at=at("2018-08-29 08:30"), components=[{"code": "b"}], note="2", calendar=calendar)

    assert [item["note"] for item in twice.supplements] == ["1", "2"]
    assert [entry.kind for entry in twice.deadline.entries] == ["start", "pause", "resume", "pause", "resume"]


def test_what_was_fixed_at_reception_never_changes(asked, at, calendar):
    after = domain.supplement(asked, at=at("2018-08-27 08:30"), components=[], note="", calendar=calendar)

    assert after.receipt is asked.receipt
    assert after.receipt.components == asked.receipt.components


def test_rescheduling_moves_the_appointment_and_leaves_the_status(processing, at):
    after = domain.reschedule(processing, at=at("2018-08-27 09:00"), due_at=at("2018-08-31 17:00"), reason="xác minh")

    assert (after.status, after.due_at) == (Status.PROCESSING, at("2018-08-31 17:00"))
    assert after.deadline.extended


@pytest.mark.parametrize(("late", "on_time"), [(-TICK, True), (timedelta(0), False), (TICK, False)])
def test_result_is_on_time_before_the_appointment_and_late_at_it(processing, late, on_time):
    after = resolved(processing, processing.due_at + late)

    assert after.resolution["on_time"] is on_time


def test_late_stays_late_when_the_result_is_handed_over(processing, at):
    late = resolved(processing, at("2018-08-29 08:00"))

    after = domain.hand_over(late, at=at("2018-08-29 09:00"), received_by="Nguyễn Thị Thí Dụ")

    assert after.status is Status.RETURNED
    assert after.resolution["on_time"] is False
    assert after.returned == {"at": at("2018-08-29 09:00"), "received_by": "Nguyễn Thị Thí Dụ"}


def test_new_appointment_in_time_makes_a_result_before_it_on_time(processing, at):
    moved = domain.reschedule(processing, at=at("2018-08-27 09:00"), due_at=at("2018-08-31 17:00"), reason="xác minh")

    assert resolved(moved, at("2018-08-30 10:00")).resolution["on_time"] is True


def test_overdue_is_told_once_per_appointment(processing):
    told = domain.overdue(processing, now=processing.due_at + TICK)

    assert told.overdue_for == processing.due_at
    assert told.wake_at is None
    assert domain.overdue(told, now=processing.due_at + timedelta(days=9)) is None


def test_overdue_is_told_again_when_a_new_appointment_passes(processing, at):
    told = domain.overdue(processing, now=processing.due_at + TICK)
    moved = domain.reschedule(told, at=at("2018-08-29 09:00"), due_at=at("2018-08-31 17:00"), reason="xác minh")

    assert moved.wake_at == at("2018-08-31 17:00")
    assert domain.overdue(moved, now=at("2018-08-31 16:59")) is None
    assert domain.overdue(moved, now=at("2018-08-31 17:01")).overdue_for == at("2018-08-31 17:00")


def test_overdue_changes_no_status(processing):
    assert domain.overdue(processing, now=processing.due_at + TICK).status is Status.PROCESSING


def test_overdue_is_not_told_before_the_appointment(processing):
    assert domain.overdue(processing, now=processing.due_at - TICK) is None


def test_result_at_the_very_appointment_is_either_on_time_or_overdue_but_not_both(processing):
    moment = processing.due_at

    assert resolved(processing, moment).resolution["on_time"] is (domain.overdue(processing, now=moment) is None)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.RECEIVED, Status.PROCESSING}))
def test_desk_is_not_woken_while_the_clock_stands(processing, status):
    standing = replace(processing, status=status)

    assert standing.wake_at is None
    assert domain.overdue(standing, now=processing.due_at + timedelta(days=30)) is None


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.PROCESSING])
def test_desk_is_woken_at_the_appointment_while_the_clock_runs(processing, status):
    assert replace(processing, status=status).wake_at == processing.due_at


def test_late_dossier_stays_late_through_a_supplement_and_is_told_so_at_once(processing, at, calendar):
    back = domain.ask_supplement(processing, at=at("2018-08-29 09:00"), reason="thiếu", items=["x"], calendar=calendar)

    after = domain.supplement(back, at=at("2018-09-05 09:00"), components=[], note="", calendar=calendar)

    assert after.wake_at == after.due_at == processing.due_at
    assert domain.overdue(after, now=at("2018-09-05 09:00")).overdue_for == processing.due_at


def test_late_dossier_whose_lateness_was_told_is_not_told_again_after_a_supplement(processing, at, calendar):
    told = domain.overdue(processing, now=processing.due_at + TICK)
    back = domain.ask_supplement(told, at=at("2018-08-29 09:00"), reason="thiếu", items=["x"], calendar=calendar)

    after = domain.supplement(back, at=at("2018-09-05 09:00"), components=[], note="", calendar=calendar)

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


def test_turn_counts_through_all_rounds_of_the_handling(dossier, at, calendar):
    first = domain.start_processing(domain.in_turn(dossier, 1))
    back = domain.ask_supplement(
        domain.in_turn(first, 2), at=at("2018-08-24 10:00"), reason="thiếu", items=["x"], calendar=calendar
    )
    supplied = domain.supplement(back, at=at("2018-08-27 08:30"), components=[], note="", calendar=calendar)

    again = domain.start_processing(domain.in_turn(supplied, 3))

    assert (again.status, again.steps) == (Status.PROCESSING, 3)
