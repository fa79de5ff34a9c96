"""What wards do over HTTP with what they handed over."""

import pytest

from chassis.errors import Refused

REFERENCE = "TD/2018/0823-07"
CHANGE = {
    "ward": "26734",
    "ward_reference": REFERENCE,
    "code": "000.00.01.H29-180102-0001",
    "status": 4,
    "kind": "processing-started",
    "position": 2,
    "changed_at": "2018-01-02T01:00:00+00:00",
}


@pytest.fixture
def officer(desk):
    return desk.token("ward-officer", unit="26734")


@pytest.mark.parametrize(
    ("path", "method", "more"),
    [
        ("corrections", "correct_for_ward", {"applicant": {"name": "Nguyễn Thị Mai", "phone": "0903000001"}}),
        ("corrections", "correct_for_ward", {"components": [{"code": "ban-chinh", "copy": 0, "quantity": 1}]}),
        ("withdrawals", "withdraw_for_ward", {}),
    ],
)
def test_an_act_on_a_wards_case_reaches_intake_by_its_reference(desk, officer, path, method, more):
    desk.rpc.answers[f"intake.{method}"] = {"code": desk.CODE, "status": 2, "replayed": True}
    body = {"ward_reference": REFERENCE, "reason": "Sai", **more}

    answered = desk.client.post(f"/api/wards/26734/{path}", json=body, headers=officer | {"Idempotency-Key": "k"})

    assert answered.status_code == 200, answered.text
    assert answered.headers["Idempotent-Replayed"] == "true"
    ((name, given),) = desk.rpc.calls
    assert name == f"intake.{method}"
    assert (given["key"], given["ward"], given["ward_reference"], given["reason"]) == ("k", "26734", REFERENCE, "Sai")
    for field, value in more.items():
        said = given[field]
        assert value.items() <= said.items() if isinstance(value, dict) else len(said) == len(value)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "a"}, "ward_reference"),
        ({"ward_reference": "?", "reason": "a"}, "ward_reference"),
        ({"ward_reference": REFERENCE}, "reason"),
        ({"ward_reference": REFERENCE, "reason": "a", "colour": "red"}, "colour"),
    ],
)
def test_a_faulty_withdrawal_is_refused_by_its_field_and_intake_is_not_asked(desk, officer, body, field):
    answered = desk.client.post("/api/wards/26734/withdrawals", json=body, headers=officer | {"Idempotency-Key": "k"})
    assert (answered.status_code, {row["field"] for row in answered.get_json()["errors"]}) == (422, {field})
    assert desk.rpc.calls == []


def test_an_act_without_its_key_is_refused(desk, officer):
    body = {"ward_reference": REFERENCE, "reason": "a"}
    assert desk.client.post("/api/wards/26734/withdrawals", json=body, headers=officer).status_code == 400


def test_the_list_of_changes_goes_on_after_a_place(desk, officer):
    page = {"changes": [CHANGE], "next": 18, "more": False}
    desk.rpc.answers["intake.ward_changes"] = page

    answered = desk.client.get("/api/wards/26734/changes?since=17&limit=5", headers=officer)

    assert (answered.status_code, answered.get_json()) == (200, page)
    assert desk.rpc.calls == [("intake.ward_changes", {"ward": "26734", "since": 17, "limit": 5})]


@pytest.mark.parametrize("query", ["since=-1", "since=x", "limit=0", "limit=201", "colour=red"])
def test_a_faulty_place_is_refused_by_its_field(desk, officer, query):
    answered = desk.client.get(f"/api/wards/26734/changes?{query}", headers=officer)
    assert (answered.status_code, answered.get_json()["errors"][0]["field"]) == (422, query.partition("=")[0])


def test_another_wards_list_is_refused_as_intake_says(desk, officer):
    desk.rpc.answers["intake.ward_changes"] = Refused("forbidden", 403)
    assert desk.client.get("/api/wards/26737/changes", headers=officer).status_code == 403


@pytest.mark.parametrize("ward", ["2673", "abcde", "26734x"])
def test_what_cannot_be_a_ward_is_not_there(desk, officer, ward):
    assert desk.client.get(f"/api/wards/{ward}/changes", headers=officer).status_code == 404


def test_nobody_reads_the_list_without_signing_in(desk):
    assert desk.client.get("/api/wards/26734/changes").status_code == 401


STATEMENT = {"ward": "26734", "day": "2018-08-23", "count": 0, "digest": "0" * 64, "entries": [], "signature": "A" * 86}


def test_a_statement_reaches_intake_as_it_was_signed_and_its_answer_comes_back(desk, officer):
    desk.rpc.answers["intake.state_for_ward"] = {"outcome": "equal"}

    answered = desk.client.post(
        "/api/wards/26734/statements", json=STATEMENT, headers=officer | {"Idempotency-Key": "k"}
    )

    assert (answered.status_code, answered.get_json()) == (200, {"outcome": "equal"})
    ((_, given),) = desk.rpc.calls
    assert given == {"key": "k", "ward": "26734", "statement": STATEMENT}


@pytest.mark.parametrize(
    ("field", "wrong"), [("day", "yesterday"), ("signature", "abc"), ("digest", "x"), ("count", -1), ("colour", "red")]
)
def test_a_faulty_statement_is_refused_by_its_field(desk, officer, field, wrong):
    body = STATEMENT | {field: wrong}
    answered = desk.client.post("/api/wards/26734/statements", json=body, headers=officer | {"Idempotency-Key": "k"})
    assert (answered.status_code, {row["field"] for row in answered.get_json()["errors"]}) == (422, {field})
