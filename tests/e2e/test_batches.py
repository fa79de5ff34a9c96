"""A push that was cut off half-way is pushed again, over HTTP and by messages, and doubles nothing."""

import json
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import requests
from e2e_support import get

from motcua.partners import start_push

WARD = "26734"
COUNT = 150


def lines_of(cases):
    """Return the cases as lines of a batch over HTTP: the counter's own, without a ward."""
    for case in cases:
        submission = {name: case[name] for name in ("procedure", "applicant", "components")}
        yield json.dumps({"reference": case["ward_reference"], **submission}, ensure_ascii=False).encode() + b"\n"


def codes_of(watch, names):
    found = watch.dossiers.find({"receipt.applicant.name": {"$in": names}}, {"code": 1})
    return [row["code"] for row in found]


def many(cases):
    """Return ``COUNT`` cases, each of a person with a name of its own."""
    few = cases(10)
    made = []
    for number in range(COUNT):
        case = few[number % len(few)]
        reference = f"{case['ward_reference']}-{number}"
        made.append(case | {"ward_reference": reference, "applicant": {"name": f"Người {reference}"}})
    return made


def test_a_batch_over_http_that_is_cut_off_and_sent_again_registers_each_case_once(system, watch, desk, cases, until):
    batch = many(cases)
    names = [case["applicant"]["name"] for case in batch]
    body = list(lines_of(batch))
    push = f"cut-{time.time_ns()}"
    address = urlsplit(system.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as sock:
        head = f"PUT /api/batches/{push} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
        head += f"Authorization: {desk.headers['Authorization']}\r\nContent-Length: {sum(map(len, body))}\r\n\r\n"
        sock.sendall(head.encode() + b"".join(body[: COUNT // 2]) + body[COUNT // 2][:20])

        def progress():
            return get(f"{system.url}/api/batches/{push}", headers=desk.headers).json()

        running = until(lambda: (found := progress()).get("accepted") and found, what="progress while it runs")
        assert running["state"] == "running"
    until(lambda: progress()["state"] == "interrupted", what="the push known to be cut off")

    headers = {**desk.headers, "Content-Type": "application/x-ndjson"}
    answer = requests.put(f"{system.url}/api/batches/{push}", iter(body), headers=headers, timeout=120)

    *report, last = map(json.loads, answer.text.splitlines())
    assert last["summary"]["accepted"] == COUNT
    assert 0 < last["summary"]["replayed"] <= COUNT // 2
    assert sorted(row["code"] for row in report) == sorted(codes_of(watch, names))
    assert len({row["code"] for row in report}) == COUNT
    assert {name: progress()[name] for name in ("state", "lines", "accepted")} == {
        "state": "done", "lines": COUNT, "accepted": COUNT,
    }  # fmt: skip
    watch.settle(lambda sight: None)


def status(system):
    """Return what the ward's own book says, asked while it may be in use."""
    program = system.root / "integrations" / "ward" / "ward.py"
    state = system.directory / "partners" / f"ward-{WARD}.sqlite"
    command = [sys.executable, str(program), "status", "--ward", WARD, "--state", str(state)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout
    return dict(pair.split("=") for line in told.splitlines() if "stored=" in line for pair in line.split())


def test_a_push_by_messages_that_is_killed_and_pushed_again_registers_each_case_once(
    system, watch, clock, cases, tmp_path, until
):
    batch = many(cases)
    names = [case["applicant"]["name"] for case in batch]
    file = tmp_path / "push.ndjson"
    file.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in batch), "utf-8")

    pushing = start_push(system, WARD, file, clock=clock.file, seconds=120)
    until(lambda: len(codes_of(watch, names[:40])) > 5, what="the push under way")
    asked = status(system)
    pushing.kill()
    pushing.wait(timeout=10)
    assert int(asked["stored"]) >= COUNT

    again = start_push(system, WARD, file, clock=clock.file, seconds=120)
    assert again.wait(timeout=130) == 0

    codes = codes_of(watch, names)
    assert len(codes) == len(set(codes)) == COUNT
    done = status(system)
    assert (done["unanswered"], done["conflicting"]) == ("0", "0")
    watch.settle(lambda sight: None)
