"""Money of a dossier: what comes in is never lost, never counted twice, and nothing is given back that never came in."""

from dataclasses import replace

import pytest

from intake import domain
from intake.domain import Account, Exemption, Line, Payment, Status


@pytest.fixture
def now(at):
    return at("2018-08-23 09:00")


def line(amount):
    return Line("phi", "Phí", "charge", amount, 1, 1)


@pytest.fixture
def payment(now):
    def make(amount, number="BL1"):
        return Payment(f"counter:{number}", number, amount, "counter", now, "lan")

    return make


@pytest.fixture
def exemption(now):
    return lambda amount: Exemption(amount, "hộ nghèo", "NQ 124", now, "lan")


def test_what_is_owed_is_the_total_without_what_was_exempted_and_paid(payment, exemption):
    account = Account((line(70_000), line(30_000))).exempt(exemption(20_000)).pay(payment(50_000))

    assert (account.total_minor, account.exempted_minor, account.paid_minor) == (100_000, 20_000, 50_000)
    assert account.owed_minor == 30_000


@pytest.mark.parametrize("amount", [100_001, 10**12])
def test_more_than_is_owed_is_never_taken_silently(payment, exemption, amount):
    account = Account((line(100_000),))

    for change in (lambda: account.pay(payment(amount)), lambda: account.exempt(exemption(amount))):
        with pytest.raises(domain.TooMuch) as error:
            change()
        assert error.value.owed_minor == 100_000


def test_nothing_is_taken_or_exempted_where_nothing_is_owed(payment, exemption):
    account = Account((line(100_000),)).pay(payment(100_000))

    with pytest.raises(domain.TooMuch):
        account.pay(payment(1, "BL2"))
    with pytest.raises(domain.TooMuch):
        account.exempt(exemption(1))


def test_same_payment_is_not_counted_twice_in_an_account(payment):
    account = Account((line(100_000),)).pay(payment(40_000))

    with pytest.raises(domain.PaidBefore):
        account.pay(payment(40_000))


def test_correction_that_made_it_cheaper_gives_back_what_was_paid_in_excess_and_no_more(payment):
    account = Account((line(100_000),)).pay(payment(100_000)).corrected((line(30_000),))

    assert account.owed_minor == -70_000
    with pytest.raises(domain.TooMuch) as error:
        account.refund(payment(-70_001, "PC1"))
    assert error.value.owed_minor == 70_000
    settled = account.refund(payment(-70_000, "PC1"))
    assert (settled.owed_minor, settled.paid_minor) == (0, 30_000)
    with pytest.raises(domain.TooMuch):
        settled.refund(payment(-1, "PC2"))


def test_what_was_exempted_is_not_given_back_in_money(payment, exemption):
    account = Account((line(100_000),)).exempt(exemption(90_000)).pay(payment(10_000)).corrected((line(30_000),))

    assert account.owed_minor == -70_000
    with pytest.raises(domain.TooMuch) as error:
        account.refund(payment(-10_001, "PC1"))
    assert error.value.owed_minor == 10_000
    assert account.refund(payment(-10_000, "PC1")).paid_minor == 0


def test_nothing_is_given_back_while_nothing_was_paid_in_excess(payment):
    with pytest.raises(domain.TooMuch):
        Account((line(100_000),)).pay(payment(40_000)).refund(payment(-1, "PC1"))


def test_payment_has_its_receipt(life, dossier, now):
    after = life.pay(dossier, now, 40).dossier

    assert (after.papers[-1].id, after.account.owed_minor, after.status) == ("fee-receipt-1", 60_000, Status.RECEIVED)


def test_last_payment_lets_the_clock_run_on_and_both_are_told_in_one_write(life, processing, at):
    standing = life.pause_for_fee(processing, at("2018-08-24 10:00")).dossier
    part = life.pay(standing, at("2018-08-27 09:00"), 40)
    rest = life.pay(part.dossier, at("2018-08-31 09:00"))

    kinds = [letter.envelope["type"] for letter in part.letters if "dossier" in letter.envelope["type"]]
    assert (kinds, part.dossier.status) == (["dossier.paid.v1"], Status.FEE_ASKED)
    kinds = [letter.envelope["type"] for letter in rest.letters if "dossier" in letter.envelope["type"]]
    assert kinds == ["dossier.paid.v1", "dossier.resumed.v1"]
    assert (rest.dossier.status, rest.dossier.due_at) == (Status.PROCESSING, at("2018-09-05 17:00"))
    assert [row["kind"] for row in rest.dossier.history[-2:]] == ["paid", "resumed"]
    told = {letter.envelope["type"]: letter.envelope["data"]["status"] for letter in rest.letters}
    assert (told["dossier.paid.v1"], told["dossier.resumed.v1"]) == (6, 4)


def test_exemption_of_the_rest_lets_the_clock_run_on_too(life, processing, at):
    standing = life.pause_for_fee(processing, at("2018-08-24 10:00")).dossier

    after = life.exempt(life.pay(standing, at("2018-08-24 11:00"), 40).dossier, at("2018-08-24 13:30")).dossier

    assert (after.status, after.account.owed_minor, after.account.exempted_minor) == (Status.PROCESSING, 0, 60_000)
    assert after.account.exemptions[0].legal_basis == "NQ 124"


def test_payment_does_not_let_a_clock_run_on_that_stands_for_another_reason(life, processing, at):
    standing = life.stop(processing, at("2018-08-24 10:00")).dossier

    assert life.pay(standing, at("2018-08-24 11:00")).dossier.status is Status.STOPPED


def test_nothing_is_owed_before_reception(life, registered, now):
    with pytest.raises(domain.TooMuch):
        life.pay(registered, now)


def test_exemption_without_an_amount_is_of_all_that_is_owed_and_of_nothing_it_is_refused(dossier, life, now):
    words = {"reason": "x", "legal_basis": "y", "at": now, "by": "lan"}
    paid = life.pay(dossier, now, 40).dossier

    assert domain.exempt(paid, amount_minor=None, **words).account.exempted_minor == 60_000
    with pytest.raises(domain.TooMuch):
        domain.exempt(life.pay(dossier, now).dossier, amount_minor=None, **words)


def test_correction_keeps_what_was_paid_and_owes_the_difference(life, dossier, now, at):
    paid = life.pay(dossier, now).dossier

    after = life.correct(paid, at("2018-08-23 10:00")).dossier

    assert (after.account.total_minor, after.account.paid_minor) == (2_000, 100_000)
    assert after.account.owed_minor == -98_000
    back = life.pay(after, at("2018-08-23 11:00")).dossier
    assert (back.account.owed_minor, back.account.payments[-1].amount_minor) == (0, -98_000)


def test_money_given_back_can_be_given_back_of_a_dossier_that_is_over(life, dossier, now, at):
    corrected = life.correct(life.pay(dossier, now).dossier, at("2018-08-23 10:00")).dossier
    over = life.withdraw(corrected, at("2018-08-23 11:00")).dossier

    assert life.pay(over, at("2018-08-23 12:00")).dossier.account.owed_minor == 0
    assert replace(over, account=Account()).status is Status.WITHDRAWN
