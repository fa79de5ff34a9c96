"""The life of an assignment, and who may answer which round of it."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product

import pytest

from routing import domain
from routing.domain import MOVES, IllegalMove, NotYours, Over, State

#: The target of each step and the states from which the table lets it be taken.
STEPS = {
    "issue": ({State.WAITING}, State.ISSUED),
    "accept": ({State.ISSUED}, State.ACCEPTED),
    "finish": ({State.ACCEPTED}, State.FINISHED),
    "send_back": ({State.ACCEPTED}, State.SENT_BACK),
    "take_up_again": ({State.SENT_BACK, State.FINISHED}, State.WAITING),
    "taken_back": ({State.ISSUED, State.ACCEPTED}, State.WAITING),
}
#: A withdrawal is never refused: it recalls what is not settled, and leaves what is.
RECALLED_FROM = {State.WAITING, State.ISSUED, State.ACCEPTED, State.SENT_BACK}
TICK = timedelta(milliseconds=1)


@pytest.fixture
def step(at):
    now = at("2018-08-24 10:00")
    arguments = {
        "issue": {"now": now},
        "accept": {},
        "finish": {"at": now},
        "send_back": {"at": now},
        "take_up_again": {"components": [], "forward_at": now, "due_at": at("2018-08-29 17:00"), "sequence": 5},
        "taken_back": {},
    }
    return lambda name, assignment: getattr(domain, name)(assignment, **arguments[name])


def extension(assignment, calendar, now, days=2):
    return domain.decide_extension(assignment, working_days=days, now=now, calendar=calendar)


def test_every_state_has_its_row_in_the_table():
    assert set(MOVES) == set(State)


def test_table_is_exactly_what_the_steps_can_do():
    steps = {(source, target) for sources, target in STEPS.values() for source in sources}
    withdrawals = {(source, State.RECALLED) for source in RECALLED_FROM}

    assert {(source, target) for source, targets in MOVES.items() for target in targets} == steps | withdrawals


@pytest.mark.parametrize(("name", "source"), list(product(STEPS, State)))
def test_step_is_taken_from_its_own_states_only(step, waiting, name, source):
    assignment = replace(waiting, state=source)
    begins, end = STEPS[name]

    if source in begins:
        assert step(name, assignment).state is end
    else:
        with pytest.raises(IllegalMove, match=f"{source} -> {end}"):
            step(name, assignment)


def test_same_dossier_is_the_same_assignment_however_often_it_is_told(received):
    assert domain.assign(received).id == domain.assign(dict(received)).id


def test_other_dossier_is_another_assignment(received, waiting):
    other = {**received, "dossier_id": waiting.id}

    assert domain.assign(other).id != waiting.id


def test_assignment_waits_until_the_dossier_is_forwarded(waiting, received):
    assert (waiting.state, waiting.round, waiting.wake_at) == (State.WAITING, 1, received["forward_at"])


@pytest.mark.parametrize("state", [State.ISSUED, State.ACCEPTED])
def test_routing_wakes_at_the_deadline_while_a_department_holds_it(waiting, state):
    assert replace(waiting, state=state).wake_at == waiting.due_at
    assert domain.urge(replace(waiting, state=state)).wake_at is None


@pytest.mark.parametrize("state", [State.SENT_BACK, State.FINISHED, State.RECALLED])
def test_routing_does_not_wake_while_nobody_holds_it(waiting, state):
    assert replace(waiting, state=state).wake_at is None


def test_issue_keeps_its_moment(issued, at):
    assert issued.issued_at == at("2018-08-23 08:11")


def answered(assignment, *, department="KT", round_=1, sequence=None):
    heard = domain.hear(assignment, department=department, sequence=sequence)
    return domain.in_round(heard, round_, department=department)


def test_department_may_answer_its_own_round(accepted):
    assert answered(accepted) == accepted


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("sequence", [None, 1, 2])
def test_another_department_may_never_answer_nor_is_it_counted(waiting, state, sequence):
    with pytest.raises(NotYours):
        answered(replace(waiting, state=state), department="TP", sequence=sequence)


@pytest.mark.parametrize("sequence", [None, 1])
def test_answer_to_an_ended_round_is_over_whether_it_counts_or_not(accepted, sequence):
    with pytest.raises(Over):
        answered(replace(accepted, round=2), sequence=sequence)


@pytest.mark.parametrize("round_", [1, 2])
@pytest.mark.parametrize("sequence", [None, 1])
@pytest.mark.parametrize("state", [State.FINISHED, State.RECALLED])
def test_any_answer_to_an_ended_assignment_is_over_in_its_turn(accepted, round_, sequence, state):
    with pytest.raises(Over):
        answered(replace(accepted, state=state), round_=round_, sequence=sequence)


def test_answer_to_a_finished_assignment_waits_for_those_before_it_as_any_other(accepted, at):
    finished = domain.finish(accepted, at=at("2018-08-24 10:00"))

    with pytest.raises(IllegalMove, match="answer 5 after 0"):
        answered(finished, sequence=5)


@pytest.mark.parametrize("sequence", [None, 1])
def test_answer_to_a_round_that_has_not_begun_is_early_and_not_over(accepted, sequence):
    with pytest.raises(IllegalMove, match="round 2 of 1"):
        answered(accepted, round_=2, sequence=sequence)


@pytest.mark.parametrize(("heard", "sequence"), list(product(range(4), range(1, 6))))
def test_answer_is_the_next_one_or_over_or_early(accepted, heard, sequence):
    before = replace(accepted, heard={"KT": heard})

    if sequence == heard + 1:
        assert answered(before, sequence=sequence) == replace(accepted, heard={"KT": sequence})
    else:
        with pytest.raises(Over if sequence <= heard else IllegalMove, match=f"answer {sequence} after {heard}"):
            answered(before, sequence=sequence)


@pytest.mark.parametrize("heard", [0, 3])
def test_answer_of_a_department_that_does_not_count_is_taken_and_not_counted(accepted, heard):
    assert answered(replace(accepted, heard={"KT": heard})).heard == {"KT": heard}


@pytest.mark.parametrize("order", list(permutations([1, 2, 3, 4])), ids=lambda order: "".join(map(str, order)))
def test_answers_are_heard_in_the_order_of_their_numbers_whatever_order_they_come_in(accepted, order):
    assignment, heard, waiting = accepted, [], list(order)
    while waiting:
        sequence = waiting.pop(0)
        try:
            assignment = answered(assignment, sequence=sequence)
        except IllegalMove:
            waiting.append(sequence)  # as the inbox brings it back
        else:
            heard.append(sequence)

    assert heard == [1, 2, 3, 4]


def test_answers_are_counted_through_all_rounds(issued, at):
    first = domain.accept(answered(issued, sequence=1))
    back = domain.send_back(answered(first, sequence=2), at=at("2018-08-24 10:00"))
    again = domain.take_up_again(back, components=[], forward_at=back.forward_at, due_at=back.due_at, sequence=5)
    again = domain.issue(again, now=at("2018-08-27 09:00"))

    assert again.heard == {"KT": 2}
    assert domain.accept(answered(again, round_=2, sequence=3)).heard == {"KT": 3}


def test_each_message_of_the_handling_counts_one_step_and_nothing_else(accepted):
    assert accepted.steps == 0
    assert domain.told(domain.told(accepted)) == replace(accepted, steps=2)


def test_steps_are_counted_through_all_rounds(sent_back):
    told = domain.told(sent_back)

    again = domain.take_up_again(told, components=[], forward_at=told.forward_at, due_at=told.due_at, sequence=5)

    assert again.steps == 1


def test_supplement_begins_a_new_round_with_the_new_deadline_and_may_be_urged_again(sent_back, at):
    urged = domain.urge(sent_back)

    again = domain.take_up_again(
        urged,
        components=[{"code": "bien-ban-hop"}],
        forward_at=at("2018-08-27 08:30"),
        due_at=at("2018-08-29 17:00"),
        sequence=5,
    )

    assert (again.state, again.round, again.urged) == (State.WAITING, 2, False)
    assert (again.forward_at, again.due_at, again.ended_at) == (at("2018-08-27 08:30"), at("2018-08-29 17:00"), None)
    assert [paper["code"] for paper in again.components] == ["giay-de-nghi", "giay-to-tuy-than"]
    assert [paper["code"] for paper in again.supplied] == ["bien-ban-hop"]
    assert again.id == sent_back.id


def test_supplement_does_not_give_back_the_one_extension(accepted, calendar, at):
    extended, _ = extension(accepted, calendar, at("2018-08-24 09:00"))
    back = domain.send_back(extended, at=at("2018-08-24 10:00"))

    again = domain.take_up_again(back, components=[], forward_at=back.forward_at, due_at=back.due_at, sequence=5)

    assert again.extended


def test_end_of_the_work_keeps_its_moment(accepted, at):
    assert domain.finish(accepted, at=at("2018-08-24 10:00")).ended_at == at("2018-08-24 10:00")
    assert domain.send_back(accepted, at=at("2018-08-24 10:00")).ended_at == at("2018-08-24 10:00")


def test_extension_asked_in_time_is_granted_in_working_days(accepted, calendar, at):
    extended, decision = extension(accepted, calendar, at("2018-08-24 09:00"), days=4)

    # Wednesday to Friday, and the 4th of September after the weekend and the holiday
    assert decision.due_at == extended.due_at == at("2018-09-04 17:00")
    assert (decision.granted, decision.reason) == (True, "extension-granted")
    assert (extended.state, extended.round, extended.extended) == (State.ACCEPTED, 1, True)


def test_extension_may_be_asked_for_up_to_one_working_day_before_expiry(accepted, calendar, at):
    latest = at("2018-08-27 17:00")

    assert extension(accepted, calendar, latest)[1].granted
    after, refusal = extension(accepted, calendar, latest + TICK)
    assert (refusal.granted, refusal.reason, refusal.due_at) == (False, "asked-too-late", accepted.due_at)
    assert after == accepted


def test_days_off_do_not_count_as_the_day_before_expiry(accepted, calendar, at):
    due_tuesday_after_holiday = replace(accepted, due_at=at("2018-09-04 17:00"))

    assert extension(due_tuesday_after_holiday, calendar, at("2018-08-31 17:00"))[1].granted
    assert not extension(due_tuesday_after_holiday, calendar, at("2018-09-01 08:00"))[1].granted


def test_second_extension_is_refused_and_changes_nothing(accepted, calendar, at):
    once, _ = extension(accepted, calendar, at("2018-08-24 09:00"))

    twice, decision = extension(once, calendar, at("2018-08-24 09:30"))

    assert twice == once
    assert (decision.granted, decision.reason, decision.due_at) == (False, "extended-before", once.due_at)


def test_extension_lets_a_department_be_urged_at_the_new_deadline(accepted, calendar, at):
    extended, _ = extension(accepted, calendar, at("2018-08-24 09:00"))

    assert extended.wake_at == extended.due_at > accepted.due_at


@pytest.mark.parametrize("state", sorted(set(State) - {State.ACCEPTED}))
def test_only_a_department_that_accepted_may_ask_for_more_time(waiting, calendar, at, state):
    with pytest.raises(IllegalMove):
        extension(replace(waiting, state=state), calendar, at("2018-08-24 09:00"))
