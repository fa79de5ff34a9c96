"""A desk's memory: every message once, every answer once, whatever is repeated, reordered or interrupted."""

import json
import uuid
from datetime import UTC, datetime

import pytest
from department.answers import compose
from department.book import Book
from department.plan import DECIDED, ISSUED, OVERDUE, RECALLED, Answer, Course, Policy
from partner.messages import Schemas

NOW = datetime(2018, 8, 23, 2, tzinfo=UTC)


@pytest.fixture
def book(tmp_path):
    book = Book(tmp_path / "state" / "KT.sqlite")
    yield book
    book.close()


@pytest.fixture
def office(schema_directory, example):
    """A desk without a broker: its habits, and golden examples to hear."""
    return Office(schema_directory, example)


class Office:
    def __init__(self, schema_directory, example):
        self.policy = Policy.load(schema_directory.parents[1] / "integrations" / "department" / "policy.json")
        self.schemas = Schemas(schema_directory, [f"department/{answer}" for answer in Answer])
        self.course = Course.GRANT
        self._example = example

    def choose(self, code, procedure):
        return self.course

    def compose(self, answer, work, id_, sequence, number, cause):
        message = compose(
            answer, work, self.policy, desk="KT", id_=id_, sequence=sequence, number=number, now=NOW, cause=cause
        )
        self.schemas.check(message)
        return message

    def message(self, type_, round_=1, assignment=None):
        message = self._example("routing", type_)
        message["id"] = str(uuid.uuid4())
        message["data"]["round"] = round_
        message["data"]["assignment_id"] = assignment or "b96cd220-0ad0-5e27-961e-1739d163da65"
        return message


def told(book):
    return [json.loads(entry.body) for entry in book.unsent()]


def types(book):
    return [message["type"] for message in told(book)]


def test_a_dossier_is_accepted_and_then_resolved(book, office):
    issued = office.message(ISSUED)

    assert book.hear(issued, office.choose, office.compose)

    accepted, resolved = told(book)
    assert (accepted["type"], resolved["type"]) == (Answer.ACCEPTED, Answer.RESOLVED)
    assert (accepted["sequence"], resolved["sequence"]) == (1, 2)
    assert resolved["data"]["outcome"] == "granted"
    assert resolved["data"]["result"] == {
        "number": "1/KQ-UBND",
        "title": "Kết quả giải quyết: Đăng ký thành lập hộ kinh doanh",
    }
    assert {message["source"] for message in told(book)} == {"/department/KT"}
    assert {message["causationid"] for message in told(book)} == {issued["id"]}


def test_the_same_message_again_changes_nothing(book, office):
    issued = office.message(ISSUED)
    book.hear(issued, office.choose, office.compose)
    before = book.unsent()

    assert not book.hear(issued, office.choose, office.compose)
    assert book.unsent() == before


def test_the_same_assignment_under_another_id_is_answered_once(book, office):
    book.hear(office.message(ISSUED), office.choose, office.compose)
    before = book.unsent()

    book.hear(office.message(ISSUED), office.choose, office.compose)

    assert book.unsent() == before


def test_what_was_not_confirmed_is_offered_again_with_the_same_id_after_a_crash(tmp_path, office):
    first = Book(tmp_path / "KT.sqlite")
    first.hear(office.message(ISSUED), office.choose, office.compose)
    accepted, resolved = first.unsent()
    first.mark_sent([accepted.id])
    first.close()

    second = Book(tmp_path / "KT.sqlite")

    assert second.unsent() == [resolved]
    second.close()


def test_a_failure_while_answering_leaves_no_trace_so_the_next_delivery_works(book, office):
    issued = office.message(ISSUED)

    def breaks(answer, *rest):
        if answer is Answer.RESOLVED:
            raise RuntimeError("the power went out")
        return office.compose(answer, *rest)

    with pytest.raises(RuntimeError):
        book.hear(issued, office.choose, breaks)
    assert book.unsent() == []

    assert book.hear(issued, office.choose, office.compose)
    assert types(book) == [Answer.ACCEPTED, Answer.RESOLVED]


def test_a_slow_office_resolves_once_it_was_urged(book, office):
    office.course = Course.SLOW
    book.hear(office.message(ISSUED), office.choose, office.compose)
    assert types(book) == [Answer.ACCEPTED]

    book.hear(office.message(OVERDUE), office.choose, office.compose)
    book.hear(office.message(OVERDUE), office.choose, office.compose)

    assert types(book) == [Answer.ACCEPTED, Answer.RESOLVED]


def test_an_urging_that_overtook_the_dossier_counts_when_the_dossier_comes(book, office):
    office.course = Course.SLOW
    book.hear(office.message(OVERDUE), office.choose, office.compose)
    assert types(book) == []

    book.hear(office.message(ISSUED), office.choose, office.compose)

    assert types(book) == [Answer.ACCEPTED, Answer.RESOLVED]


def test_more_time_is_asked_for_and_the_dossier_resolved_after_the_decision(book, office):
    office.course = Course.EXTEND
    book.hear(office.message(ISSUED), office.choose, office.compose)
    asked = told(book)[-1]
    assert asked["type"] == Answer.EXTENSION_ASKED
    assert asked["data"]["working_days"] == 3

    book.hear(office.message(DECIDED), office.choose, office.compose)

    assert types(book)[-1] == Answer.RESOLVED


def test_a_denial_gives_its_reason_in_the_result(book, office):
    office.course = Course.DENY
    book.hear(office.message(ISSUED), office.choose, office.compose)

    data = told(book)[-1]["data"]
    assert data["outcome"] == "denied"
    assert office.policy.denial_reasons[0] in data["result"]["title"]


def test_after_a_supplement_the_second_round_goes_on_in_the_same_sequence(book, office):
    office.course = Course.RETURN
    book.hear(office.message(ISSUED), office.choose, office.compose)
    book.hear(office.message(ISSUED, round_=2), office.choose, office.compose)

    assert [(m["type"], m["data"]["round"], m["sequence"]) for m in told(book)] == [
        (Answer.ACCEPTED, 1, 1),
        (Answer.RETURNED, 1, 2),
        (Answer.ACCEPTED, 2, 3),
        (Answer.RESOLVED, 2, 4),
    ]


def test_a_round_that_was_replaced_is_not_answered_any_more(book, office):
    book.hear(office.message(ISSUED, round_=2), office.choose, office.compose)
    before = book.unsent()

    book.hear(office.message(ISSUED, round_=1), office.choose, office.compose)

    assert book.unsent() == before


def test_a_recalled_dossier_is_no_work_any_more_and_is_not_answered(book, office):
    office.course = Course.SLOW
    issued = office.message(ISSUED)
    work = (issued["data"]["assignment_id"], 1)
    book.hear(issued, office.choose, office.compose)
    assert types(book) == [Answer.ACCEPTED]
    assert not book.recalled(*work)

    recall = office.message(RECALLED)
    assert book.hear(recall, office.choose, office.compose)
    assert not book.hear(recall, office.choose, office.compose)
    book.hear(office.message(OVERDUE), office.choose, office.compose)

    assert book.recalled(*work)
    assert types(book) == [Answer.ACCEPTED]


def test_a_recall_that_overtook_its_dossier_counts_when_the_dossier_comes(book, office):
    book.hear(office.message(RECALLED), office.choose, office.compose)

    book.hear(office.message(ISSUED), office.choose, office.compose)

    assert types(book) == []


def test_a_recall_ends_the_rounds_up_to_its_own_and_no_later_one(book, office):
    office.course = Course.SLOW
    for number in (1, 2):
        book.hear(office.message(ISSUED, round_=number), office.choose, office.compose)
    book.hear(office.message(RECALLED, round_=2), office.choose, office.compose)
    for number in (1, 2):
        book.hear(office.message(OVERDUE, round_=number), office.choose, office.compose)

    book.hear(office.message(ISSUED, round_=3), office.choose, office.compose)
    book.hear(office.message(OVERDUE, round_=3), office.choose, office.compose)

    assert [(m["type"], m["data"]["round"], m["sequence"]) for m in told(book)] == [
        (Answer.ACCEPTED, 1, 1),
        (Answer.ACCEPTED, 2, 2),
        (Answer.ACCEPTED, 3, 3),
        (Answer.RESOLVED, 3, 4),
    ]


def test_an_answer_written_down_before_the_recall_keeps_its_number_and_goes_out(book, office):
    office.course = Course.SLOW
    book.hear(office.message(ISSUED), office.choose, office.compose)
    before = book.unsent()

    book.hear(office.message(RECALLED), office.choose, office.compose)
    book.hear(office.message(ISSUED, round_=2), office.choose, office.compose)

    assert book.unsent()[:1] == before
    assert [m["sequence"] for m in told(book)] == [1, 2]


def test_a_title_never_outgrows_the_schema(book, office):
    issued = office.message(ISSUED)
    issued["data"]["procedure"]["name"] = "Đ" * 500

    book.hear(issued, office.choose, office.compose)

    assert len(told(book)[-1]["data"]["result"]["title"]) == 300


def test_result_numbers_run_on_over_assignments(book, office):
    for _ in range(3):
        book.hear(office.message(ISSUED, assignment=str(uuid.uuid4())), office.choose, office.compose)

    numbers = [m["data"]["result"]["number"] for m in told(book) if m["type"] == Answer.RESOLVED]
    assert numbers == ["1/KQ-UBND", "2/KQ-UBND", "3/KQ-UBND"]
