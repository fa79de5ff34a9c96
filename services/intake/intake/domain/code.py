"""The dossier code (mã hồ sơ): agency, day, daily number."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

#: Asia/Ho_Chi_Minh has had no daylight saving since 1975; a fixed offset cannot lack its zone file.
VIETNAM = timezone(timedelta(hours=7))


def local_day(at: datetime) -> date:
    """Return the day in Vietnam of an aware instant."""
    return at.astimezone(VIETNAM).date()


def dossier_code(agency: str, day: date, number: int) -> str:
    """Return ``<agency>-<YYMMDD>-<number>``, the number with four digits and more when a day needs them.

    Source: Thông tư 01/2018/TT-VPCP Điều 19 (facts 1.4).
    """
    return f"{agency}-{day:%y%m%d}-{number:04d}"
