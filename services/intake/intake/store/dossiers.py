"""Dossiers in intake's own database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.documents import Documents
from chassis.errors import Refused
from chassis.kept import Cause, Document, Letter, check_digest, created
from chassis.together import Request, Together
from intake.days import Days
from intake.documents import to_document, to_dossier
from intake.domain import Dossier, dossier_code

#: A list shows at most so many days unless it is asked for a span; keeps every page on an index range.
DEFAULT_SPAN = timedelta(days=92)


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
        IndexModel([("order_key", DESCENDING)]),
        *(IndexModel([(name, ASCENDING), ("order_key", DESCENDING)]) for name in ("status", "department", "ward")),
        IndexModel([("receipt.procedure.code", ASCENDING), ("order_key", DESCENDING)]),
    ]

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._days = Days(documents.collection.database["code_days"])
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
        letters: Callable[[Dossier], Iterable[Letter]],
    ) -> Dossier:
        """Give the dossier the next code of the day and keep it, in one insert.

        The code's uniqueness is the database's: an insert with a number that is taken fails and tries the next, so
        numbers have no gap and none is given twice, whatever dies between any two steps
        (docs/decisions/0006-dossier-codes.md). Registrations that come at the same time share a round to the database.

        Args:
            keys: name the submission for ever, each with the digest of its body: the caller's, the ward's own.
            cause: the message or call at hand.

        Returns:
            The dossier with its code.

        Raises:
            Found: the same submission was registered meanwhile.
        """
        document = to_document(dossier) | {
            "_id": str(dossier.receipt.dossier_id),
            "submission": [{"id": key.id, "digest": key.digest} for key in keys],
        }
        received_at = dossier.receipt.received_at.isoformat()

        def make(number: int) -> tuple[Dossier, Document]:
            coded = replace(dossier, code=dossier_code(agency, day, number))
            named = document | {"code": coded.code, "order_key": f"{received_at} {coded.code}"}
            return coded, created(named, letters(coded), cause)

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
        found = self._documents.load({"code": code}, cause)
        if found is None:
            raise Refused("unknown-dossier", 404)
        return found, to_dossier(found)

    def by_id(self, key: UUID | str, cause: Cause | None = None) -> tuple[Document, Dossier]:
        found = self._documents.load(str(key), cause)
        if found is None:
            raise Refused("unknown-dossier", 404)
        return found, to_dossier(found)

    def save(
        self, loaded: Document, dossier: Dossier, letters: Iterable[Letter], cause: Cause | None = None
    ) -> Dossier:
        """Keep the dossier's next state with what it has to tell.

        Raises:
            StaleDocument: somebody wrote meanwhile; read and decide again.
        """
        fields = to_document(dossier)
        unset = ["wake_at"] if fields["wake_at"] is None else []
        if unset:
            del fields["wake_at"]
        self._documents.save(loaded, fields, letters, cause, unset)
        return dossier

    def search(
        self,
        filters: Mapping[str, Any],
        received_from: datetime | None,
        received_to: datetime | None,
        limit: int,
        after: str | None,
        now: datetime,
    ) -> tuple[list[Dossier], str | None]:
        """Return a page, newest first, and the key of the next page.

        Args:
            filters: any of status, department, ward, procedure; exact values.
            received_from, received_to: aware instants, half-open; default the last ``DEFAULT_SPAN``.
            after: key that an earlier page gave.
        """
        names = {"procedure": "receipt.procedure.code"}
        query: dict[str, Any] = {names.get(name, name): value for name, value in filters.items() if value is not None}
        begin = received_from or (received_to or now) - DEFAULT_SPAN
        span = {
            "$gte": _utc(begin).isoformat(),
            "$lt": after or (_utc(received_to).isoformat() if received_to else "~"),
        }
        query["order_key"] = span
        rows = list(self._documents.collection.find(query, sort=[("order_key", DESCENDING)], limit=limit + 1))
        following = rows[limit - 1]["order_key"] if len(rows) > limit else None
        return [to_dossier(row) for row in rows[:limit]], following


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


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
