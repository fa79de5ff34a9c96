"""Vietnam's time for people who read the command's output."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def shown(moment: datetime) -> str:
    """Return an aware instant as the office writes it."""
    return moment.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")
