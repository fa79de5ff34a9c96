"""The played clock of a demo: a file with an offset in seconds that every process adds to real time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from motcua.office import VIETNAM
from worktime import WorkingCalendar


class PlayedClock:
    """Plays another day; see docs/decisions/0010-clock-file.md."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def set(self, moment: datetime) -> None:
        """Let it be ``moment`` (aware) now; the file is replaced whole, so no reader sees half of it."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(".new")
        beside.write_text(str((moment - datetime.now(UTC)).total_seconds()))
        beside.replace(self.file)

    def now(self) -> datetime:
        """Return the played present."""
        return datetime.now(UTC) + timedelta(seconds=float(self.file.read_text()))

    def at(self, hour: int, minute: int = 0) -> None:
        """Let it be this time of the played day, in Vietnam."""
        self.set(datetime.combine(self.now().astimezone(VIETNAM).date(), time(hour, minute), VIETNAM))

    def start(self, calendar: WorkingCalendar) -> None:
        """Let it be 08:00 of the next working day from today on."""
        today = datetime.now(VIETNAM).date()
        day = today if calendar.is_working_day(today) else calendar.next_working_day(today)
        self.set(datetime.combine(day, time(8), VIETNAM))
