"""Offline bundles as files: read once into a temporary file, their digest taken, their lines handed on in portions."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from werkzeug.exceptions import RequestEntityTooLarge

from chassis.plain import decode
from gateway import texts
from gateway.problems import Problem

MOST_BYTES = 16 * 1024 * 1024
MOST_LINES = 5000
_READ = 8 * 1024
#: Lines and bytes of a portion; intake obeys one within a call.
PORTION, PORTION_BYTES = 10, 256 * 1024


@dataclass(frozen=True, slots=True)
class Framed:
    """A bundle between its ends.

    Attributes:
        lines: how many stand between the first line and the last.
        digest: SHA-256 in hex of all lines before the last, with their line feeds.
    """

    header: dict[str, Any]
    lines: int
    digest: str
    signature: str


def read(stream: Any, kept: IO[bytes], line_limit: int) -> Framed:
    """Read a bundle, and write its lines between first and last to ``kept``.

    Raises:
        Problem: it is too large (413), or no bundle from beginning to end (422).
    """
    digest, header, before, count, size = hashlib.sha256(), b"", b"", 0, 0
    for line in _lines(stream, line_limit):
        size += len(line)
        if size > MOST_BYTES or count > MOST_LINES + 1:
            raise too_large(line_limit)
        digest.update(before)
        if count == 1:
            header = before
        elif count > 1:
            kept.write(_utf8(before, count))
        before, count = line, count + 1
    first, last = _object(header), _object(before)
    if first is None:
        raise _broken("header", "header")
    if last is None or not isinstance(signature := last.get("signature"), str):
        raise _broken("signature", "signature")
    return Framed(first, count - 2, digest.hexdigest(), signature)


def portions(kept: IO[bytes]) -> Iterator[list[str]]:
    """Yield the lines that ``read`` kept, without their line feeds, in portions."""
    kept.seek(0)
    portion: list[str] = []
    size = 0
    for line in kept:
        if portion and (len(portion) == PORTION or size + len(line) > PORTION_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(line.decode().rstrip("\r\n"))
        size += len(line)
    if portion:
        yield portion


def too_large(line_limit: int) -> Problem:
    return Problem("bundle-too-large", 413, bytes=MOST_BYTES, lines=MOST_LINES, line=line_limit)


def _lines(stream: Any, limit: int) -> Iterator[bytes]:
    # amount by amount: a raw stream gives its lines byte by byte
    body = io.BufferedReader(stream, _READ)
    try:
        while line := body.readline(limit + 2):
            if len(line) > limit + 1:
                raise too_large(limit)
            yield line
    except RequestEntityTooLarge:
        raise too_large(limit) from None
    finally:
        body.detach()


def _utf8(line: bytes, number: int) -> bytes:
    try:
        line.decode()
    except UnicodeDecodeError:
        raise _broken(f"line {number}", "encoding") from None
    return line


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = decode(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _broken(field: str, why: str) -> Problem:
    rows = [{"field": field, "message": texts.say(texts.language(), f"bundle/{why}")}]
    return Problem("bundle-broken", 422, errors=rows)
