"""What the desk's news do to an assignment, however they overtake each other and the departments' answers."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing import domain
from routing.domain import IllegalMove, NotYours, Over, State

PERSON = {"name": "Trần Thị Bình", "kind": 0, "language": "vi"}
OTHER = {"code": "1.000001", "version": 2, "name": "Thủ tục khác"}
PAPER = {"code": "ban-sao", "copy": 1, "quantity": 1}


@pytest.fixture
def corrected(received, at):
    """Return a function that gives the data of a correction: another department, applicant and appointment."""

    def make(**data):
        right = {
            "department": "TP",
            "procedure": OTHER,
            "applicant": PERSON,
            "components": [PAPER],
            "forward_at": at("2018-08-24 08:00"),
            "due_at": at("2018-08-31 17:00"),
        }
        return {**received, **right, **data}

    return make


@pytest.fixture
def finished(accepted, at):
    return domain.finish(accepted, at=at("2018-08-24 10:00"))


def issued_again(assignment, at):
    return domain.issue(assignment, now=at("2018-08-27 09:00"))


def answered(assignment, *, department, round_, sequence=None):
    heard = domain.hear(assignment, department=department, sequence=sequence)
    return domain.in_round(heard, round_, department=department)


def facts(assignment):
    return assignment.department, assignment.procedure, assignment.applicant, assignment.components


RIGHT = ("TP", OTHER, PERSON, (PAPER,))


# correction


def test_correction_of_one_that_waits_replaces_its_facts_and_takes_nothing_back(waiting, corrected, at):
    right = domain.correct(waiting, corrected(), 2)

    assert facts(right) == RIGHT
    assert (right.state, right.round, right.recalls) == (State.WAITING, 1, ())
    assert (right.forward_at, right.due_at) == (at("2018-08-24 08:00"), at("2018-08-31 17:00"))


@pytest.mark.parametrize("department", ["TP", "KT"])
@pytest.mark.parametrize("state", sorted(domain.OUT))
def test_correction_of_one_that_a_department_has_takes_it_back_for_a_new_round(issued, corrected, state, department):
    right = domain.correct(replace(issued, state=state), corrected(department=department), 2)

    assert right.recalls == ({"department": "KT", "round": 1},)
    assert (right.state, right.round, right.department, right.issued_at) == (State.WAITING, 2, department, None)
    assert right.wake_at == right.forward_at


def test_correction_lets_the_new_department_be_urged_although_the_old_one_was(accepted, corrected, at):
    right = issued_again(domain.correct(domain.urge(accepted), corrected(due_at=accepted.due_at), 2), at)

    assert right.wake_at == accepted.due_at


def test_correction_keeps_the_papers_that_the_person_supplied_since(sent_back, corrected, at):
    supplied = {"code": "bien-ban-hop", "copy": 0, "quantity": 1}
    again = domain.take_up_again(
        sent_back, components=[supplied], forward_at=sent_back.forward_at, due_at=sent_back.due_at, sequence=3
    )

    right = domain.correct(issued_again(again, at), corrected(), 4)

    assert (right.components, right.supplied) == ((PAPER,), (supplied,))


def test_correction_does_not_give_back_the_one_extension(accepted, corrected):
    assert domain.correct(replace(accepted, extended=True), corrected(), 2).extended


def test_correction_of_a_finished_one_changes_nothing_that_was_settled(finished, corrected):
    right = domain.correct(finished, corrected(), 2)

    assert facts(right) == facts(finished)
    assert (right.state, right.round, right.recalls, right.wake_at) == (State.FINISHED, 1, (), None)


def test_result_made_anew_after_a_correction_is_made_by_the_right_department(finished, corrected, at):
    right = domain.correct(finished, corrected(), 2)

    again = domain.take_up_again(right, forward_at=at("2018-08-30 08:00"), due_at=at("2018-09-04 17:00"), sequence=6)

    assert facts(again) == RIGHT
    assert (again.forward_at, again.due_at) == (at("2018-08-30 08:00"), at("2018-09-04 17:00"))
    assert again.correction is None


def test_correction_of_one_that_was_sent_back_waits_for_the_person_with_it(sent_back, corrected):
    right = domain.correct(sent_back, corrected(), 2)

    assert facts(right) == RIGHT
    assert (right.state, right.round, right.recalls) == (State.SENT_BACK, 1, ())


def test_of_two_corrections_that_overtake_each_other_the_later_counts(issued, corrected, at):
    later = corrected(department="QLDT", due_at=at("2018-09-05 17:00"))

    right = domain.correct(domain.correct(issued, later, 3), corrected(), 2)

    assert (right.department, right.due_at) == ("QLDT", at("2018-09-05 17:00"))
    assert right == domain.correct(issued, later, 3)


@pytest.mark.parametrize("state", [State.SENT_BACK, State.FINISHED])
def test_correction_that_overtakes_the_news_before_it_is_not_undone_by_them(accepted, corrected, at, state):
    ended = replace(accepted, state=state)
    new = {"forward_at": at("2018-08-23 08:00"), "due_at": at("2018-08-29 17:00"), "sequence": 7}

    in_order = domain.correct(domain.take_up_again(ended, **new), corrected(), 8)
    overtaken = domain.take_up_again(domain.correct(ended, corrected(), 8), **new)

    assert facts(overtaken) == facts(in_order) == RIGHT
    assert (overtaken.forward_at, overtaken.due_at) == (in_order.forward_at, in_order.due_at)
    assert overtaken.due_at == at("2018-08-31 17:00")


def test_correction_overtaken_by_a_pause_leaves_the_clock_standing(accepted, corrected, at):
    right = domain.correct(domain.set_clock(accepted, 4, paused=True), corrected(), 3)

    assert (right.department, right.paused, right.due_at) == ("TP", True, at("2018-08-31 17:00"))


# who may answer what of it


@pytest.mark.parametrize("sequence", [None, 1])
@pytest.mark.parametrize("department", ["TP", "KT"])
def test_answer_to_a_round_that_was_taken_back_crossed_with_the_recall(issued, corrected, at, department, sequence):
    right = issued_again(domain.correct(issued, corrected(department=department), 2), at)

    heard = domain.hear(right, department="KT", sequence=sequence)

    assert domain.crossed(heard, department="KT", round_=1)
    assert heard == replace(right, heard={"KT": sequence} if sequence else {})


@pytest.mark.parametrize("sequence", [None, 1])
def test_former_department_cannot_answer_for_the_new_one(issued, corrected, at, sequence):
    right = issued_again(domain.correct(issued, corrected(), 2), at)

    assert not domain.crossed(right, department="KT", round_=2)
    with pytest.raises(NotYours):
        answered(right, department="KT", round_=2, sequence=sequence)


def test_new_department_has_no_part_in_the_round_of_the_former(issued, corrected, at):
    right = issued_again(domain.correct(issued, corrected(), 2), at)

    assert not domain.crossed(right, department="TP", round_=1)
    with pytest.raises(Over):
        answered(right, department="TP", round_=1, sequence=1)


@pytest.mark.parametrize("sequence", [None, 1])
def test_department_that_never_had_it_is_not_heard_after_a_correction_either(issued, corrected, at, sequence):
    right = issued_again(domain.correct(issued, corrected(), 2), at)

    with pytest.raises(NotYours):
        domain.hear(right, department="QLDT", sequence=sequence)


def test_answers_of_departments_are_counted_apart_and_on_when_one_gets_it_back(issued, corrected, at):
    first = domain.accept(answered(issued, department="KT", round_=1, sequence=1))
    other = issued_again(domain.correct(first, corrected(), 2), at)
    other = domain.accept(answered(other, department="TP", round_=2, sequence=1))
    crossing = domain.hear(other, department="KT", sequence=2)

    back = issued_again(domain.correct(crossing, corrected(department="KT"), 3), at)

    assert back.recalls == ({"department": "KT", "round": 1}, {"department": "TP", "round": 2})
    assert domain.crossed(back, department="KT", round_=1)
    assert not domain.crossed(back, department="KT", round_=3)
    assert answered(back, department="KT", round_=3, sequence=3).heard == {"KT": 3, "TP": 1}


def test_department_that_sent_it_back_before_a_correction_is_still_heard_of_but_not_for_the_other(
    accepted, corrected, at
):
    back = domain.send_back(domain.hear(accepted, department="KT", sequence=1), at=at("2018-08-24 10:00"))
    right = domain.correct(back, corrected(), 2)

    assert domain.hear(right, department="KT", sequence=2).heard == {"KT": 2}
    with pytest.raises(NotYours):
        answered(right, department="KT", round_=1, sequence=2)


# withdrawal


@pytest.mark.parametrize("state", sorted(domain.OUT))
def test_withdrawal_takes_back_what_a_department_has_for_good(issued, at, state):
    withdrawn = domain.withdraw(replace(issued, state=state), at=at("2018-08-24 10:00"))

    assert (withdrawn.state, withdrawn.wake_at) == (State.RECALLED, None)
    assert withdrawn.ended_at == at("2018-08-24 10:00")
    assert domain.crossed(withdrawn, department="KT", round_=1)


@pytest.mark.parametrize("state", [State.WAITING, State.SENT_BACK])
def test_withdrawal_of_what_no_department_has_takes_nothing_back(waiting, at, state):
    withdrawn = domain.withdraw(replace(waiting, state=state), at=at("2018-08-24 10:00"))

    assert (withdrawn.state, withdrawn.recalls, withdrawn.round) == (State.RECALLED, (), 1)


def test_withdrawal_that_crossed_with_the_result_leaves_it_as_it_is(finished, at):
    withdrawn = domain.withdraw(finished, at=at("2018-08-24 11:00"))

    assert withdrawn == replace(finished, withdrawn=True)


@pytest.mark.parametrize("state", State)
def test_second_withdrawal_changes_nothing(issued, at, state):
    once = domain.withdraw(replace(issued, state=state, withdrawn=state is State.RECALLED), at=at("2018-08-24 10:00"))

    assert domain.withdraw(once, at=at("2018-08-24 11:00")) == once


@pytest.mark.parametrize("state", [State.WAITING, State.ISSUED, State.ACCEPTED, State.SENT_BACK, State.FINISHED])
def test_nothing_brings_a_withdrawn_dossier_to_a_department_again(issued, corrected, at, state):
    withdrawn = domain.withdraw(replace(issued, state=state), at=at("2018-08-24 10:00"))

    late = domain.take_up_again(withdrawn, forward_at=issued.forward_at, due_at=issued.due_at, sequence=8)
    late = domain.set_clock(domain.correct(late, corrected(), 9), 10, due_at=issued.due_at)

    assert late.state is (State.FINISHED if state is State.FINISHED else State.RECALLED)
    assert (late.round, late.department, late.wake_at) == (withdrawn.round, "KT", None)


# the clock


def test_clock_that_stands_wakes_nobody_and_one_that_runs_on_wakes_at_the_new_appointment(accepted, at):
    paused = domain.set_clock(accepted, 4, paused=True)
    resumed = domain.set_clock(paused, 5, due_at=at("2018-09-04 17:00"))

    assert (paused.paused, paused.wake_at, paused.due_at) == (True, None, accepted.due_at)
    assert (resumed.paused, resumed.wake_at) == (False, at("2018-09-04 17:00"))


def test_department_that_was_urged_is_urged_anew_when_the_new_appointment_passes(accepted, at):
    urged = domain.set_clock(domain.urge(accepted), 4, paused=True)

    assert domain.set_clock(urged, 5, due_at=at("2018-09-04 17:00")).wake_at == at("2018-09-04 17:00")


def test_department_is_not_urged_twice_for_the_same_appointment(accepted):
    urged = domain.set_clock(domain.urge(accepted), 4, paused=True)

    assert domain.set_clock(urged, 5, due_at=accepted.due_at).wake_at is None


def test_extension_asked_while_the_clock_stands_is_declined_and_not_used_up(accepted, calendar, at):
    paused = domain.set_clock(accepted, 4, paused=True)

    after, decision = domain.decide_extension(paused, working_days=2, now=at("2018-08-24 09:00"), calendar=calendar)

    assert after == paused
    assert (decision.granted, decision.reason, decision.due_at) == (False, "clock-stands", accepted.due_at)


def test_appointment_that_the_desk_moved_uses_up_the_one_extension(accepted, calendar, at):
    moved = domain.set_clock(accepted, 4, due_at=at("2018-09-04 17:00"), extended=True)

    _, decision = domain.decide_extension(moved, working_days=2, now=at("2018-08-24 09:00"), calendar=calendar)

    assert (decision.reason, decision.due_at) == ("extended-before", at("2018-09-04 17:00"))


def test_news_of_a_move_that_was_overtaken_use_up_the_extension_all_the_same(accepted, at):
    resumed = domain.set_clock(accepted, 6, due_at=at("2018-09-05 17:00"))

    late = domain.set_clock(resumed, 3, due_at=at("2018-09-04 17:00"), extended=True)

    assert (late.due_at, late.extended) == (at("2018-09-05 17:00"), True)


def test_pause_that_overtakes_a_new_appointment_does_not_lose_it(accepted, at):
    paused = domain.set_clock(accepted, 4, paused=True)

    late = domain.set_clock(paused, 3, due_at=at("2018-09-04 17:00"), extended=True)

    assert (late.paused, late.due_at) == (True, at("2018-09-04 17:00"))


def heard_of(assignment, news):
    for sequence, kind, due_at in news:
        more = {
            "paused": {"paused": True},
            "resumed": {"due_at": due_at},
            "rescheduled": {"due_at": due_at, "extended": True},
        }
        assignment = domain.set_clock(assignment, sequence, **more[kind])
    return assignment


def clock(assignment):
    return assignment.paused, assignment.due_at, assignment.extended, assignment.wake_at


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=lambda order: "".join(map(str, order)))
def test_pauses_and_new_appointments_end_in_the_same_clock_in_any_order(accepted, at, order):
    news = [
        (3, "rescheduled", at("2018-08-30 17:00")),
        (5, "paused", None),
        (6, "resumed", at("2018-09-04 17:00")),
        (8, "paused", None),
    ]

    assert clock(heard_of(accepted, [news[i] for i in order])) == (True, at("2018-09-04 17:00"), True, None)


@st.composite
def shuffled_news(draw):
    """News with growing positions, and the same in the order they come, some of them twice."""
    kinds = draw(st.lists(st.sampled_from(["paused", "resumed", "rescheduled"]), min_size=1, max_size=8))
    days = [draw(st.integers(min_value=1, max_value=28)) for _ in kinds]
    told = list(zip(range(2, 2 + len(kinds)), kinds, days, strict=True))
    twice = draw(st.lists(st.sampled_from(told), max_size=3))
    return told, draw(st.permutations([*told, *twice]))


@pytest.fixture(scope="session")
def any_accepted(at):
    """An accepted assignment that hypothesis may use again: nothing changes it."""
    assignment = domain.assign(
        {
            "dossier_id": "5d2952e0-516e-54e9-a856-08fc38202f7f", "code": "1", "department": "KT", "procedure": {},
            "applicant": {}, "components": [], "ward": None, "representative": None,
            "due_at": at("2018-08-28 17:00"), "forward_at": at("2018-08-23 08:00"),
        },
        1,
    )  # fmt: skip
    return domain.accept(domain.issue(assignment, now=at("2018-08-23 08:11")))


@given(news=shuffled_news())
def test_whatever_the_desk_tells_of_the_clock_ends_as_if_it_had_come_in_order(any_accepted, at, news):
    in_order, as_it_came = (
        heard_of(any_accepted, [(position, kind, at(f"2018-09-{day:02} 17:00")) for position, kind, day in rows])
        for rows in news
    )

    assert clock(as_it_came) == clock(in_order)


# again: declined supplements, results made anew


def test_second_supplement_keeps_the_papers_of_the_first(sent_back):
    new = {"forward_at": sent_back.forward_at, "due_at": sent_back.due_at}
    first = domain.take_up_again(sent_back, components=[{"code": "mot"}], sequence=5, **new)

    second = domain.take_up_again(
        replace(first, state=State.SENT_BACK), components=[{"code": "hai"}], sequence=8, **new
    )

    assert [paper["code"] for paper in second.supplied] == ["mot", "hai"]


def test_declined_supplement_is_a_new_round_with_the_same_deadline(sent_back, at):
    again = domain.take_up_again(domain.urge(sent_back), forward_at=at("2018-08-27 09:00"), sequence=6)

    assert (again.state, again.round, again.due_at) == (State.WAITING, 2, sent_back.due_at)
    assert (again.forward_at, again.components, again.supplied) == (at("2018-08-27 09:00"), sent_back.components, ())
    assert issued_again(again, at).wake_at == sent_back.due_at


@pytest.mark.parametrize("overtaking", [True, False])
def test_declined_supplement_leaves_the_clock_to_the_news_about_it(sent_back, at, overtaking):
    def resume(assignment):
        paused = domain.set_clock(assignment, 5, paused=True)
        return domain.set_clock(paused, 6, due_at=at("2018-09-04 17:00"))

    def decline(assignment):
        return domain.take_up_again(assignment, forward_at=at("2018-08-27 09:00"), sequence=7)

    again = resume(decline(sent_back)) if overtaking else decline(resume(sent_back))

    assert (again.due_at, again.paused) == (at("2018-09-04 17:00"), False)


def test_pause_that_overtook_a_declined_supplement_goes_on(sent_back, at):
    paused = domain.set_clock(sent_back, 8, paused=True)

    again = domain.take_up_again(paused, forward_at=at("2018-08-27 09:00"), sequence=7)

    assert issued_again(again, at).wake_at is None


def test_result_to_be_made_anew_is_a_new_round_with_the_new_deadline(finished, at):
    again = domain.take_up_again(
        domain.urge(finished), forward_at=at("2018-08-30 08:00"), due_at=at("2018-09-04 17:00"), sequence=9
    )

    assert (again.state, again.round, again.ended_at) == (State.WAITING, 2, None)
    assert again.wake_at == at("2018-08-30 08:00")
    assert issued_again(again, at).wake_at == at("2018-09-04 17:00")


def test_supplement_lets_a_clock_run_that_stood_when_the_department_sent_it_back(sent_back, at):
    paused = domain.set_clock(sent_back, 5, paused=True)

    again = domain.take_up_again(paused, forward_at=at("2018-08-27 09:00"), due_at=at("2018-09-04 17:00"), sequence=7)

    assert not again.paused
    assert not domain.set_clock(again, 5, paused=True).paused


def test_pause_and_supplement_end_in_the_same_clock_in_either_order(sent_back, at):
    new = {"forward_at": at("2018-08-27 09:00"), "due_at": at("2018-09-04 17:00"), "sequence": 7}

    late_pause = domain.set_clock(domain.take_up_again(sent_back, **new), 5, paused=True)
    in_order = domain.take_up_again(domain.set_clock(sent_back, 5, paused=True), **new)

    assert late_pause == in_order


@pytest.mark.parametrize("state", [State.WAITING, State.ISSUED, State.ACCEPTED])
def test_news_that_come_before_the_department_is_done_wait(waiting, at, state):
    with pytest.raises(IllegalMove):
        domain.take_up_again(
            replace(waiting, state=state), forward_at=waiting.forward_at, due_at=waiting.due_at, sequence=9
        )
