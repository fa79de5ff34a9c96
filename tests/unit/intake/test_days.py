"""How far the numbers of a day have come: a hint that is never ahead of the truth."""

from datetime import date

import pytest

from intake.days import Days

AGENCY, DAY = "000.01.01.H29", date(2018, 8, 23)


class Rows:
    """Stands in for a collection that all replicas share."""

    def __init__(self):
        self.rows, self.writes = {}, 0

    def find_one(self, where):
        return self.rows.get(where["_id"])

    def update_one(self, where, change, upsert):
        assert upsert
        self.writes += 1
        row = self.rows.setdefault(where["_id"], {"last": 0})
        row["last"] = max(row["last"], change["$max"]["last"])


@pytest.fixture
def rows():
    return Rows()


def test_new_day_has_no_number(rows):
    assert (Days(rows).last(AGENCY, DAY), Days(rows).told(AGENCY, DAY)) == (0, 0)


def test_process_knows_each_number_that_it_gave_itself(rows):
    days = Days(rows)
    for number in range(1, 30):
        days.reached(AGENCY, DAY, number)
        assert days.last(AGENCY, DAY) == number


def test_other_replicas_are_told_of_each_eighth_number_and_never_of_one_that_was_not_given(rows):
    days, other = Days(rows), Days(rows)
    for number in range(1, 30):
        days.reached(AGENCY, DAY, number)
        assert other.told(AGENCY, DAY) == number // 8 * 8
        assert Days(rows).last(AGENCY, DAY) == number // 8 * 8

    assert rows.writes == 3


def test_slower_replica_takes_nothing_back(rows):
    Days(rows).reached(AGENCY, DAY, 16)
    Days(rows).reached(AGENCY, DAY, 8)

    assert Days(rows).told(AGENCY, DAY) == 16


def test_each_day_and_each_agency_counts_for_itself(rows):
    days = Days(rows)
    days.reached(AGENCY, DAY, 8)

    assert days.last(AGENCY, date(2018, 8, 24)) == 0
    assert days.last("000.02.01.H29", DAY) == 0


def test_process_that_forgot_a_day_knows_what_it_told(rows):
    days = Days(rows)
    for number in (8, 9):
        days.reached(AGENCY, DAY, number)
    days.reached(AGENCY, date(2018, 8, 24), 1)

    assert days.last(AGENCY, DAY) == 8  # 9 is found out by trying
