"""Bundles over HTTP: the file is whole and signed before its first line is handed on, and its answers are a file."""

import hashlib
import io
import json

import pytest

from chassis.errors import Refused
from gateway import bundles

ID = "7d7b8f0e-5a41-4c39-9a3c-3c1a5b0d2f10"
HEADER = {"bundle": ID, "ward": "26734", "made_at": "2018-08-23T10:00:00Z", "count": 23}
URL = "/api/wards/26734/bundles"


def file(lines, header=HEADER, signature="s" * 86):
    return "".join(f"{line}\n" for line in (json.dumps(header), *lines, json.dumps({"signature": signature}))).encode()


@pytest.fixture
def push(desk):
    """Hand a body in; intake takes all of it and has an answer for each line."""
    taken = []

    def take(given):
        assert given["first"] == len(taken) + 1
        taken.extend(given["lines"])
        return len(taken) + 1

    def page(given):
        rows = [f'{{"answer":{n}}}' for n in range(given["after"] + 1, len(taken) + 1)][:7]
        return {"lines": rows, "more": given["after"] + len(rows) < len(taken)}

    desk.rpc.answers |= {
        "intake.open_bundle": {"bundle": ID, "count": 23},
        "intake.take_bundle_lines": take,
        "intake.bundle_ends": {"header": "{}", "trailer": '{"signature":"t"}'},
        "intake.bundle_answers": page,
    }

    def send(body, mimetype="application/x-ndjson"):
        officer = desk.token("ward-officer", unit="26734")
        return desk.client.post(URL, data=body, headers=officer, content_type=mimetype)

    send.taken = taken
    return send


def test_a_bundle_is_checked_before_its_lines_are_handed_on_and_answered_by_a_file(desk, push):
    lines = [f'{{"id":"{n}","name":"Mai Hoàng"}}' for n in range(23)]
    body = file(lines)

    answered = push(body)

    assert answered.status_code == 200, answered.text
    assert answered.mimetype == "application/x-ndjson"
    assert answered.text.splitlines() == ["{}", *(f'{{"answer":{n + 1}}}' for n in range(23)), '{"signature":"t"}']
    (first, opened), *rest = desk.rpc.calls
    assert first == "intake.open_bundle"
    before = body[: body.rstrip().rfind(b"\n") + 1]
    assert opened == {
        "ward": "26734",
        "header": HEADER,
        "lines": 23,
        "digest": hashlib.sha256(before).hexdigest(),
        "signature": "s" * 86,
    }
    assert push.taken == lines
    assert [len(given["lines"]) for name, given in rest if name == "intake.take_bundle_lines"] == [10, 10, 3]


def test_what_intake_refuses_is_refused_whole(desk, push):
    rows = [{"field": "signature", "kind": "bad-signature", "message": "Sai", "message_en": "Wrong"}]
    desk.rpc.answers["intake.open_bundle"] = Refused("invalid-submission", 422, errors=rows)
    answered = push(file(["{}"]))
    assert (answered.status_code, answered.get_json()["errors"][0]["field"]) == (422, "signature")
    assert push.taken == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "header"),
        (b"[]\n" + file(["{}"]), "header"),
        (b"\xef\xbb\xbf" + file(["{}"]), "header"),
        (file(["{}", "{}"])[:-95], "signature"),
        (file(["{}"])[:-9], "signature"),
        (file(["{}"], signature=None), "signature"),
        (file(["{}"]).replace(b"\n{}\n", b"\n{\xff}\n"), "line 2"),
    ],
    ids=["empty", "no header", "byte order mark", "no last line", "torn last line", "unsigned", "encoding"],
)
def test_a_file_that_is_no_whole_bundle_is_refused_by_its_place_and_intake_is_not_asked(desk, push, body, field):
    answered = push(body)
    told = answered.get_json()
    assert (answered.status_code, told["type"]) == (422, "urn:motcua:problem:bundle-broken")
    assert [row["field"] for row in told["errors"]] == [field]
    assert desk.rpc.calls == []


@pytest.mark.parametrize(
    ("most", "count", "line"), [("MOST_BYTES", 200, 10), ("MOST_LINES", 3, 10), ("LINE", 0, 64 * 1024 + 1)]
)
def test_a_bundle_over_a_limit_is_refused_and_the_limits_are_told(desk, push, monkeypatch, most, count, line):
    if hasattr(bundles, most):
        monkeypatch.setattr(bundles, most, count)
    lines = [json.dumps("x" * line)] * 4
    answered = push(file(lines))
    assert (answered.status_code, answered.get_json()["type"]) == (413, "urn:motcua:problem:bundle-too-large")
    assert "16777216" in answered.get_json()["detail"] or most == "MOST_BYTES"
    assert desk.rpc.calls == []


def test_a_bundle_that_says_nothing_of_its_length_is_counted_while_it_comes(desk, push, monkeypatch):
    monkeypatch.setattr(bundles, "MOST_BYTES", 200)
    body = file(['"x"'] * 100)
    officer = desk.token("ward-officer", unit="26734")
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answered = desk.client.post(
        URL, input_stream=io.BytesIO(body), headers=officer, content_type="application/x-ndjson",
        environ_overrides=chunked,
    )  # fmt: skip
    assert answered.status_code == 413
    assert desk.rpc.calls == []


def test_exactly_as_many_lines_as_allowed_are_taken(push, monkeypatch):
    monkeypatch.setattr(bundles, "MOST_LINES", 3)
    answered = push(file(["{}"] * 3))
    assert (answered.status_code, len(answered.text.splitlines())) == (200, 5)


def test_another_content_type_is_refused(desk, push):
    assert push(b"{}", "application/json").status_code == 415
    assert desk.rpc.calls == []


def test_the_answers_can_be_had_again(desk, push):
    push(file(["{}", "{}"]))
    officer = desk.token("ward-officer", unit="26734")
    again = desk.client.get(f"{URL}/{ID.upper()}", headers=officer)
    assert again.text.splitlines() == ["{}", '{"answer":1}', '{"answer":2}', '{"signature":"t"}']
    desk.rpc.answers["intake.bundle_ends"] = Refused("bundle-unfinished", 409)
    unfinished = desk.client.get(f"{URL}/{ID}", headers=officer)
    assert (unfinished.status_code, "gửi lại" in unfinished.get_json()["detail"]) == (409, True)
    assert desk.client.get(f"{URL}/x", headers=officer).status_code == 404


def test_nobody_hands_a_bundle_in_without_signing_in(desk):
    assert desk.client.post(URL, data=file(["{}"]), content_type="application/x-ndjson").status_code == 401
