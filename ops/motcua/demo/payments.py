"""Payments through a provider: all that is owed, told twice, and some that fits no dossier, which a clerk clears."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from motcua.clockfile import PlayedClock
from motcua.demo.desk import Desk
from motcua.demo.diary import Diary
from motcua.partners import start_payments
from motcua.stack import Stack

PROVIDER = "KBNN"
#: A dossier that never was.
NOBODYS = "000.00.00.X00-990101-9999"
#: States in which a dossier may still be paid for.
PAYABLE = (2, 4, 5, 6, 9)
SECONDS = 120


def pay_what_is_owed(stack: Stack, clock: PlayedClock, desk: Desk, diary: Diary) -> None:
    """Have a provider tell that everything was paid, each message twice, and two payments that fit no dossier."""
    owing, settled = [], None
    for state in PAYABLE:
        for dossier in desk.dossiers(state):
            owed = dossier["account"]["owed_minor"]
            settled = dossier["code"] if owed == 0 and settled is None else settled
            owing += [(dossier["code"], owed)] if owed > 0 else []
    at = clock.now().isoformat()
    strays = [(code, 10_000) for code in (NOBODYS, settled) if code]
    rows = [
        {"payment_id": f"GD-{number:06}", "code": code, "amount_minor": owed, "currency": "VND", "paid_at": at}
        for number, (code, owed) in enumerate([*owing, *strays], start=1)
    ]
    file = stack.directory / "partners" / "payments.ndjson"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    push = start_payments(stack, PROVIDER, file, clock=clock.file, seconds=SECONDS, repeat=True)
    if (code := push.wait(timeout=SECONDS + 20)) != 0:
        raise RuntimeError(f"the push of provider {PROVIDER} ended with {code}; see log/provider-{PROVIDER}.log")
    diary.done["strays"] += len(strays)


def clear_kept(desk: Desk, diary: Diary) -> None:
    """Clear the money that fits no dossier, each with a note of how it went back."""
    for kept in desk.get("/api/kept-payments"):
        note = {"note": "Đã trả lại người nộp theo phiếu chi"}
        desk.post(f"/api/kept-payments/{kept['payment']}/clearing", note, f"clear-{kept['payment_id']}")
        diary.done["cleared"] += 1


class ProvidersBook:
    """The provider's own SQLite file.

    Attributes:
        outcomes: how many payments were answered in which way.
        recorded_minor: đồng of those that the office recorded.
        messages: answers that came, repeats among them.
    """

    def __init__(self, partners: Path) -> None:
        self.outcomes: Counter[str] = Counter()
        self.recorded_minor = 0
        for outcome, body in _rows(partners / f"provider-{PROVIDER}.sqlite"):
            self.outcomes[outcome] += 1
            self.recorded_minor += json.loads(body)["data"]["amount_minor"] if outcome == "recorded" else 0


def _rows(file: Path) -> Iterator[Any]:
    if not file.exists():
        return
    book = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        yield from book.execute("SELECT outcome, body FROM submissions")
    finally:
        book.close()
