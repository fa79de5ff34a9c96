"""``motcua procedures``: a workbook looked at before it is imported."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from motcua.cli import group

ROOT = Path(__file__).parents[3]


@pytest.fixture
def run(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("MOTCUA_OFFICE_DIR", raising=False)
    return lambda *arguments: CliRunner().invoke(group, ["procedures", *map(str, arguments)])


def test_an_export_is_checked_and_would_change_nothing(run, tmp_path):
    assert run("export", "--xlsx", tmp_path / "a.xlsx", "--csv", tmp_path / "sheets").exit_code == 0

    for path in (tmp_path / "a.xlsx", tmp_path / "sheets"):
        result = run("check", path)
        assert (result.exit_code, result.stdout) == (0, "nothing would change\n")


def test_a_new_version_is_told_with_the_one_it_ends(run, tmp_path):
    run("export", "--xlsx", tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for sheet in book.worksheets:
        for row in list(sheet.iter_rows(min_row=2, values_only=True)):
            if row[0] == "2.000884":
                sheet.append([row[0], "01/12/2026", *row[2:]])
    book.save(tmp_path / "a.xlsx")

    result = run("check", tmp_path / "a.xlsx", "--on", "2026-11-24")

    assert result.stdout.splitlines() == [
        "added    2.000884 from 2026-12-01  Chứng thực chữ ký trong giấy tờ, văn bản",
        "ended    2.000884 from 2018-01-01  until 2026-11-30",
    ]


def test_every_fault_is_told_and_the_command_fails(run, tmp_path):
    (tmp_path / "procedures.csv").write_text("code;valid_from\n2.000884;x\nX;2026-12-01\n", "utf-8")

    result = run("check", tmp_path / "procedures.csv")

    assert result.exit_code == 1
    assert "procedures!B2: valid_from: phải là ngày" in result.stderr
    assert "procedures!A3: code: mã thủ tục" in result.stderr
    assert "nothing can be imported" in result.stderr


@pytest.mark.parametrize("arguments", [("export",), ("check", "no-such-file.xlsx"), ("check", "docs")])
def test_what_is_missing_is_said(run, arguments):
    result = run(*arguments)

    assert result.exit_code in (1, 2)
    assert result.stderr
