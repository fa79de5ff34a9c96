"""A payment provider's memory and push file: each payment once, each answer once, the best answer stands."""

import json
import uuid
from datetime import UTC, datetime

import pytest
from partner.book import Kept
from partner.lines import BadLine, Case, read_lines
from partner.messages import Schemas
from provider.book import ERRAND, Book

CODE = "PAYGOV"
NOW = datetime(2021, 3, 5, 8, 20, 10, tzinfo=UTC)


@pytest.fixture
def book(tmp_path):
    book = Book(tmp_path / "state" / "provider.sqlite", CODE)
    yield book
    book.close()


@pytest.fixture
def payment(example):
    data = example("intake", "payment.record.v1")["data"]
    del data["provider"]
    return data


@pytest.fixture
def read(schema_directory):
    schemas = Schemas(schema_directory, [f"intake/{ERRAND.sends}"])
    ids = iter(lambda: str(uuid.uuid4()), None)

    def lines(*payments):
        told = [json.dumps(line, ensure_ascii=False).encode() for line in payments]
        return list(read_lines(told, ERRAND, CODE, schemas, NOW, ids))

    return lines


@pytest.fixture
def answer(example):
    def make(payment_id, outcome="recorded", receipt="PAYGOV/P-1", problems=()):
        message = example("intake", "payment.answered.v1")
        message["id"] = str(uuid.uuid4())
        message["data"] |= {"payment_id": payment_id, "outcome": outcome, "problems": list(problems)}
        message["data"].pop("receipt_number", None)
        if outcome == "recorded":
            message["data"]["receipt_number"] = receipt
        return message

    return make


def test_a_line_becomes_the_message_that_names_the_payment_for_ever(read, payment):
    (found,) = read(payment)

    assert isinstance(found, Case)
    assert found.message["type"] == "payment.record.v1"
    assert found.message["source"] == "/provider/PAYGOV"
    assert found.message["subject"] == found.reference == payment["payment_id"]
    assert found.message["data"] == payment | {"provider": CODE}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": 1.5}, "amount_minor"),
        ({"currency": "USD"}, "currency"),
        ({"code": "H29-1"}, "code"),
        ({"payment_id": "has space"}, "payment_id"),
        ({"paid_at": "today"}, "paid_at"),
        ({"paid_at": None}, "paid_at"),
        ({"provider": "KBNN"}, "provider"),
    ],
    ids=str,
)
def test_a_payment_that_breaks_a_rule_is_named_by_its_field(read, payment, change, field):
    (found,) = read({name: value for name, value in (payment | change).items() if value is not None})

    assert isinstance(found, BadLine)
    assert [fault.field for fault in found.faults] == [field]


def test_a_payment_pushed_again_is_the_one_that_is_there_and_another_amount_is_not(book, read, payment):
    first, again, other = read(payment, payment, payment | {"amount_minor": 1})

    assert [kept for _, kept in book.keep([first, again, other])] == [Kept.NEW, Kept.SAME, Kept.OTHER]
    assert [id_ for _, id_, _ in book.unanswered(0, 10)] == [first.message["id"]]


def test_counts_tell_recorded_kept_and_rejected_and_the_last_two_are_named(book, read, payment, answer):
    book.keep(read(*(payment | {"payment_id": f"P-{number}"} for number in range(1, 5))))
    book.mark_sent([id_ for _, id_, _ in book.unanswered(0, 3)])
    book.take(answer("P-1"))
    book.take(answer("P-2", "kept"))
    book.take(answer("P-3", "rejected", problems=[{"field": "payment_id", "message": "đã dùng"}]))

    assert str(book.counts()) == "stored=4 sent=3 recorded=1 kept=1 rejected=1 unanswered=1 conflicting=0 strange=0"
    assert book.undone() == [("kept", "P-2", ""), ("rejected", "P-3", "payment_id: đã dùng")]


@pytest.mark.parametrize("outcomes", [("kept", "recorded"), ("recorded", "kept"), ("later", "kept", "recorded")])
def test_the_best_answer_stands_whichever_comes_first(book, read, payment, answer, outcomes):
    book.keep(read(payment))
    for outcome in outcomes:
        book.take(answer(payment["payment_id"], outcome))

    assert book.counts().outcomes == {"recorded": 1, "kept": 0, "rejected": 0}


def test_two_receipt_numbers_for_one_payment_are_counted_as_a_conflict(book, read, payment, answer):
    book.keep(read(payment))
    book.take(answer(payment["payment_id"]))
    book.take(answer(payment["payment_id"]))
    assert book.counts().conflicting == 0

    book.take(answer(payment["payment_id"], receipt="PAYGOV/P-2"))

    assert book.counts().conflicting == 1


def test_the_same_answer_again_changes_nothing(book, read, payment, answer):
    book.keep(read(payment))
    message = answer(payment["payment_id"])

    assert book.take(message)
    assert not book.take(message)
