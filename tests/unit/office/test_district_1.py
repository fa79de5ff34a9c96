"""The office's own data in infra/office: the District 1 of 2018, kept running."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from holidays import country_holidays

from motcua_contracts.vocabulary import PROVIDER_CODE
from office import UnknownProcedure, load_office
from office.source import read_source

FOLDER = Path(__file__).parents[3] / "infra" / "office"
FIRST, LAST = date(2018, 1, 1), date(2028, 12, 31)

# Swapped after the holidays package's tables were made: văn bản 12729/VPCP-KGVX, 25/12/2025.
PACKAGE_LACKS = {date(2026, 1, 2): False, date(2026, 1, 10): True}


@pytest.fixture(scope="module")
def office():
    return load_office(FOLDER)


def days(first=FIRST, last=LAST):
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def test_it_has_ten_wards_twelve_departments_and_over_twenty_procedures(office):
    for day in (date(2018, 8, 23), date(2026, 11, 24), date(2027, 12, 31)):
        assert len(office.wards(day)) == 10
        assert len(office.departments(day)) == 12
        assert len(office.procedures(day)) >= 24


def test_its_payment_providers_are_marked_as_made_up_and_keep_the_contract_s_codes(office):
    providers = office.providers(date(2018, 8, 23))

    assert {provider.kind for provider in providers} == {"treasury", "bank", "gateway"}
    assert all(provider.simulated and re.fullmatch(PROVIDER_CODE, provider.code) for provider in providers)


def test_its_agency_code_says_that_it_is_simulated(office):
    assert office.agency_code_simulated
    assert office.agency_code.endswith(".H29")


def test_every_procedure_received_from_2018_to_2027_has_a_due_time(office):
    for year in range(2018, 2028):
        for received in (datetime(year, 1, 2, 2, tzinfo=UTC), datetime(year, 12, 31, 9, tzinfo=UTC)):
            for procedure in office.procedures(received.date()):
                due = office.calendar.due_at(received, procedure.limit.kind, procedure.limit.amount)
                assert received < due


def test_a_procedure_follows_the_law_of_its_receipt_date(office):
    assert office.procedure("1.000903", date(2019, 8, 31)).limit.amount == 7
    assert office.procedure("1.000903", date(2019, 9, 1)).limit.amount == 5
    assert "78/2015" in office.procedure("1.001612", date(2021, 1, 3)).legal_basis
    assert "01/2021" in office.procedure("1.001612", date(2021, 1, 4)).legal_basis


def test_a_procedure_is_unknown_before_its_law(office):
    with pytest.raises(UnknownProcedure):
        office.procedure("1.010723", date(2018, 8, 23))


def test_rows_of_uncertain_facts_carry_a_comment_above_them():
    source = read_source(FOLDER / "procedures.yaml")
    text = (FOLDER / "procedures.yaml").read_text(encoding="utf-8").splitlines()

    for n, row in enumerate(source.data["procedures"]):
        if row["confidence"] in ("K-M", "K-L"):
            above = text[source.line(("procedures", n)) - 2]
            assert above.strip().startswith("#"), row["code"]
            assert row["confidence"] in above, row["code"]


def test_every_day_off_and_every_make_up_day_has_its_decision(office):
    calendar = office.calendar

    assert all(calendar.decision(day) for day in (*calendar.days_off, *calendar.make_up_days))


@pytest.mark.parametrize("year", range(2018, 2029))
def test_the_calendar_agrees_with_the_holidays_package_day_by_day(office, year):
    package = country_holidays("VN", years=(year, year + 1))
    ours = {day: office.calendar.is_working_day(day) for day in days(date(year, 1, 1), date(year, 12, 31))}
    differences = {day: open_ for day, open_ in ours.items() if open_ != package.is_working_day(day)}

    assert differences == {day: open_ for day, open_ in PACKAGE_LACKS.items() if day.year == year}


def test_only_years_without_a_decision_are_estimated(office):
    assert office.calendar.estimated == {2027, 2028}
