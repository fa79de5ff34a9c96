"""The register and a report as sheets: typed cells, and no text that a spreadsheet would run."""

import copy
import io
from datetime import datetime

import pytest
from openpyxl import load_workbook

from papers import BadPaper
from papers.samples import SAMPLES


def sheet(papers, kind, data):
    return load_workbook(io.BytesIO(papers.workbook(kind, data))).worksheets[0]


def test_register_has_real_dates_on_the_offices_clock_and_real_numbers(papers):
    rows = SAMPLES["register"]["rows"]

    made = sheet(papers, "register", SAMPLES["register"])
    heads = [cell.value for cell in made[1]]
    first = dict(zip(heads, made[2], strict=True))

    assert made.max_row == 1 + len(rows)
    assert heads[:3] == ["STT", "Mã hồ sơ", "Tên thủ tục hành chính"]
    assert first["Nhận hồ sơ"].value == datetime.fromisoformat("2026-11-24T08:01:00")
    assert first["Nhận hồ sơ"].number_format == "dd/mm/yyyy hh:mm"
    assert first["STT"].value == 1
    assert first["Mã hồ sơ"].value == rows[0]["code"]
    assert first["Phương thức nhận kết quả"].value == "qua dịch vụ bưu chính công ích"
    assert made.freeze_panes == "A2"
    assert made.column_dimensions["C"].width > made.column_dimensions["A"].width


def test_report_keeps_head_in_sight_amounts_as_numbers_and_sums_last(papers):
    data = SAMPLES["report"]

    made = sheet(papers, "report", data)
    top = next(cell.row for cell in made["A"] if cell.value == "STT")

    assert made["A1"].value == data["title"]
    assert made.freeze_panes == f"A{top + 1}"
    assert [cell.value for cell in made[top + 1]] == data["rows"][0]
    assert made.cell(top + 1, 14).number_format == "#,##0"
    assert [cell.value for cell in made[top + 1 + len(data["rows"])]] == data["sums"]
    assert made.cell(made.max_row, 1).value == data["notes"][-1]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_text_that_looks_like_a_formula_stays_text(text, papers):
    data = copy.deepcopy(SAMPLES["register"])
    data["rows"][0] |= {"applicant": text, "note": text}

    row = sheet(papers, "register", data)[2]
    cells = [cell for cell in row if cell.value == text]

    assert len(cells) == 2
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)] * 2


def test_plain_text_has_no_quote_mark(papers):
    row = sheet(papers, "register", SAMPLES["register"])[2]

    assert not any(cell.quotePrefix for cell in row)


def test_control_characters_do_not_break_a_sheet(papers):
    data = copy.deepcopy(SAMPLES["register"])
    data["rows"][0]["applicant"] = "Lê\x00Văn\x0bẨn"

    assert "Lê\ufffdVăn\ufffdẨn" in [cell.value for cell in sheet(papers, "register", data)[2]]


def test_other_kinds_have_no_sheet(papers):
    with pytest.raises(BadPaper, match="kind"):
        papers.workbook("receipt", SAMPLES["receipt"])
    with pytest.raises(BadPaper, match="rows"):
        papers.workbook("register", {})


def test_a_register_written_row_by_row_says_what_one_made_at_once_says(papers):
    data = copy.deepcopy(SAMPLES["register"])
    data["rows"][0] |= {"applicant": "=1+1", "due_at": None}
    file = io.BytesIO()

    papers.long_register(file, iter(data["rows"]))

    made, whole = load_workbook(file).worksheets[0], sheet(papers, "register", data)
    cells = [[(cell.value, cell.number_format, cell.quotePrefix) for cell in row] for row in made.iter_rows()]
    assert cells == [[(cell.value, cell.number_format, cell.quotePrefix) for cell in row] for row in whole.iter_rows()]
    assert made.freeze_panes == "A2"


def test_a_register_of_nothing_has_its_heads(papers):
    file = io.BytesIO()
    papers.long_register(file, iter(()))
    assert load_workbook(file).worksheets[0].max_row == 1
