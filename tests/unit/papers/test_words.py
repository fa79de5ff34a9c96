"""Numbers, money and time as Vietnamese papers write them."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers import words

READ = {
    0: "không",
    4: "bốn",
    5: "năm",
    10: "mười",
    11: "mười một",
    15: "mười lăm",
    20: "hai mươi",
    21: "hai mươi mốt",
    25: "hai mươi lăm",
    101: "một trăm linh một",
    105: "một trăm linh năm",
    110: "một trăm mười",
    115: "một trăm mười lăm",
    1_000: "một nghìn",
    1_005: "một nghìn không trăm linh năm",
    1_015: "một nghìn không trăm mười lăm",
    1_105: "một nghìn một trăm linh năm",
    21_000: "hai mươi mốt nghìn",
    100_000: "một trăm nghìn",
    105_000: "một trăm linh năm nghìn",
    1_000_000: "một triệu",
    1_000_005: "một triệu không trăm linh năm",
    2_005_000: "hai triệu không trăm linh năm nghìn",
    1_050_000: "một triệu không trăm năm mươi nghìn",
    123_456_789: "một trăm hai mươi ba triệu bốn trăm năm mươi sáu nghìn bảy trăm tám mươi chín",
    1_000_000_000: "một tỷ",
    1_000_000_005: "một tỷ không trăm linh năm",
    25_000_000_000: "hai mươi lăm tỷ",
    1_000_000_000_000: "một nghìn tỷ",
}
DIGITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7}
DIGITS |= {"tám": 8, "chín": 9}
SCALES = {"nghìn": 10**3, "triệu": 10**6}


def heard(text: str) -> int:
    """Return the number that a listener writes down."""
    if "tỷ" in text.split():
        before, _, after = text.rpartition("tỷ")
        return heard(before) * 10**9 + (heard(after) if after.strip() else 0)
    total = three = digit = 0
    for word in text.split():
        if word in SCALES:
            total, three, digit = total + (three + digit) * SCALES[word], 0, 0
        elif word == "trăm":
            three, digit = digit * 100, 0
        elif word == "mươi":
            three, digit = three + digit * 10, 0
        elif word == "mười":
            three += 10
        elif word != "linh":
            digit = DIGITS[word]
    return total + three + digit


@pytest.mark.parametrize(("number", "read"), READ.items())
def test_number_is_read_as_a_clerk_reads_it(number, read):
    assert words.number_in_words(number) == read


@given(st.integers(min_value=0, max_value=10**15))
def test_number_that_is_read_aloud_is_written_down_the_same(number):
    assert heard(words.number_in_words(number)) == number


def test_number_below_zero_is_refused():
    with pytest.raises(ValueError, match="from 0"):
        words.number_in_words(-1)


def test_amount_keeps_its_unit_on_the_line():
    assert words.money(105_000) == "105.000\u00a0đồng"
    assert words.amount_in_words(100_000) == "Một trăm nghìn\u00a0đồng"


def test_percent_has_a_decimal_comma():
    assert [words.percent(number) for number in (97.5, 100, 0, 1234.567)] == [
        "97,5\u00a0%",
        "100\u00a0%",
        "0\u00a0%",
        "1.234,57\u00a0%",
    ]


def test_days_below_ten_and_the_first_two_months_have_a_zero():
    assert words.day(date(2026, 1, 5)).replace("\u00a0", " ") == "ngày 05 tháng 01 năm 2026"
    assert words.day(date(2026, 3, 24)).replace("\u00a0", " ") == "ngày 24 tháng 3 năm 2026"


def test_instant_is_on_the_offices_clock():
    late = datetime(2026, 11, 23, 18, 5, tzinfo=UTC)

    assert words.moment(late).replace("\u00a0", " ") == "01 giờ 05 phút, ngày 24 tháng 11 năm 2026"
    assert words.day(late).replace("\u00a0", " ") == "ngày 24 tháng 11 năm 2026"
    assert words.short_day(late) == "24/11/2026"
    assert words.short_moment(late) == "01:05 24/11/2026"


@pytest.mark.parametrize(
    ("kind", "amount", "vietnamese", "english"),
    [
        ("working_days", 15, "15 (mười lăm) ngày làm việc", "15 working days"),
        ("calendar_days", 1, "01 (một) ngày", "1 day"),
        ("working_hours", 8, "08 (tám) giờ làm việc", "8 working hours"),
        ("same_day", None, "trong ngày làm việc", "within the working day"),
    ],
)
def test_time_limit_is_said_in_figures_and_words(kind, amount, vietnamese, english):
    limit = SimpleNamespace(kind=kind, amount=amount)

    assert words.span(limit).replace("\u00a0", " ") == vietnamese
    assert words.span(limit, "en").replace("\u00a0", " ") == english


def test_long_code_is_shown_in_groups():
    assert words.in_groups("0123456789") == "0123 4567 89"
