"""Figures: the dossiers that a period's are made of, and the periods that are closed (docs/decisions/0023-figures.md)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from pymongo import IndexModel

from chassis.documents import Documents
from chassis.errors import AlreadyHandled, Refused
from chassis.kept import Cause, Document
from intake.documents import to_dossier
from intake.domain import Dossier
from intake.domain.figures import Period, halves
from intake.store import terms
from intake.store.dossiers import Dossiers

#: Dossiers read in one round, about: a span of ``order_key`` each, since the embedded database reads the whole of what a
#: cursor is asked for before it answers.
BATCH = 200
#: Rows of a closed period in one document: some 200 KB, far below what one may hold.
CHUNK = 500
_NARROW, _BEGIN = timedelta(hours=12), datetime(2000, 1, 1, tzinfo=UTC)
#: How much wider a span may be than the one before it.
_GROWTH = 3
#: What no figure needs of a dossier, the larger half of it, and what stands in its place.
_UNREAD: Document = {
    "receipt": {"rules": {}, "components": [], "applicant": {}, "contact": {}},
    "papers": [],
    "account": {"lines": [], "exemptions": [], "payments": []},
}
_UNSEEN = dict.fromkeys(
    ("outbox", "marks", "submission", "name_key", "claims", "papers", "account")
    + tuple(f"receipt.{name}" for name in _UNREAD["receipt"]),
    0,
)


class Figures:
    """One document per closed period; its rows, one for each dossier that counts in it, lie in chunks beside it."""

    COLLECTION = "closings"
    INDEXES: list[IndexModel] = []

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        database = documents.collection.database
        self._dossiers = database[Dossiers.COLLECTION]
        self._chunks = database["closing_rows"]

    def candidates(self, period: Period, now: datetime) -> Iterator[Dossier]:
        """Yield each dossier that may count in a period once, through the index of terms.

        What is open is read first. One that is done meanwhile is found again in its half months, and one that is received
        meanwhile has moved up and is found when what came since is read again; so none is missed.

        Args:
            now: where the newest are.
        """
        names = list(map(terms.half, halves(period.begin, period.end)))
        seen: set[str] = set()
        for row in chain(self._downwards(terms.half("open"), now), self._span(terms.half("open"), now, None)):
            if row["_id"] not in seen:
                seen.add(row["_id"])
                yield _dossier(row)
        for number, name in enumerate(names):
            for row in self._downwards(name, min(period.end, now)):
                if row["_id"] not in seen and not set(names[:number]).intersection(row["terms"]):
                    yield _dossier(row)

    def of(self, codes: Sequence[str]) -> dict[str, Dossier]:
        """Return dossiers by their codes."""
        found = self._dossiers.find({"code": {"$in": list(codes)}}, _UNSEEN)
        return {row["code"]: _dossier(row) for row in found}

    def _downwards(self, term: str, top: datetime) -> Iterator[Document]:
        """Yield what has a term, the newest first, in spans that hold some ``BATCH`` dossiers each."""
        yield from self._span(term, top, None)
        width = _NARROW
        while top > _BEGIN:
            low = max(_BEGIN, top - min(width, top - _BEGIN))
            rows = self._span(term, low, top)
            yield from rows
            width *= min(_GROWTH, BATCH / len(rows)) if rows else _GROWTH
            top = low

    def _span(self, term: str, low: datetime, top: datetime | None) -> list[Document]:
        within = {"$gte": terms.key_of(low), "$lt": terms.key_of(top) if top else "~"}
        return list(self._dossiers.find({"terms": term, "order_key": within}, _UNSEEN, batch_size=2 * BATCH))

    def closing(self, period: Period, cause: Cause | None = None) -> Document | None:
        """Return how a period was closed, None while it is open.

        Raises:
            AlreadyHandled: ``cause`` closed it.
        """
        return self._documents.load(key_of(period), cause)

    def closings(self) -> list[Document]:
        """Return the closed periods, the last one first."""
        found = self._documents.collection.find({}, {"tables": 0, "marks": 0, "outbox": 0})
        return sorted(found, key=lambda row: (row["end"], row["begin"]), reverse=True)

    def close(self, period: Period, closing: Mapping[str, Any], rows: Sequence[Document], cause: Cause) -> Document:
        """Keep a period's figures for ever: first the rows, then, in one insert, that they are valid.

        Raises:
            Refused: ``period-closed``, somebody closed it meanwhile.
        """
        run = str(uuid.uuid4())
        names = [f"{run}/{number}" for number in range(0, len(rows), CHUNK)]
        for number, name in enumerate(names):
            self._chunks.insert_one({"_id": name, "rows": list(rows[number * CHUNK : (number + 1) * CHUNK])})
        document = {"_id": key_of(period), **closing, "chunks": names}
        try:
            return self._documents.add(document, (), cause)
        except AlreadyHandled:
            for name in names:
                self._chunks.delete_one({"_id": name})
            raise Refused("period-closed", 409) from None

    def rows(self, closing: Mapping[str, Any], since: int = 0) -> Iterator[tuple[int, Document]]:
        """Yield the rows of a closed period from one on, each with its number; one chunk is in memory at a time."""
        for number in range(since // CHUNK, len(closing["chunks"])):
            chunk = self._chunks.find_one({"_id": closing["chunks"][number]})
            assert chunk is not None  # written before the closing was
            for at, row in enumerate(chunk["rows"], start=number * CHUNK):
                if at >= since:
                    yield at, row


def _dossier(row: Document) -> Dossier:
    receipt = {**row["receipt"], **_UNREAD["receipt"]}
    return to_dossier({**row, **_UNREAD, "receipt": receipt})


def key_of(period: Period) -> str:
    return f"{period.windows} {period.name}"
