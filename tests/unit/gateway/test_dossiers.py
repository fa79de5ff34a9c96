"""Submit, list, read, supplement, hand over."""

from __future__ import annotations

import pytest

from chassis.errors import Refused
from gateway.rpc import ServiceTimeout, ServiceUnavailable


def test_a_submission_is_answered_with_its_receipt_and_where_it_is(desk):
    answered = desk.submit(desk.SUBMISSION | {"channel": 2, "note": "gấp"})

    assert answered.status_code == 201
    assert answered.headers["Location"] == f"/api/dossiers/{desk.CODE}"
    assert "Idempotent-Replayed" not in answered.headers
    assert answered.headers["Cache-Control"] == "no-store"
    receipt = answered.get_json()
    assert receipt["code"] == desk.CODE
    assert receipt["tracking_url"] == f"https://motcua.example/t/{desk.CODE}/{desk.SECRET}"
    assert receipt["qr_url"] == receipt["tracking_url"] + "/qr.svg"
    assert "replayed" not in receipt
    name, arguments = desk.rpc.calls[0]
    assert (name, arguments["key"], arguments["channel"]) == ("intake.submit", "key-1", 2)
    assert arguments["submission"] == {
        "procedure": "2.000815",
        "applicant": {"name": "Nguyễn Thị Mai", "kind": 0, "language": "vi"}
        | dict.fromkeys(("identity_number", "phone", "email", "address")),
        "components": [{"code": "ban-chinh", "copy": 0, "quantity": 1}],
        "note": "gấp",
    }


def test_a_replayed_submission_says_so(desk):
    desk.rpc.answers["intake.submit"] = desk.RECEIPT | {"replayed": True}
    answered = desk.submit()
    assert answered.status_code == 200
    assert answered.headers["Idempotent-Replayed"] == "true"
    assert answered.get_json()["code"] == desk.CODE


def test_a_ward_officers_account_fixes_the_ward(desk):
    headers = desk.token("ward-officer", unit="26734", subject="ward.one") | {"Idempotency-Key": "k"}
    desk.client.post("/api/dossiers", json=desk.SUBMISSION | {"ward_reference": "R-1"}, headers=headers)
    submission = desk.rpc.calls[0][1]["submission"]
    assert (submission["ward"], submission["ward_reference"]) == ("26734", "R-1")


def test_filters_reach_intake_as_given(desk):
    desk.rpc.answers["intake.search"] = {"items": [{"code": desk.CODE, "status": 4}], "next": "abc_-"}

    answered = desk.get(
        "/api/dossiers?state=4&department=TP&procedure=2.000815&ward=26734"
        "&received_from=2018-01-02T00:00:00%2B07:00&received_to=2018-01-03&limit=200&after=xyz"
    )

    assert answered.get_json() == {"items": [{"code": desk.CODE, "status": 4}], "next": "abc_-"}
    assert desk.rpc.calls == [
        (
            "intake.search",
            {
                "state": 4,
                "department": "TP",
                "procedure": "2.000815",
                "ward": "26734",
                "received_from": "2018-01-02T00:00:00+07:00",
                "received_to": "2018-01-03",
                "limit": 200,
                "after": "xyz",
            },
        )
    ]


def test_a_list_without_filters_asks_for_fifty(desk):
    desk.rpc.answers["intake.search"] = {"items": [], "next": None}
    assert desk.get("/api/dossiers").status_code == 200
    assert desk.rpc.calls[0][1] == {"limit": 50}


def test_a_person_is_searched_in_a_body_and_never_in_an_address(desk):
    desk.rpc.answers["intake.search"] = {"items": [], "next": None, "more": True}
    person = {"name": "ng thi mai", "identity_number": "079012345678", "phone": "0903 000 001", "state": 4}

    assert desk.client.post("/api/dossiers/search", json=person, headers=desk.token()).get_json() == {
        "items": [],
        "next": None,
        "more": True,
    }
    assert desk.rpc.calls == [("intake.search", person | {"limit": 50})]
    for name in ("name", "identity_number", "phone"):
        refused = desk.get(f"/api/dossiers?{name}=079012345678")
        assert refused.status_code == 422
        assert [row["field"] for row in refused.get_json()["errors"]] == [name]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", 7), ("phone", ["0"]), ("surprise", "x"), ("due_from", "soon"), ("limit", 0)],
)
def test_a_wrong_condition_of_a_search_is_named(desk, field, value):
    refused = desk.client.post("/api/dossiers/search", json={field: value}, headers=desk.token())

    assert refused.status_code == 422
    assert [row["field"] for row in refused.get_json()["errors"]] == [field]
    assert desk.rpc.calls == []


def test_a_dossier_comes_with_its_assignment(desk):
    desk.rpc.answers |= {"intake.get": {"code": desk.CODE, "status": 4}, "routing.get": {"round": 1}}
    assert desk.get(f"/api/dossiers/{desk.CODE}").get_json() == {
        "code": desk.CODE,
        "status": 4,
        "assignment": {"round": 1},
    }


@pytest.mark.parametrize(
    ("away", "logged"),
    [
        (ServiceUnavailable("routing.get"), "ServiceUnavailable"),
        (ServiceTimeout("routing.get"), "ServiceTimeout"),
        (Refused("unknown-assignment", 404), None),
        (Refused("forbidden", 403), None),
        (Refused("wrong-arguments", 400), "wrong-arguments"),
        (Refused("database-away", 503), "database-away"),
    ],
)
def test_a_dossier_is_answered_also_without_routing(desk, capsys, away, logged):
    desk.rpc.answers |= {"intake.get": {"code": desk.CODE, "status": 2}, "routing.get": away}
    answered = desk.get(f"/api/dossiers/{desk.CODE}")
    assert answered.status_code == 200
    assert answered.get_json()["assignment"] is None
    told = capsys.readouterr().out
    assert (logged in told) if logged else ("routing" not in told)


@pytest.mark.parametrize("checked", ["yes", 1, None])
def test_that_the_identity_was_checked_is_said_plainly_or_not_at_all(desk, checked):
    headers = desk.token() | {"Idempotency-Key": "k"}
    body = {"received_by": "Mai", "identity_checked": checked}
    answered = desk.client.post(f"/api/dossiers/{desk.CODE}/hand-over", json=body, headers=headers)
    assert answered.status_code == 422


def test_procedures_are_those_of_the_day_asked_for(desk):
    desk.rpc.answers |= {"intake.procedures": [{"code": "2.000815"}], "intake.procedure": {"code": "2.000815"}}
    assert desk.get("/api/procedures?on=2018-01-02").get_json() == [{"code": "2.000815"}]
    assert desk.get("/api/procedures/2.000815").get_json() == {"code": "2.000815"}
    assert desk.get("/api/procedures/2.0008").status_code == 404
    assert desk.get("/api/procedures?on=2018-02-30").status_code == 422
    assert desk.rpc.calls == [
        ("intake.procedures", {"on": "2018-01-02"}),
        ("intake.procedure", {"code": "2.000815", "on": None}),
    ]
