"""The desk: a submission becomes a receipt under the rules of its day, or is refused with every fault."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from chassis.errors import Refused
from tests.unit.intake.lives import COPIES

ID = UUID(int=7)


@pytest.fixture
def receipt(desk, example, at):
    """Return a function that makes the receipt of the golden submission with changes."""
    data = example("dossier.submit.v1")

    def call(now="2018-08-23 08:10", ward="26734", channel=1, complete=True, **changes):
        given = data | changes
        return desk.receipt(ID, given, ward=ward, reference="TD/1", channel=channel, now=at(now), complete=complete)

    return call


def faults(call, *arguments, **changes):
    with pytest.raises(Refused) as error:
        call(*arguments, **changes)
    return {(row["field"], row["kind"]) for row in error.value.errors}


def test_golden_submission_becomes_the_golden_receipt(receipt, desk, example, at):
    made, expected = receipt(), example("dossier.received.v1")
    appointment = desk.appointment(made, at("2018-08-23 08:10"))

    assert (appointment.due_at, appointment.forward_at) == (expected["due_at"], at("2018-08-23 08:10"))
    assert appointment.basis == "NĐ 78/2015/NĐ-CP"
    assert made.department == expected["department"]
    assert made.procedure == expected["procedure"]
    assert made.contact == expected["contact"]
    assert [line.amount_minor for line in desk.lines(made)] == [100_000]


def test_paper_received_after_the_cut_off_is_forwarded_next_morning_but_due_the_same_day(receipt, desk, at):
    appointment = desk.appointment(receipt(), at("2018-08-23 15:01"))

    assert (appointment.forward_at, appointment.due_at) == (at("2018-08-24 07:30"), at("2018-08-28 17:00"))


def test_procedure_is_the_version_of_the_day_of_receipt(receipt, office):
    now = receipt("2026-03-02 08:00", submitted_at=None)

    assert now.rules["legal_basis"] == office.procedure("1.001612", date(2026, 3, 2)).legal_basis
    assert receipt().rules["legal_basis"] == office.procedure("1.001612", date(2018, 8, 23)).legal_basis
    assert now.rules["legal_basis"] != receipt().rules["legal_basis"]


def test_every_fault_of_ward_date_and_papers_is_told_at_once(receipt, at):
    assert faults(receipt, ward="99999", submitted_at=at("2019-01-01 08:00"), components=[]) == {
        ("ward", "unknown-ward"),
        ("submitted_at", "in-the-future"),
        ("components.giay-de-nghi", "missing"),
        ("components.giay-to-tuy-than", "missing"),
    }


def test_unknown_procedure_is_told_together_with_an_unknown_ward(receipt):
    assert faults(receipt, ward="99999", procedure="9.999999") == {
        ("ward", "unknown-ward"),
        ("procedure", "unknown-procedure"),
    }


def test_what_is_registered_only_may_lack_papers_but_nothing_else_may_be_wrong(receipt):
    assert receipt(components=[], complete=False).components == ()
    assert faults(receipt, components=[{"code": "la", "copy": 1, "quantity": 1}], complete=False) == {
        ("components.la", "not-asked")
    }


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"channel": 3}, ("postal.tracking_code", "tracking-code-needed")),
        ({"delivery": {"method": "post"}}, ("delivery.address", "address-needed")),
        ({"delivery": {"method": "electronic"}}, ("delivery.email", "email-needed")),
        ({"case": "khong-co"}, ("case", "unknown-case")),
        ({"channel": 9}, ("channel", "channel-not-offered")),
    ],
)
def test_fault_in_the_way_that_it_comes_or_goes_is_named(receipt, changes, fault):
    assert fault in faults(receipt, **changes)


def test_secret_is_the_same_for_the_same_dossier_and_its_digest_alone_is_kept(desk, receipt):
    secret, digest = desk.tracking(ID)

    assert desk.tracking(ID) == (secret, digest)
    assert len(secret) == 26
    assert hashlib.sha256(secret.encode()).hexdigest() == digest == receipt().tracking_digest


def test_secret_differs_between_dossiers_and_between_keys(desk):
    other = replace(desk, tracking_key=b"j" * 32)

    assert len({desk.tracking(ID)[0], desk.tracking(UUID(int=8))[0], other.tracking(ID)[0]}) == 3


def test_what_was_completed_counts_with_what_was_handed_in_and_the_later_paper_of_a_code_alone(life, desk, at):
    before = life.handed_in(at("2018-08-23 08:10"), complete=False, components=[COPY]).dossier
    asked = life.ask(before, at("2018-08-23 09:00")).dossier
    papers = [{"code": "giay-de-nghi", "copy": 0, "quantity": 1}, {**COPY, "quantity": 2}]
    brought = replace(asked, supplements=({"at": at("2018-08-24 09:00"), "components": papers, "note": ""},))

    assert faults(desk.checked, before, {}) == {("components.giay-de-nghi", "missing")}
    assert desk.checked(brought, {}).components == (papers[1], papers[0])


def test_original_and_copy_of_one_paper_are_two_papers(life, desk, at):
    before = life.handed_in(at("2018-08-23 08:10")).dossier
    original = {**COPY, "copy": 0}
    others = [row for row in before.receipt.components if row["code"] != COPY["code"]]
    both = replace(before, receipt=replace(before.receipt, components=(original, COPY, *others)))

    checked = desk.checked(both, {}, complete=False)

    assert [row for row in checked.components if row["code"] == COPY["code"]] == [original, COPY]


COPY = {"code": "giay-to-tuy-than", "copy": 1, "quantity": 1}


def test_dossier_is_checked_under_the_rules_of_the_day_it_came_in_however_late_it_is_received(life, desk, at):
    came = at("2020-12-31 09:00")  # the version in force changed on 4/1/2021
    before = life.handed_in(came).dossier
    received = life.receive(replace(before, receipt=desk.checked(before, {})), at("2021-01-12 09:00")).dossier

    assert received.receipt.rules["legal_basis"] == "NĐ 78/2015/NĐ-CP"
    assert desk.checked(received, {}).rules == received.receipt.rules


def test_dossier_received_long_after_it_came_in_can_still_be_put_right(life, desk, at):
    before = life.handed_in(at("2018-08-23 08:10")).dossier
    received = life.receive(before, at("2018-08-23 08:10") + timedelta(days=90)).dossier

    after = desk.checked(received, {"applicant": {**received.receipt.applicant, "name": "Trần Thị Thí Dụ"}})

    assert (after.applicant["name"], after.contact["name"]) == ("Trần Thị Thí Dụ", "Trần Thị Thí Dụ")
    assert after.received_at == received.receipt.received_at
    assert after.submitted_at == before.receipt.submitted_at


def test_case_of_the_wrong_procedure_is_none_of_the_right_one(life, desk, at):
    before = life.handed_in(at("2018-08-23 08:10"), procedure="2.000815", components=COPIES, case="nhieu-ban").dossier

    right = desk.checked(before, {"procedure": "1.001612", "components": life.submission["components"]})

    assert right.case is None
    assert desk.checked(before, {}).case == "nhieu-ban"


def test_year_without_a_table_is_our_own_fault_and_not_guessed(receipt, desk, at):
    with pytest.raises(Refused) as error:
        desk.appointment(receipt(), at("2035-01-05 08:00"))

    assert (error.value.code, error.value.status) == ("calendar-unknown", 503)


def test_reminder_comes_some_working_days_after_the_result(desk, at):
    assert desk.remind_at(at("2018-08-23 08:10")) == at("2018-08-30 17:00")


def test_term_for_a_supplement_is_the_procedures_own_or_the_offices(receipt, desk, at):
    made = receipt()
    own = replace(made, rules={**made.rules, "supplement_days": 2})

    assert desk.supply_by(own, at("2018-08-23 08:10")) == at("2018-08-27 17:00")
    assert desk.supply_by(made, at("2018-08-23 08:10")) > at("2018-09-30 00:00")
