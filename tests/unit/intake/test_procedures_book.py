"""The book: editions laid over one another, asked for at most once a second."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chassis.errors import StaleDocument
from chassis.kept import Cause
from intake.service.book import Book
from office import to_plain

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
DAY = date(2026, 11, 24)
TOLD = {"by": "op", "file": "a.xlsx", "file_digest": "", "told": {}}


class Kept:
    """Editions in a list, as the database would keep them; counts how often it is asked."""

    def __init__(self):
        self.editions = []
        self.asked = 0

    def after(self, number):
        self.asked += 1
        yield from (edition for edition in list(self.editions) if edition["_id"] > number)

    def add(self, number, at, cause, told):
        if number != len(self.editions) + 1:
            raise StaleDocument(str(number))
        self.editions.append({"_id": number, "at": at, **told})


@pytest.fixture
def kept():
    return Kept()


@pytest.fixture
def one(office):
    return office.procedure("2.000815", DAY)


def test_a_lookup_asks_the_database_once_and_not_again_within_a_second(kept, one, monkeypatch):
    moment = [100.0]
    monkeypatch.setattr("intake.service.book.time.monotonic", lambda: moment[0])
    book = Book(kept)
    for _ in range(50):
        book.procedures()
    assert kept.asked == 1

    kept.add(1, NOW, Cause("x"), {**TOLD, "rows": [to_plain(one)]})
    moment[0] += 0.9
    assert book.procedures().find(one.code, DAY) is None
    moment[0] += 0.1
    assert book.procedures().find(one.code, DAY) == one
    assert kept.asked == 2


def test_a_later_edition_lies_over_the_earlier_ones(kept, one):
    book = Book(kept)
    book.write(0, [one], NOW, Cause("a"), TOLD)
    book.write(1, [replace(one, valid_to=DAY)], NOW, Cause("b"), TOLD)

    assert book.edition == 2
    assert [row.valid_to for row in book.procedures()] == [DAY]


def test_what_was_decided_on_an_older_edition_is_not_written(kept, one):
    first, second = Book(kept), Book(kept)
    first.write(0, [one], NOW, Cause("a"), TOLD)

    with pytest.raises(StaleDocument):
        second.write(0, [one], NOW, Cause("b"), TOLD)


def test_two_replicas_that_start_at_once_sow_once(kept, office):
    first, second = Book(kept), Book(kept)
    look = second.look

    def look_and_be_overtaken():
        found = look()
        with suppress(StaleDocument):
            first.sow(office.all_procedures, NOW)
        second.look = look
        return found

    second.look = look_and_be_overtaken
    second.sow(office.all_procedures, NOW)

    assert len(kept.editions) == 1
    assert list(second.procedures()) == list(office.all_procedures)


def test_sowing_adds_what_is_missing_and_leaves_what_is_kept(kept, office, one):
    book = Book(kept)
    book.write(0, [replace(one, fee_minor=1)], NOW, Cause("a"), TOLD)
    book.sow(office.all_procedures, NOW)
    book.sow(office.all_procedures, NOW)

    assert len(kept.editions) == 2
    assert book.procedures().find(one.code, DAY).fee_minor == 1
    assert len(list(book.procedures())) == len(list(office.all_procedures))
