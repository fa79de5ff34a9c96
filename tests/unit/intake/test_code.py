"""Dossier codes and the day they carry."""

import re
from datetime import UTC, date, datetime

import pytest

from intake.domain import dossier_code, local_day
from motcua_contracts.vocabulary import DOSSIER_CODE

AGENCY = "000.01.01.H29"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (1, "000.01.01.H29-180823-0001"),
        (9999, "000.01.01.H29-180823-9999"),
        (10000, "000.01.01.H29-180823-10000"),
        (123456, "000.01.01.H29-180823-123456"),
    ],
)
def test_code_has_four_digits_and_more_when_a_day_needs_them(number, code):
    assert dossier_code(AGENCY, date(2018, 8, 23), number) == code
    assert re.fullmatch(DOSSIER_CODE, code)


def test_code_writes_the_day_as_year_month_day_with_zeros():
    assert dossier_code(AGENCY, date(2009, 1, 2), 7) == "000.01.01.H29-090102-0007"


def test_code_of_the_shipped_office_keeps_the_contract(office):
    assert re.fullmatch(DOSSIER_CODE, dossier_code(office.agency_code, date(2026, 3, 2), 1))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2018, 8, 23, 16, 59, 59, 999000, tzinfo=UTC), date(2018, 8, 23)),
        (datetime(2018, 8, 23, 17, tzinfo=UTC), date(2018, 8, 24)),
        (datetime(2018, 12, 31, 17, tzinfo=UTC), date(2019, 1, 1)),
    ],
)
def test_day_turns_at_midnight_in_vietnam_which_is_17_utc(instant, day):
    assert local_day(instant) == day
