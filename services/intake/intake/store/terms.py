"""Terms of a dossier: what one multikey index finds it by (docs/decisions/0020-search.md).

A term is a letter for its kind and a value. Identity and telephone numbers are in it as a keyed digest only ("blind
index"): who reads the database without the key can neither read nor guess them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from chassis.kept import Document
from intake.domain import Dossier
from intake.domain.code import VIETNAM
from intake.domain.figures import at_work
from intake.domain.query import normal_identity, normal_phone
from intake.domain.words import words

#: Letters of a word that are its stem: Vietnamese syllables differ early, and each term costs at every write.
STEM = 3
#: A name of more different stems than this has no pairs of them, which a company's would have many of.
PAIRED = 5
#: Hex digits kept of a digest, 96 bits: no two numbers meet by chance.
_BLIND = 24


def searchable(dossier: Dossier, key: bytes) -> Document:
    """Return the fields that a dossier with a code is found by: ``order_key``, ``terms``, ``name_key``.

    They follow from the dossier alone, so they are written with every state of it.

    Args:
        key: of the blind index, 32 bytes or more.
    """
    receipt = dossier.receipt
    name = words(str(receipt.applicant["name"]))
    return {
        "order_key": f"{key_of(receipt.received_at)} {dossier.code}",
        "name_key": "".join(f" {word}" for word in name),
        "terms": sorted({*of_name(name), *_of_person(dossier, key), *_of_case(dossier)}),
    }


def key_of(moment: datetime) -> str:
    """Return an instant as ``order_key`` begins with it: its order as text is that in time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def of_name(name: list[str]) -> Iterator[str]:
    """Yield the terms of a name's words: their stems and, of a short name, each two of them; a long one's stand apart."""
    stems = sorted({word[:STEM] for word in name if len(word) > 1})
    if len(stems) > PAIRED:
        yield from (f"m:{one}" for one in stems)
    else:
        yield from (f"n:{one}" for one in stems)
        yield from (pair(*two) for two in combinations(stems, 2))


def _of_person(dossier: Dossier, key: bytes) -> Iterator[str]:
    receipt = dossier.receipt
    for person in filter(None, (receipt.applicant, receipt.representative, receipt.contact)):
        if number := person.get("identity_number"):
            yield identity(str(number), key)
        if number := person.get("phone"):
            yield phone(str(number), key)
    if receipt.owner:
        yield f"o:{receipt.owner}"


def _of_case(dossier: Dossier) -> Iterator[str]:
    receipt, due_at = dossier.receipt, dossier.due_at
    yield f"s:{int(dossier.status)}"
    yield f"d:{receipt.department}"
    yield f"r:{receipt.procedure['code']}"
    yield f"h:{receipt.channel}"
    yield number(int(str(dossier.code).rpartition("-")[2]))
    if receipt.ward:
        yield f"w:{receipt.ward}"
    if due_at:
        yield month(due_at)
    yield from map(half, at_work(dossier))


def identity(text: str, key: bytes) -> str:
    return f"i:{_blind('identity', normal_identity(text), key)}"


def phone(text: str, key: bytes) -> str:
    return f"p:{_blind('phone', normal_phone(text), key)}"


def number(of_day: int) -> str:
    return f"c:{of_day:04d}"


def month(due_at: datetime) -> str:
    return f"u:{due_at.astimezone(VIETNAM):%Y-%m}"


def half(of_month: str) -> str:
    """Return the term of what is at work in a half month, or open (``domain.figures.at_work``)."""
    return f"a:{of_month}"


def pair(one: str, other: str) -> str:
    """Return the term of a short name with words of both stems."""
    return f"n:{min(one, other)}+{max(one, other)}"


def _blind(kind: str, value: str, key: bytes) -> str:
    made: Any = hmac.new(key, f"{kind} {value}".encode(), hashlib.sha256)
    return str(made.hexdigest())[:_BLIND]
