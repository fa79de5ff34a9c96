"""What wards handed over, by their own days and references."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection

from chassis.kept import Document
from intake.domain import Dossier, local_day

#: Sparse: only what wards handed over.
INDEXES = [IndexModel([("ward_day", ASCENDING)], sparse=True)]


def stated_for(dossier: Dossier) -> Document:
    """Return the ward's day that a dossier is stated for, if a ward handed it over."""
    receipt = dossier.receipt
    if not receipt.ward_reference:
        return {}
    return {"ward_day": _day(str(receipt.ward), local_day(receipt.submitted_at))}


class Feed:
    def __init__(self, dossiers: Collection[Document]) -> None:
        self._dossiers = dossiers

    def of_day(self, ward: str, day: date) -> dict[str, str]:
        """Return reference to digest of what a ward handed over, by the day of its ``submitted_at``."""
        return self._digests(ward, {"ward_day": _day(ward, day)})

    def named(self, ward: str, references: Iterable[str]) -> dict[str, str]:
        """Return reference to digest of what a ward handed over under these references, whenever it was."""
        return self._digests(ward, {"submission.id": {"$in": [f"ward:{ward}:{reference}" for reference in references]}})

    def _digests(self, ward: str, where: Document) -> dict[str, str]:
        prefix = f"ward:{ward}:"
        names = (name for row in self._dossiers.find(where, {"submission": 1}) for name in row["submission"])
        return {name["id"].removeprefix(prefix): name["digest"] for name in names if name["id"].startswith(prefix)}


def _day(ward: str, day: date) -> str:
    return f"{ward} {day.isoformat()}"
