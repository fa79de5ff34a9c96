"""Lines of an answer that its client has not taken yet, first in, first out."""

from __future__ import annotations

import tempfile

_IN_MEMORY = 256 * 1024
_PIECE = 16 * 1024


class Backlog:
    """A queue of bytes that holds little memory: what exceeds it waits in a temporary file.

    It grows only while a client sends without reading; it begins anew whenever the client has taken all.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by ``close``
        self._taken = self._put = 0

    def __len__(self) -> int:
        return self._put - self._taken

    def put(self, line: bytes) -> None:
        """Add a line."""
        self._file.seek(self._put)
        self._file.write(line)
        self._put += len(line)

    def take(self) -> bytes:
        """Return the next piece, at most 16 KiB; empty when there is none."""
        self._file.seek(self._taken)
        piece = self._file.read(_PIECE)
        self._taken += len(piece)
        if self._taken == self._put:
            self._file.seek(0)
            self._file.truncate()
            self._taken = self._put = 0
        return piece

    def close(self) -> None:
        """Forget everything."""
        self._file.close()
