"""Dossiers in intake's own database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from chassis.documents import Documents
from chassis.errors import Refused, Taken
from chassis.kept import Cause, Document, Letter, check_digest, created
from chassis.together import Request, Together
from intake.days import Days
from intake.documents import OPTIONAL, to_document, to_dossier
from intake.domain import SERIES, Dossier, Status, dossier_code, local_day
from intake.domain.papers import numbered, unnumbered
from intake.domain.query import Query
from intake.store import search, ward_feed
from intake.store.numbers import Numbers
from intake.store.terms import searchable
from intake.store.ward_changes import WardChanges

#: Dossiers that a forecast looks at.
FINISHED = 40


class ToldOf(Protocol):
    """A dossier after an act, with the letters that tell it (``messages.telling.Told``)."""

    @property
    def dossier(self) -> Dossier: ...
    @property
    def letters(self) -> Sequence[Letter]: ...


class Found(Exception):
    """The submission was registered before; carries the dossier as it is now."""

    def __init__(self, dossier: Dossier) -> None:
        super().__init__(dossier.code)
        self.dossier = dossier


@dataclass(frozen=True, slots=True)
class _Registration:
    """``make`` gives the dossier with the day's n-th code, and its document."""

    of_day: tuple[str, date]
    keys: Sequence[Cause]
    make: Callable[[int], tuple[Dossier, Document]]


_Asked = Request[_Registration, Dossier]


class Dossiers:
    """One document per dossier, with what it must still tell the world (chassis.documents)."""

    COLLECTION = "dossiers"
    INDEXES = [
        IndexModel([("code", ASCENDING)], unique=True),
        IndexModel([("submission.id", ASCENDING)], unique=True),
        IndexModel([("claims", ASCENDING)], unique=True, sparse=True),
        *search.INDEXES,
        *ward_feed.INDEXES,
    ]

    def __init__(self, documents: Documents, search_key: bytes) -> None:
        self._documents = documents
        self._search_key = search_key
        self.feed = ward_feed.Feed(documents.collection)
        documents.follow(WardChanges(Documents(documents.collection.database[WardChanges.COLLECTION])).append)
        self._days = Days(documents.collection.database["code_days"])
        self._numbers = Numbers(documents.collection.database["paper_numbers"])
        # spares the tries at one number of a process' own workers; other replicas still try
        self._together: Together[_Registration, Dossier] = Together(self._register_all)

    def find_submission(self, keys: Sequence[Cause]) -> Dossier | None:
        """Return the dossier that one of these keys made before.

        Raises:
            Refused: a key was used for another body.
        """
        found = self._documents.load({"submission.id": {"$in": [key.id for key in keys]}})
        if found is None:
            return None
        for key in keys:
            for known in found["submission"]:
                if known["id"] == key.id:
                    check_digest(known["digest"], key)
        return to_dossier(found)

    def register(
        self,
        dossier: Dossier,
        agency: str,
        *,
        day: date,
        keys: Sequence[Cause],
        cause: Cause,
        tell: Callable[[Dossier], ToldOf],
    ) -> Dossier:
        """Give the dossier the next code of the day and keep it, in one insert.

        The code's uniqueness is the database's: an insert with a number that is taken fails and tries the next, so
        numbers have no gap and none is given twice, whatever dies between any two steps
        (docs/decisions/0006-dossier-codes.md). Registrations that come at the same time share a round to the database.

        Args:
            keys: name the submission for ever, each with the digest of its body: the caller's, the ward's own.
            cause: the message or call at hand.
            tell: returns the dossier with its code as it is told, and the letters.

        Returns:
            The dossier with its code.

        Raises:
            Found: the same submission was registered meanwhile.
        """
        names = {
            "_id": str(dossier.receipt.dossier_id),
            "submission": [{"id": key.id, "digest": key.digest} for key in keys],
        }

        def make(number: int) -> tuple[Dossier, Document]:
            told = tell(replace(dossier, code=dossier_code(agency, day, number)))
            coded = told.dossier
            document = self._document(coded) | names
            return coded, created(document, told.letters, cause)

        # in a copy of its own: the messages carry this worker's trace, whoever does the round
        context = copy_context()
        return self._together.ask(_Registration((agency, day), keys, lambda number: context.run(make, number)))

    def _register_all(self, asked: Sequence[_Asked]) -> None:
        for of_day in dict.fromkeys(request.asked.of_day for request in asked):
            self._register_day(of_day, [request for request in asked if request.asked.of_day == of_day])

    def _register_day(self, of_day: tuple[str, date], left: list[_Asked]) -> None:
        number = self._days.last(*of_day) + 1
        while left:
            left, made = _made(left, number)
            added = self._documents.add_all([document for _, document in made])
            for request, (coded, _) in zip(left[:added], made, strict=False):
                request.answer(coded)
            number, left = number + added, left[added:]
            if added:
                self._days.reached(*of_day, number - 1)
            if left and not self._known(left[0]):
                number = max(number, self._days.told(*of_day)) + 1
            left = [request for request in left if not request.done]

    def _known(self, request: _Asked) -> bool:
        """Answer a registration that failed because the submission was registered meanwhile."""
        try:
            before = self.find_submission(request.asked.keys)
        except Refused as refused:
            request.fail(refused)
            return True
        if before:
            request.fail(Found(before))
        return request.done

    def get(self, code: str, cause: Cause | None = None) -> tuple[Document, Dossier]:
        """Return the stored document and the dossier.

        Raises:
            Refused: ``unknown-dossier``.
            AlreadyHandled: ``cause`` had its effect on it.
        """
        found = self._documents.load({"code": str(code)}, cause)  # never a query that a caller sends
        if found is None:
            raise Refused("unknown-dossier", 404)
        return found, to_dossier(found)

    def by_id(self, key: UUID | str, cause: Cause | None = None) -> tuple[Document, Dossier]:
        found = self._documents.load(str(key), cause)
        if found is None:
            raise Refused("unknown-dossier", 404)
        return found, to_dossier(found)

    def of_ward(self, key: str, cause: Cause | None = None) -> tuple[Document, Dossier] | None:
        """Return the dossier that a ward named so (``service.base.ward_key``), or None."""
        found = self._documents.load({"submission.id": key}, cause)
        return (found, to_dossier(found)) if found else None

    def save(self, loaded: Document, told: ToldOf, cause: Cause | None = None) -> Dossier:
        """Keep the dossier after an act with what tells it; a paper of a numbered series gets its number in the same write.

        Raises:
            StaleDocument: somebody wrote meanwhile; read and decide again.
            Taken: the payment was recorded for another dossier.
        """
        wanting = unnumbered(told.dossier.papers)
        if wanting is None:
            return self._write(loaded, told.dossier, told.letters, cause)
        series, year = SERIES[wanting.kind], local_day(wanting.at).year

        def write(number: str) -> Dossier:
            dossier = replace(told.dossier, papers=numbered(told.dossier.papers, number))
            return self._write(loaded, dossier, told.letters, cause)

        return self._numbers.give(series, year, write)

    def _write(self, loaded: Document, dossier: Dossier, letters: Iterable[Letter], cause: Cause | None) -> Dossier:
        fields = self._document(dossier)
        unset = [name for name in OPTIONAL if name in loaded and name not in fields]
        try:
            self._documents.save(loaded, fields, letters, cause, unset)
        except DuplicateKeyError:
            raise Taken(["claims"]) from None
        return dossier

    def search(
        self, query: Query, limit: int, after: str | None, now: datetime
    ) -> tuple[list[Dossier], str | None, bool]:
        """Return a page, newest first, the key of the next page, and whether the page ended early (store.search.Page)."""
        collection = self._documents.collection
        page = search.search(collection, self._search_key, query, limit=limit, after=after, now=now)
        return [to_dossier(row) for row in page.rows], page.next, page.more

    def whole(self, codes: Sequence[str]) -> list[Dossier]:
        """Return the dossiers with these codes, in no order; those that are not there are left out."""
        return [to_dossier(row) for row in self._documents.collection.find({"code": {"$in": list(codes)}})]

    def finished(self, procedure: str, now: datetime) -> list[Dossier]:
        """Return the last dossiers of a procedure whose results the people have: what a forecast is made of."""
        return self.search(Query(procedure=procedure, status=int(Status.RETURNED)), FINISHED, None, now)[0]

    def _document(self, dossier: Dossier) -> Document:
        return to_document(dossier) | searchable(dossier, self._search_key) | ward_feed.stated_for(dossier)


def _made(asked: Sequence[_Asked], number: int) -> tuple[list[_Asked], list[tuple[Dossier, Document]]]:
    """Number the registrations from ``number`` on; one that cannot be made fails alone."""
    good: list[_Asked] = []
    made: list[tuple[Dossier, Document]] = []
    for request in asked:
        try:
            made.append(request.asked.make(number + len(made)))
            good.append(request)
        except Exception as error:  # noqa: BLE001 - its own worker meets it
            request.fail(error)
    return good, made
