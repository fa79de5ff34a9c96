"""What callers ask for: pages, moments, days, and whose dossiers they may look through."""

import base64
import re
from datetime import UTC, date, datetime

import pytest

from chassis.errors import Refused
from chassis.identity import Identity
from intake.messages import calls

STAFF = ("clerk", "chief", "auditor")
NOTHING = {"status": None, "department": None, "procedure": None, "ward": None}
KEY = "2018-08-23T01:10:00.123000+00:00 000.01.01.H29-180823-0001"


@pytest.mark.parametrize("key", [KEY, "2018-08-23T01:10:00+00:00 000.01.01.H29-180823-12345"])
def test_cursor_leads_back_to_its_key(key):
    text = calls.cursor(key)

    assert calls.page(50, text) == (50, key)
    assert re.fullmatch(r"[A-Za-z0-9_=-]+", text)


def test_cursor_of_a_real_dossier_leads_back_to_its_key(dossier):
    key = f"{dossier.receipt.received_at.isoformat()} {dossier.code}"

    assert calls.page(1, calls.cursor(key)) == (1, key)


def test_last_page_has_no_cursor_and_the_first_needs_none():
    assert calls.cursor(None) is None
    assert calls.page(50, None) == (50, None)


def encoded(text):
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        "đây",
        "\ud800",
        "=" * 8,
        "!!!!",
        7,
        True,
        b"MjAx",
        ["a"],
        {"$gt": ""},
        KEY,
        encoded(""),
        encoded("~"),
        encoded("khóa"),
        encoded(KEY + "\n"),
        encoded(KEY.partition(" ")[0]),
        encoded(KEY.replace(" ", "")),
        encoded("{'$gt': ''} AAAAAAAAAA"),
        encoded(KEY * 2),
        encoded(KEY)[:-7],
    ],
)
def test_cursor_that_no_page_gave_is_refused_by_name(refused, named, after):
    error = refused(calls.page, 50, after)

    assert (error.code, error.status, named(error)) == ("invalid-query", 422, {"after"})


@pytest.mark.parametrize("limit", [1, 50, 200])
def test_page_has_1_to_200_rows(limit):
    assert calls.page(limit, None) == (limit, None)


@pytest.mark.parametrize("limit", [0, -1, 201, 10**9, "50", None, 2.0, True, [1]])
def test_other_page_size_is_refused_by_name(refused, named, limit):
    error = refused(calls.page, limit, None)

    assert (error.code, error.status, named(error)) == ("invalid-query", 422, {"limit"})


@pytest.mark.parametrize("role", STAFF)
def test_staff_search_all_they_ask_for(role):
    asked = NOTHING | {"ward": "26734", "department": "TP"}

    assert calls.own(Identity("a", frozenset({role})), asked, STAFF) == asked


@pytest.mark.parametrize(
    ("role", "unit", "name"), [("ward-officer", "26734", "ward"), ("department-officer", "TP", "department")]
)
def test_officer_searches_the_own_unit_only(refused, named, role, unit, name):
    officer = Identity("a", frozenset({role}), unit)

    assert calls.own(officer, NOTHING, STAFF) == NOTHING | {name: unit}
    assert calls.own(officer, NOTHING | {name: unit}, STAFF) == NOTHING | {name: unit}
    error = refused(calls.own, officer, NOTHING | {name: "another"}, STAFF)
    assert (error.code, error.status, named(error)) == ("forbidden", 403, {name})


def test_narrowing_keeps_the_other_filters():
    officer = Identity("a", frozenset({"ward-officer"}), "26734")

    assert calls.own(officer, NOTHING | {"status": 4}, STAFF)["status"] == 4


@pytest.mark.parametrize("role", ["ward-officer", "department-officer"])
def test_officer_without_a_unit_searches_nothing(role):
    with pytest.raises(Refused, match="forbidden"):
        calls.own(Identity("a", frozenset({role})), NOTHING, STAFF)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2018-08-23", datetime(2018, 8, 22, 17, tzinfo=UTC)),
        ("2018-08-23T00:00:00Z", datetime(2018, 8, 23, tzinfo=UTC)),
        ("2018-08-23T08:00:00+07:00", datetime(2018, 8, 23, 1, tzinfo=UTC)),
        (None, None),
    ],
)
def test_moment_is_an_instant_or_the_start_of_a_day_in_vietnam(text, instant):
    found = calls.moment("received_from", text)

    assert found == instant
    assert found is None or found.tzinfo is not None


def test_day_is_a_date():
    assert calls.day("on", "2018-08-23") == date(2018, 8, 23)
    assert calls.day("on", None) is None


@pytest.mark.parametrize("text", ["", "hôm qua", "2018-13-01", "2018-02-30", 20180823, ["2018-08-23"]])
@pytest.mark.parametrize("read", [calls.moment, calls.day])
def test_what_is_no_moment_or_day_is_refused_with_its_field(refused, named, read, text):
    error = refused(read, "on", text)

    assert (error.code, error.status, named(error)) == ("invalid-query", 422, {"on"})
