"""The person is asked for everything at once, once; what a department asks again for, a leader decides."""

import pytest

from intake import domain
from intake.domain import Status


@pytest.fixture
def asked_at_reception(life, registered, at):
    return life.ask(registered, at("2018-08-23 09:00")).dossier


@pytest.fixture
def pending(life, asked, at):
    """The department asked a second time on Monday at 10:00, two days left."""
    again = life.start(life.supplement(asked, at("2018-08-27 08:30")).dossier, at("2018-08-27 09:00")).dossier
    return life.department_asks(again, at("2018-08-27 10:00")).dossier


def test_desk_asks_before_reception_with_reason_list_law_and_term(asked_at_reception, at):
    request = asked_at_reception.asked

    assert asked_at_reception.status is Status.SUPPLEMENT_ASKED
    assert (request["stage"], request["reason"], request["items"]) == ("reception", "Thiếu bản sao", ["Bản sao"])
    assert request["legal_basis"] == "NĐ 61/2018/NĐ-CP Điều 17"
    assert request["supply_by"] == at("2018-10-05 17:00")  # thirty working days
    assert (asked_at_reception.due_at, asked_at_reception.answer_by) == (None, None)
    assert [paper.kind for paper in asked_at_reception.papers] == ["supplement-request"]


def test_what_the_desk_asked_for_goes_back_to_it_and_it_answers_within_a_day(life, asked_at_reception, at):
    after = life.supplement(asked_at_reception, at("2018-08-24 09:00")).dossier

    assert (after.status, after.asked, after.due_at) == (Status.REGISTERED, None, None)
    assert after.answer_by == at("2018-08-27 09:00")  # eight working hours


def test_desk_asks_once_only(life, asked_at_reception, at):
    again = life.supplement(asked_at_reception, at("2018-08-24 09:00")).dossier

    with pytest.raises(domain.AskedBefore):
        life.ask(again, at("2018-08-24 10:00"))


def test_first_request_of_a_department_goes_out_at_once_although_the_desk_asked_before(life, asked_at_reception, at):
    supplied = life.supplement(asked_at_reception, at("2018-08-24 09:00")).dossier
    received = life.receive(supplied, at("2018-08-24 10:00")).dossier

    after = life.department_asks(life.start(received, at("2018-08-24 11:00")).dossier, at("2018-08-24 13:30")).dossier

    assert (after.status, after.pending, after.times_asked) == (Status.SUPPLEMENT_ASKED, None, 2)


def test_further_request_of_a_department_waits_and_the_clock_runs_on(pending, at):
    assert (pending.status, pending.asked) == (Status.PROCESSING, None)
    assert pending.pending["items"] == ["Biên bản họp"]
    assert not pending.deadline.paused
    assert pending.papers[-1].kind == "receipt"


def test_granted_request_goes_to_the_person_with_the_departments_words_and_stops_the_clock(life, pending, at):
    after = life.grant(pending, at("2018-08-27 15:00")).dossier

    assert (after.status, after.pending) == (Status.SUPPLEMENT_ASKED, None)
    assert (after.asked["reason"], after.asked["items"]) == ("Thiếu biên bản họp", ["Biên bản họp"])
    assert (after.asked["legal_basis"], after.asked["granted_because"]) == ("NĐ 61/2018/NĐ-CP Điều 19", "Quy định mới")
    assert after.deadline.entries[-1].remaining == 2
    assert after.papers[-1].id == "supplement-request-2"


def test_declined_request_leaves_the_dossier_with_the_department_and_is_kept(life, pending, at):
    after = life.decline(pending, at("2018-08-27 15:00")).dossier

    assert (after.status, after.pending, after.asked) == (Status.PROCESSING, None, None)
    assert (after.requests[-1]["stage"], after.requests[-1]["declined_because"]) == ("declined", "Đã đủ")
    assert after.deadline == pending.deadline
    assert after.times_asked == 1


def test_request_after_a_declined_one_waits_again(life, pending, at):
    declined = life.decline(pending, at("2018-08-27 15:00")).dossier

    assert life.department_asks(declined, at("2018-08-27 16:00")).dossier.pending is not None


@pytest.mark.parametrize("act", ["grant", "decline"])
def test_leader_decides_only_what_waits(life, processing, act, at):
    with pytest.raises(domain.NothingPending):
        life.do(act, processing, at("2018-08-24 10:00"))


@pytest.mark.parametrize("pause", ["pause_for_fee", "stop"])
def test_department_may_find_a_paper_missing_while_the_desk_has_stopped_the_clock(life, processing, pause, at):
    standing = life.do(pause, processing, at("2018-08-24 08:00")).dossier

    after = life.department_asks(standing, at("2018-08-24 10:00")).dossier

    assert (after.status, after.pause) == (Status.SUPPLEMENT_ASKED, None)
    assert after.deadline.entries[-1].remaining == standing.deadline.entries[-1].remaining


@pytest.mark.parametrize("pause", ["pause_for_fee", "stop"])
def test_further_request_while_the_clock_stands_waits_and_does_not_get_lost(life, pending, pause, at):
    declined = life.decline(pending, at("2018-08-27 11:00")).dossier
    standing = life.do(pause, declined, at("2018-08-27 13:00")).dossier

    after = life.department_asks(standing, at("2018-08-27 14:00")).dossier

    assert (after.status, after.pending is None) == (standing.status, False)
    resumed = life.resume(after, at("2018-08-28 09:00")).dossier
    assert life.grant(resumed, at("2018-08-28 10:00")).dossier.status is Status.SUPPLEMENT_ASKED


def test_supplement_throws_away_a_drafted_apology_and_forecasts_anew(life, processing, at):
    drafted = life.draft(processing, at("2018-08-24 08:00")).dossier
    asked = life.department_asks(drafted, at("2018-08-24 10:00")).dossier

    after = life.supplement(asked, at("2018-09-05 09:00")).dossier

    assert after.apology is None
    assert after.due_at == at("2018-09-07 17:00")
    assert after.look_at is None or after.look_at > at("2018-09-05 09:00")
