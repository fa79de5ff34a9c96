"""What callers hand in: loaded or refused with every field named; and the fingerprints that know it again."""

import pytest

from intake.domain import Fault
from intake.messages import calls
from intake.messages.acts import open_act
from motcua_contracts import acts
from motcua_contracts.ward import DossierSubmitV1


@pytest.fixture
def body():
    return {
        "procedure": "1.001612",
        "applicant": {"name": "Nguyễn Thị Thí Dụ"},
        "components": [{"code": "to-khai", "copy": 0}],
    }


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
def test_unknown_field_is_named(refused, named, body, where, field):
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
        ({"ward": 26734, "ward_reference": "A-1"}, "ward"),
    ],
)
def test_wrong_value_is_named_with_its_path(refused, named, body, change, field):
    assert named(refused(calls.open_submission, body | change)) == {field}


def test_all_faults_of_a_submission_are_told_at_once(refused, named, body):
    del body["procedure"]
    body["applicant"] = {"email": "x"}

    assert named(refused(calls.open_submission, body)) == {"procedure", "applicant.name", "applicant.email"}


def test_reference_without_its_ward_is_told_with_the_other_faults(refused, named, body):
    del body["procedure"]

    assert named(refused(calls.open_submission, body | {"ward_reference": "TD/1"})) == {"procedure", "ward"}


@pytest.mark.parametrize("body", [None, "text", 7, [], [{}]])
def test_what_is_no_object_lacks_every_required_field(refused, named, body):
    assert named(refused(calls.open_submission, body)) == {"procedure", "applicant", "components"}


def test_refusal_holds_no_value_of_the_submission(refused, body):
    body["applicant"]["identity_number"] = "079185000123 "

    assert "079185000123" not in repr(refused(calls.open_submission, body).as_problem())


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"ward_reference": "TD/1"}, "ward"),
        ({"ward": None, "ward_reference": "TD/1"}, "ward"),
        ({"ward": "26734"}, "ward_reference"),
        ({"ward": "26734", "ward_reference": None}, "ward_reference"),
    ],
)
def test_reference_and_ward_come_together_and_the_missing_one_is_named(refused, named, body, change, missing):
    error = refused(calls.open_submission, body | change)

    assert (error.code, error.status, named(error)) == ("invalid-submission", 422, {missing})


def test_neither_ward_nor_reference_is_a_submission_at_the_counter(body):
    loaded = calls.open_submission(body | {"ward": None, "ward_reference": None})

    assert (loaded["ward"], loaded["ward_reference"]) == (None, None)


@pytest.mark.parametrize("reference", ["x" * 65, "", " ", "-1", "TD 1", "TD/1\n", "Số-1", 7])
def test_reference_that_the_contract_does_not_know_is_refused(refused, named, body, reference):
    assert named(refused(calls.open_submission, body | {"ward": "26734", "ward_reference": reference})) == {
        "ward_reference"
    }


@pytest.mark.parametrize("reference", ["1", "x" * 64, "TD/2018/0823-07", "a.b_c-d/e"])
def test_reference_of_the_contract_is_taken(body, reference):
    assert calls.open_submission(body | {"ward": "26734", "ward_reference": reference})["ward_reference"] == reference


@pytest.mark.parametrize("note", ["", None, "x" * 2000])
def test_supplement_is_loaded_with_its_defaults(note):
    loaded = open_act(acts.Supplying, {"components": [{"code": "bien-ban"}], "note": note})

    assert loaded["components"] == [{"code": "bien-ban", "copy": 1, "quantity": 1}]
    assert loaded["note"] == note


@pytest.mark.parametrize(
    ("components", "note", "field"),
    [
        ([], "", "components"),
        (None, "", "components"),
        ([{"code": "a", "colour": 1}], "", "components.0.colour"),
        ([{"code": "a"}] * 51, "", "components"),
        ([{"code": "a"}], 7, "note"),
        ([{"code": "a"}], "x" * 2001, "note"),
    ],
)
def test_wrong_supplement_is_named_with_its_path(refused, named, components, note, field):
    given = {"components": components, "note": note}

    assert named(refused(open_act, acts.Supplying, given)) == {field}


def test_file_of_a_draft_without_its_id_is_named(refused, named):
    files = [{"id": "8f5a1f80-9d6e-4d7b-8f14-0d1f6f9d2f10"}, {}]
    draft = {"components": [{"code": "to-khai"}, {"code": "ban-sao", "attachments": files}]}

    error = refused(calls.open_draft, draft)

    assert (error.status, named(error)) == (422, {"components.1.attachments.1.id"})


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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"a": 1}, {"a": 1, "b": None}),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": None}, "d": None}),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": None}]}),
        ([1, {"b": 1}], [1, {"b": 1, "c": None}]),
        ({"a": (1, 2)}, {"a": [1, 2]}),
    ],
)
def test_digest_counts_what_is_none_as_absent_at_any_depth(old, new):
    assert calls.digest(old) == calls.digest(new)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": None}, {"a": ""}),
        ({"a": None}, {"a": 0}),
        ({"a": None}, {"a": []}),
        ({"a": False}, {"a": 0}),
        ({"a": "1"}, {"a": 1}),
        (["x", None], ["x"]),
        ([None, "x"], ["x", None]),
    ],
)
def test_digest_takes_nothing_else_for_absent_and_keeps_places_in_a_list(one, other):
    assert calls.digest(one) != calls.digest(other)


def test_case_of_a_ward_is_the_same_by_message_and_by_the_gateway_at_any_moment(body):
    case = body | {"ward": "26734", "ward_reference": "TD/1"}
    by_message = DossierSubmitV1().load(case | {"submitted_at": "2018-08-23T08:00:00+07:00"})
    later = DossierSubmitV1().load(case | {"submitted_at": "2018-08-24T08:00:00+07:00"})

    assert calls.content(by_message) == calls.content(later) == calls.content(calls.open_submission(case))


@pytest.mark.parametrize("change", [{"note": "khác"}, {"ward": "26737"}, {"applicant": {"name": "Người khác"}}])
def test_other_case_is_another_content(body, change):
    case = body | {"ward": "26734", "ward_reference": "TD/1"}

    assert calls.content(calls.open_submission(case)) != calls.content(calls.open_submission(case | change))
