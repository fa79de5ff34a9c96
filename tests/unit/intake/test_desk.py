"""The desk: a submission becomes a dossier under the rules of its day, or is refused with every fault."""

import hashlib
from datetime import date
from uuid import UUID

import pytest

from chassis.errors import Refused
from intake.desk import Desk

ID = UUID(int=7)


@pytest.fixture
def desk(office):
    return Desk(office, b"k" * 32)


@pytest.fixture
def receive(desk, example, at):
    """Return a function that receives the golden submission with changes."""
    data = example("dossier.submit.v1")

    def call(now="2018-08-23 08:10", ward="26734", **changes):
        return desk.receive(ID, data | changes, ward=ward, reference="TD/1", channel=1, now=at(now))

    return call


def refused(receive, *arguments, **changes):
    with pytest.raises(Refused) as error:
        receive(*arguments, **changes)
    return {(row["field"], row["kind"]) for row in error.value.errors}


def test_golden_submission_becomes_the_golden_dossier(receive, example, at):
    dossier, expected = receive(), example("dossier.received.v1")

    assert dossier.due_at == expected["due_at"]
    assert dossier.forward_at == at("2018-08-23 08:10")
    assert dossier.receipt.department == expected["department"]
    assert dossier.receipt.procedure == expected["procedure"]
    assert dossier.receipt.contact == expected["contact"]


def test_paper_received_after_the_cut_off_is_forwarded_next_morning_but_due_the_same_day(receive, at):
    dossier = receive("2018-08-23 15:01")

    assert dossier.forward_at == at("2018-08-24 07:30")
    assert dossier.due_at == at("2018-08-28 17:00")


def test_procedure_is_the_version_of_the_day_of_receipt(receive, office):
    now = receive("2026-03-02 08:00", submitted_at=None).receipt

    assert now.fee_minor == office.procedure("1.001612", date(2026, 3, 2)).fee_minor
    assert receive().deadline.entries[0].reason == office.procedure("1.001612", date(2018, 8, 23)).legal_basis


def test_every_fault_of_ward_date_and_papers_is_told_at_once(receive, at):
    found = refused(receive, ward="99999", submitted_at=at("2019-01-01 08:00"), components=[])

    assert found == {
        ("ward", "unknown-ward"),
        ("submitted_at", "in-the-future"),
        ("components.giay-de-nghi", "missing"),
        ("components.giay-to-tuy-than", "missing"),
    }


def test_unknown_procedure_is_told_together_with_an_unknown_ward(receive):
    assert refused(receive, ward="99999", procedure="9.999999") == {
        ("ward", "unknown-ward"),
        ("procedure", "unknown-procedure"),
    }


def test_secret_is_the_same_for_the_same_dossier_and_its_digest_alone_is_kept(desk, receive):
    secret, digest = desk.tracking(ID)

    assert desk.tracking(ID) == (secret, digest)
    assert len(secret) == 26
    assert hashlib.sha256(secret.encode()).hexdigest() == digest == receive().receipt.tracking_digest


def test_secret_differs_between_dossiers_and_between_keys(desk, office):
    made = {desk.tracking(ID)[0], desk.tracking(UUID(int=8))[0], Desk(office, b"j" * 32).tracking(ID)[0]}

    assert len(made) == 3


def test_procedure_not_in_force_is_not_found(desk, at):
    with pytest.raises(Refused) as error:
        desk.procedure("2.000635", date(2010, 1, 1), at("2018-08-23 08:00"))

    assert (error.value.code, error.value.status) == ("unknown-procedure", 404)


def test_procedures_of_today_are_those_of_the_day_in_vietnam(desk, at):
    midnight = at("2026-03-02 00:00")

    assert desk.procedures(None, midnight) == desk.procedures(date(2026, 3, 2), midnight)
