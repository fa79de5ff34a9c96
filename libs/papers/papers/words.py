"""Numbers, money and time as Vietnamese papers write them.

Between a number and what it counts stands a space that does not break a line. Days below 10 and the months 1 and 2 get a
leading zero. Source: NĐ 30/2020/NĐ-CP, Phụ lục I (địa danh và thời gian ban hành văn bản).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
NBSP = "\u00a0"
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", " nghìn", " triệu")
_SPANS = {
    "working_days": ("ngày làm việc", "working days"),
    "calendar_days": ("ngày", "days"),
    "working_hours": ("giờ làm việc", "working hours"),
    "half_days": ("buổi làm việc", "half working days"),
}


def grouped(number: int) -> str:
    """Return a whole number in groups of three: 1234567 is 1.234.567."""
    return f"{number:,}".replace(",", ".")


def percent(number: float) -> str:
    """Return a number of hundredths with at most two decimals: 97.5 is 97,5 %."""
    text = f"{number:,.2f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,")) + f"{NBSP}%"


def money(amount: int) -> str:
    """Return an amount: 100000 is 100.000 đồng."""
    return f"{grouped(amount)}{NBSP}đồng"


def amount_in_words(amount: int) -> str:
    """Return an amount as it is read: 105000 is Một trăm linh năm nghìn đồng. The last word is never alone on a line."""
    read = number_in_words(amount)
    return f"{read[0].upper()}{read[1:]}{NBSP}đồng"


def number_in_words(number: int) -> str:
    """Return how a whole number from 0 is read: 1005 is một nghìn không trăm linh năm.

    Thousands are nghìn, a missing ten is linh. After a group that was read, hundreds and tens are read though zero.
    """
    if number < 0:
        raise ValueError(f"a number from 0, not {number}")
    return _read(number, full=False) if number else _DIGITS[0]


def _read(number: int, *, full: bool) -> str:
    if number >= 10**9:
        billions, rest = divmod(number, 10**9)
        head = f"{_read(billions, full=full)} tỷ"
        return f"{head} {_read(rest, full=True)}" if rest else head
    read: list[str] = []
    for power in (2, 1, 0):
        three = number // 1000**power % 1000
        if three:
            read.append(_three(three, full=full or bool(read)) + _GROUPS[power])
    return " ".join(read)


def _three(number: int, *, full: bool) -> str:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    read = [f"{_DIGITS[hundreds]} trăm"] if full or hundreds else []
    if tens > 1:
        read.append(f"{_DIGITS[tens]} mươi")
    elif tens == 1:
        read.append("mười")
    elif ones and read:
        read.append("linh")
    if ones:
        read.append("mốt" if ones == 1 and tens > 1 else "lăm" if ones == 5 and tens else _DIGITS[ones])
    return " ".join(read)


def local(instant: datetime) -> datetime:
    """Return the instant on the office's clock."""
    return instant.astimezone(LOCAL)


def _date(moment: date) -> str:
    month = f"{moment.month:02}" if moment.month < 3 else str(moment.month)
    return f"ngày{NBSP}{moment.day:02} tháng{NBSP}{month} năm{NBSP}{moment.year}"


def day(moment: date) -> str:
    """Return a day in words: ngày 05 tháng 01 năm 2026. An instant is taken on the office's clock."""
    return _date(local(moment) if isinstance(moment, datetime) else moment)


def moment(instant: datetime) -> str:
    """Return an instant in words: 09 giờ 05 phút, ngày 24 tháng 11 năm 2026."""
    at = local(instant)
    return f"{at.hour:02}{NBSP}giờ {at.minute:02}{NBSP}phút, {_date(at)}"


def short_day(moment: date) -> str:
    """Return a day in figures: 24/11/2026."""
    return f"{local(moment) if isinstance(moment, datetime) else moment:%d/%m/%Y}"


def short_moment(instant: datetime) -> str:
    """Return an instant in figures: 09:05 24/11/2026."""
    return f"{local(instant):%H:%M %d/%m/%Y}"


def stamp(instant: datetime) -> str:
    """Return an instant as the metadata of a document have it, in UTC."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def span(limit: SimpleNamespace, language: str = "vi") -> str:
    """Return a time limit: 10 (mười) ngày làm việc."""
    if limit.kind == "same_day":
        return "trong ngày làm việc" if language == "vi" else "within the working day"
    vietnamese, english = _SPANS[limit.kind]
    if language == "vi":
        return f"{limit.amount:02}{NBSP}({number_in_words(limit.amount)}) {vietnamese.replace(' ', NBSP)}"
    return f"{limit.amount}{NBSP}{english if limit.amount > 1 else english.removesuffix('s')}"


def in_groups(text: str, size: int = 4) -> str:
    """Return a long code in short groups, as it can be compared by eye."""
    return " ".join(text[at : at + size] for at in range(0, len(text), size))
