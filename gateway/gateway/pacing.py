"""How long a client may take to send: no byte for a while, or too slow in all, ends the request."""

from __future__ import annotations

import select
import socket
import time
from typing import Any

from gunicorn.http.parser import RequestParser  # type: ignore[import-untyped]

_PIECE = 64 * 1024


class Stalled(Exception):
    """The client did not send its request line and headers in time."""


class PacedSocket(socket.socket):
    """A connection whose reads and writes end in time; a thread that waits for a stalled client serves nobody.

    Args:
        accepted: the connection; this object takes it over.
        read_seconds: longest wait for the next bytes.
        body_seconds: longest wait for a whole request and its answer, unless ``allow`` says otherwise, and for the client
            to take a piece of the answer. Only waiting counts: a batch may take as long as we need to handle it.

    Attributes:
        stalled: the client was too slow; what it sends from now on belongs to no request.
    """

    def __init__(self, accepted: socket.socket, read_seconds: float, body_seconds: float) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        self._read_seconds = read_seconds
        self._body_seconds = body_seconds
        self.begin()

    def begin(self) -> None:
        """Let the time of a request begin now."""
        self.stalled = False
        self.allow(self._body_seconds)

    def allow(self, seconds: float) -> None:
        """Let reads wait ``seconds`` in all from now on, and writes as long."""
        self._left = self._left_to_send = seconds

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Receive as ever, within the time that is left.

        Raises:
            TimeoutError: the client is too slow.
        """
        given = self.gettimeout()
        if given == 0:
            return super().recv(bufsize, flags)
        left = min(self._read_seconds, self._left, self._read_seconds if given is None else given)
        began = time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError("the client sends too slowly")
            self.settimeout(left)
            return super().recv(bufsize, flags)
        except TimeoutError:
            self.stalled = True
            raise
        finally:
            self._left -= time.monotonic() - began
            self.settimeout(given)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send as ever, within the time that a request may take for each piece, and that is left for all.

        Raises:
            TimeoutError: the client does not read, or too slowly.
        """
        given, whole = self.gettimeout(), memoryview(data)
        for start in range(0, len(whole), _PIECE):
            began = time.monotonic()
            try:
                if self._left_to_send <= 0:
                    raise TimeoutError("the client reads too slowly")
                self.settimeout(min(self._body_seconds, self._left_to_send))
                super().sendall(whole[start : start + _PIECE], flags)
            except TimeoutError:
                self.stalled = True
                raise
            finally:
                self._left_to_send -= time.monotonic() - began
                self.settimeout(given)

    @property
    def writable(self) -> bool:
        """Whether a small piece can be sent without waiting for the client to read."""
        poll = select.poll()
        poll.register(self, select.POLLOUT)
        return bool(poll.poll(0))


class PacedParser(RequestParser):
    """gunicorn's parser on a ``PacedSocket``."""

    def __next__(self) -> Any:
        """Parse the next request.

        Raises:
            Stalled: it did not come in time.
        """
        self.unreader.sock.begin()
        try:
            return super().__next__()
        except TimeoutError:
            raise Stalled from None


def allow(environ: dict[str, Any], seconds: float) -> None:
    """Let the client keep us waiting for the body of its request for ``seconds`` in all."""
    if isinstance(sock := environ.get("gunicorn.socket"), PacedSocket):
        sock.allow(seconds)


def stalled(environ: dict[str, Any]) -> bool:
    """Tell whether the client of the request was too slow."""
    sock = environ.get("gunicorn.socket")
    return isinstance(sock, PacedSocket) and sock.stalled


def writable(environ: dict[str, Any]) -> bool:
    """Tell whether a piece of the answer can be sent at once."""
    sock = environ.get("gunicorn.socket")
    return sock.writable if isinstance(sock, PacedSocket) else True
