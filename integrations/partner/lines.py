"""The lines of a push file: one message each, checked against the published schema before anything is sent. Pure.

A line is the ``data`` of the message without the sender's code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from partner.clock import wire
from partner.errand import Errand
from partner.messages import Fault, Schemas, Unacceptable, envelope

LINE_LIMIT = 65_536  # bytes; no honest line comes near


@dataclass(frozen=True, slots=True)
class Case:
    """A good line: the message that will carry it, and a digest that tells whether a repeat says the same."""

    line: int
    reference: str
    digest: str
    message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot go: where, and which fields break which rule."""

    line: int
    faults: tuple[Fault, ...]


def read_lines(
    lines: Iterable[bytes], errand: Errand, code: str, schemas: Schemas, now: datetime, new_id: Iterator[str]
) -> Iterator[Case | BadLine]:
    """Yield a case or its faults for each line that is not blank; line numbers count from 1."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                told = _told(number, line)
                yield Case(number, *_case(told, errand, code, schemas, now, new_id))
            except Unacceptable as error:
                yield BadLine(number, error.faults)


def _told(number: int, line: bytes) -> dict[str, Any]:
    if len(line) > LINE_LIMIT:
        raise Unacceptable([Fault("line", f"is longer than {LINE_LIMIT} bytes")])
    try:
        told = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except (ValueError, RecursionError) as error:
        raise Unacceptable([Fault("line", f"is not JSON in UTF-8 ({type(error).__name__})")]) from None
    if not isinstance(told, dict):
        raise Unacceptable([Fault("line", "must be a JSON object")])
    return told


def _case(
    told: dict[str, Any], errand: Errand, code: str, schemas: Schemas, now: datetime, new_id: Iterator[str]
) -> tuple[str, str, dict[str, Any]]:
    if told.get(errand.role, code) != code:
        raise Unacceptable([Fault(errand.role, f"is another {errand.role}'s")])
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    data = ({errand.moment: wire(now)} if errand.moment else {}) | told | {errand.role: code}
    reference = data.get(errand.reference)
    message = envelope(
        errand.sends, data, id_=next(new_id), source=f"/{errand.role}/{code}",
        subject=reference if isinstance(reference, str) and 0 < len(reference) <= 64 else "?",
        time=wire(now), sequence=1,
    )  # fmt: skip
    try:
        schemas.check(message)
    except Unacceptable as error:
        raise Unacceptable(Fault(fault.field.removeprefix("data."), fault.problem) for fault in error.faults) from None
    return data[errand.reference], digest, message
