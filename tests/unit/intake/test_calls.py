"""What callers hand in: loaded or refused with every field named."""

from datetime import UTC, date, datetime

import pytest

from chassis.errors import Refused
from chassis.identity import Identity
from intake.domain import Fault
from intake.messages import calls

STAFF = ("clerk", "chief", "auditor")
NOTHING = {"status": None, "department": None, "procedure": None, "ward": None}


@pytest.fixture
def body():
    return {
        "procedure": "1.001612",
        "applicant": {"name": "Nguyễn Thị Thí Dụ"},
        "components": [{"code": "to-khai", "copy": 0}],
    }


def refused(call, *arguments):
    with pytest.raises(Refused) as error:
        call(*arguments)
    return error.value


def named(error):
    return {row["field"] for row in error.errors}


def test_submission_at_the_counter_needs_no_ward_and_no_moment(body):
    loaded = calls.open_submission(body)

    assert (loaded["ward"], loaded["ward_reference"], loaded["submitted_at"]) == (None, None, None)
    assert loaded["components"] == [{"code": "to-khai", "copy": 0, "quantity": 1}]
    assert loaded["applicant"]["language"] == "vi"


def test_submission_of_a_ward_officer_keeps_ward_and_reference(body):
    loaded = calls.open_submission(body | {"ward": "26734", "ward_reference": "TD/1"})

    assert (loaded["ward"], loaded["ward_reference"]) == ("26734", "TD/1")


@pytest.mark.parametrize(
    ("where", "field"),
    [
        ((), "colour"),
        (("applicant",), "applicant.colour"),
        (("components", 0), "components.0.colour"),
    ],
)
def test_unknown_field_is_named(body, where, field):
    place = body
    for step in where:
        place = place[step]
    place["colour"] = "red"

    error = refused(calls.open_submission, body)

    assert (error.code, error.status, named(error)) == ("invalid-submission", 422, {field})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"procedure": 1}, "procedure"),
        ({"procedure": "không phải mã"}, "procedure"),
        ({"applicant": "Lan"}, "applicant._schema"),
        ({"applicant": {}}, "applicant.name"),
        ({"applicant": {"name": "Lan", "email": "x"}}, "applicant.email"),
        ({"components": "to-khai"}, "components"),
        ({"components": [{"code": "to-khai", "quantity": "hai"}]}, "components.0.quantity"),
        ({"components": [{"code": "to-khai"}] * 51}, "components"),
        ({"submitted_at": "hôm qua"}, "submitted_at"),
        ({"submitted_at": "2018-08-23T08:00:00"}, "submitted_at"),
        ({"ward": 26734}, "ward"),
    ],
)
def test_wrong_value_is_named_with_its_path(body, change, field):
    assert named(refused(calls.open_submission, body | change)) == {field}


def test_all_faults_of_a_submission_are_told_at_once(body):
    del body["procedure"]
    body["applicant"] = {"email": "x"}

    assert named(refused(calls.open_submission, body)) == {"procedure", "applicant.name", "applicant.email"}


@pytest.mark.parametrize("body", [None, "text", 7, [], [{}]])
def test_what_is_no_object_lacks_every_required_field(body):
    assert named(refused(calls.open_submission, body)) == {"procedure", "applicant", "components"}


def test_refusal_holds_no_value_of_the_submission(body):
    body["applicant"]["identity_number"] = "079185000123 "

    assert "079185000123" not in repr(refused(calls.open_submission, body).as_problem())


@pytest.mark.parametrize(
    "change",
    [
        {"ward_reference": "TD/1"},
        {"ward": "26734", "ward_reference": "x" * 65},
        {"ward": "26734", "ward_reference": ""},
    ],
    ids=["without its ward", "too long for the answer", "empty"],
)
def test_reference_that_no_answer_could_carry_is_refused(body, change):
    assert named(refused(calls.open_submission, body | change)) <= {"ward", "ward_reference"}


def test_supplement_is_loaded_with_its_defaults():
    assert calls.open_supplement([{"code": "bien-ban"}], "") == [{"code": "bien-ban", "copy": 1, "quantity": 1}]


@pytest.mark.parametrize(
    ("components", "note", "field"),
    [
        ([], "", "components"),
        (None, "", "components"),
        ([{"code": "a", "colour": 1}], "", "components.0.colour"),
        ([{"code": "a"}], None, "note"),
        ([{"code": "a"}], "x" * 2001, "note"),
    ],
)
def test_wrong_supplement_is_named_with_its_path(components, note, field):
    assert named(refused(calls.open_supplement, components, note)) == {field}


def test_problems_are_told_in_both_languages_with_their_detail():
    (row,) = calls.problems([Fault("components.a", "too-few", "2")])

    assert row == {
        "field": "components.a",
        "kind": "too-few",
        "message": "Chưa đủ số lượng, cần 2 bản.",
        "message_en": "Too few copies: 2 are needed.",
    }


def test_digest_looks_at_content_and_not_at_order():
    assert calls.digest({"a": 1, "b": [2]}) == calls.digest({"b": [2], "a": 1})
    assert calls.digest({"a": 1, "b": [2]}) != calls.digest({"a": 1, "b": [3]})
    assert calls.digest([1, 2]) != calls.digest([2, 1])


@pytest.mark.parametrize("role", STAFF)
def test_staff_search_all_they_ask_for(role):
    asked = NOTHING | {"ward": "26734", "department": "TP"}

    assert calls.own(Identity("a", frozenset({role})), asked, STAFF) == asked


@pytest.mark.parametrize(
    ("role", "unit", "name"), [("ward-officer", "26734", "ward"), ("department-officer", "TP", "department")]
)
def test_officer_searches_the_own_unit_only(role, unit, name):
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
def test_what_is_no_moment_or_day_is_refused_with_its_field(read, text):
    error = refused(read, "on", text)

    assert (error.code, error.status, named(error)) == ("invalid-query", 422, {"on"})
