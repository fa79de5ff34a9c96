"""The only clock: real time, plus an offset from a file where a demo or a test plays another day."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Tell the time.

    Args:
        offset_file: holds seconds to add to real time; read again whenever it changes. None in production.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._file = offset_file
        self._stamp: tuple[int, int] | None = None
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """Return the present as an aware UTC instant, to the millisecond that the database keeps."""
        now = datetime.now(UTC) + self._current_offset()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def _current_offset(self) -> timedelta:
        if self._file is None:
            return self._offset
        try:
            found = os.stat(self._file)
        except FileNotFoundError:
            return timedelta(0)
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            self._offset = timedelta(seconds=float(self._file.read_text() or 0))
            self._stamp = stamp
        return self._offset
