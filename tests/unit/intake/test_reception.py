"""Reception: what is refused, withdrawn or put right."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake import domain
from intake.domain import Status
from motcua_contracts import history
from tests.unit.intake.lives import CODE, at_status


def kinds(dossier):
    return [paper.kind for paper in dossier.papers]


def test_reception_starts_the_clock_and_says_what_it_costs_on_one_paper(life, registered, at):
    after = life.receive(registered, at("2018-08-24 09:00")).dossier

    assert after.receipt.received_at == at("2018-08-24 09:00")
    assert after.receipt.submitted_at == registered.receipt.submitted_at
    assert (after.due_at, after.answer_by) == (at("2018-08-29 17:00"), None)
    assert (after.account.total_minor, after.account.owed_minor) == (100_000, 100_000)
    assert kinds(after) == ["receipt"]
    assert after.papers[0].due_at == after.due_at
    assert after.papers[0].head == after.history[-1]["digest"]


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.REGISTERED}))
def test_what_has_a_clock_and_an_account_is_never_received_anew(life, status, at):
    """The table lets 5, 9 and 10 become 2: by a supplement or a new beginning, which keep date and money."""
    before = at_status(life, status, at("2018-08-23 08:10"))

    with pytest.raises(domain.IllegalMove):
        life.receive(before, at("2018-08-24 09:00"))


def test_refusal_is_written_with_reason_and_law(life, registered, at):
    after = life.refuse(registered, at("2018-08-23 09:00")).dossier

    assert after.refusal == {
        "at": at("2018-08-23 09:00"),
        "reason": "Không thuộc thẩm quyền",
        "legal_basis": "NĐ 61/2018 Điều 17",
        "by": "lan",
    }
    assert (kinds(after), after.answer_by) == (["refusal"], None)


def test_refusal_or_withdrawal_while_the_person_is_asked_closes_the_request(life, asked, at):
    for act in ("refuse", "withdraw"):
        after = life.do(act, asked, at("2018-09-24 10:00")).dossier
        assert after.asked is None
        assert after.requests[0]["answered_at"] == at("2018-09-24 10:00")


def test_withdrawal_leaves_nothing_that_waits(life, processing, at):
    again = replace(processing, apology={"proposed_due_at": None}, pending={"reason": "x"})

    after = life.withdraw(again, at("2018-08-24 10:00")).dossier

    assert (after.status, after.pending, after.apology, after.wake_at) == (Status.WITHDRAWN, None, None, None)
    assert kinds(after)[-1] == "withdrawal"


def test_correction_keeps_the_code_and_what_was_wrong_and_gives_a_fresh_receipt(life, dossier, at):
    after = life.correct(dossier, at("2018-08-23 09:00")).dossier

    assert (after.code, after.status) == (CODE, Status.RECEIVED)
    assert after.receipt.procedure["code"] == "2.000815"
    (kept,) = after.corrections
    assert (kept["procedure"]["code"], kept["reason"], kept["by"]) == ("1.001612", "Ghi nhầm", "lan")
    assert kept["due_at"] == dossier.due_at
    assert kept["components"] == list(dossier.receipt.components)
    assert [paper.id for paper in after.papers] == ["receipt-1", "receipt-2"]
    assert after.papers[1].head == after.history[-1]["digest"]
    assert history.broken_at(CODE, after.history) is None


def test_right_appointment_is_counted_from_the_moment_of_reception(life, at):
    """1.001612 is three working days; taken in wrongly as a same-day procedure on Thursday, put right on Friday."""
    wrong = life.received_at_once(
        at("2018-08-23 08:10"), procedure="2.000815", components=[{"code": "ban-chinh", "copy": 0, "quantity": 1}, COPY]
    ).dossier
    given = {"procedure": "1.001612", "components": life.submission["components"]}
    right = life.desk.checked(wrong, given)
    appointment = life.desk.appointment(right, wrong.deadline.started_at)

    after = domain.correct(
        wrong, right, appointment, (), at=at("2018-08-24 09:00"), reason="Nhầm", by="lan", calendar=life.desk.calendar
    )

    assert (wrong.due_at, after.due_at) == (at("2018-08-23 17:00"), at("2018-08-28 17:00"))
    assert [entry.kind for entry in after.deadline.entries] == ["start", "correct"]
    assert after.forward_at == at("2018-08-24 09:00")


COPY = {"code": "ban-sao", "copy": 1, "quantity": 1}


def test_time_that_the_person_took_stays_uncounted_through_a_correction(life, asked, at):
    supplied = life.supplement(asked, at("2018-09-05 09:00")).dossier
    assert supplied.due_at == at("2018-09-07 17:00")

    after = life.correct(supplied, at("2018-09-05 10:00"), 1).dossier  # the name only: the limit is the same

    assert after.due_at == supplied.due_at


def test_extension_survives_a_correction(life, dossier, at):
    extended = life.extend(dossier, at("2018-08-24 09:00")).dossier

    after = life.correct(extended, at("2018-08-24 10:00"), 1).dossier

    assert after.due_at == extended.due_at


def test_dossier_made_anew_is_put_right_from_its_new_beginning(life, at):
    anew = life.reopen(at_status(life, Status.RETURNED, at("2018-08-23 08:10")), at("2018-09-12 09:00")).dossier

    after = life.correct(anew, at("2018-09-12 10:00"), 1).dossier

    assert after.due_at == anew.due_at == at("2018-09-17 17:00")


def test_correction_before_reception_has_no_paper_and_no_appointment_and_may_lack_papers(life, at):
    begun = at("2018-08-23 08:10")
    before = life.handed_in(begun, complete=False, components=[]).dossier

    after = life.correct(before, begun + timedelta(hours=1), 1).dossier

    assert (after.status, after.due_at, after.papers) == (Status.REGISTERED, None, ())
    assert after.receipt.applicant["name"] == "Trần Thị Thí Dụ"
    assert after.answer_by == before.answer_by
    assert len(after.corrections) == 1


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.REGISTERED, Status.RECEIVED}))
def test_what_a_department_has_accepted_or_is_over_cannot_be_put_right_by_the_desk(life, status, at):
    before = at_status(life, status, at("2018-08-23 08:10"))

    with pytest.raises(domain.IllegalMove):
        life.correct(before, at("2018-08-24 09:00"), 1)


@pytest.mark.parametrize("status", [Status.FEE_ASKED, Status.STOPPED])
def test_withdrawal_while_the_clock_stands_ends_the_pause_too(life, status, at):
    after = life.withdraw(at_status(life, status, at("2018-08-23 08:10")), at("2018-08-24 10:00")).dossier

    assert (after.status, after.pause) == (Status.WITHDRAWN, None)


def test_papers_of_before_a_correction_are_not_mixed_into_what_was_put_right(life, asked, at):
    supplied = life.supplement(asked, at("2018-08-27 08:30")).dossier
    right = life.correct(supplied, at("2018-08-27 09:00")).dossier  # another procedure, with its own papers

    again = life.correct(right, at("2018-08-27 10:00"), 1).dossier

    assert again.receipt.components == right.receipt.components
