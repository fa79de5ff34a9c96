"""The time of day: the machine's own, or moved by a file when a played day must pass in minutes."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

log = logging.getLogger("partner.clock")


class Clock:
    """Real time plus the seconds that ``file`` holds; the file is read again whenever it changes."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the present as an aware UTC instant."""
        return datetime.now(UTC) + self._read()

    def _read(self) -> timedelta:
        if self._file is None:
            return self._offset
        try:
            status = self._file.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp != self._stamp:
                self._offset = timedelta(seconds=float(self._file.read_text().strip()))
                self._stamp = stamp
        except FileNotFoundError:
            self._stamp, self._offset = None, timedelta()
        except (ValueError, OverflowError):
            log.warning("clock file %s does not hold a number of seconds; the last offset stays", self._file)
        return self._offset


def wire(moment: datetime) -> str:
    """Return an aware instant as RFC 3339 in UTC, the form every message uses."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
