"""Procedures from a workbook: what an office's file really looks like, and every fault by its cell."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from office import Procedures, load_office
from office.spreadsheet import SHEETS, SheetFaults, prepare, write_csv, write_xlsx
from office.spreadsheet.columns import MOST_ROWS

FOLDER = Path(__file__).parents[3] / "infra" / "office"
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def office():
    return load_office(FOLDER)


@pytest.fixture(scope="module")
def known(office):
    """A few of the office's procedures: with tiers, cases, steps, and a version that is past."""
    codes = ("2.000815", "2.000620", "1.009994")
    return Procedures.of(row for row in office.all_procedures if row.code in codes)


@pytest.fixture
def book(known):
    """The known procedures as a workbook, free to be changed."""
    return openpyxl.load_workbook(io.BytesIO(write_xlsx(known)))


def packed_of(book):
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.fixture
def read(office, known):
    """Return a function that prepares the import of a workbook, or of files by name."""

    def call(given, today=TODAY):
        files = {"a.xlsx": packed_of(given)} if isinstance(given, openpyxl.Workbook) else given
        return prepare(files, office=office, current=known, today=today)

    return call


@pytest.fixture
def faults(read):
    """Return a function that gives the faults of an import as (sheet, row, column, field, English words)."""

    def call(given, **how):
        with pytest.raises(SheetFaults) as caught:
            read(given, **how)
        assert all(fault.message and fault.message != fault.message_en for fault in caught.value.faults)
        return [(f.sheet, f.row, f.column, f.field, f.message_en) for f in caught.value.faults]

    return call


def cell(book, sheet, row, heading):
    names = [one.value for one in book[sheet][1]]
    return book[sheet].cell(row, names.index(heading) + 1)


def fresh(book, code="9.000001", **changed):
    """Add a procedure of a new code that is as the first one but for what is changed; return its row."""
    sheet = book["procedures"]
    names = [one.value for one in sheet[1]]
    row = dict(zip(names, (one.value for one in sheet[2]), strict=True)) | {"code": code, **changed}
    sheet.append([row[name] for name in names])
    return sheet.max_row


def nothing(changes):
    return (changes.added, changes.changed, changes.ended) == ((), (), ())


def test_what_is_exported_and_imported_again_changes_nothing(office):
    every = office.all_procedures
    for files in ({"a.xlsx": write_xlsx(every)}, write_csv(every)):
        assert nothing(prepare(files, office=office, current=every, today=TODAY))


def test_a_zip_of_csv_files_is_read_as_the_files_are(read, known):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in write_csv(known).items():
            archive.writestr(f"thu-tuc/{name}", content)
        archive.writestr("__MACOSX/._x", b"?")

    assert nothing(read({"thu-tuc.zip": packed.getvalue()}))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_may_be_parted_by_comma_semicolon_or_tab_with_or_without_a_byte_order_mark(read, known, delimiter, mark):
    files = {}
    for name, content in write_csv(known).items():
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(
            csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
        )
        files[name] = mark + text.getvalue().encode()

    assert nothing(read(files))


def test_a_new_procedure_comes_in_with_its_parts(read, book):
    fresh(book, valid_from=date(2027, 1, 1))
    key = ["9.000001", date(2027, 1, 1)]
    book["components"].append([*key, "don", "Đơn", "Petition", 1, 2, True, "Mẫu 01"])
    book["fees"].append([*key, "le-phi", None, "Lệ phí", "Fee", "fee", "page", "copy", 2, 2000, 200000, 4])
    book["fees"].append([*key, "le-phi", None, None, None, None, None, None, None, 1000, None, None])
    book["limits"].append([*key, "xac-minh", "Xác minh", "Verified", "half_days", 3])

    (made,) = read(book).added

    assert (made.components[0].originals, made.components[0].copies, made.components[0].form) == (1, 2, "Mẫu 01")
    (fee,) = made.fees
    assert [(tier.up_to, tier.amount_minor) for tier in fee.tiers] == [(2, 2000), (None, 1000)]
    assert (fee.ceiling_minor, fee.times, fee.collect) == (200_000, "copy", 4)
    assert made.limit_of("xac-minh").kind == "half_days"


OFFICE_HABITS = [
    ("valid_from", "01/01/2027"),
    ("valid_from", "1.1.2027"),
    ("valid_from", "2027-01-01"),
    ("valid_from", date(2027, 1, 1)),
    ("fee_minor", "2.000"),
    ("fee_minor", "2,000"),
    ("fee_minor", " 2000 "),
    ("fee_minor", 2000.0),
    ("limit_amount", "1"),
    ("channels", "1; 2, 3"),
    ("channels", "3 2 1"),
    ("simulated", "không"),
    ("simulated", "FALSE"),
    ("simulated", False),
    ("simulated", None),
    ("name_vi", "  Chứng thực bản sao từ bản chính\n"),
    ("name_vi", "Chu\u031b\u0301ng thu\u031b\u0323c ba\u0309n sao tu\u031b\u0300 ba\u0309n chi\u0301nh"),
]


@pytest.mark.parametrize(("heading", "value"), OFFICE_HABITS)
def test_a_cell_is_read_as_the_office_means_it(read, book, heading, value):
    row = fresh(book, valid_from=date(2027, 1, 1))
    plain = read(book).added

    cell(book, "procedures", row, heading).value = value

    assert read(book).added == plain


def test_a_code_that_became_a_number_is_a_code_again(read, book):
    fresh(book, code=9.00157, valid_from=date(2027, 1, 1))

    assert [row.code for row in read(book).added] == ["9.001570"]


def test_blank_rows_and_columns_at_the_end_are_nothing(read, book):
    sheet = book["components"]
    sheet.cell(sheet.max_row + 30, 4).value = "   "
    sheet.cell(3, 30).value = " "

    assert nothing(read(book))


BAD_CELLS = [
    ("valid_to", "31/02/2027", "must be a date"),
    ("valid_to", datetime(2027, 1, 1, 9), "must be a date"),  # noqa: DTZ001 - cells have no zone
    ("valid_to", 44000, "must be a date"),
    ("valid_to", date(2020, 1, 1), "before valid_from"),
    ("fee_minor", "hai nghìn", "whole number"),
    ("fee_minor", 2.5, "whole number"),
    ("fee_minor", -1, "amount"),
    ("fee_minor", None, "missing"),
    ("fee_minor", "=1000+1000", "formula"),
    ("level", "tỉnh", "allowed values"),
    ("department", "XX", "no department XX"),
    ("field", "khac", "no field of work khac"),
    ("limit_kind", "weeks", "allowed values"),
    ("publication", None, "missing"),
    ("channels", "1,4", "allowed values"),
    ("channels", "1,1", "each once"),
    ("simulated", "maybe", "true or false"),
    ("code", "TP-1", "N.NNNNNN"),
]


@pytest.mark.parametrize(("heading", "value", "words"), BAD_CELLS)
def test_a_cell_that_cannot_be_taken_is_named(faults, book, heading, value, words):
    row = fresh(book, valid_from=date(2027, 1, 1))
    at = cell(book, "procedures", row, heading)
    at.value = value

    (found,) = faults(book)

    assert found[:4] == ("procedures", row, at.column_letter, heading)
    assert words in found[4]


def test_all_faults_of_all_sheets_are_told_at_once_in_their_order(faults, book):
    fresh(book, valid_from=date(2027, 1, 1), level="x", fee_minor="y")
    key = ["9.000001", date(2027, 1, 1)]
    book["components"].append([*key, "don", "Đơn", "Petition", 0, 0])
    book["components"].append(["9.000002", date(2027, 1, 1), "don", "Đơn", "Petition", 1])
    book["fees"].append([*key, "le-phi", None, "Lệ phí", "Fee", "fee", "page", None, 2, 2000])

    found = faults(book)

    assert {(sheet, field) for sheet, _, _, field, _ in found} == {
        ("procedures", "level"),
        ("procedures", "fee_minor"),
        ("components", "components[0]"),
        ("components", "procedure"),
        ("fees", "fees[0].tiers"),
    }
    assert found == sorted(found, key=lambda row: (list(SHEETS).index(row[0]), row[1]))


def test_a_fee_whose_rows_differ_is_named_at_the_row_that_differs(faults, book):
    fresh(book, valid_from=date(2027, 1, 1))
    key = ["9.000001", date(2027, 1, 1)]
    book["fees"].append([*key, "le-phi", None, "Lệ phí", "Fee", "fee", "page", None, 2, 2000])
    book["fees"].append([*key, "le-phi", None, "Phí", None, None, None, None, None, 1000])

    assert faults(book) == [
        ("fees", book["fees"].max_row, "E", "name_vi", "differs from the first row of this fee; leave it empty here")
    ]


def test_merged_cells_are_named(faults, book):
    book["steps"].merge_cells("A3:A4")

    assert ("steps", 3, "A", "A3:A4", "merged cells: part them and write each cell's value") in faults(book)


def test_headings_that_are_unknown_repeated_or_missing_are_named(faults, book):
    sheet = book["steps"]
    sheet["E1"], sheet["F1"], sheet["G2"] = "note", "unit", "stray"

    found = {(row, column, words.partition(";")[0]) for _, row, column, _, words in faults(book)}

    assert found == {
        (1, "E", "no such heading"),
        (1, "F", "the heading is there twice"),
        (2, "G", "the cell has no heading above it"),
    }


def test_a_sheet_of_another_name_is_named_and_one_without_rows_too(faults, book, read):
    book.create_sheet("Ghi chú")["A1"] = "x"
    assert [found[0] for found in faults(book)] == ["Ghi chú"]
    del book["Ghi chú"]
    book.create_sheet("Sheet1")  # the empty sheet that every new workbook has
    assert nothing(read(book))
    book["procedures"].delete_rows(2, 500)
    assert ("procedures", 0, "", "", "the sheet has no rows") in faults(book)


def test_a_sheet_that_is_missing_leaves_its_part_of_known_versions_as_it_is(read, book):
    for name in ("components", "limits", "fees", "steps"):
        del book[name]

    assert nothing(read(book))


def test_procedures_alone_as_csv_can_withdraw_a_version(read, known):
    text = write_csv(known)["procedures.csv"].decode("utf-8-sig")
    changed = text.replace("published", "withdrawn", 1)

    (change,) = read({"procedures.csv": changed.encode()}).changed

    assert (change.version.code, change.fields) == ("2.000815", ("publication",))


def test_control_characters_are_named_once(faults, known):
    text = write_csv(known)["procedures.csv"].decode("utf-8-sig")

    (found,) = faults({"procedures.csv": text.replace("Chứng thực bản sao", "Chứng\x01thực", 1).encode()})

    assert (found[3], found[4]) == ("name_vi", "contains control characters")


def test_too_many_rows_and_cells_far_away_are_refused(faults, book):
    book["steps"].cell(MOST_ROWS + 2, 1).value = "x"
    assert "more than" in faults(book)[0][4]
    book["steps"].delete_rows(MOST_ROWS + 2)
    book["steps"]["XFD1048576"] = "x"
    assert "more than" in faults(book)[0][4]


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("procedures.csv", b" " * (9 * 1024 * 1024))
    return packed.getvalue()


def broken():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("procedures.csv", bytes(range(256)) * 40)
    content = bytearray(packed.getvalue())
    content[60:80] = b"\xff" * 20  # inside the packed bytes
    return bytes(content)


def squeezed():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("procedures.csv", b"code")
    return packed.getvalue()


def entities():
    packed = io.BytesIO(write_xlsx(()))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("xl/more.xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"PK\x03\x04 broken", "not a readable workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old workbook"),
        ("a.xlsx", b"0" * (2 * 1024 * 1024 + 1), "larger than 2048 KiB"),
        ("a.zip", bomb(), "larger than 8 MiB when unpacked"),
        ("a.xlsx", entities(), "not a readable workbook"),
        ("a.zip", broken(), "not a readable workbook"),
        ("a.zip", squeezed(), "not a readable workbook"),
        ("a.csv", b"code\n", "no such sheet"),
        ("procedures.csv", "code;tên".encode("utf-16"), "not UTF-8"),
        ("procedures.csv", b'code;valid_from\n"2.000815;x', "broken CSV"),
        ("procedures.csv", b"", "must hold the headings"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(faults, name, content, words):
    assert any(words in found[4] for found in faults({name: content}))


def test_of_thousands_of_faults_a_thousand_are_told_and_how_many_more_there_are(faults):
    lines = "code;valid_from\n" + "x;y\n" * 1000

    found = faults({"procedures.csv": lines.encode()})

    assert len(found) == 1001
    assert found[-1][4].startswith("and ")


def test_text_that_looks_like_a_formula_is_exported_as_text(office, read):
    version = replace(office.procedure("2.000815", TODAY), fee_note="=1+1")
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx((version,))))

    assert cell(book, "procedures", 2, "fee_note").data_type == "s"


def test_the_guide_for_operators_names_every_sheet_and_column():
    guide = (Path(__file__).parents[3] / "docs" / "operators" / "procedures.md").read_text(encoding="utf-8")

    for sheet, columns in SHEETS.items():
        assert f"`{sheet}`" in guide
        assert [column.name for column in columns if f"`{column.name}`" not in guide] == []
