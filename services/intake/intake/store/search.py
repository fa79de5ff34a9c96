"""Search of dossiers, newest first, in pages (docs/decisions/0020-search.md).

The term that leads is read backwards in spans of ``order_key``: the first is narrow, each next one is as wide as the last
one's yield allows. So a page costs the same whether a term is rare or common, on a server that stops at a limit and on
one that reads a whole span whatever the limit. A page that would need more than :data:`EXAMINED` dossiers ends early and
says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.collection import Collection

from chassis.kept import Document
from intake.domain.query import Query
from intake.store.plan import Condition, Plan, plan
from intake.store.terms import key_of

#: What searches read; ``code`` has its own unique index. Both directions are read from an ascending one; in a descending
#: one the embedded database takes "at least X" to leave out what begins with X.
INDEXES = [
    IndexModel([("order_key", ASCENDING)]),
    IndexModel([("terms", ASCENDING), ("order_key", ASCENDING)]),
]
#: Dossiers read for one page at most.
EXAMINED = 500
#: Spans read for one page at most: each is a call to the database.
_ROUNDS = 24
#: Dossiers that the first span should hold in an office with as many a day.
_FIRST, _A_DAY = 70, 250
_NARROW, _WIDE = timedelta(hours=1), timedelta(days=1000)
#: How much wider a span may be than the one before it.
_GROWTH = 3
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_UNSEEN = dict.fromkeys(("outbox", "marks", "submission", "terms", "name_key"), 0)


@dataclass(frozen=True, slots=True)
class Page:
    """What was found.

    Attributes:
        rows: stored documents, newest first.
        next: key that the next page begins below; None on the last.
        more: the page ended before it was full, to stay quick; ``next`` goes on from there.
    """

    rows: list[Document]
    next: str | None
    more: bool = False


@dataclass(slots=True)
class _Span:
    """What one span gave. ``reached``: key down to which everything was read."""

    rows: list[Document]
    seen: int
    reached: str
    cut: bool


def search(
    collection: Collection[Document], key: bytes, query: Query, *, limit: int, after: str | None, now: datetime
) -> Page:
    """Return a page.

    Args:
        key: of the blind index.
        after: ``next`` of the page before.
        now: where the newest are; younger ones are found all the same.
    """
    how = plan(query, key)
    if how.by_code:
        return _by_code(collection, how, limit, after)
    floor = max(_utc(query.received_from), _BEGIN) if query.received_from else _BEGIN
    # a dossier is received before its appointment, so the end of one span is an end of the other too
    ends = [moment for moment in (query.received_to, query.due_to) if moment]
    top = min(filter(None, (_instant(after), *ends, now)))
    upper = min(filter(None, (after, *map(key_of, ends), "~")))
    return _Walk(collection, how, limit).down(_utc(top), upper, floor)


class _Walk:
    """Reads spans downwards until a page is full, all is read, or it would take too long."""

    def __init__(self, collection: Collection[Document], how: Plan, limit: int) -> None:
        self._collection, self._how, self._limit = collection, how, limit
        self._rows: list[Document] = []
        self._left = EXAMINED

    def down(self, top: datetime, upper: str, floor: datetime) -> Page:
        days = _FIRST / _A_DAY / max(self._how.near, 1e-9)
        width = min(max(timedelta(days=min(days, 1e6)), _NARROW), _WIDE)
        for _ in range(_ROUNDS):
            low = max(floor, top - min(width, top - floor)) if top > floor else floor
            span = self._read(key_of(low), upper)
            self._rows += span.rows
            self._left -= span.seen
            if len(self._rows) > self._limit:
                return Page(self._rows[: self._limit], self._rows[self._limit - 1]["order_key"])
            if not span.cut and low <= floor:
                return Page(self._rows, None)
            if span.cut or self._left <= 0:
                return Page(self._rows, span.reached, more=True)
            width = self._width(top - low, span)
            top, upper = low, span.reached
        return Page(self._rows, upper, more=True)

    def _width(self, last: timedelta, span: _Span) -> timedelta:
        """Return how wide the next span should be to hold what is wanted, and no more than may be read."""
        if not span.seen:
            return last * _GROWTH
        wanted = self._limit + 1 - len(self._rows)
        each = span.seen / len(span.rows) if span.rows else float(self._left)
        return last * min(_GROWTH, max(min(wanted * each * 1.3, self._left * 0.8), 10) / span.seen)

    def _read(self, lower: str, upper: str) -> _Span:
        within = {"order_key": {"$gte": lower, "$lt": upper}}
        wanted, cap = self._limit + 1 - len(self._rows), max(1, self._left // len(self._how.leads))
        spans = [self._of({**lead, **within}, lower, wanted, cap) for lead in self._how.leads]
        reached = max(span.reached for span in spans)
        rows = sorted((row for span in spans for row in span.rows), key=_order, reverse=True)
        kept = [row for row in rows if row["order_key"] >= reached]
        return _Span(kept, sum(span.seen for span in spans), reached, any(span.cut for span in spans))

    def _of(self, lead: Condition, lower: str, wanted: int, cap: int) -> _Span:
        """Read one lead. The conditions stand apart, so that the server has one way to the dossiers: the index.

        On the embedded database a condition beside those of the index would turn it into a scan, and so would a hint.
        """
        counted = {"$group": {"_id": None, "seen": {"$sum": 1}, "last": {"$min": "$order_key"}}}
        steps: list[Mapping[str, Any]] = [
            {"$match": lead},
            {"$sort": {"order_key": DESCENDING}},
            {"$limit": cap},
            {"$facet": {"rows": [*_rest(self._how), {"$limit": wanted}, {"$project": _UNSEEN}], "all": [counted]}},
        ]
        (found,) = self._collection.aggregate(steps)
        told: Document = found["all"][0] if found["all"] else {"seen": 0, "last": lower}
        cut = told["seen"] >= cap
        return _Span(found["rows"], told["seen"], told["last"] if cut else lower, cut)


def _by_code(collection: Collection[Document], how: Plan, limit: int, after: str | None) -> Page:
    steps: list[Mapping[str, Any]] = [{"$match": how.leads[0]}, *_rest(how)]
    if after:
        steps.append({"$match": {"order_key": {"$lt": after}}})
    steps += [{"$sort": {"order_key": DESCENDING}}, {"$limit": limit + 1}, {"$project": _UNSEEN}]
    rows = list(collection.aggregate(steps))
    return Page(rows[:limit], rows[limit - 1]["order_key"] if len(rows) > limit else None)


def _rest(how: Plan) -> list[Mapping[str, Any]]:
    return [{"$match": {"$and": list(how.rest)}}] if how.rest else []


def _order(row: Document) -> str:
    return str(row["order_key"])


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _instant(key: str | None) -> datetime | None:
    return datetime.fromisoformat(key.partition(" ")[0]) if key else None
