"""An office asked by code and date."""

from dataclasses import FrozenInstanceError
from datetime import date, time
from pathlib import Path

import pytest

from office import (
    UnknownDepartment,
    UnknownField,
    UnknownProcedure,
    UnknownProvider,
    UnknownWard,
    accent_fold,
    load_office,
)
from worktime import HalfDay

FIXTURE = Path(__file__).parent / "fixtures" / "reused_ward_code"
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture(scope="module")
def office():
    return load_office(FIXTURE)


def test_a_ward_code_names_the_ward_of_the_receipt_date(office):
    assert office.ward("26737", BEFORE).name == "Đa Kao"
    assert office.ward("26737", AFTER).name == "Tân Định"
    assert office.ward("26740", BEFORE).name == "Bến Nghé"
    assert office.ward("26740", AFTER).name == "Sài Gòn"


def test_a_ward_that_has_ended_is_unknown_afterwards(office):
    assert office.ward("26734", BEFORE).name == "Tân Định"
    with pytest.raises(UnknownWard, match="26734 on 2025-07-01"):
        office.ward("26734", AFTER)


def test_wards_of_a_day_are_those_valid_on_it(office):
    assert {ward.name for ward in office.wards(BEFORE)} == {"Tân Định", "Đa Kao", "Bến Nghé", "Nguyễn Cư Trinh"}
    assert {ward.name for ward in office.wards(AFTER)} == {"Tân Định", "Sài Gòn", "Cầu Ông Lãnh"}


def test_a_department_is_found_by_date_and_unknown_before_it_began(office):
    assert office.department("TP", date(2025, 2, 28)).name_en == "Justice"
    assert office.department("TP", date(2025, 3, 1)).name_en == "Justice (merged)"
    with pytest.raises(UnknownDepartment):
        office.department("TP", date(2017, 12, 31))


def test_a_payment_provider_is_found_by_date_and_unknown_once_it_ended(office):
    assert office.provider("KBNN", date(2025, 6, 30)).kind == "treasury"
    assert [provider.code for provider in office.providers(date(2025, 6, 30))] == ["KBNN"]
    assert office.providers(date(2025, 7, 1)) == ()
    with pytest.raises(UnknownProvider, match="KBNN on 2025-07-01"):
        office.provider("KBNN", date(2025, 7, 1))


def test_a_procedure_holds_on_both_ends_of_its_validity_and_not_beyond(office):
    assert office.procedure("2.000748", date(2019, 1, 1)) is office.procedure("2.000748", date(2024, 12, 31))
    for day in (date(2018, 12, 31), date(2025, 1, 1)):
        with pytest.raises(UnknownProcedure):
            office.procedure("2.000748", day)


def test_a_procedure_carries_its_components_limit_steps_and_marks(office):
    copies, change = office.procedures(date(2024, 1, 2))

    assert (copies.limit.kind, copies.limit.amount, copies.steps) == ("same_day", 1, ())
    assert [(c.code, c.copy, c.quantity, c.required) for c in copies.components] == [
        ("ban-chinh", 0, 1, True),
        ("ban-sao", 1, 2, False),
    ]
    assert (change.budget_of("TP"), change.budget_of("VP"), change.budget_of("KT")) == (2, 1, None)
    assert (change.confidence, change.simulated, copies.simulated) == ("K-L", True, False)


def test_rows_cannot_be_changed(office):
    with pytest.raises(FrozenInstanceError):
        office.procedure("2.000815", BEFORE).fee_minor = 0


def test_a_field_of_work_is_found_by_its_code(office):
    assert office.field("chung-thuc").name_vi == "Chứng thực"
    with pytest.raises(UnknownField):
        office.field("ho-tich")


def test_the_calendar_comes_with_the_office(office):
    calendar = office.calendar

    assert calendar.is_working_day(date(2024, 5, 4))
    assert not calendar.is_working_day(date(2024, 4, 29))
    assert calendar.decision(date(2024, 5, 4)) == "swap for 2024-04-29"
    assert calendar.half_days == {date(2024, 2, 7): HalfDay("morning", "let off")}
    assert calendar.hours_of(date(2024, 2, 7)).closing == time(11, 30)
    assert calendar.is_estimated(date(2025, 1, 2))
    assert not calendar.is_estimated(date(2024, 1, 2))


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Đa Kao", "da kao"), ("  Nguyễn  Cư Trinh ", "nguyen cu trinh"), ("PHƯỜNG BẾN NGHÉ", "phuong ben nghe")],
)
def test_accents_are_folded_for_search(text, folded):
    assert accent_fold(text) == folded
