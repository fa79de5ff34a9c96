"""A ward's memory: each case once, each answer once, and repeats that carry the same id."""

import json
import uuid

import pytest
from ward.book import Book, Kept
from ward.lines import Case

WARD = "26734"


@pytest.fixture
def book(tmp_path):
    book = Book(tmp_path / "state" / "ward.sqlite", WARD)
    yield book
    book.close()


def case(reference, digest="d"):
    id_ = str(uuid.uuid4())
    return Case(1, reference, digest, {"id": id_, "data": {"ward_reference": reference}})


@pytest.fixture
def answer(example):
    def make(reference, outcome="accepted", code="000.01.01.H29-180823-0001", problems=()):
        message = example("intake", "submission.answered.v1")
        message["id"] = str(uuid.uuid4())
        message["data"] |= {"ward_reference": reference, "outcome": outcome, "problems": list(problems)}
        message["data"].pop("code", None)
        if code:
            message["data"]["code"] = code
        return message

    return make


def test_a_case_kept_twice_keeps_its_first_message(book):
    first, again = case("A-1"), case("A-1")

    assert [kept for _, kept in book.keep([first, again])] == [Kept.NEW, Kept.SAME]
    assert [id_ for _, id_, _ in book.unanswered(0, 10)] == [first.message["id"]]


def test_a_reference_never_names_two_cases(book):
    book.keep([case("A-1", "one")])

    assert [kept for _, kept in book.keep([case("A-1", "two")])] == [Kept.OTHER]
    assert book.counts().stored == 1


def test_pushing_again_offers_only_what_has_no_answer(book, answer):
    book.keep([case("A-1"), case("A-2"), case("A-3")])
    book.mark_sent(id_ for _, id_, _ in book.unanswered(0, 10))
    book.answer(answer("A-2"))

    assert [json.loads(body)["data"]["ward_reference"] for _, _, body in book.unanswered(0, 10)] == ["A-1", "A-3"]


def test_batches_go_on_where_the_last_one_ended(book):
    book.keep(case(f"A-{number}") for number in range(5))
    first = book.unanswered(0, 3)

    assert len(first) == 3
    assert len(book.unanswered(first[-1][0], 3)) == 2


def test_the_same_answer_again_changes_nothing(book, answer):
    book.keep([case("A-1")])
    message = answer("A-1")

    assert book.answer(message)
    assert not book.answer(message)
    assert (book.counts().accepted, book.counts().unanswered) == (1, 0)


def test_the_counts_tell_accepted_rejected_and_unanswered(book, answer):
    book.keep([case("A-1"), case("A-2"), case("A-3")])
    book.mark_sent([id_ for _, id_, _ in book.unanswered(0, 2)])
    book.answer(answer("A-1"))
    book.answer(answer("A-2", "rejected", None, [{"field": "procedure", "message": "không có thủ tục này"}]))

    assert str(book.counts()) == "stored=3 sent=2 accepted=1 rejected=1 unanswered=1 conflicting=0 strange=0"
    assert book.rejections() == [("A-2", "procedure: không có thủ tục này")]


def test_two_codes_for_one_reference_are_counted_as_a_conflict(book, answer):
    book.keep([case("A-1")])
    book.answer(answer("A-1"))
    book.answer(answer("A-1"))
    assert book.counts().conflicting == 0

    book.answer(answer("A-1", code="000.01.01.H29-180823-0002"))

    assert book.counts().conflicting == 1


def test_an_answer_to_a_case_that_the_book_does_not_hold_is_kept_and_counted(book, answer):
    book.answer(answer("LOST-1"))

    assert book.counts().strange == 1


def test_a_crash_loses_neither_case_nor_answer(tmp_path, answer):
    first = Book(tmp_path / "w.sqlite", WARD)
    kept = case("A-1")
    first.keep([kept, case("A-2")])
    first.answer(answer("A-2"))
    first.close()

    second = Book(tmp_path / "w.sqlite", WARD)
    assert [id_ for _, id_, _ in second.unanswered(0, 10)] == [kept.message["id"]]
    assert second.counts().accepted == 1
    second.close()


def test_a_refused_case_may_be_corrected_under_its_reference(book, answer):
    first, corrected = case("A-1", "one"), case("A-1", "two")
    book.keep([first])
    book.mark_sent([first.message["id"]])
    refusal = answer("A-1", "rejected", None)
    book.answer(refusal)

    assert [kept for _, kept in book.keep([corrected])] == [Kept.CORRECTED]
    (offered,) = book.unanswered(0, 10)
    assert offered[1] == corrected.message["id"]
    assert json.loads(offered[2])["sequence"] == 2

    assert not book.answer(refusal)
    assert book.counts().unanswered == 1
    book.answer(answer("A-1"))
    assert (book.counts().accepted, book.counts().rejected) == (1, 0)


def test_an_acceptance_stands_over_a_refusal_that_comes_before_or_after_it(book, answer):
    book.keep([case("A-1"), case("A-2")])
    for message in (answer("A-1", "rejected", None), answer("A-1"), answer("A-2"), answer("A-2", "rejected", None)):
        book.answer(message)

    assert (book.counts().accepted, book.counts().rejected) == (2, 0)
