"""Why the desk cannot do what it is asked to do: always a field, and words in both languages."""

import pytest

from chassis.errors import Refused, Taken
from intake import domain
from intake.domain import Status
from intake.messages import refusals

WHY = [
    (domain.IllegalMove(Status.RESOLVED, Status.RECEIVED), "illegal-move", "status", "9"),
    (domain.AskedBefore(1), "not-possible", "items", "61/2018"),
    (domain.NothingPending(), "not-possible", "grant", ""),
    (domain.SecondAppointment(), "not-possible", "due_at", "61/2018"),
    (domain.TooLate(), "not-possible", "due_at", "61/2018"),
    (domain.NotLater(), "not-possible", "due_at", ""),
    (domain.NoApology(), "not-possible", "due_at", ""),
    (domain.NothingOwed(), "not-possible", "cause", ""),
    (domain.Unpaid(1_250_000), "not-possible", "account", "1.250.000"),
    (domain.TooMuch(30_000), "not-possible", "amount_minor", "30.000"),
    (domain.PaidBefore("counter:1"), "not-possible", "receipt_number", ""),
    (domain.EvaluatedBefore(), "not-possible", "answers", ""),
    (Taken(["claims"]), "not-possible", "receipt_number", ""),
]


@pytest.mark.parametrize(("error", "code", "field", "detail"), WHY, ids=lambda value: type(value).__name__)
def test_rule_that_stands_against_an_act_is_told_with_field_and_words(error, code, field, detail):
    with pytest.raises(Refused) as refused, refusals.told():
        raise error

    (row,) = refused.value.errors
    assert (refused.value.code, refused.value.status, row["field"]) == (code, 409, field)
    assert detail in row["message"]
    assert row["message"] != row["message_en"]
    assert row["message"] != row["kind"] != row["message_en"]


def test_any_other_error_is_not_made_a_refusal_of():
    with pytest.raises(KeyError), refusals.told():
        raise KeyError("x")


def test_act_that_is_possible_is_let_through():
    with refusals.told():
        done = True
    assert done


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0"), (999, "999"), (1000, "1.000"), (1_234_567, "1.234.567"), (-5000, "-5.000")]
)
def test_money_is_written_as_people_write_it(amount, text):
    assert refusals.money(amount) == text
