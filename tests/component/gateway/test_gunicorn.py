"""The gateway as it runs: gunicorn, a real database, a real broker."""

from __future__ import annotations

import dataclasses
import hashlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.database import connect
from gateway.tracking import Fact
from gateway.tracking_store import TrackingStore
from motcua import leash

CODE = "000.00.01.H29-180102-0001"
SECRET = "s3cr3t-of-the-receipt"
AT = datetime(2018, 1, 2, 1, tzinfo=UTC)
AWAY = "amqp://nobody:nothing@127.0.0.1:1/motcua"
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
    gateway = run_gateway(AWAY, database.uri, MOTCUA_DATABASE=fresh_database)

    page = gateway.ask("GET", f"/t/{CODE}/{SECRET}")
    wrong = gateway.ask("GET", f"/t/{CODE}/wrong")

    assert page.status == 200
    assert "Được tiếp nhận" in page.body.decode()
    assert wrong.status == 404
    assert SECRET not in gateway.log.read_text()


def test_a_database_that_is_away_gives_503_and_is_named_by_the_probe(run_gateway):
    gateway = run_gateway(AWAY)

    answered = gateway.ask("GET", f"/api/tracking/{CODE}?secret=x")
    ready = gateway.ask("GET", "/readyz")

    assert answered.status == 503
    assert answered.headers["Content-Type"] == "application/problem+json"
    assert ready.status == 503
    assert [reason.split(":")[0] for reason in ready.json["reasons"]] == ["database", "broker"]


def test_ten_megabytes_of_json_end_in_413_and_not_in_a_broken_connection(run_gateway):
    gateway = run_gateway(AWAY)
    body = b'{"note": "' + b"a" * 10_000_000 + b'"}'
    headers = {**gateway.bearer(), "Content-Type": "application/json", "Idempotency-Key": "k"}

    answered = gateway.ask("POST", "/api/dossiers", body, headers)

    assert answered.status == 413
    assert answered.json["type"] == "urn:motcua:problem:too-large"


def test_a_chunked_body_without_a_length_is_limited_too(run_gateway):
    gateway = run_gateway(AWAY)

    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b"a" * 100_000

    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=30)
    headers = {**gateway.bearer(), "Content-Type": "application/json", "Idempotency-Key": "k"}
    connection.request("POST", "/api/dossiers", pieces(), headers, encode_chunked=True)
    response = connection.getresponse()

    assert response.status == 413
    connection.close()


def test_a_large_batch_is_answered_line_by_line_in_order(broker, database, fresh_database, run_gateway, responder):
    responder("intake", registered)
    gateway = run_gateway(broker.uri("gateway"), database.uri, MOTCUA_DATABASE=fresh_database)
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


def test_a_line_is_told_while_later_ones_are_still_being_sent(broker, database, fresh_database, run_gateway, responder):
    responder("intake", registered)
    gateway = run_gateway(broker.uri("gateway"), database.uri, MOTCUA_DATABASE=fresh_database)
    sock = opened(gateway, batch_head(gateway, "live"))
    first = [{**LINE, "reference": f"r-{number}", "note": "x" * 1000} for number in range(30)]
    sock.sendall(b"".join(chunk(json.dumps(row).encode() + b"\n") for row in first))

    response = http.client.HTTPResponse(sock)
    response.begin()
    told = json.loads(response.readline())

    assert (response.status, told["line"], told["outcome"]) == (200, 1, "accepted")
    sock.sendall(chunk(json.dumps({**LINE, "reference": "r-30"}).encode()) + b"0\r\n\r\n")
    report = [json.loads(line) for line in response.read().splitlines()]
    assert [row["line"] for row in report[:-1]] == list(range(2, 32))
    assert report[-1]["summary"]["accepted"] == 31
    sock.close()


def test_a_client_that_reads_nothing_before_it_has_sent_all_gets_its_report_in_constant_memory(
    database, fresh_database, run_gateway
):
    gateway = run_gateway(AWAY, database.uri, MOTCUA_DATABASE=fresh_database)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(60)
    sock.connect(("127.0.0.1", gateway.port))
    before = gateway.peak_kib()
    lines = 100_000  # a report of some 15 MB: more than sockets hold
    sock.sendall(batch_head(gateway, "half"))
    for _ in range(lines // 1000):
        sock.sendall(chunk(b"{\n" * 1000))
    sock.sendall(b"0\r\n\r\n")

    response = http.client.HTTPResponse(sock)
    response.begin()
    told = last = 0
    while line := response.readline():
        told, last = told + 1, line

    assert told == lines + 1
    assert json.loads(last)["summary"]["rejected"] == lines
    assert gateway.peak_kib() - before < 10 * 1024
    sock.close()


def test_a_push_that_was_cut_off_is_known_as_interrupted_and_sent_again_whole(
    broker, database, fresh_database, run_gateway, responder, until
):
    answering = responder("intake", registered)
    gateway = run_gateway(broker.uri("gateway"), database.uri, MOTCUA_DATABASE=fresh_database)
    rows = [json.dumps({**LINE, "reference": f"r-{number}"}).encode() + b"\n" for number in range(200)]
    sock = opened(gateway, batch_head(gateway, "cut") + b"".join(map(chunk, rows[:100])) + b"ff\r\n{")
    until(lambda: answering.answered >= 20, what="lines under way")
    sock.close()

    def asked() -> Any:
        return gateway.get("/api/batches/cut").json

    until(lambda: asked().get("state") == "interrupted", what="the push is known to be cut off")
    assert asked()["lines"] <= 101
    headers = {**gateway.bearer(), "Content-Type": "application/x-ndjson"}
    again = gateway.ask("PUT", "/api/batches/cut", b"".join(rows), headers)
    assert json.loads(again.body.splitlines()[-1])["summary"]["accepted"] == 200
    done = asked()
    assert (done["state"], done["lines"], done["accepted"]) == ("done", 200, 200)


def test_progress_can_be_asked_for_while_the_push_runs(broker, database, fresh_database, run_gateway, responder, until):
    responder("intake", registered)
    gateway = run_gateway(broker.uri("gateway"), database.uri, MOTCUA_DATABASE=fresh_database)
    sock = opened(gateway, batch_head(gateway, "going"))
    sent = 0

    def counted() -> Any:
        nonlocal sent
        rows = [json.dumps({**LINE, "reference": f"r-{sent + n}", "note": "x" * 1000}).encode() for n in range(20)]
        sock.sendall(b"".join(chunk(row + b"\n") for row in rows))
        sent += 20
        found = gateway.get("/api/batches/going").json
        return found if found.get("accepted") else None

    found = until(counted, what="counts of a push that still runs")
    assert (found["state"], found["ended_at"]) == ("running", None)
    assert 0 < found["lines"] <= sent
    sock.sendall(b"0\r\n\r\n")
    until(lambda: gateway.get("/api/batches/going").json["state"] == "done", what="the end")
    assert gateway.get("/api/batches/going").json["accepted"] == sent
    sock.close()


def test_a_client_that_does_not_read_its_report_is_given_up_and_makes_room_for_another(
    database, fresh_database, run_gateway, until
):
    few = {"MOTCUA_HTTP_BODY_SECONDS": "2", "MOTCUA_HTTP_BATCHES": "1"}
    gateway = run_gateway(AWAY, database.uri, MOTCUA_DATABASE=fresh_database, **few)
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.settimeout(60)
    deaf.connect(("127.0.0.1", gateway.port))
    deaf.sendall(batch_head(gateway, "deaf") + chunk(b"{\n" * 60_000) + b"0\r\n\r\n")
    headers = {**gateway.bearer(), "Content-Type": "application/x-ndjson"}

    def pushed() -> int:
        return gateway.ask("POST", "/api/batches", b"{", headers).status

    until(lambda: gateway.get("/api/batches/deaf").status == 200, what="the push has the only place")
    assert pushed() == 503
    until(lambda: pushed() == 200, what="room again")
    deaf.close()


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


def test_two_workers_count_together(database, run_gateway):
    gateway = run_gateway(AWAY, MOTCUA_HTTP_WORKERS="2", MOTCUA_HTTP_RATE_STORAGE=database.uri)
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
        "MOTCUA_HTTP_WORKERS": "2",
        "MOTCUA_IDENTITY_PUBLIC_KEY": "@/not/there",
    }

    done = subprocess.run(
        [sys.executable, "-c", "from gateway.settings import load; load()"], env=env, capture_output=True, text=True
    )

    assert done.returncode != 0
    for name in (
        "AMQP_URI",
        "MONGODB_URI",
        "IDENTITY_PRIVATE_KEY",
        "IDENTITY_PUBLIC_KEY",
        "HTTP_BATCH_CALLS",
        "HTTP_WORKERS",
        "HTTP_RATE_STORAGE",
    ):
        assert f"MOTCUA_{name}" in done.stderr


def opened(gateway, sent: bytes) -> socket.socket:
    """Return a connection on which ``sent`` went out."""
    sock = socket.create_connection(("127.0.0.1", gateway.port), timeout=15)
    sock.sendall(sent)
    return sock


def batch_head(gateway, name: str) -> bytes:
    """Return the head of a push whose body is sent in chunks."""
    bearer = gateway.bearer()["Authorization"]
    return (
        f"PUT /api/batches/{name} HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer}\r\n"
        "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()


def chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


def rest_of(sock: socket.socket) -> tuple[int, http.client.HTTPMessage, dict[str, Any]]:
    """Return status, headers and JSON of the answer on ``sock``."""
    response = http.client.HTTPResponse(sock)
    response.begin()
    return response.status, response.headers, json.loads(response.read())


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /api/dossiers HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
        b"POST /api/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        b"POST /api/dossiers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{",
        b"GET /healthz HTTP/1.1\r\nHost:",
    ],
    ids=["a body nobody reads", "a body that is read", "a chunk", "headers"],
)
def test_clients_that_stall_do_not_keep_the_others_waiting(run_gateway, sent):
    gateway = run_gateway(AWAY, MOTCUA_HTTP_THREADS="4", MOTCUA_HTTP_READ_SECONDS="1")
    stalled = [opened(gateway, sent) for _ in range(4)]

    first, second = gateway.ask("GET", "/healthz"), gateway.ask("GET", "/healthz")

    assert first.status == second.status == 200
    assert first.seconds < 4
    assert second.seconds < 1  # the stalled ones are being closed meanwhile
    for sock in stalled:
        sock.close()


def test_a_body_that_stalls_or_drips_is_408(run_gateway):
    gateway = run_gateway(AWAY, MOTCUA_HTTP_READ_SECONDS="1", MOTCUA_HTTP_BODY_SECONDS="2")
    head = b"POST /api/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    stalling, dripping = opened(gateway, head), opened(gateway, head)
    began, answered = time.monotonic(), threading.Event()

    def drip() -> None:
        while not answered.wait(0.2):
            dripping.sendall(b" ")

    dripper = threading.Thread(target=drip)
    dripper.start()
    try:
        problems = [rest_of(stalling), rest_of(dripping)]
    finally:
        answered.set()
        dripper.join()

    for status, headers, problem in problems:
        assert status == problem["status"] == 408
        assert headers["Content-Type"] == "application/problem+json"
        assert problem["type"] == "urn:motcua:problem:request-timeout"
    assert time.monotonic() - began < 8
    stalling.close()
    dripping.close()


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET /t/x/" + SECRET.encode() + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "uri-too-long"),
        (
            b"GET /t/x/" + SECRET.encode() + b" HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
            431,
            "headers-too-large",
        ),
        (b"G{T /t/x/" + SECRET.encode() + b" HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad-request"),
        (b"GET /t/x/" + SECRET.encode() + b" HTTP/1.1\r\nHost:", 408, "request-timeout"),
        (
            b"POST /api/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n" + SECRET.encode() + b"\r\n",
            400,
            "bad-request",
        ),
    ],
    ids=["long request line", "large header", "bad method", "half a header", "bad chunk"],
)  # fmt: skip
def test_what_the_parser_refuses_is_a_problem_and_leaves_no_trace_of_it_in_the_log(run_gateway, sent, status, code):
    gateway = run_gateway(AWAY, MOTCUA_HTTP_READ_SECONDS="1")
    with opened(gateway, sent) as sock:
        answered, headers, problem = rest_of(sock)

    assert (answered, problem["status"], problem["type"]) == (status, status, f"urn:motcua:problem:{code}")
    assert headers["Content-Type"] == "application/problem+json"
    assert gateway.ask("GET", "/healthz").status == 200
    told = gateway.log.read_text()
    assert SECRET not in told
    assert "ip=" not in told


def test_readiness_and_metrics_answer_on_the_probe_port_alone(run_gateway):
    port = leash.free_port()
    gateway = run_gateway(AWAY, MOTCUA_PROBE_PORT=str(port), MOTCUA_HTTP_PROXIES="1")
    told = {"X-Forwarded-Host": f"x:{port}"}
    inside = dataclasses.replace(gateway, port=port)

    assert [gateway.ask("GET", path, headers=told).status for path in ("/readyz", "/metrics")] == [404, 404]
    assert gateway.ask("GET", "/healthz").status == 200
    assert [inside.ask("GET", path).status for path in ("/readyz", "/metrics", "/healthz")] == [503, 200, 200]
