"""The tus 1.0.0 protocol for resumable uploads: what its headers say. Source: https://tus.io/protocols/resumable-upload."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import IO, Any

from werkzeug.datastructures import Headers

from gateway.problems import Problem
from gateway.pushing import BROKEN_OFF

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination,expiration"
PIECE_TYPE = "application/offset+octet-stream"
#: sha1 because the protocol asks for it; it is here against faults of the line, not against forgery.
ALGORITHMS = ("sha256", "sha1")
#: Bytes of one piece on its way to the service: in base64 well below the bus' limit of 1 MiB for a message.
PIECE = 256 * 1024
#: Bytes asked of the connection at once: what a connection that breaks off had sent of them is lost.
_READ = 8 * 1024
_NUMBER = "Must be a whole number, not negative."


def offered(limit: int) -> dict[str, str]:
    """Return the headers that tell what the server can do."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(limit),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def require_version(headers: Headers) -> None:
    """End the request with 412 unless it speaks our version of the protocol."""
    if headers.get("Tus-Resumable") != VERSION:
        raise Problem("tus-version", 412, headers={"Tus-Version": VERSION}, expected=VERSION)


def number(headers: Headers, name: str) -> int:
    """Return a header that is a length or an offset in bytes.

    Raises:
        Problem: 422 that names the header.
    """
    text = headers.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise _wrong(name, _NUMBER)
    return int(text)


def metadata(headers: Headers) -> dict[str, str]:
    """Return the pairs of ``Upload-Metadata``; a key without a value has an empty one.

    Raises:
        Problem: 422, it is not pairs of a key and base64 of UTF-8.
    """
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in headers.get("Upload-Metadata", "").split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            raise _wrong(f"Upload-Metadata.{key[:40]}", "Must be base64 of UTF-8 text.") from None
    return found


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a client says that the body's digest is."""

    algorithm: str
    digest: bytes

    def holds(self, body: IO[bytes]) -> bool:
        """Tell whether ``body``, read from here to its end, has the digest."""
        found = hashlib.new(self.algorithm, usedforsecurity=False)
        while piece := body.read(PIECE):
            found.update(piece)
        return hmac.compare_digest(found.digest(), self.digest)


def checksum(headers: Headers) -> Checksum | None:
    """Return the checksum that the request carries, or None.

    Raises:
        Problem: 400, an algorithm that is not offered, or no base64.
    """
    if (said := headers.get("Upload-Checksum")) is None:
        return None
    algorithm, _, value = said.strip().partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm not in ALGORITHMS or not digest:
        raise _wrong("Upload-Checksum", f"Must be one of: {', '.join(ALGORITHMS)}; and the digest in base64.", 400)
    return Checksum(algorithm, digest)


def pieces(stream: Any) -> Iterator[bytes]:
    """Yield a body in pieces of ``PIECE`` bytes and a shorter last one.

    Where the client goes away or stalls, what came of the piece at hand is yielded, and then the error is raised: little
    that was sent has to be sent again.
    """
    piece = bytearray()
    try:
        while read := stream.read(min(_READ, PIECE - len(piece))):
            piece += read
            if len(piece) == PIECE:
                yield bytes(piece)
                piece.clear()
    except BROKEN_OFF:
        if piece:
            yield bytes(piece)
        raise
    if piece:
        yield bytes(piece)


def http_date(moment: str) -> str:
    """Return an RFC 3339 instant as HTTP writes it."""
    return format_datetime(datetime.fromisoformat(moment), usegmt=True)


def _wrong(field: str, message: str, status: int = 422) -> Problem:
    return Problem("invalid", status, errors=[{"field": field, "message": message}])
