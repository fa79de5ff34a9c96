"""NDJSON, line by line in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank. ``body`` is None when the line was longer than allowed."""

    number: int
    body: bytes | None


def read_lines(stream: IO[bytes], limit: int) -> Iterator[Line]:
    """Yield the lines of ``stream``; of a line longer than ``limit`` bytes never more than that is held."""
    number = 0
    while piece := stream.readline(limit + 2):
        number += 1
        whole = piece.endswith(b"\n")
        body = piece.rstrip(b"\r\n")
        if len(body) <= limit and (whole or len(piece) < limit + 2):
            if body.strip():
                yield Line(number, body)
            continue
        while not whole and (piece := stream.readline(64 * 1024)):
            whole = piece.endswith(b"\n")
        yield Line(number, None)
