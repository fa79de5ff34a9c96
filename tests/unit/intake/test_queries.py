"""What callers ask for: pages, moments, days, and whose dossiers they may look through."""

import base64
import re
from datetime import UTC, date, datetime

import pytest

from chassis.errors import Refused
from chassis.identity import Identity
from intake.domain.query import Query, normal_identity, normal_phone, read_code
from intake.messages import calls, queries
from intake.store.plan import plan

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


def test_cursor_of_a_page_that_ended_early_is_a_moment_alone():
    key = KEY.partition(" ")[0]

    assert calls.page(50, calls.cursor(key)) == (50, key)


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
        encoded(KEY.replace(" ", "")),
        encoded("{'$gt': ''} AAAAAAAAAA"),
        encoded(KEY * 2),
        encoded(KEY)[:-7],
        encoded("0" * 19),
        encoded("-" * 19),
        encoded("2018-01-01T00:00:00"),
        encoded("0001-01-01T00:00:00+07:00"),
        encoded("9999-12-31T23:59:59-07:00"),
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

    assert queries.own(Identity("a", frozenset({role})), asked, STAFF) == asked


@pytest.mark.parametrize(
    ("role", "unit", "name"), [("ward-officer", "26734", "ward"), ("department-officer", "TP", "department")]
)
def test_officer_searches_the_own_unit_only(refused, named, role, unit, name):
    officer = Identity("a", frozenset({role}), unit)

    assert queries.own(officer, NOTHING, STAFF) == NOTHING | {name: unit}
    assert queries.own(officer, NOTHING | {name: unit}, STAFF) == NOTHING | {name: unit}
    error = refused(queries.own, officer, NOTHING | {name: "another"}, STAFF)
    assert (error.code, error.status, named(error)) == ("forbidden", 403, {name})


def test_narrowing_keeps_the_other_filters():
    officer = Identity("a", frozenset({"ward-officer"}), "26734")

    assert queries.own(officer, NOTHING | {"status": 4}, STAFF)["status"] == 4


@pytest.mark.parametrize("role", ["ward-officer", "department-officer"])
def test_officer_without_a_unit_searches_nothing(role):
    with pytest.raises(Refused, match="forbidden"):
        queries.own(Identity("a", frozenset({role})), NOTHING, STAFF)


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


@pytest.mark.parametrize("text", ["0001-01-01", "1969-12-31", "2201-01-01", "9999-12-31T23:59:59-12:00"])
def test_moment_that_not_every_zone_can_say_is_refused_with_its_field(refused, named, text):
    assert named(refused(calls.moment, "due_to", text)) == {"due_to"}


AGENCY = "000.01.01.H29"


def opened(roles=("clerk",), unit=None, **given):
    return queries.open_query(Identity("an", frozenset(roles), unit), given, staff=STAFF, agency=AGENCY)


def test_conditions_are_read_into_a_query():
    query = opened(
        name=" Ng  THỊ mai", identity_number="079-012 345678", phone="+84 903.000.001", state=4, channel=2,
        department="TP", received_from="2018-08-23", due_to="2018-08-24T00:00:00Z",
    )  # fmt: skip

    assert query == Query(
        words=("ng", "thi", "mai"), identity="079012345678", phone="0903000001", status=4, channel=2, department="TP",
        received_from=datetime(2018, 8, 22, 17, tzinfo=UTC), due_to=datetime(2018, 8, 24, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", " - "), ("name", 7), ("name", "a " * 200), ("name", "a b c d e f g h i j k l m"),
        ("identity_number", "12"), ("identity_number", {"$gt": ""}), ("identity_number", "07901234567Đ"),
        ("phone", "090"), ("phone", "điện thoại"), ("phone", 903000001),
        ("state", 0), ("state", 11), ("state", "4"), ("state", True), ("channel", 4), ("channel", "1"),
        ("code", ""), ("code", "H29"), ("code", "181323-1"), ("code", "A-B-C"), ("code", 12),
        ("surprise", "x"), ("received_from", "hôm qua"), ("due_to", "2018-02-30"),
    ],
)  # fmt: skip
def test_wrong_condition_is_refused_with_its_field(field, value):
    with pytest.raises(Refused) as refused:
        opened(**{field: value})

    assert (refused.value.code, refused.value.status) == ("invalid-query", 422)
    assert [row["field"] for row in refused.value.errors] == [field]
    assert all(row["message"] and row["message_en"] for row in refused.value.errors)


def test_every_wrong_condition_is_told_at_once(refused, named):
    with pytest.raises(Refused) as error:
        opened(name="", phone="x", state=99)

    assert named(error.value) == {"name", "phone", "state"}


def test_citizen_searches_the_own_dossiers_only():
    assert opened(("citizen",), ward="26734") == Query(owner="an", ward="26734")


@pytest.mark.parametrize(
    "text", ["0903000001", "+84903000001", "+84 (0) 903 000 001", "84903000001", "0084 903.000.001", "0903-000-001"]
)
def test_ways_to_write_a_telephone_number_are_one(text):
    assert normal_phone(text) == "0903000001"


@pytest.mark.parametrize(("text", "same"), [("+49 30 1234567", "0049301234567"), ("84123456", "84123456")])
def test_number_abroad_or_short_is_left_as_it_is(text, same):
    assert normal_phone(text) == same


def test_ways_to_write_an_identity_number_are_one():
    assert normal_identity("b 123-4567") == normal_identity("B1234567") == "B1234567"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("000.01.01.H29-180823-0012", {"code": "000.01.01.H29-180823-0012"}),
        (" 000.01.01.h29-180823-0012 ", {"code": "000.01.01.H29-180823-0012"}),
        ("000.01.01.H29-180823-00", {"code": "000.01.01.H29-180823-00"}),
        ("000.01.01.H29-180823", {"code": "000.01.01.H29-180823-"}),
        ("180823-0012", {"code": f"{AGENCY}-180823-0012"}),
        ("180823", {"code": f"{AGENCY}-180823-"}),
        ("0012", {"number": 12}),
        ("12", {"number": 12}),
        ("12345", {"number": 12345}),
    ],
)
def test_what_people_have_of_a_code_is_understood(text, found):
    assert read_code(text, AGENCY) == found


def test_lists_show_the_last_digits_of_a_telephone_number_only():
    view = {
        "code": "x",
        "applicant": {"name": "Lan", "phone": "0903000001"},
        "contact": {"phone": None},
        "components": [],
        "corrections": [{"reason": "nhầm", "applicant": {"name": "Mai", "phone": "0903000002"}}],
    }

    listed = queries.listed(view)

    masked = {"reason": "nhầm", "applicant": {"name": "Mai", "phone": "*******002"}}
    assert listed == view | {"applicant": {"name": "Lan", "phone": "*******001"}, "corrections": [masked]}
    assert view["applicant"]["phone"] == "0903000001"


SEARCH_KEY = bytes(range(32))


def leads(**asked):
    return [lead.get("terms", lead.get("code", "")) for lead in plan(Query(**asked), SEARCH_KEY).leads]


def test_rarest_condition_leads():
    assert leads() == [""]
    assert leads(words=("nguyen", "thi", "mai")) == ["n:mai+ngu", "m:mai"]
    assert leads(words=("t", "nguyen")) == ["n:ngu", "m:ngu"]
    assert leads(words=("t", "le")) == [""]
    assert leads(status=10, ward="26734") == ["w:26734"]
    assert leads(status=4, ward="26734") == ["s:4"]
    assert leads(channel=1, words=("nguyen",), number=7) == ["c:0007"]
    assert leads(owner="an", status=10) == ["o:an"]
    assert leads(code="A-180823-", phone="0903000001") == [{"$gte": "A-180823-", "$lt": "A-180823-~"}]
    (term,) = leads(identity="079012345678", words=("mai",), number=7)
    assert term.startswith("i:")


def test_conditions_that_do_not_lead_are_checked_on_what_is_read():
    found = plan(Query(words=("nguyen", "t"), ward="26734", status=10, channel=2), SEARCH_KEY)

    assert found.leads == ({"terms": "w:26734"},)
    assert [row["name_key"]["$regex"] for row in found.rest if "name_key" in row] == [" nguyen", " t"]
    assert {row["terms"] for row in found.rest if "terms" in row} == {"s:10", "h:2"}


def test_appointments_in_few_months_lead_month_by_month_and_many_do_not():
    begin = datetime(2018, 8, 30, 17, tzinfo=UTC)

    assert leads(due_from=begin, due_to=datetime(2018, 9, 6, tzinfo=UTC)) == ["u:2018-08", "u:2018-09"]
    assert leads(due_from=begin, due_to=datetime(2018, 8, 31, 17, tzinfo=UTC)) == ["u:2018-08"]
    assert leads(due_from=begin, due_to=datetime(2019, 9, 6, tzinfo=UTC)) == [""]
    assert leads(due_from=begin) == [""]
