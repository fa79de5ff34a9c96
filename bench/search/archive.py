"""An office's archive, made up: dossiers as intake stores them, the newest first."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from bench.search import people
from chassis.kept import Document
from intake.documents import to_document
from intake.domain import Deadline, Dossier, Receipt, Status, dossier_code
from intake.store.terms import searchable

T = TypeVar("T")

AGENCY = "000.01.01.H29"
A_DAY = 250
DEPARTMENTS = {"TP": 40, "QLDT": 15, "KT": 20, "TNMT": 15, "LDTBXH": 10}
WARDS = {
    "26734": 18,
    "26737": 14,
    "26740": 12,
    "26743": 11,
    "26746": 10,
    "26749": 9,
    "26752": 8,
    "26755": 7,
    "26758": 6,
}
#: As often as the n-th of many kinds of cases comes (Zipf).
PROCEDURES = {f"1.{number:06d}": 1000 // rank for rank, number in enumerate(range(1612, 1672), start=1)}
CHANNELS = {1: 70, 2: 27, 3: 3}
_AT_WORK = {Status.RECEIVED: 20, Status.PROCESSING: 60, Status.SUPPLEMENT_ASKED: 15, Status.STOPPED: 5}
_OVER = {Status.RETURNED: 90, Status.RESOLVED: 5, Status.REFUSED: 3, Status.WITHDRAWN: 2}


def dossiers(count: int, now: datetime, seed: int = 1) -> Iterator[Dossier]:
    """Yield dossiers of working days back from ``now``, ``A_DAY`` a day, each with its code, in descending order."""
    random, day, made = Random(seed), now, 0  # noqa: S311 - no secret, and the same archive every time
    while made < count:
        day -= timedelta(days=1)
        if day.weekday() > 4:
            continue
        for number in range(min(A_DAY, count - made), 0, -1):
            opened = day.replace(hour=1, minute=0, second=0, microsecond=0)
            at = opened + timedelta(seconds=number * 120 % 28_000 + number, milliseconds=number)
            made += 1
            yield dossier(random, at, dossier_code(AGENCY, at.date(), number), now)


def dossier(random: Random, at: datetime, code: str, now: datetime) -> Dossier:
    """Return one dossier received at ``at``, as old as it looks at ``now``."""
    due_at = at + timedelta(days=random.choice((3, 5, 7, 15, 30)))
    states = _AT_WORK if now - at < timedelta(days=12) else _OVER
    person = people.name(random)
    receipt = Receipt(
        dossier_id=uuid.UUID(int=random.getrandbits(128), version=4),
        procedure={"code": _one(random, PROCEDURES), "name": "Chứng thực bản sao từ bản chính giấy tờ, văn bản"},
        department=_one(random, DEPARTMENTS),
        channel=_one(random, CHANNELS),
        ward=_one(random, WARDS) if random.random() < 0.6 else None,
        ward_reference=None,
        received_at=at,
        applicant={
            "kind": 0,
            "name": person,
            "identity_number": people.identity_number(random),
            "phone": people.phone(random),
            "email": "nguoi.dan@example.org",
            "address": "12 Nguyễn Huệ, phường Bến Nghé, Quận 1",
            "language": "vi",
        },
        contact={"name": person, "email": "nguoi.dan@example.org", "phone": None, "language": "vi"},
        components=tuple({"code": f"giay-to-{n}", "copy": n % 2, "quantity": 1 + n % 3} for n in range(3)),
        tracking_digest=f"{random.getrandbits(256):064x}",
        rules={"limit": {"kind": "working_days", "amount": 3}, "fee_minor": 0, "version": "2018-01-01"},
        submitted_at=at,
        owner=f"citizen-{random.randrange(5000)}" if random.random() < 0.2 else None,
    )
    deadline = Deadline.start(at, due_at, "Quyết định 12/2018 Điều 5")
    state = _one(random, states)
    return replace(Dossier(receipt, deadline, at, code=code), status=state, steps=2 if state in _OVER else 0)


def document(made: Dossier, key: bytes) -> Document:
    """Return what is stored of a dossier whose messages are sent."""
    names = {
        "_id": str(made.receipt.dossier_id),
        "submission": [{"id": str(made.receipt.dossier_id), "digest": "0" * 64}],
    }
    kept = {"version": 3, "sequence": 3, "outbox": [], "marks": [{"id": str(made.receipt.dossier_id)}]}
    return {**to_document(made), **searchable(made, key), **names, **kept}


def _one(random: Random, shares: dict[T, int]) -> T:
    (found,) = random.choices(list(shares), list(shares.values()))
    return found
