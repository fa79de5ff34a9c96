"""Instants and amounts as people write them, and as JSON has them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def day(instant: datetime) -> date:
    """Return the day of ``instant`` in Vietnam."""
    return instant.astimezone(LOCAL).date()


def when(instant: datetime | None, language: str) -> str:
    """Return an instant at Vietnam time, as people write it: ``15:30, 02/01/2018``; nothing for none."""
    if instant is None:
        return ""
    local = instant.astimezone(LOCAL)
    return local.strftime("%H:%M, %d/%m/%Y") if language == "vi" else local.strftime("%H:%M, %-d %b %Y")


def money(amount_minor: int, language: str) -> str:
    """Return an amount of đồng as people write it: ``100.000`` in Vietnamese, ``100,000`` in English."""
    shown = f"{amount_minor:,}"
    return shown.replace(",", ".") if language == "vi" else shown


def utc(instant: datetime | None) -> str | None:
    """Return an instant as RFC 3339 in UTC."""
    return instant.isoformat().replace("+00:00", "Z") if instant else None


def exact(instant: datetime | None) -> str | None:
    """Return an instant as it goes into the digest of a link of the history: with its milliseconds."""
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z") if instant else None
