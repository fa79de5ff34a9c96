"""How a search is carried out: one term or code leads through an index, the other conditions are checked on what it finds.

Which term leads is decided here, not by the server: the one that fewest dossiers have, by rough shares of an office's
dossiers. A wrong share costs time, never a result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from intake.domain.code import VIETNAM
from intake.domain.query import Query
from intake.store import terms

Condition = dict[str, Any]

#: Of the dossiers' applicants, how many have a word that begins so (surnames, middle and given names, rounded up).
_NAMES = {
    "ngu": 0.4, "thi": 0.42, "van": 0.35, "tra": 0.13, "pha": 0.1, "hoa": 0.09, "huy": 0.08, "tru": 0.05, "tha": 0.08,
    "phu": 0.06, "min": 0.06, "ngo": 0.06, "duc": 0.04, "thu": 0.05, "con": 0.03, "quo": 0.03, "anh": 0.05, "hun": 0.04,
    "qua": 0.04, "mai": 0.03, "lin": 0.03, "huo": 0.03, "kim": 0.02, "xua": 0.03, "huu": 0.03, "dan": 0.03,
}  # fmt: skip
#: Any other beginning of a word; and of names, how many are too long to have pairs.
_RARE, _LONG = 0.01, 0.1
#: Dossiers end in 10 (returned); those at work are few, and of the last weeks.
_STATES = {9: 0.1, 10: 0.9}
#: Kinds of terms whose dossiers lie together in time: states at work, months of appointments.
_TOGETHER = "su"
_CHANNELS = {1: 0.7, 2: 0.4, 3: 0.05}
#: Months of a span of appointments that are looked up one by one; a longer one is not what leads.
_MONTHS = 3
#: Kinds of terms that the exact conditions imply: a word's stem, a span's months.
_IMPLIED = "nu"


@dataclass(frozen=True, slots=True)
class Plan:
    """What leads, and what is checked.

    Attributes:
        leads: conditions on one indexed field, any of which a dossier meets; each is read within a span of ``order_key``.
        near: how many of the dossiers where the search begins meet them, roughly.
        rest: conditions on the dossiers that were read.
        by_code: ``leads`` is about the code, which is few dossiers by itself and needs no span.
    """

    leads: tuple[Condition, ...]
    near: float
    rest: tuple[Condition, ...]
    by_code: bool = False


def plan(query: Query, key: bytes) -> Plan:
    """Return how to carry out a search. ``key`` is that of the blind index."""
    rest = [*_received(query), *_due(query), *({"name_key": {"$regex": f" {re.escape(word)}"}} for word in query.words)]
    one_of = dict(_terms(query, key))
    if query.code is not None:
        rest += [{"terms": group[0]} for group in one_of if group[0][0] not in _IMPLIED]
        return Plan(({"code": {"$gte": query.code, "$lt": f"{query.code}~"}},), 0.0, tuple(rest), by_code=True)
    best = min(one_of, key=lambda group: one_of[group], default=())
    rest += [{"terms": group[0]} for group in one_of if group != best and group[0][0] not in _IMPLIED]
    if not best or one_of[best] >= 1:
        return Plan(({},), 1.0, tuple(rest))
    near = 0.5 if best[0][0] in _TOGETHER else one_of[best]
    return Plan(tuple({"terms": term} for term in best), near, tuple(rest))


def _terms(query: Query, key: bytes) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield groups of terms, one of which a dossier has, each with its share."""
    if query.identity is not None:
        yield (terms.identity(query.identity, key),), 1e-6
    if query.phone is not None:
        yield (terms.phone(query.phone, key),), 2e-6
    if query.owner is not None:
        yield (f"o:{query.owner}",), 1e-5
    if query.number is not None:
        yield (terms.number(query.number),), 0.004
    yield from _name(query.words)
    if query.procedure is not None:
        yield (f"r:{query.procedure}",), 0.03
    if query.status is not None:
        yield (f"s:{query.status}",), _STATES.get(query.status, 0.01)
    if query.ward is not None:
        yield (f"w:{query.ward}",), 0.06
    if query.department is not None:
        yield (f"d:{query.department}",), 0.11
    if query.channel is not None:
        yield (f"h:{query.channel}",), _CHANNELS.get(query.channel, 0.05)
    if months := _months(query.due_from, query.due_to):
        yield months, 0.01 * len(months)


def _name(words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield what the words of a name lead to: the rarest two, and in long names the rarest one."""
    shares = {word[: terms.STEM]: _NAMES.get(word[: terms.STEM], _RARE) for word in words if len(word) >= terms.STEM}
    rarest = sorted(shares, key=lambda stem: shares[stem])[:2]
    if len(rarest) == 2:  # noqa: PLR2004 - a pair
        one, other = rarest
        yield (terms.pair(one, other), f"m:{one}"), shares[one] * max(shares[other], _LONG)
    elif rarest:
        yield (f"n:{rarest[0]}", f"m:{rarest[0]}"), shares[rarest[0]]


def _months(begin: datetime | None, end: datetime | None) -> tuple[str, ...]:
    if begin is None or end is None or not begin < end or end - begin > timedelta(days=31 * _MONTHS):
        return ()
    found, day, last = [], begin.astimezone(VIETNAM).replace(day=1), (end - timedelta(microseconds=1))
    while day.astimezone(VIETNAM).replace(day=1) <= last:
        found.append(terms.month(day))
        day = (day + timedelta(days=32)).replace(day=1)
    return tuple(found) if len(found) <= _MONTHS else ()


def _received(query: Query) -> Iterator[Condition]:
    """What leads by the code is not read within a span."""
    if query.code is not None:
        yield from _span("receipt.received_at", query.received_from, query.received_to)


def _due(query: Query) -> Iterator[Condition]:
    yield from _span("due_at", query.due_from, query.due_to)


def _span(field: str, begin: datetime | None, end: datetime | None) -> Iterator[Condition]:
    bounds = {operator: moment for operator, moment in (("$gte", begin), ("$lt", end)) if moment is not None}
    if bounds:
        yield {field: bounds}
