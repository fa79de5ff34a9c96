"""What a careless or hostile client sends to the real gateway."""

import json
import time

import pytest
import requests
from e2e_support import fields

CASE = {
    "channel": 1,
    "procedure": "1.001612",
    "applicant": {"name": "Trần Thị Bưởi"},
    "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
}


@pytest.fixture
def post(system, desk):
    def send(path="/api/dossiers", key=None, **kwargs):
        headers = {**desk.headers, **kwargs.pop("headers", {})}
        headers["Idempotency-Key"] = key or f"bad-{time.time_ns()}"
        return requests.post(f"{system.url}{path}", headers=headers, timeout=30, **kwargs)

    return send


def test_an_unknown_procedure_is_named(post):
    answer = post(json={**CASE, "procedure": "9.999999"})
    assert (answer.status_code, fields(answer)) == (422, {"procedure"})


def test_missing_and_extra_components_are_named_at_once(post):
    answer = post(json={**CASE, "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "so-do", "copy": 1}]})
    assert answer.status_code == 422
    assert fields(answer) == {"components.so-do", "components.giay-to-tuy-than"}


def test_a_key_that_comes_again_with_another_body_is_refused(post):
    key = f"key-{time.time_ns()}"
    first = post(json=CASE, key=key)
    again = post(json=CASE, key=key)
    other = post(json={**CASE, "applicant": {"name": "Another"}}, key=key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 422)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["code"] == first.json()["code"]


def test_ten_megabytes_of_json_are_refused(post):
    answer = post(data=b'{"note": "' + b"x" * 10_000_000 + b'"}', headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_invalid_utf8_is_refused_and_said_so(post):
    answer = post(data=b'{"procedure": "\xff\xfe"}', headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "UTF-8" in answer.text


def test_good_lines_of_a_batch_go_through_and_bad_ones_are_reported_by_line(post):
    run = time.time_ns()
    good = {**CASE, "reference": f"R-{run}"}
    lines = [
        json.dumps(good).encode(),
        b"{not json",
        b'{"reference": "\xff"}',
        json.dumps({**CASE, "reference": f"S-{run}", "procedure": "9.999999"}).encode(),
        json.dumps({**good, "reference": f"T-{run}"}).encode(),
    ]
    answer = post("/api/batches", data=b"\n".join(lines), headers={"Content-Type": "application/x-ndjson"})
    *report, summary = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["outcome"] for row in report] == ["accepted", "rejected", "rejected", "rejected", "accepted"]
    assert [row["line"] for row in report] == [1, 2, 3, 4, 5]
    assert report[3]["errors"][0]["field"] == "procedure"
    again = post("/api/batches", data=b"\n".join(lines), headers={"Content-Type": "application/x-ndjson"})
    assert json.loads(again.text.splitlines()[0])["code"] == report[0]["code"]
    assert summary["summary"]["accepted"] == 2


@pytest.mark.parametrize("token", ["", "Bearer nonsense", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJjbGVyayJ9."])
def test_without_a_good_token_nobody_gets_in(system, token):
    answer = requests.get(f"{system.url}/api/dossiers", headers={"Authorization": token}, timeout=10)
    assert answer.status_code == 401
