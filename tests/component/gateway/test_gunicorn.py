"""The gateway as it runs: gunicorn, a real database, a real broker."""

from __future__ import annotations

import hashlib
import http.client
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.database import connect
from gateway.tracking import Fact
from gateway.tracking_store import TrackingStore

CODE = "000.00.01.H29-180102-0001"
SECRET = "s3cr3t-of-the-receipt"
AT = datetime(2018, 1, 2, 1, tzinfo=UTC)
LINE = {"procedure": "2.000815", "applicant": {"name": "Mai"}, "components": [{"code": "ban-chinh"}]}


def registered(_method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    number = int(arguments["key"].rsplit("-", 1)[1])
    return {
        "code": f"000.00.01.H29-180102-{number:04d}",
        "tracking_secret": SECRET,
        "status": 2,
        "replayed": False,
    }


@pytest.fixture
def seeded(tmp_path) -> str:
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps([{"username": "clerk.one", "password": "right", "roles": ["clerk"], "unit": None}]))
    return str(path)


def test_someone_signs_in_and_the_session_is_accepted(broker, database, fresh_database, run_gateway, responder, seeded):
    responder("intake", lambda method, arguments: [{"code": "2.000815", "name": method}])
    gateway = run_gateway(
        broker.uri("gateway"), database.uri, MOTCUA_DATABASE=fresh_database, MOTCUA_ACCOUNTS_FILE=seeded
    )
    body = json.dumps({"username": "clerk.one", "password": "right"}).encode()

    session = gateway.ask("POST", "/api/sessions", body, {"Content-Type": "application/json"})
    listed = gateway.ask("GET", "/api/procedures", headers={"Authorization": f"Bearer {session.json['token']}"})
    ready = gateway.ask("GET", "/readyz")

    assert session.status == 201
    assert listed.json == [{"code": "2.000815", "name": "procedures"}]
    assert (ready.status, ready.json) == (200, {"ready": True, "reasons": []})
    assert "right" not in gateway.log.read_text()


def test_tracking_answers_while_the_broker_and_every_service_are_away(database, fresh_database, run_gateway):
    store = TrackingStore(connect(database.uri, fresh_database)["tracking"])
    data = {
        "status": 2,
        "procedure": {"code": "2.000815", "name": "Chứng thực"},
        "department": "TP",
        "received_at": AT,
        "due_at": AT,
    }
    store.add(CODE, Fact("m-1", "dossier.received.v1", AT, 1, data), hashlib.sha256(SECRET.encode()).hexdigest())
    gateway = run_gateway("amqp://nobody:nothing@127.0.0.1:1/motcua", database.uri, MOTCUA_DATABASE=fresh_database)

    page = gateway.ask("GET", f"/t/{CODE}/{SECRET}")
    wrong = gateway.ask("GET", f"/t/{CODE}/wrong")

    assert page.status == 200
    assert "Được tiếp nhận" in page.body.decode()
    assert wrong.status == 404
    assert SECRET not in gateway.log.read_text()


def test_a_database_that_is_away_gives_503_and_is_named_by_the_probe(run_gateway):
    gateway = run_gateway("amqp://nobody:nothing@127.0.0.1:1/motcua")

    answered = gateway.ask("GET", f"/api/tracking/{CODE}?secret=x")
    ready = gateway.ask("GET", "/readyz")

    assert answered.status == 503
    assert answered.headers["Content-Type"] == "application/problem+json"
    assert ready.status == 503
    assert [reason.split(":")[0] for reason in ready.json["reasons"]] == ["database", "broker"]


def test_ten_megabytes_of_json_end_in_413_and_not_in_a_broken_connection(run_gateway):
    gateway = run_gateway("amqp://nobody:nothing@127.0.0.1:1/motcua")
    body = b'{"note": "' + b"a" * 10_000_000 + b'"}'
    headers = {**gateway.bearer(), "Content-Type": "application/json", "Idempotency-Key": "k"}

    answered = gateway.ask("POST", "/api/dossiers", body, headers)

    assert answered.status == 413
    assert answered.json["type"] == "urn:motcua:problem:too-large"


def test_a_chunked_body_without_a_length_is_limited_too(run_gateway):
    gateway = run_gateway("amqp://nobody:nothing@127.0.0.1:1/motcua")

    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b"a" * 100_000

    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=30)
    headers = {**gateway.bearer(), "Content-Type": "application/json", "Idempotency-Key": "k"}
    connection.request("POST", "/api/dossiers", pieces(), headers, encode_chunked=True)
    response = connection.getresponse()

    assert response.status == 413
    connection.close()


def test_a_large_batch_is_answered_line_by_line_in_order(broker, run_gateway, responder):
    responder("intake", registered)
    gateway = run_gateway(broker.uri("gateway"))
    lines = [json.dumps(LINE | {"reference": f"r-{number}"}) for number in range(400)]
    lines[200] = "{"
    headers = {**gateway.bearer(), "Content-Type": "application/x-ndjson"}

    answered = gateway.ask("POST", "/api/batches", "\n".join(lines).encode(), headers)

    report = [json.loads(line) for line in answered.body.splitlines()]
    assert answered.status == 200
    assert [row["line"] for row in report[:-1]] == list(range(1, 401))
    assert report[10]["code"] == "000.00.01.H29-180102-0010"
    assert report[200]["outcome"] == "rejected"
    assert report[-1]["summary"] == {
        "lines": 400, "accepted": 399, "rejected": 1, "failed": 0, "replayed": 0, "truncated": False,
    }  # fmt: skip


def test_a_stopping_gateway_finishes_the_request_in_hand(broker, run_gateway, responder, until):
    asked, go = threading.Event(), threading.Event()

    def slow(_method: str, arguments: dict[str, Any]) -> Any:
        asked.set()
        go.wait(10)
        return {"code": arguments["code"]}

    responder("intake", slow)
    gateway = run_gateway(broker.uri("gateway"), MOTCUA_RPC_DEADLINE="8")
    answers = []
    client = threading.Thread(target=lambda: answers.append(gateway.get("/api/procedures/2.000815")))
    client.start()
    assert asked.wait(10)

    gateway.process.terminate()
    go.set()
    client.join(10)

    assert [answer.status for answer in answers] == [200]
    until(lambda: gateway.process.poll() == 0, what="the gateway ends", within=10)


def test_two_workers_count_together(run_gateway):
    gateway = run_gateway("amqp://nobody:nothing@127.0.0.1:1/motcua", MOTCUA_HTTP_WORKERS="2")
    for _ in range(10):
        assert gateway.ask("GET", "/").status == 200

    metrics = gateway.ask("GET", "/metrics").body.decode()

    assert 'gateway_http_requests_total{method="GET",route="/",status="200"} 10.0' in metrics


def test_wrong_settings_are_told_all_at_once(tmp_path):
    import os
    import subprocess
    import sys

    env = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
    env |= {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "MOTCUA_HTTP_BATCH_CALLS": "0",
        "MOTCUA_IDENTITY_PUBLIC_KEY": "@/not/there",
    }

    done = subprocess.run(
        [sys.executable, "-c", "from gateway.settings import load; load()"], env=env, capture_output=True, text=True
    )

    assert done.returncode != 0
    for name in ("AMQP_URI", "MONGODB_URI", "IDENTITY_PRIVATE_KEY", "IDENTITY_PUBLIC_KEY", "HTTP_BATCH_CALLS"):
        assert f"MOTCUA_{name}" in done.stderr
