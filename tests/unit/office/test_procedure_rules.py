"""A procedure's own rules: cases, fees, papers, publication; and its way to plain values and back."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from office import ComponentRule, Limit, OfficeFaults, Procedures, Publication, from_plain, load_office, to_plain
from office.source import read_source
from office.succession import seeds

FOLDER = Path(__file__).parents[3] / "infra" / "office"
DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def office():
    return load_office(FOLDER)


def test_every_version_survives_the_way_through_json(office):
    for version in office.all_procedures:
        assert from_plain(json.loads(json.dumps(to_plain(version)))) == version


def test_a_row_of_a_later_or_an_earlier_release_can_be_read(office):
    version = office.procedure("2.000635", DAY)
    row = to_plain(version)
    later = {**row, "new": 1, "components": [{**paper, "new": 1} for paper in row["components"]]}
    earlier = {name: value for name, value in row.items() if name not in ("limits", "channels", "supplement_days")}

    assert from_plain(later) == from_plain(earlier) == version


def test_the_limit_of_a_case_is_its_own_and_that_of_any_other_the_procedures(office):
    copies = office.procedure("2.000815", DAY)

    assert copies.limit_of(None) == copies.limit_of("no-such-case") == Limit("same_day", 1)
    assert copies.limit_of("nhieu-ban") == Limit("working_days", 2)


def test_the_fee_of_a_case_stands_in_for_the_common_one_of_its_code(office):
    liquor = office.procedure("2.000620", DAY)

    assert [rule.tiers[0].amount_minor for rule in liquor.fees_of()] == [1_200_000]
    assert [rule.tiers[0].amount_minor for rule in liquor.fees_of("ho-ca-nhan")] == [400_000]
    assert liquor.cases() == ("ho-ca-nhan",)


def test_a_building_permit_follows_the_law_of_its_receipt_date(office):
    assert office.procedure("1.009994", date(2020, 12, 31)).limit_of("cong-trinh").amount == 30
    assert office.procedure("1.009994", date(2021, 1, 1)).limit_of("cong-trinh").amount == 20


@pytest.mark.parametrize(("originals", "copies", "copy", "quantity"), [(1, 0, 0, 1), (2, 3, 0, 2), (0, 3, 1, 3)])
def test_a_paper_tells_what_is_asked_for_first(originals, copies, copy, quantity):
    rule = ComponentRule("don", "Đơn", "Petition", originals, copies, True)

    assert (rule.copy, rule.quantity) == (copy, quantity)


def test_every_version_with_an_amount_to_show_has_rules_that_compute_it(office):
    for version in office.all_procedures:
        assert bool(version.fees) == bool(version.fee_minor), version.key
        assert version.result_kind is not None, version.key
        assert version.publication.posted_at, version.key


def test_draft_and_withdrawn_versions_are_found_by_the_staff_alone(office):
    draft = replace(office.procedure("2.000884", DAY), publication=Publication("draft"))
    withdrawn = replace(office.procedure("2.000635", DAY), publication=Publication("withdrawn"))
    known = Procedures.of((draft, withdrawn, office.procedure("2.000815", DAY)))

    assert [row.code for row in known.on(DAY)] == ["2.000815"]
    assert known.find("2.000884", DAY) is known.find("2.000635", DAY) is None
    assert known.look_up("2.000884", DAY) == draft
    assert known.look_up("2.000635", DAY) == withdrawn
    assert known.look_up("2.000884", date(2017, 1, 1)) is None


def test_only_missing_shipped_versions_are_sown_and_none_over_a_kept_one(office):
    one = office.procedure("2.000815", DAY)
    kept = replace(one, valid_from=date(2025, 1, 1))
    other = office.procedure("2.000884", DAY)

    assert seeds((), (one, other)) == ([one, other], [])
    assert seeds((one,), (one, other)) == ([other], [])
    assert seeds((kept,), (one, other)) == ([other], [one])


@pytest.fixture
def faults(tmp_path):
    """Return a function that gives the faults of the shipped office with one line of its procedures changed."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "office"))

    def call(old, new):
        path = folder / "procedures.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(OfficeFaults) as caught:
            load_office(folder)
        return [(fault.path, fault.message.partition(" / ")[2]) for fault in caught.value.faults]

    return call


@pytest.mark.parametrize(
    ("old", "new", "path", "word"),
    [
        ("tiers: [{up_to: 2, ", "tiers: [{up_to: 0, ", "tiers[0].up_to", "range"),
        ("{amount_minor: 1000}]", "{up_to: 9, amount_minor: 1000}]", "tiers", "no upper end"),
        ("tiers: [{up_to: 2, amount_minor: 2000}", "tiers: [{amount_minor: 2000}", "tiers", "must rise"),
        ("ceiling_minor: 200000", "ceiling_minor: 100000000001", "ceiling_minor", "amount"),
        ("unit: page", "unit: Page", "unit", "unit"),
        ("kind: charge", "kind: tax", "kind", "allowed"),
        ("case: nhieu-ban", "case: Nhiều", "case", "case"),
        ("state: published", "state: secret", "state", "allowed"),
        ("originals: 1, required: true", "originals: 0, required: true", "components[0]", "neither"),
        ("result_kind: {name_vi:", "result_kind: {name:", "result_kind", "unknown"),
    ],
)
def test_a_field_of_a_procedure_that_cannot_be_is_named(faults, old, new, path, word):
    found = faults(old, new)

    assert any(path in at and word in message for at, message in found), found


def test_a_case_given_twice_is_named(faults):
    line = "      - {case: nhieu-ban, name_vi"
    found = faults(line, f'{line}: "a", name_en: "b", kind: half_days, amount: 1}}\n{line}')

    assert found == [("procedures[0].limits[1].case", "the case nhieu-ban is repeated")]


def test_the_file_names_no_paper_by_the_old_words():
    rows = read_source(FOLDER / "procedures.yaml").data["procedures"]

    assert not [row["code"] for row in rows for paper in row["components"] if {"copy", "quantity"} & set(paper)]
