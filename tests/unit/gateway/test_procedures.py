"""Procedures over HTTP: lists, guidance, and a workbook on its way in."""

import base64
import io

import pytest

from chassis.errors import Refused
from gateway.api.procedure_files import ENVELOPE, MOST_BYTES, XLSX

DONE = {
    "edition": 2,
    "at": "2026-11-25T01:00:00+00:00",
    "by": "op",
    "file": "procedures.xlsx",
    "file_digest": "0" * 64,
    "added": [],
    "changed": [],
    "ended": [],
    "dry_run": False,
    "replayed": False,
}


@pytest.fixture
def send(desk):
    """Return a function that posts a body as an operator."""
    desk.rpc.answers["intake.import_procedures"] = lambda _: dict(DONE)

    def call(data=b"PK", content_type=XLSX, key="k", query="", chunked=False):
        headers = desk.token("operator") | ({"Idempotency-Key": key} if key else {}) | {"Accept-Language": "en"}
        how = {"data": data}
        if chunked:  # a stream of which the server is not told how long it is
            how = {"input_stream": io.BytesIO(data), "environ_overrides": {"wsgi.input_terminated": True}}
            headers["Transfer-Encoding"] = "chunked"
        return desk.client.post(f"/api/procedures/imports{query}", headers=headers, content_type=content_type, **how)

    return call


def asked(desk):
    (call,) = desk.rpc.calls
    return call[1]


def test_a_workbook_reaches_intake_whole_under_its_key(desk, send):
    answered = send(b"PK\x00\xff")

    assert answered.status_code == 200
    assert answered.get_json() == {name: value for name, value in DONE.items() if name != "replayed"}
    assert asked(desk) == {
        "key": "k",
        "dry_run": False,
        "files": [{"name": "procedures.xlsx", "content": base64.b64encode(b"PK\x00\xff").decode()}],
    }


@pytest.mark.parametrize(
    ("content_type", "name"),
    [("text/csv; charset=utf-8", "procedures.csv"), ("application/zip", "procedures.zip"), (XLSX, "procedures.xlsx")],
)
def test_a_body_that_is_one_file_goes_by_the_name_of_its_type(desk, send, content_type, name):
    assert send(content_type=content_type).status_code == 200
    assert asked(desk)["files"][0]["name"] == name


def test_several_csv_files_come_as_form_data(desk, send):
    form = {"file": [(io.BytesIO(b"a"), "procedures.csv"), (io.BytesIO(b"b"), "components.csv")]}

    assert send(form, content_type="multipart/form-data", query="?dry_run=true").status_code == 200
    assert [file["name"] for file in asked(desk)["files"]] == ["procedures.csv", "components.csv"]
    assert asked(desk)["dry_run"] is True


def test_a_repeat_says_that_it_is_one(desk, send):
    desk.rpc.answers["intake.import_procedures"] = {**DONE, "replayed": True}

    assert send().headers["Idempotent-Replayed"] == "true"


def test_every_fault_of_a_file_is_told_with_sheet_row_and_column(desk, send):
    row = {"sheet": "fees", "row": 7, "column": "J", "field": "up_to", "message": "sai", "message_en": "wrong"}
    desk.rpc.answers["intake.import_procedures"] = Refused("invalid-import", 422, errors=[row] * 300)

    answered = send()

    assert (answered.status_code, answered.content_type) == (422, "application/problem+json")
    body = answered.get_json()
    assert body["type"] == "urn:motcua:problem:invalid-import"
    assert body["errors"] == [{"sheet": "fees", "row": 7, "column": "J", "field": "up_to", "message": "wrong"}] * 300


def test_a_refusal_that_is_not_about_the_file_stays_what_it_is(desk, send):
    desk.rpc.answers["intake.import_procedures"] = Refused("forbidden", 403)

    assert send().status_code == 403


FORM = "multipart/form-data; boundary=part"


def form(size):
    head = b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    return head + b"x" * size + b"\r\n--part--\r\n"


@pytest.mark.parametrize(
    "how",
    [
        {"data": b"x" * (MOST_BYTES + 1)},
        {"data": form(MOST_BYTES + 1), "content_type": FORM},
        {"data": form(MOST_BYTES + 2 * ENVELOPE), "content_type": FORM},
        {"data": b"x" * (MOST_BYTES + 1), "chunked": True},
    ],
    ids=["raw", "form", "larger form", "without a length"],
)
def test_a_file_larger_than_allowed_is_refused_and_reaches_nobody(desk, send, how):
    answered = send(**how)

    assert (answered.status_code, answered.get_json()["type"]) == (413, "urn:motcua:problem:too-large")
    assert desk.rpc.calls == []


def test_a_file_of_the_allowed_size_is_taken(desk, send):
    assert send(b"x" * MOST_BYTES).status_code == 200
    assert send(form(MOST_BYTES), content_type=FORM).status_code == 200


@pytest.mark.parametrize(
    ("how", "status", "kind"),
    [
        ({"content_type": "application/json"}, 415, "wrong-content-type"),
        ({"content_type": "application/vnd.ms-excel"}, 415, "wrong-content-type"),
        ({"key": None}, 400, "idempotency-key-missing"),
        ({"data": b""}, 422, "invalid"),
        ({"data": {"note": "x"}, "content_type": "multipart/form-data"}, 422, "invalid"),
        ({"query": "?dry_run=maybe"}, 422, "invalid"),
        ({"query": "?dry=1"}, 422, "invalid"),
    ],
)
def test_a_request_that_brings_no_file_or_asks_for_something_else_is_named(desk, send, how, status, kind):
    answered = send(**how)

    assert (answered.status_code, answered.get_json()["type"]) == (status, f"urn:motcua:problem:{kind}")
    assert desk.rpc.calls == []


@pytest.mark.parametrize("path", ["", "/2.000815", "/2.000815/guidance", "/export", "/imports"])
def test_nobody_reads_procedures_without_signing_in(desk, path):
    assert desk.client.get(f"/api/procedures{path}").status_code == 401


def test_a_search_goes_on_to_intake_as_it_was_asked(desk):
    desk.rpc.answers["intake.procedures"] = []

    assert desk.get("/api/procedures?q=ch%E1%BB%A9ng&on=2026-12-01&level=district&limit=5").status_code == 200
    assert asked(desk) == {"q": "chứng", "on": "2026-12-01", "level": "district", "limit": 5}


@pytest.mark.parametrize(
    "query", ["level=city", "limit=0", "limit=x", "state=secret", "on=today", "department=P-1", "x=1"]
)
def test_a_wrong_condition_is_named(desk, query):
    answered = desk.get(f"/api/procedures?{query}")

    assert answered.status_code == 422
    assert [row["field"] for row in answered.get_json()["errors"]] == [query.partition("=")[0]]


def test_guidance_is_asked_for_in_the_readers_language_with_case_and_counts(desk):
    desk.rpc.answers["intake.guidance"] = {"code": "2.000815"}

    answered = desk.get("/api/procedures/2.000815/guidance?lang=en&case=nhieu-ban&quantities=page:3,copy:2")

    assert answered.get_json() == {"code": "2.000815"}
    assert asked(desk) == {
        "code": "2.000815",
        "on": None,
        "language": "en",
        "case": "nhieu-ban",
        "quantities": {"page": 3, "copy": 2},
    }


@pytest.mark.parametrize("quantities", ["page", "page:-1", "page:12345", "Page:1", "page:1;copy:2", ",", ""])
def test_counts_that_are_none_are_refused(desk, quantities):
    assert desk.get(f"/api/procedures/2.000815/guidance?quantities={quantities}").status_code == 422


@pytest.mark.parametrize("path", ["nothing", "nothing/guidance", "2.00081/guidance"])
def test_what_cannot_be_a_code_names_nothing(desk, path):
    assert desk.get(f"/api/procedures/{path}").status_code == 404


def test_the_export_is_a_file_to_keep(desk):
    desk.rpc.answers["intake.export_procedures"] = {"content": base64.b64encode(b"PK").decode()}

    answered = desk.get("/api/procedures/export")

    assert (answered.data, answered.content_type) == (b"PK", XLSX)
    assert 'filename="procedures.xlsx"' in answered.headers["Content-Disposition"]


def test_imports_are_listed_page_by_page(desk):
    desk.rpc.answers["intake.procedure_imports"] = {"items": [], "next": None}

    assert desk.get("/api/procedures/imports?limit=2&after=7").get_json() == {"items": [], "next": None}
    assert asked(desk) == {"limit": 2, "after": 7}
