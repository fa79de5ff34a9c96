"""What is seen from outside: headers, the OpenAPI document, the docs page, catalogues, logs, traces."""

from __future__ import annotations

import json
import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway import health, texts

PUBLIC = {
    ("post", "/api/sessions"),
    ("get", "/api/tracking/{code}"),
    ("get", "/api/tracking/evaluation-form"),
    ("post", "/api/tracking/{code}/evaluation"),
}


@pytest.fixture
def document(desk):
    answered = desk.client.get("/api/openapi.json")
    assert answered.status_code == 200
    return answered.get_json()


#: The address says it all.
WITHOUT_BODY = ("/api/drafts/{draft}/submission", "/api/dossiers/{code}/papers/{paper}/prints")


def operations(document):
    for path, item in document["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                yield method, path, item[method]


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_operation_has_words_an_id_and_its_errors(document):
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["description"], where
        assert operation["operationId"], where
        assert any(code.startswith("2") for code in operation["responses"]), where
        errors = {code for code in operation["responses"] if code[0] in "45"}
        assert errors, where
        for code in errors:
            name = operation["responses"][code]["$ref"].rsplit("/", 1)[1]
            content = document["components"]["responses"][name]["content"]
            assert set(content) == {"application/problem+json"}, where
    ids = [operation["operationId"] for *_, operation in operations(document)]
    assert len(ids) == len(set(ids)) > 40


def test_every_operation_says_who_may_call_it(document):
    assert document["security"] == [{"bearer": []}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for method, path, operation in operations(document):
        assert operation.get("security") == ([] if (method, path) in PUBLIC else None)


def test_writing_operations_document_their_key_and_an_example(document):
    for method, path, operation in operations(document):
        if method != "post" or path in ("/api/sessions", "/api/batches", "/api/uploads", "/api/dossiers/search"):
            continue
        if path == "/api/tracking/{code}/evaluation":  # one voice a dossier: the words themselves are the key
            continue
        if path == "/api/wards/{ward}/bundles":  # the file names itself in its first line
            continue
        if path == "/api/procedures/imports":  # a file: there is no example of one in a document
            continue
        keyed = [row["required"] for row in operation["parameters"] if row["name"] == "Idempotency-Key"]
        if path in WITHOUT_BODY:
            assert keyed == [True], path
            assert "requestBody" not in operation, path
            continue
        keys = [row for row in operation["parameters"] if row["name"] == "Idempotency-Key"]
        assert [row["required"] for row in keys] == [True], path
        assert "example" in operation["requestBody"]["content"]["application/json"], path


def test_the_docs_page_needs_nothing_from_outside(desk):
    page = desk.client.get("/api/docs")
    assert page.status_code == 200
    assert "http" not in re.sub(r"<html.*?>", "", page.text).replace("http-equiv", "")
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"].split("script-src")[1].split(";")[0]
    for link in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        found = desk.client.get(link)
        assert found.status_code == 200, link
        found.close()
    assert desk.client.get("/api/docs/files/swagger-editor-bundle.js").status_code == 404
    assert desk.client.get("/api/docs/files/..%2f__init__.py").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/", "/t/x/y", "/api/dossiers", "/api/docs", "/api/openapi.json", "/healthz", "/nothing", "/static/style.css"],
)
def test_every_answer_has_the_security_headers(desk, path):
    answered = desk.client.get(path)
    policy = answered.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.headers["Referrer-Policy"] == "no-referrer"
    answered.close()


@pytest.mark.parametrize("path", ["/", "/t/x/y"])
def test_pages_have_no_inline_script_or_style(desk, path):
    page = desk.client.get(path).text
    assert "<script" not in page
    assert "<style" not in page
    assert "style=" not in page
    assert not re.search(r"\son\w+=", page)


def keys(tree, path=""):
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from keys(value, f"{path}/{name}")
        elif name != "faults":
            yield f"{path}/{name}", tuple(sorted(re.findall(r"\{\w+\}", value)))


def test_both_catalogues_say_the_same_things():
    vietnamese, english = (sorted(keys(texts.catalogue(language))) for language in texts.LANGUAGES)
    assert vietnamese == english


def test_no_secret_and_no_body_reaches_the_log(desk, capsys):
    desk.receive()
    desk.client.get(f"/t/{desk.CODE}/{desk.SECRET}")
    desk.client.get(f"/t/{desk.CODE}/{desk.SECRET}/qr.svg")
    desk.client.get(f"/api/tracking/{desk.CODE}?secret={desk.SECRET}")
    desk.submit()
    desk.client.post("/api/sessions", json={"username": "clerk.one", "password": "hunter2"})

    told = capsys.readouterr().out

    assert "/t/<string:code>/<string:secret>" in told
    assert desk.CODE in told
    for hidden in (desk.SECRET, "Mai", "hunter2", desk.token()["Authorization"][7:30]):
        assert hidden not in told


def lines_of(capsys):
    return [line for line in capsys.readouterr().out.splitlines() if "request" in line]


def test_a_log_line_names_the_dossier_as_services_do_and_nothing_that_is_none(desk, capsys):
    desk.rpc.answers["intake.procedure"] = {}
    desk.submit()
    desk.client.get(f"/api/tracking/{desk.CODE}?secret=x")
    desk.get("/api/procedures/2.000815")
    desk.client.get("/t/whatever-someone-typed/x")

    submitted, tracked, *others = lines_of(capsys)

    for line in (submitted, tracked):
        assert re.search(rf"subject\S*=\S*{desk.CODE}", line), line
    assert len(others) == 2
    assert "subject" not in "".join(others)
    assert "whatever-someone-typed" not in "".join(others)


def test_a_trace_that_comes_in_goes_on_to_the_service(desk):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    desk.submit(headers={"traceparent": trace})
    assert desk.rpc.traces[0].split("-")[1] == trace.split("-")[1]


def test_a_malformed_trace_is_left_aside(desk):
    assert desk.submit(headers={"traceparent": "x" * 200}).status_code == 201
    assert "x" not in (desk.rpc.traces[0] or "")


def test_the_live_probe_answers_and_metrics_are_there(desk):
    assert desk.client.get("/healthz").get_json() == {"live": True}
    assert "gateway_http_requests_total" in desk.client.get("/metrics").text


def test_metrics_and_readiness_are_kept_to_the_probe_port_when_there_is_one(make_desk):
    desk = make_desk(probe_port=9102)
    for path, status in (("/metrics", 200), ("/readyz", 503)):
        assert desk.client.get(path).status_code == 404
        assert desk.client.get(path, base_url="http://127.0.0.1:9102").status_code == status
    assert desk.client.get("/healthz").status_code == 200


def test_readiness_asks_the_broker_once_for_many_that_ask(desk, monkeypatch):
    asked = []
    monkeypatch.setattr(health, "probe", lambda uri, within: asked.append(uri))
    assert [desk.client.get("/readyz").status_code for _ in range(20)] == [200] * 20
    assert len(asked) <= 2


def test_the_report_of_readiness_names_what_is_away(desk):
    answered = desk.client.get("/readyz")
    assert answered.status_code == 503
    assert json.loads(answered.text)["reasons"] == ["broker: ConnectionRefusedError"]
