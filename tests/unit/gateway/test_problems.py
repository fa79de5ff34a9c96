"""Every error of the API is a problem document that names the field; none says more than it may."""

from __future__ import annotations

import json

import pytest

from chassis.errors import Refused
from gateway.rpc import RemoteFault, ServiceTimeout, ServiceUnavailable


def problem(answered, status, code):
    assert answered.status_code == status, answered.text
    assert answered.content_type == "application/problem+json"
    body = answered.get_json(force=True)
    assert body["type"] == f"urn:motcua:problem:{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def fields(body):
    return [row["field"] for row in body["errors"]]


@pytest.mark.parametrize("body", [b"{", b"", b"[1,]", b'{"a": NaN}', b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}"])
def test_a_body_that_is_no_json_is_400(desk, body):
    problem(desk.submit(data=body, content_type="application/json"), 400, "bad-json")


@pytest.mark.parametrize("body", [b'{"note": "\xff"}', b'{"note": "\\ud800"}', "{}".encode("utf-16")])
def test_a_body_that_is_no_utf8_is_400(desk, body):
    problem(desk.submit(data=body, content_type="application/json"), 400, "bad-encoding")


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"7", b"null"])
def test_json_that_is_no_object_is_422(desk, body):
    problem(desk.submit(data=body, content_type="application/json"), 422, "invalid")


def test_ten_megabytes_of_json_are_413(desk):
    body = b'{"note": "' + b"a" * 10_000_000 + b'"}'
    problem(desk.submit(data=body, content_type="application/json"), 413, "too-large")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_content_type_is_415(desk, kind):
    body = problem(desk.submit(data=json.dumps(desk.SUBMISSION), content_type=kind), 415, "wrong-content-type")
    assert "application/json" in body["detail"]


def test_faults_name_their_fields_by_dotted_paths(desk):
    wrong = {
        "procedure": "2.000815\n",
        "applicant": {"name": "", "email": "no", "kind": "0"},
        "components": [{"code": "ok"}, {"copy": 7}, "x"],
        "channel": 4,
    }

    body = problem(desk.submit(wrong), 422, "invalid")

    assert sorted(fields(body)) == [
        "applicant.email",
        "applicant.kind",
        "applicant.name",
        "channel",
        "components.1.code",
        "components.1.copy",
        "components.2",
        "procedure",
    ]


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ({"$where": "1"}, "$where"),
        ({"a.b": 1}, "a.b"),
        ({"__proto__": {}}, "__proto__"),
        ({"__type__": "datetime", "__value__": "x"}, "__type__"),
        ({"status": 9}, "status"),
        ({"tracking_secret": "x"}, "tracking_secret"),
    ],
)
def test_an_unknown_field_is_refused_by_name_at_any_depth(desk, where, path):
    assert path in fields(problem(desk.submit(desk.SUBMISSION | where), 422, "invalid"))
    deep = desk.SUBMISSION | {"applicant": {"name": "Mai"} | where}
    assert f"applicant.{path}" in fields(problem(desk.submit(deep), 422, "invalid"))
    assert desk.rpc.calls == []


def test_an_operator_where_text_belongs_is_refused(desk):
    body = {"username": {"$gt": ""}, "password": {"$gt": ""}}
    answered = desk.client.post("/api/sessions", json=body)
    assert sorted(fields(problem(answered, 422, "invalid"))) == ["password", "username"]


def test_a_thousand_unknown_fields_give_a_bounded_answer(desk):
    body = problem(desk.submit(desk.SUBMISSION | {"k" * 300 + str(n): 1 for n in range(1000)}), 422, "invalid")
    assert len(body["errors"]) == 100
    assert max(map(len, fields(body))) == 200


def test_titles_and_faults_follow_the_readers_language(desk):
    vietnamese = desk.submit({}).get_json(force=True)
    english = desk.submit({}, headers={"Accept-Language": "en-GB,en;q=0.9"})
    other = desk.submit({}, headers={"Accept-Language": "fr"})

    assert vietnamese["title"] == "Dữ liệu chưa đúng"
    assert vietnamese["errors"][0]["message"] == "Thiếu thông tin bắt buộc."
    assert english.get_json(force=True)["title"] == "Not valid"
    assert english.get_json(force=True)["errors"][0]["message"] == "Missing data for required field."
    assert english.headers["Content-Language"] == "en"
    assert other.headers["Content-Language"] == "vi"


@pytest.mark.parametrize("key", [None, "", "x" * 129, "a\tb", "ключ"])
def test_a_writing_request_without_a_usable_key_is_400(desk, key):
    headers = {**desk.token(), **({} if key is None else {"Idempotency-Key": key.encode().decode("latin-1")})}
    for path, body in (
        ("/api/dossiers", desk.SUBMISSION),
        (f"/api/dossiers/{desk.CODE}/supplements", {"components": [{"code": "x"}]}),
        (f"/api/dossiers/{desk.CODE}/hand-over", {"received_by": "Mai", "identity_checked": True}),
    ):
        told = problem(desk.client.post(path, json=body, headers=headers), 400, "idempotency-key-missing")
        assert fields(told) == ["Idempotency-Key"]
    assert desk.rpc.calls == []


def test_a_wrong_method_is_405_and_says_which_are_right(desk):
    answered = desk.client.put("/api/sessions", json={})
    problem(answered, 405, "method-not-allowed")
    assert "POST" in answered.headers["Allow"]


def test_an_unknown_address_is_404(desk):
    problem(desk.get("/api/nothing"), 404, "not-found")
    problem(desk.client.get("/nothing"), 404, "not-found")


@pytest.mark.parametrize("code", ["x", "000.00.01.H29-180102-0001x", "%24where", "000.00.01.H29-180102-0001%0A"])
def test_what_cannot_be_a_code_is_404_and_asks_no_service(desk, code):
    problem(desk.get(f"/api/dossiers/{code}"), 404, "dossier-not-found")
    assert desk.rpc.calls == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=11", "state"),
        ("state=x", "state"),
        ("limit=201", "limit"),
        ("limit=0", "limit"),
        ("after=%7B%7D", "after"),
        ("after=" + "a" * 513, "after"),
        ("received_from=2018-01-02T00:00:00", "received_from"),
        ("received_to=2018-1-2", "received_to"),
        ("received_from=2018-13-41T00:00:00Z", "received_from"),
        ("ward=Tân", "ward"),
        ("sort=name", "sort"),
    ],
)
def test_a_bad_filter_or_cursor_is_422(desk, query, field):
    assert fields(problem(desk.get(f"/api/dossiers?{query}"), 422, "invalid")) == [field]
    assert desk.rpc.calls == []


def test_a_cursor_that_intake_does_not_know_is_refused_in_its_words(desk):
    rows = [{"field": "after", "message": "not a cursor of this list"}]
    desk.rpc.answers["intake.search"] = Refused("bad-cursor", 422, "The cursor is not ours.", rows)
    body = problem(desk.get("/api/dossiers?after=abc"), 422, "bad-cursor")
    assert body["detail"] == "The cursor is not ours."
    assert body["errors"] == rows


def test_a_services_faults_are_told_in_the_readers_language(desk):
    rows = [{"field": "components", "kind": "missing", "message": "Thiếu thành phần.", "message_en": "Missing paper."}]
    desk.rpc.answers["intake.submit"] = Refused("incomplete", 422, errors=rows)
    vietnamese = problem(desk.submit(), 422, "incomplete")
    english = problem(desk.submit(headers={"Accept-Language": "en"}), 422, "incomplete")
    assert vietnamese["errors"] == [{"field": "components", "kind": "missing", "message": "Thiếu thành phần."}]
    assert english["errors"] == [{"field": "components", "kind": "missing", "message": "Missing paper."}]


def test_a_key_used_for_another_body_is_422(desk):
    desk.rpc.answers["intake.submit"] = Refused("idempotency-key-reused", 422)
    body = problem(desk.submit(), 422, "idempotency-key-reused")
    assert body["title"] == "Idempotency-Key đã dùng cho nội dung khác"


@pytest.mark.parametrize(("code", "status"), [("forbidden", 403), ("dossier-not-found", 404), ("illegal-move", 409)])
def test_a_services_refusal_keeps_its_code_and_status(desk, code, status):
    desk.rpc.answers["intake.get"] = Refused(code, status)
    problem(desk.get(f"/api/dossiers/{desk.CODE}"), status, code)


def test_a_service_that_is_away_is_503_with_a_time_to_wait(desk):
    desk.rpc.answers["intake.submit"] = ServiceUnavailable("intake.submit")
    answered = desk.submit()
    problem(answered, 503, "service-unavailable")
    assert answered.headers["Retry-After"] == "5"


def test_a_service_that_does_not_answer_is_504(desk):
    desk.rpc.answers["intake.submit"] = ServiceTimeout("intake.submit")
    answered = desk.submit()
    problem(answered, 504, "service-timeout")
    assert answered.headers["Retry-After"] == "5"


def test_a_database_that_is_away_behind_the_service_is_503(desk):
    desk.rpc.answers["intake.submit"] = Refused("database-away", 503)
    answered = desk.submit()
    problem(answered, 503, "database-away")
    assert answered.headers["Retry-After"] == "5"


@pytest.mark.parametrize("error", [RuntimeError("Nguyễn Thị Mai"), RemoteFault("intake", "submit", "KeyError")])
def test_an_unforeseen_fault_is_500_with_an_incident_and_nothing_else(desk, error, capsys):
    desk.rpc.answers["intake.submit"] = error
    body = problem(desk.submit(), 500, "internal")
    assert body["instance"].startswith("urn:motcua:incident:")
    assert body["instance"].rsplit(":", 1)[1] in body["detail"]
    told = json.dumps(body, ensure_ascii=False) + capsys.readouterr().out
    assert "Mai" not in told
    assert "KeyError" not in json.dumps(body)


@pytest.mark.parametrize("status", [401, 500])
def test_a_failure_inside_a_service_is_ours_and_not_the_callers(desk, status):
    desk.rpc.answers["intake.submit"] = Refused("not-authentic" if status == 401 else "internal", status, "abc-1")
    problem(desk.submit(), 500, "internal")


def test_a_browser_gets_a_page_for_an_error_outside_the_api(desk):
    answered = desk.client.get("/nothing", headers={"Accept": "text/html,*/*;q=0.8", "Accept-Language": "en"})
    assert answered.status_code == 404
    assert answered.mimetype == "text/html"
    assert "Not found" in answered.text
