"""Registers, reports and the wards' lists, as those read them who are answerable for the day."""

from __future__ import annotations

import io
import sqlite3
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from motcua.demo.desk import Client
from motcua.demo.diary import Diary


def read_report(chief: Client, day: date, diary: Diary) -> None:
    """Read the handling report of the month of ``day``."""
    sums = chief.get("/api/reports", period=f"{day.year}-M{day.month:02}", windows="calendar")["sums"]
    for column in ("received", "total", "resolved", "refused", "withdrawn", "pending"):
        diary.done[f"report-{column}"] = sums[column]


def read_register(chief: Client, day: date, folder: Path, diary: Diary) -> None:
    """Take the register of dossiers of ``day`` as a workbook, and count the codes in it."""
    folder.mkdir(parents=True, exist_ok=True)
    span = {"from": day.isoformat(), "to": day.isoformat(), "format": "xlsx"}
    content = chief.send("GET", "/api/registers/dossiers", params=span).content
    (folder / "register.xlsx").write_bytes(content)
    book = load_workbook(io.BytesIO(content), read_only=True)
    mark = f"-{day:%y%m%d}-"
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    diary.done["registered-on-sheet"] = len({cell for cell in cells if mark in cell})
    book.close()


def read_changes(officer: Client, ward: str, diary: Diary) -> None:
    """Read a ward's list of changes from its beginning, page by page, and count the dossiers in it."""
    since, more, heard = 0, True, set()
    while more:
        page = officer.get(f"/api/wards/{ward}/changes", since=since, limit=200)
        heard |= {change["ward_reference"] for change in page["changes"]}
        since, more = page["next"], page["more"]
    diary.done["changed-of-ward"] = len(heard)


def accepted_by(partners: Path, ward: str) -> int:
    """Return how many of a ward's cases its own book has as accepted."""
    book = sqlite3.connect(f"file:{partners / f'ward-{ward}.sqlite'}?mode=ro", uri=True)
    try:
        ((count,),) = book.execute("SELECT count(*) FROM submissions WHERE outcome = 'accepted'")
    finally:
        book.close()
    return int(count)
