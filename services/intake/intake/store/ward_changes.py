"""What happened to each ward's dossiers, as one numbered list for each ward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.documents import Documents
from chassis.errors import StaleDocument
from chassis.kept import Document, created

#: Tries at numbers that another replica takes at the same time.
_TRIES = 50
_DIGITS = 12


class WardChanges:
    """One row for each link of the history of a dossier that a ward handed over: ``<ward> <number>``.

    Numbers count 1, 2, 3 ... without a gap, and a number is there only when all before it are: it is given by the insert,
    as the one after the last that is there, and of two that try it one succeeds. So whoever read up to a number has missed
    nothing before it, whatever any clock says (docs/decisions/0022-ward-streams.md).
    """

    COLLECTION = "ward_changes"
    INDEXES = [IndexModel([("of", ASCENDING)], unique=True)]

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._known: dict[str, int] = {}

    def append(self, dossiers: Iterable[Mapping[str, Any]]) -> None:
        """Add what is not in the lists yet of stored dossiers whose outboxes are not cleared; twice is as good as once.

        Raises:
            StaleDocument: other replicas took every number that was tried; try again later.
        """
        rows: dict[str, list[Document]] = {}
        for dossier in dossiers:
            if dossier["receipt"].get("ward_reference"):
                # each link is written with the event that tells it, so one that is not listed yet has it in the outbox;
                # an outbox that an earlier release left behind may belong to a dossier without a history
                new = dossier.get("history", [])[-len(dossier["outbox"]) :]
                rows.setdefault(dossier["ward"], []).extend(_row(dossier, entry) for entry in new)
        for ward, mine in rows.items():
            self._append(ward, sorted(mine, key=lambda row: (row["changed_at"], row["position"])))

    def since(self, ward: str, number: int, limit: int) -> list[Document]:
        """Return the rows after ``number``, oldest first, each with its own."""
        # the span is as long as the page: the embedded database reads all of a span, whatever the limit
        between = {"$gt": _key(ward, number), "$lte": _key(ward, number + limit)}
        rows = self._documents.collection.find({"_id": between}, sort=[("_id", ASCENDING)])
        return [{**row, "number": _number(row)} for row in rows]

    def _append(self, ward: str, rows: Sequence[Document]) -> None:
        for _ in range(_TRIES):
            last = self._last(ward)
            made = [created({"_id": _key(ward, last + count), **row}) for count, row in enumerate(rows, start=1)]
            added = self._documents.add_all(made)
            self._known[ward] = last + added
            rows = rows[added:] and self._new(rows[added:])
            if not rows:
                return
        raise StaleDocument(ward)

    def _new(self, rows: Sequence[Document]) -> list[Document]:
        named = [row["of"] for row in rows]
        known = {row["of"] for row in self._documents.collection.find({"of": {"$in": named}}, {"of": 1})}
        return [row for row in rows if row["of"] not in known]

    def _last(self, ward: str) -> int:
        """Return the last number that is there: beyond the one that is known to be, by ever longer steps, then by halves."""
        low, step = self._known.get(ward, 0), 1
        while self._is_there(ward, low + step):
            low, step = low + step, step * 2
        high = low + step
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._is_there(ward, middle) else (low, middle)
        self._known[ward] = low
        return low

    def _is_there(self, ward: str, number: int) -> bool:
        return self._documents.collection.find_one({"_id": _key(ward, number)}, {"_id": 1}) is not None


def _row(dossier: Mapping[str, Any], entry: Mapping[str, Any]) -> Document:
    return {
        "of": f"{dossier['code']} {entry['position']}",
        "ward": dossier["ward"],
        "ward_reference": dossier["receipt"]["ward_reference"],
        "code": dossier["code"],
        **{name: entry[name] for name in ("status", "kind", "position", "due_at")},
        "changed_at": entry["at"],
    }


def _key(ward: str, number: int) -> str:
    return f"{ward} {number:0{_DIGITS}}"


def _number(row: Mapping[str, Any]) -> int:
    return int(str(row["_id"]).rpartition(" ")[2])
