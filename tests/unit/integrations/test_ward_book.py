"""A ward's memory: each case once, each answer once, and repeats that carry the same id."""

import json
import sqlite3
import uuid

import pytest
from partner.book import Kept
from partner.lines import Case
from ward.book import Book

WARD = "26734"


@pytest.fixture
def book(tmp_path):
    book = Book(tmp_path / "state" / "ward.sqlite", WARD)
    yield book
    book.close()


def case(reference, digest="d"):
    id_ = str(uuid.uuid4())
    return Case(1, reference, digest, {"id": id_, "type": "dossier.submit.v1", "data": {"ward_reference": reference}})


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


def accepted(book):
    return book.counts().outcomes["accepted"]


@pytest.fixture
def change(example):
    def make(reference, position, status, id_=None):
        message = example("intake", "submission.changed.v1")
        message["id"] = id_ or str(uuid.uuid4())
        message["data"] |= {"ward": WARD, "ward_reference": reference, "position": position, "status": status}
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
    assert (accepted(book), book.counts().unanswered) == (1, 0)


def test_the_counts_tell_accepted_rejected_and_unanswered(book, answer):
    book.keep([case("A-1"), case("A-2"), case("A-3")])
    book.mark_sent([id_ for _, id_, _ in book.unanswered(0, 2)])
    book.answer(answer("A-1"))
    book.answer(answer("A-2", "rejected", None, [{"field": "procedure", "message": "không có thủ tục này"}]))

    assert str(book.counts()) == "stored=3 sent=2 accepted=1 rejected=1 unanswered=1 conflicting=0 strange=0"
    assert book.undone() == [("rejected", "A-2", "procedure: không có thủ tục này")]


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
    assert accepted(second) == 1
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
    assert book.counts().outcomes == {"accepted": 1, "rejected": 0}


def test_an_acceptance_stands_over_a_refusal_that_comes_before_or_after_it(book, answer):
    book.keep([case("A-1"), case("A-2")])
    for message in (answer("A-1", "rejected", None), answer("A-1"), answer("A-2"), answer("A-2", "rejected", None)):
        book.answer(message)

    assert book.counts().outcomes == {"accepted": 2, "rejected": 0}


def test_the_newest_position_of_each_dossier_stands_whatever_order_the_feed_comes_in(book, change):
    took = [book.take(change("A-1", *told)) for told in ((3, 4), (2, 2), (5, 9), (5, 9), (4, 6))]
    assert book.take(change("A-2", 2, 2))

    assert took == [True, False, True, False, False]
    assert book.statuses() == {2: 1, 9: 1}
    assert book.summary()[0] == "statuses: 2=1 9=1"


def test_the_feed_answers_nothing_and_an_answer_is_no_news_of_the_feed(book, change, answer):
    book.keep([case("A-1")])
    book.take(change("A-1", 2, 4))
    assert book.counts().unanswered == 1
    assert book.counts().strange == 0

    book.take(answer("A-1"))

    assert (accepted(book), book.statuses()) == (1, {4: 1})


def test_a_ward_of_which_nothing_was_told_says_so(book):
    assert book.summary() == ["statuses: none told", "stream: up to 0, holes: none told"]


def command(kind, reference, digest="d"):
    message = {
        "id": str(uuid.uuid4()),
        "type": f"dossier.{kind}.v1",
        "data": {"ward_reference": reference, "reason": "r"},
    }
    return Case(1, reference, digest, message)


def streamed(body):
    return json.loads(body)["data"]["stream"]


def test_commands_of_every_kind_are_numbered_in_one_stream_and_a_repeat_takes_no_number(book):
    book.keep([case("A-1"), case("A-2"), case("A-1")])
    assert [kept for _, kept in book.keep_further([command("correct", "A-1"), command("correct", "A-1")])] == [
        Kept.NEW, Kept.SAME,
    ]  # fmt: skip
    book.keep([case("A-3")])
    book.keep_further([command("withdraw", "A-1")])

    bodies = [body for *_, body in (*book.unanswered(0, 10), *book.further(0, 10))]
    told = {streamed(body)["position"]: json.loads(body)["data"]["ward_reference"] for body in bodies}
    assert told == {1: "A-1", 2: "A-2", 3: "A-1", 4: "A-3", 5: "A-1"}
    assert {streamed(body)["id"] for body in bodies} == {book.stream}
    assert [json.loads(body)["sequence"] for *_, body in book.further(0, 10)] == [2, 3]


def test_a_refused_case_that_is_corrected_has_a_position_of_its_own_and_its_first_message_can_be_sent_again(
    book, answer
):
    first = case("A-1", "one")
    book.keep([first])
    book.answer(answer("A-1", "rejected", None))
    book.keep([case("A-1", "two")])
    ((_, _, body),) = book.unanswered(0, 10)
    assert streamed(body)["position"] == 2

    book.asked({"stream": book.stream, "from": 1, "to": 1})
    ((_, id_, again),) = book.asked_again()
    assert (id_, streamed(again)["position"]) == (first.message["id"], 1)


def test_a_book_that_was_lost_begins_another_stream(tmp_path):
    books = [Book(tmp_path / name, WARD) for name in ("a", "b", "a")]
    assert books[0].stream == books[2].stream != books[1].stream
    for each in books:
        each.close()


def test_what_the_district_asks_for_is_sent_again_as_it_was_and_shown_until_then(book, example):
    book.keep([case("A-1"), case("A-2"), case("A-3")])
    message = example("intake", "submission.resend-asked.v1")
    message["data"] |= {"stream": book.stream, "from": 2, "to": 3}

    assert book.take(message)
    assert book.summary()[1] == "stream: up to 3, holes: 2-3"
    assert [streamed(body)["position"] for _, _, body in book.asked_again()] == [2, 3]
    book.said_again()

    assert book.asked_again() is None
    assert book.summary()[1] == "stream: up to 3, holes: none told"


def test_what_is_asked_of_an_earlier_book_is_not_ours_to_send(book, example):
    assert not book.take(example("intake", "submission.resend-asked.v1"))
    assert book.asked_again() is None


def test_the_answer_to_a_correction_is_not_that_of_the_submission(book, answer):
    book.keep([case("A-1")])
    book.answer(answer("A-1"))
    book.keep_further([command("correct", "A-1"), command("withdraw", "A-1")])
    assert book.waiting() == 2
    ids = [id_ for _, _, id_, _ in book.further(0, 10)]
    for id_, outcome in zip(ids, ("accepted", "rejected"), strict=True):
        told = answer(
            "A-1", outcome, problems=[{"field": "status", "message": "muộn"}] if outcome == "rejected" else []
        )
        told["data"] |= {"about": "correct", "command_id": id_}
        assert book.take(told)
        assert not book.take(told)

    assert (accepted(book), book.waiting(), book.further(0, 10)) == (1, 0, [])
    assert book.summary()[2:] == [
        "rejected dossier.withdraw.v1 A-1: status: muộn",
        "other commands: accepted=1 rejected=1",
    ]


def test_a_book_of_version_one_is_taken_over(tmp_path, answer):
    file = tmp_path / "w.sqlite"
    old = sqlite3.connect(file)
    old.executescript("""
        CREATE TABLE submissions (position INTEGER PRIMARY KEY AUTOINCREMENT, ward TEXT, reference TEXT, digest TEXT,
            id TEXT UNIQUE NOT NULL, body BLOB NOT NULL, sent INTEGER NOT NULL DEFAULT 0, outcome TEXT, code TEXT,
            sequence INTEGER NOT NULL DEFAULT 1, UNIQUE (ward, reference));
        CREATE TABLE answers (source TEXT, id TEXT, ward TEXT, reference TEXT, outcome TEXT, code TEXT,
            body BLOB NOT NULL, PRIMARY KEY (source, id));
        INSERT INTO submissions (ward, reference, digest, id, body) VALUES ('26734', 'A-1', 'd', 'id-1', '{}');
    """)
    old.close()

    for _ in range(2):
        book = Book(file, WARD)
        assert [id_ for _, id_, _ in book.unanswered(0, 10)] == ["id-1"]
        book.close()
    book = Book(file, WARD)
    book.answer(answer("A-1"))
    assert accepted(book) == 1
    book.close()
