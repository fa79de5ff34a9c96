"""Procedures as a workbook (xlsx) or CSV files: read with every fault named by its cell, and written."""

from office.spreadsheet.columns import MOST_BYTES, SHEETS
from office.spreadsheet.faults import CellFault, SheetFaults
from office.spreadsheet.importing import prepare
from office.spreadsheet.writing import write_csv, write_xlsx

__all__ = ["MOST_BYTES", "SHEETS", "CellFault", "SheetFaults", "prepare", "write_csv", "write_xlsx"]
