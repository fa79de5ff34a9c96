"""A service as a process: how it starts, how it says why it does not, and how it stops."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest
import toys

from motcua.leash import free_port

TOY = "toys:ToyService"


@pytest.fixture
def start(environment, tmp_path):
    running = []

    def run(path=TOY, service="notify", **more):
        env = environment(service, **more)
        env["PYTHONPATH"] = f"{Path(__file__).parent}:{env.get('PYTHONPATH', '')}:{':'.join(sys.path)}"
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "chassis.run", path], env=env, stdout=log, stderr=log)
        running.append(process)
        return process

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own process
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def ended(until, process, within=12):
    until(lambda: process.poll() is not None, within, "the process to end")
    return process.returncode


def test_sigterm_lets_work_in_hand_finish_once_and_exits_zero(bus, start, until, collection, tmp_path):
    port = free_port()
    process = start(MOTCUA_PROBE_PORT=str(port), MOTCUA_DRAIN_SECONDS="7")
    until(lambda: get(f"http://127.0.0.1:{port}/readyz")[0] == 200, 20)
    for _ in range(5):
        body = {"id": str(uuid.uuid4()), "type": toys.Toy.TYPE, "data": {"takes": 1.5, "letters": 1}}
        bus.say("intake", "intake.events", toys.Toy.TYPE, body)
    until(lambda: bus.depth("notify.dossier.overdue.v1") == 0)
    process.send_signal(signal.SIGTERM)
    assert ended(until, process) == 0
    assert collection("effects").count_documents({}) == 5
    assert bus.depth("notify.dossier.overdue.v1") == 0  # none given back, none to be done twice
    assert (tmp_path / "log").read_text().count('"message handled"') == 5


def test_work_that_takes_too_long_is_given_back_and_the_process_still_exits_zero(bus, start, until, collection):
    port = free_port()
    process = start(MOTCUA_PROBE_PORT=str(port), MOTCUA_DRAIN_SECONDS="1")
    until(lambda: get(f"http://127.0.0.1:{port}/readyz")[0] == 200, 20)
    body = {"id": "long", "type": toys.Toy.TYPE, "data": {"takes": 60}}
    bus.say("intake", "intake.events", toys.Toy.TYPE, body)
    until(lambda: bus.depth("notify.dossier.overdue.v1") == 0)
    process.send_signal(signal.SIGTERM)
    assert ended(until, process) == 0
    until(lambda: bus.depth("notify.dossier.overdue.v1") == 1)
    assert collection("effects").count_documents({}) == 0


def test_sigterm_ends_even_a_process_whose_one_thread_is_held(bus, start, until):
    port = free_port()
    process = start(MOTCUA_PROBE_PORT=str(port))
    until(lambda: get(f"http://127.0.0.1:{port}/readyz")[0] == 200, 20)
    body = {"id": "spin", "type": toys.Toy.TYPE, "data": {"fail": "spin"}}
    bus.say("intake", "intake.events", toys.Toy.TYPE, body)
    until(lambda: bus.depth("notify.dossier.overdue.v1") == 0)
    process.send_signal(signal.SIGTERM)
    assert ended(until, process, 12) == 0


def test_probes_tell_life_readiness_and_metrics(bus, start, until):
    port = free_port()
    start(MOTCUA_PROBE_PORT=str(port))
    until(lambda: get(f"http://127.0.0.1:{port}/readyz")[0] == 200, 20)
    assert get(f"http://127.0.0.1:{port}/healthz") == (200, '{"live": true}')
    assert "chassis_messages_total" in get(f"http://127.0.0.1:{port}/metrics")[1]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"MOTCUA_AMQP_URI": "", "MOTCUA_PREFETCH": "none"}, "wrong settings"),
        ({"wrong": "password"}, "access refused"),
        ({"wrong": "queue"}, "NOT_FOUND"),
    ],
)
def test_what_waiting_cannot_cure_ends_the_start_with_its_reason(bus, broker, start, until, tmp_path, more, word):
    if more == {"wrong": "password"}:
        more = {"MOTCUA_AMQP_URI": broker.uri("notify").replace(broker.passwords["notify"], "wrong")}
    path = "toys_wrong:WrongQueue" if more == {"wrong": "queue"} else TOY
    more = {} if "wrong" in more else more
    assert ended(until, start(path, **more), 15) == 78
    log = (tmp_path / "log").read_text()
    assert word in log
    if word == "wrong settings":
        assert "PREFETCH" in log


def test_sigterm_ends_a_process_that_waits_for_its_broker(bus, broker, start, until, tmp_path):
    nowhere = f"amqp://notify:x@127.0.0.1:{free_port()}/motcua"
    process = start(MOTCUA_AMQP_URI=nowhere)
    until(lambda: "broker away" in (tmp_path / "log").read_text(), 15)
    process.send_signal(signal.SIGTERM)
    assert ended(until, process) == 0


def test_each_line_of_the_log_is_json_with_the_ids_of_its_message(bus, start, until, tmp_path):
    port = free_port()
    start(MOTCUA_PROBE_PORT=str(port))
    until(lambda: get(f"http://127.0.0.1:{port}/readyz")[0] == 200, 20)
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    body = {"id": "i-1", "type": toys.Toy.TYPE, "subject": "code-1", "traceparent": traceparent, "data": {}}
    bus.say("intake", "intake.events", toys.Toy.TYPE, body, message_id="i-1")
    log = tmp_path / "log"
    until(lambda: "message handled" in log.read_text())
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    line = next(line for line in lines if line["event"] == "message handled")
    assert (line["message_id"], line["subject"], line["trace_id"]) == ("i-1", "code-1", traceparent[3:35])
