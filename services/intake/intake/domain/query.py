"""What a search asks for. Every condition that is given must hold; what is None is not asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

_WHOLE = re.compile(r"(?P<agency>[0-9A-Z.]*[.A-Z][0-9A-Z.]*)-(?P<day>\d{6})(?:-(?P<number>\d{0,9}))?")
_TAIL = re.compile(r"(?P<day>\d{6})(?:-(?P<number>\d{0,9}))?")
_NUMBER = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One search.

    Attributes:
        code: beginning of a dossier code; holds the whole day at least.
        number: the daily number alone, of any day.
        words: folded words (``domain.words``); each begins a word of the applicant's name, in any order.
        identity, phone: normalised, to be compared as a whole.
        owner: subject of the account that submitted it.
        received_from, received_to: aware instants, half-open.
        due_from, due_to: of the appointment as it stands, likewise.
    """

    code: str | None = None
    number: int | None = None
    words: tuple[str, ...] = ()
    identity: str | None = None
    phone: str | None = None
    status: int | None = None
    department: str | None = None
    procedure: str | None = None
    ward: str | None = None
    channel: int | None = None
    owner: str | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None


def normal_identity(text: str) -> str:
    """Return an identity number as it is compared: letters and digits, capitals."""
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())


def normal_phone(text: str) -> str:
    """Return a telephone number as it is compared: digits, a Vietnamese one with its 0 (+84 903 000 001, 0903000001)."""
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    # written without its plus: no number at home begins with 84 and is that long
    if text.strip().startswith("+") or (digits.startswith("84") and len(digits) >= 11):
        digits = f"00{digits}"
    return f"0{digits[4:].removeprefix('0')}" if digits.startswith("0084") else digits


def read_code(text: str, agency: str) -> dict[str, object]:
    """Return ``code`` or ``number`` of a :class:`Query` from what people have in hand of a dossier code.

    A whole code or its beginning with the day at least ("000.01.01.H29-180823-00"), the same without the agency, which is
    then ``agency`` ("180823-0012"), or the daily number alone ("12" as "0012").

    Raises:
        ValueError: it is none of these.
    """
    given = "".join(text.split()).upper()
    if _NUMBER.fullmatch(given):
        return {"number": int(given)}
    found = _WHOLE.fullmatch(given)
    whole = found or _TAIL.fullmatch(given)
    if whole is None:
        raise ValueError("not a part of a dossier code")
    day, number = whole["day"], whole["number"]
    date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))  # raises ValueError
    return {"code": f"{found['agency'] if found else agency}-{day}-{number or ''}"}
