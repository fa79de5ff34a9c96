"""Numbers of papers: one after the other without a gap, given by the write that uses them."""

import pytest

from chassis.errors import StaleDocument, Taken
from intake.store.numbers import TRIES, Numbers


class Rows:
    """Stands in for a collection that all replicas share."""

    def __init__(self):
        self.rows = {}

    def find_one(self, where):
        return self.rows.get(where["_id"])

    def update_one(self, where, change, upsert):
        assert upsert
        row = self.rows.setdefault(where["_id"], {"last": 0})
        row["last"] = max(row["last"], change["$max"]["last"])


@pytest.fixture
def rows():
    return Rows()


class Given:
    """Stands in for the dossiers: gives each number to one, as the database's unique index does."""

    def __init__(self, *taken):
        self.taken = set(taken)

    def write(self, number):
        if number in self.taken:
            raise Taken(["claims"])
        self.taken.add(number)
        return number


def test_first_paper_of_a_series_in_a_year_is_number_one(rows):
    assert Numbers(rows).give("HDHS", 2018, Given().write) == "01/2018/HDHS"


def test_numbers_follow_without_a_gap_and_each_series_and_year_counts_for_itself(rows):
    given, numbers = Given(), Numbers(rows)

    assert [numbers.give("HDHS", 2018, given.write) for _ in range(3)] == [
        "01/2018/HDHS",
        "02/2018/HDHS",
        "03/2018/HDHS",
    ]
    assert numbers.give("TC", 2018, given.write) == "01/2018/TC"
    assert numbers.give("HDHS", 2019, given.write) == "01/2019/HDHS"


def test_number_that_another_replica_gave_meanwhile_is_passed_over(rows):
    given = Given("01/2018/HDHS", "02/2018/HDHS")

    assert Numbers(rows).give("HDHS", 2018, given.write) == "03/2018/HDHS"
    assert Numbers(rows).give("HDHS", 2018, given.write) == "04/2018/HDHS"


def test_write_that_fails_uses_no_number_up(rows):
    numbers, given = Numbers(rows), Given()

    def stale(_):
        raise ValueError("somebody wrote meanwhile")

    with pytest.raises(ValueError, match="somebody"):
        numbers.give("HDHS", 2018, stale)

    assert numbers.give("HDHS", 2018, given.write) == "01/2018/HDHS"


def test_hint_that_lags_behind_gives_up_after_its_tries_and_the_next_call_goes_on_behind_them(rows):
    given = Given(*(f"{number:02d}/2018/HDHS" for number in range(1, TRIES + 1)))

    with pytest.raises(StaleDocument):
        Numbers(rows).give("HDHS", 2018, given.write)

    assert Numbers(rows).give("HDHS", 2018, given.write) == f"{TRIES + 1:02d}/2018/HDHS"


def test_numbers_go_on_by_themselves_however_many_were_given_when_the_hint_was_lost(rows):
    given = Given(*(f"{number:02d}/2018/HDHS" for number in range(1, 61)))
    numbers, tries = Numbers(rows), -(-60 // TRIES)

    for _ in range(tries - (60 % TRIES != 0)):
        with pytest.raises(StaleDocument):
            numbers.give("HDHS", 2018, given.write)

    assert numbers.give("HDHS", 2018, given.write) == "61/2018/HDHS"
