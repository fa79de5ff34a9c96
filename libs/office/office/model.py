"""Departments, wards, payment providers, fields of work: every row is frozen and holds on the dates it carries, both ends."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Department:
    """A specialist department (phòng chuyên môn) from ``valid_from`` to ``valid_to`` (None: still there)."""

    code: str
    name_vi: str
    name_en: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward (phường); ``code`` is the five-digit GSO number, which names other wards at other dates."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """Who takes fees for the office and says so: ``kind`` is treasury (kho bạc), bank or gateway (cổng thanh toán).

    ``simulated`` marks invented rows.
    """

    code: str
    name_vi: str
    name_en: str
    kind: str
    simulated: bool
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of work (lĩnh vực) that procedures are grouped by."""

    code: str
    name_vi: str
    name_en: str
