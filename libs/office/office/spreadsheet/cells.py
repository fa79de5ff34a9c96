"""What stands in a cell, as the text that procedures.yaml would have for it."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from office.spreadsheet.columns import Kind

_VIETNAMESE_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\Z")
_GROUPED = re.compile(r"\d{1,3}([., ]\d{3})+\Z")
_YES = frozenset({"true", "yes", "x", "1", "có", "co"})
_NO = frozenset({"false", "no", "0", "không", "khong"})


class BadCell(Exception):
    """The cell holds what no column may; ``args[0]`` names the sentence."""


def value_of(raw: object, kind: Kind) -> Any:
    """Return the value of a cell: None when it is blank, text as a rule, a list of text for lists.

    A value that does not fit its column stays as it is, for the schema to name.

    Raises:
        BadCell: characters that no text may have.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    return _READ[kind](raw)


def _text(raw: object) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    text = unicodedata.normalize("NFC", str(raw).replace("\r\n", "\n").replace("\xa0", " ")).strip()
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text):
        raise BadCell("control_signs")
    return text


def _code(raw: object) -> str:
    # a spreadsheet takes 1.001570 for a number and drops the zero
    return f"{raw:.6f}" if isinstance(raw, int | float) and not isinstance(raw, bool) else _text(raw)


def _day(raw: object) -> str:
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    text = _text(raw)
    if found := _VIETNAMESE_DAY.match(text):
        day, month, year = (int(part) for part in found.groups())
        return f"{year:04}-{month:02}-{day:02}"
    return text


def _whole(raw: object) -> str:
    text = _text(raw)
    return re.sub(r"\D", "", text) if _GROUPED.match(text) and not isinstance(raw, float) else text


def _yes_no(raw: object) -> str:
    word = _text(raw).casefold()
    return "true" if word in _YES else "false" if word in _NO else word


def _lines(raw: object) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]", _text(raw)) if part.strip()]


def _wholes(raw: object) -> list[str]:
    return [part for part in re.split(r"[;,\s]+", _text(raw)) if part]


_READ: dict[Kind, Callable[[object], Any]] = {
    "text": _text,
    "code": _code,
    "day": _day,
    "whole": _whole,
    "yes_no": _yes_no,
    "lines": _lines,
    "wholes": _wholes,
}
