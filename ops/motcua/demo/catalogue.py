"""The chief brings the procedures up to date: exports the workbook, changes it, imports it."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from motcua.demo.desk import Client
from motcua.demo.diary import Diary

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLACE = "Bảng điện tử tại sảnh tầng trệt"


def post_elsewhere(chief: Client, procedure: str, diary: Diary) -> None:
    """Post a procedure in one place more, through the spreadsheet."""
    book = load_workbook(io.BytesIO(chief.send("GET", "/api/procedures/export").content))
    sheet = book["procedures"]
    columns = {heading: number for number, (heading,) in enumerate(sheet.iter_cols(max_row=1, values_only=True), 1)}
    for row in range(2, sheet.max_row + 1):
        of_it = sheet.cell(row, columns["code"]).value == procedure
        if of_it and sheet.cell(row, columns["valid_to"]).value is None:
            cell = sheet.cell(row, columns["posted_at"])
            cell.value = f"{cell.value}\n{PLACE}" if cell.value else PLACE
    packed = io.BytesIO()
    book.save(packed)
    headers = {"Content-Type": XLSX, "Idempotency-Key": "demo-procedures"}
    told = chief.send("POST", "/api/procedures/imports", data=packed.getvalue(), headers=headers).json()
    diary.done["procedures-changed"] += len(told["changed"])


def posted(chief: Client, procedure: str) -> bool:
    """Whether the procedure is posted there, as anybody reads it."""
    return PLACE in chief.get(f"/api/procedures/{procedure}")["posted_at"]
