"""Let a client whose request is refused finish sending, so that it can read why."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]

from gateway.pacing import allow, stalled

_MOST_BYTES = 64 * 1024 * 1024
_MOST_SECONDS = 10.0
_BUSY_SECONDS = 2.0

Environ = dict[str, Any]


class Draining:
    """WSGI middleware: read on what an error left unread, to a limit.

    A server that answers and closes while the client still sends resets the connection, and the answer is lost.
    """

    def __init__(self, wrapped: Callable[..., Iterable[bytes]]) -> None:
        self._wrapped = wrapped

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        refused = ""

        def started(status: str, *more: Any) -> Any:
            nonlocal refused
            refused = status[:3] if status[0] in "45" else ""
            return start_response(status, *more)

        response = self._wrapped(environ, started)
        has_body = environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING")
        if refused and has_body and not stalled(environ):
            # where we are short of threads, this one must not wait long
            seconds = _BUSY_SECONDS if refused == "503" else _MOST_SECONDS
            allow(environ, seconds)
            drain(environ["wsgi.input"], seconds)
        return response


def drain(stream: Any, seconds: float = _MOST_SECONDS) -> None:
    """Read on to the end of ``stream``, or to a limit of bytes and time."""
    left, end = _MOST_BYTES, time.monotonic() + seconds
    while left > 0 and time.monotonic() < end:
        try:
            piece = stream.read(min(left, 64 * 1024))
        except (OSError, ValueError, ParseException):
            return  # the client is gone, stalls or sends nonsense
        if not piece:
            return
        left -= len(piece)
