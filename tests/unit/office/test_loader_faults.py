"""Every fault of an office's files is named, with its file and its line."""

import shutil
from pathlib import Path

import pytest

from office import OfficeFaults, load_office
from office.wording import languages, say

SOUND = Path(__file__).parent / "fixtures" / "reused_ward_code"


@pytest.fixture
def folder(tmp_path):
    """A copy of the sound office, free to be broken."""
    return Path(shutil.copytree(SOUND, tmp_path / "office"))


def change(folder, file, old, new):
    """Replace the first ``old`` in a file and return the 1-based line where it stood."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults_of(folder):
    with pytest.raises(OfficeFaults) as caught:
        load_office(folder)
    return caught.value.faults


SHAPE = [
    ("office.yaml", '"000.99.99.H29"', '"H29-Q1"', "agency_code", "bad_agency_code"),
    ("office.yaml", '"000.99.99.H29"', '"000.001.001.H29"', "agency_code", "bad_agency_code"),
    (
        "office.yaml",
        "agency_code_simulated: true",
        "agency_code_simulated: maybe",
        "agency_code_simulated",
        "not_yes_no",
    ),
    ("office.yaml", 'name_en: "Test office"', 'name_en: "  "', "name_en", "blank"),
    ("office.yaml", 'name_en: "Test office"', "name_en: null", "name_en", "null"),
    ("office.yaml", 'name_en: "Test office"', "name_en: [a]", "name_en", "not_text"),
    ("office.yaml", 'name_en: "Test office"', 'name_en: "Test office"\nmotto: "x"', "motto", "unknown"),
    ("office.yaml", "code: chung-thuc", "code: Chung_Thuc", "fields_of_work[0].code", "bad_word"),
    ("departments.yaml", "code: VP", "code: V-P", "departments[0].code", "bad_department_code"),
    ("departments.yaml", "valid_from: 2018-01-01", "valid_from: 01/01/2018", "departments[0].valid_from", "not_date"),
    ("wards.yaml", '"26734"', '"2673"', "wards[0].code", "bad_ward_code"),
    ("wards.yaml", ", valid_from: 2010-01-01", "", "wards[0].valid_from", "required"),
    ("providers.yaml", "code: KBNN", "code: Kbnn", "providers[0].code", "bad_provider_code"),
    ("providers.yaml", "kind: treasury", "kind: shop", "providers[0].kind", "not_choice"),
    ("providers.yaml", ", valid_from: 2018-01-01", "", "providers[0].valid_from", "required"),
    ("procedures.yaml", '"2.000815"', "TP-815", "procedures[0].code", "bad_procedure_code"),
    ("procedures.yaml", "components: []", "components: none", "procedures[1].components", "not_list"),
    ("procedures.yaml", "components: []", "components: [paper]", "procedures[1].components[0]", "not_mapping"),
    ("procedures.yaml", "originals: 1", "originals: 0", "procedures[0].components[0]", "nothing_asked"),
    ("procedures.yaml", "fee_minor: 2000", "fee_minor: 2.5", "procedures[0].fee_minor", "not_number"),
    ("procedures.yaml", "fee_minor: 2000", "fee_minor: -1", "procedures[0].fee_minor", "not_amount"),
    ("procedures.yaml", "level: district", "level: province", "procedures[0].level", "not_choice"),
    (
        "procedures.yaml",
        "{kind: same_day}",
        "{kind: same_day, amount: 2}",
        "procedures[0].limit.amount",
        "same_day_amount",
    ),
    (
        "procedures.yaml",
        "{kind: working_days, amount: 3}",
        "{kind: working_days}",
        "procedures[1].limit",
        "amount_missing",
    ),
    ("calendar.yaml", "zone: Asia/Ho_Chi_Minh", "zone: Asia/Saigon_1", "zone", "bad_zone"),
    ("calendar.yaml", '"15:00"', '"25:00"', "cut_off", "not_time"),
    ("calendar.yaml", '{opens: "07:30"', '{opens: "12:30"', "working_week.shifts[0]", "bad_shift"),
    ("calendar.yaml", "[mon,", "[monday,", "working_week.days[0]", "not_choice"),
    ("calendar.yaml", "shift: morning", "shift: evening", "years[0].half_days[0].shift", "not_choice"),
    ("calendar.yaml", ', decision: "let off"', "", "years[0].half_days[0].decision", "required"),
    ("calendar.yaml", "day: 2024-02-07", "day: 07/02/2024", "years[0].half_days[0].day", "not_date"),
]


@pytest.mark.parametrize(("file", "old", "new", "path", "key"), SHAPE)
def test_a_field_of_the_wrong_shape_is_named_with_its_line(folder, file, old, new, path, key):
    line = change(folder, file, old, new) + new.count("\n")

    assert [(f.file, f.line, f.path, f.message) for f in faults_of(folder)] == [(file, line, path, say(key))]


MEANING = [
    (
        "departments.yaml",
        "valid_to: 2025-02-28",
        "valid_to: 2017-01-01",
        "departments[1].valid_to",
        say("ends_before_start", valid_from="2018-01-01", valid_to="2017-01-01"),
    ),
    (
        "departments.yaml",
        "valid_from: 2025-03-01",
        "valid_from: 2018-01-01",
        "departments[2]",
        say("duplicate_version", code="TP", valid_from="2018-01-01", line=3),
    ),
    (
        "wards.yaml",
        "valid_from: 2025-07-01",
        "valid_from: 2025-06-30",
        "wards[4]",
        say("overlap", code="26737", line=4),
    ),
    (
        "providers.yaml",
        "valid_to: 2025-06-30",
        "valid_to: 2017-06-30",
        "providers[0].valid_to",
        say("ends_before_start", valid_from="2018-01-01", valid_to="2017-06-30"),
    ),
    (
        "procedures.yaml",
        "department: TP",
        "department: XX",
        "procedures[0].department",
        say("unknown_department", code="XX"),
    ),
    (
        "procedures.yaml",
        "valid_from: 2018-01-01",
        "valid_from: 2017-12-31",
        "procedures[0].department",
        say("department_gap", code="TP"),
    ),
    ("procedures.yaml", "unit: VP", "unit: XX", "procedures[1].steps[1].unit", say("unknown_department", code="XX")),
    (
        "procedures.yaml",
        "steps: [{unit: TP, amount: 2}",
        "steps: [{unit: TP, amount: 3}",
        "procedures[1].steps",
        say("steps_exceed", sum=4, limit=3),
    ),
    (
        "procedures.yaml",
        "    limit: {kind: same_day}",
        "    steps: [{unit: TP, amount: 1}]\n    limit: {kind: same_day}",
        "procedures[0].steps",
        say("same_day_steps"),
    ),
    (
        "procedures.yaml",
        "field: chung-thuc",
        "field: ho-tich",
        "procedures[0].field",
        say("unknown_field", code="ho-tich"),
    ),
    (
        "procedures.yaml",
        "code: ban-sao",
        "code: ban-chinh",
        "procedures[0].components[1].code",
        say("repeated_code", code="ban-chinh"),
    ),
    ("calendar.yaml", "year: 2025", "year: 2026", "years[1].year", say("missing_year", year=2025)),
    ("calendar.yaml", "year: 2025", "year: 2024", "years[1].year", say("repeated_year", year=2024)),
    (
        "calendar.yaml",
        "day: 2025-09-02",
        "day: 2024-09-03",
        "years[1].off[3].day",
        say("other_year", day="2024-09-03", year=2025),
    ),
    (
        "calendar.yaml",
        "day: 2024-05-01",
        "day: 2024-04-30",
        "years[0].off[3].day",
        say("repeated_day", day="2024-04-30"),
    ),
    (
        "calendar.yaml",
        "day: 2024-05-04",
        "day: 2024-05-03",
        "years[0].make_up[0].day",
        say("make_up_on_working_day", day="2024-05-03"),
    ),
    (
        "calendar.yaml",
        "day: 2024-04-29",
        "day: 2024-05-04",
        "years[0].make_up[0].day",
        say("off_and_make_up", day="2024-05-04"),
    ),
    (
        "calendar.yaml",
        "day: 2024-02-07",
        "day: 2024-05-01",
        "years[0].half_days[0].day",
        say("off_and_half_day", day="2024-05-01"),
    ),
    (
        "calendar.yaml",
        "day: 2024-02-07",
        "day: 2024-05-04",
        "years[0].half_days[0].day",
        say("repeated_day", day="2024-05-04"),
    ),
    (
        "calendar.yaml",
        "day: 2024-02-07",
        "day: 2025-02-07",
        "years[0].half_days[0].day",
        say("other_year", day="2025-02-07", year=2024),
    ),
    (
        "calendar.yaml",
        '    - {opens: "13:00", closes: "17:00"}\n',
        "",
        "years[0].half_days[0].shift",
        say("half_day_shifts", shifts=1),
    ),
    (
        "calendar.yaml",
        '      - {day: 2024-04-30, decision: "law"}\n',
        "",
        "years[0].off",
        say("missing_holiday", year=2024, day="2024-04-30"),
    ),
    ("calendar.yaml", 'opens: "13:00"', 'opens: "11:00"', "working_week.shifts", say("shifts_overlap")),
]


@pytest.mark.parametrize(("file", "old", "new", "path", "message"), MEANING)
def test_rows_that_contradict_each_other_are_named(folder, file, old, new, path, message):
    change(folder, file, old, new)

    assert (file, path, message) in [(f.file, f.path, f.message) for f in faults_of(folder)]


@pytest.mark.parametrize(
    ("file", "old", "new", "lines_below"),
    [
        ("procedures.yaml", "department: TP", "department: XX", 0),
        ("wards.yaml", 'name: "Tân Định", valid_from: 2025-07-01', 'name: "Tân Định", valid_from: 2025-06-30', 0),
        ("calendar.yaml", "day: 2024-05-04", "day: 2024-05-03", 0),
        ("calendar.yaml", "day: 2024-02-07", "day: 2024-05-01", 0),
    ],
)
def test_a_contradiction_is_blamed_on_its_own_line(folder, file, old, new, lines_below):
    line = change(folder, file, old, new) + lines_below

    assert [(f.file, f.line) for f in faults_of(folder)] == [(file, line)]


def test_a_folder_without_files_names_each_missing_file(tmp_path):
    faults = faults_of(tmp_path)

    assert {(f.file, f.message) for f in faults} == {
        (f"{name}.yaml", say("missing_file"))
        for name in ("office", "departments", "wards", "providers", "procedures", "calendar")
    }


def test_broken_yaml_is_blamed_on_the_line_where_reading_stopped(folder):
    change(folder, "wards.yaml", '"Đa Kao"', '"Đa Kao')

    assert [f.file for f in faults_of(folder)] == ["wards.yaml"]
    assert faults_of(folder)[0].line >= 4


def test_an_empty_file_and_a_file_that_is_no_utf8_are_named(folder):
    (folder / "wards.yaml").write_text("# nothing\n", encoding="utf-8")
    (folder / "departments.yaml").write_bytes(b"departments: \xff\xfe\n")

    assert {(f.file, f.message) for f in faults_of(folder)} == {
        ("wards.yaml", say("empty")),
        ("departments.yaml", say("not_utf8")),
    }


def test_a_repeated_key_and_an_alias_are_named(folder):
    repeated = change(folder, "office.yaml", 'name_en: "Test office"', 'name_en: "Test office"\nname_en: "Other"')
    alias = change(folder, "wards.yaml", '"Bến Nghé"', "*ward")
    change(folder, "wards.yaml", '"Đa Kao"', '&ward "Đa Kao"')

    found = {(f.file, f.message) for f in faults_of(folder)}
    assert ("office.yaml", say("repeated_key", key="name_en")) in found
    assert ("wards.yaml", say("alias")) in found
    assert any(f.file == "wards.yaml" and f.line == alias for f in faults_of(folder))
    assert repeated == 2


def test_faults_of_all_files_are_raised_together_and_listed_one_a_line(folder):
    change(folder, "office.yaml", '"000.99.99.H29"', '"nothing"')
    change(folder, "departments.yaml", "code: VP", "code: V-P")
    change(folder, "wards.yaml", '"26734"', '"1"')
    change(folder, "procedures.yaml", "fee_minor: 2000", "fee_minor: free")
    change(folder, "procedures.yaml", "steps: [{unit: TP, amount: 2}", "steps: [{unit: TP, amount: 9}")
    change(folder, "calendar.yaml", '"15:00"', '"3 pm"')

    with pytest.raises(OfficeFaults) as caught:
        load_office(folder)

    assert len(caught.value.faults) == 6
    assert str(caught.value).splitlines() == [str(fault) for fault in caught.value.faults]
    assert "procedures.yaml:11: procedures[0].fee_minor: " in str(caught.value)


def test_a_broken_department_does_not_blame_the_procedures_that_name_it(folder):
    change(folder, "departments.yaml", "code: VP", "code: V-P")

    assert {f.file for f in faults_of(folder)} == {"departments.yaml"}


def test_a_list_in_the_place_of_a_whole_file_is_named(folder):
    (folder / "wards.yaml").write_text("- one\n- two\n", encoding="utf-8")

    assert [(f.file, f.line, f.message) for f in faults_of(folder)] == [("wards.yaml", 1, say("not_mapping"))]


def test_every_sentence_exists_in_both_languages():
    vietnamese, english = languages()

    assert vietnamese.keys() == english.keys()
    assert all(vietnamese[key] != english[key] for key in english)
