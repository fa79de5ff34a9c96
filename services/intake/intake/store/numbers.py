"""Numbers of papers, given by the write that uses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from chassis.errors import StaleDocument, Taken

Kept = TypeVar("Kept")
#: Tries at numbers that others take at the same time, before the message or call goes the way of any passing trouble.
TRIES = 50


class Numbers:
    """Numbers of papers: from 01 on 1 January to 31 December, without a gap (NĐ 30/2020/NĐ-CP Đ.15).

    A number is given by the write that uses it: the database lets one document have it, and a write that comes second
    tries the next. How far a series has come is a hint here, as in ``Days``.
    """

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    def give(self, series: str, year: int, write: Callable[[str], Kept]) -> Kept:
        """Return what ``write`` returns for the first free number, for instance ``07/2026/HDHS``.

        Raises:
            StaleDocument: every number that was tried is given; read and decide again, it goes on behind them.
        """
        key = f"{series} {year}"
        found = self._collection.find_one({"_id": key})
        first = (found["last"] if found else 0) + 1
        for number in range(first, first + TRIES):
            try:
                kept = write(f"{number:02d}/{year}/{series}")
            except Taken:
                continue
            self._collection.update_one({"_id": key}, {"$max": {"last": number}}, upsert=True)
            return kept
        # the hint is far behind: so many numbers are known to be given by now
        self._collection.update_one({"_id": key}, {"$max": {"last": first + TRIES - 1}}, upsert=True)
        raise StaleDocument(key)
