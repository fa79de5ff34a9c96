"""The one room that knows the virus scanner: clamd's INSTREAM command over TCP."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

#: Seconds without an answer, after which the scanner counts as away; it looks at a file only when all of it came.
_SILENCE = 120.0
_CONNECT = 5.0
_ANSWER_LIMIT = 4096


class ScannerAway(Exception):
    """No verdict: the scanner cannot be reached, is busy, or refused to look; try again later."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A clamd that listens on TCP."""

    host: str
    port: int

    def scan(self, pieces: Iterable[bytes]) -> str | None:
        """Return the name of the virus that a file holds, or None if the scanner found none.

        Args:
            pieces: the file's bytes; none longer than the scanner's own ``StreamMaxLength`` in all.

        Raises:
            ScannerAway: there is no verdict.
        """
        try:
            with socket.create_connection((self.host, self.port), timeout=_CONNECT) as link:
                link.settimeout(_SILENCE)
                answer = self._ask(link, pieces)
        except OSError as error:
            raise ScannerAway(type(error).__name__) from error
        return _verdict(answer)

    def _ask(self, link: socket.socket, pieces: Iterable[bytes]) -> bytes:
        try:
            link.sendall(b"zINSTREAM\0")
            for piece in pieces:
                link.sendall(struct.pack(">I", len(piece)) + piece)
            link.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it ends a stream that is too long for it and says so: the answer tells, or its absence does
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _ANSWER_LIMIT:
            if not (piece := link.recv(_ANSWER_LIMIT)):
                break
            answer += piece
        return answer


def open_scanner(address: str) -> Scanner | None:
    """Return the scanner that a setting names, ``clamd://host:port``; None for an empty one.

    Raises:
        ValueError: it names none.
    """
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme != "clamd" or not parts.hostname or not parts.port or parts.path not in ("", "/"):
        raise ValueError("must be clamd://host:port")
    return Scanner(parts.hostname, parts.port)


def _verdict(answer: bytes) -> str | None:
    said = answer.rstrip(b"\0").decode("utf-8", "replace").strip()
    if said == "stream: OK":
        return None
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerAway(said[:200] or "no answer")
