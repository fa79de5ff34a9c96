"""Names of departments (phòng ban) from the office's data, as they were on a given day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from office import Office, UnknownDepartment, load_office


class Departments:
    """Names by code.

    Args:
        office: None where no office data are given; codes then stand for names.
    """

    def __init__(self, office: Office | None) -> None:
        self._office = office

    def name(self, code: str, on: date, language: str) -> str:
        """Return the name of department ``code`` on day ``on``; a code the office does not know stays a code."""
        if self._office is None:
            return code
        try:
            department = self._office.department(code, on)
        except UnknownDepartment:
            return code
        return department.name_en if language == "en" else department.name_vi


def read_departments(directory: Path | None) -> Departments:
    """Read the office's data once.

    Raises:
        OfficeFaults: naming every fault with file and line.
    """
    return Departments(load_office(directory) if directory else None)
