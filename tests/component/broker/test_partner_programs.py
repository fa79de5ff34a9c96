"""The reference programs of wards and payment providers on a real broker; the test answers as intake would."""

import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pika
import pytest

from motcua_contracts import BY_TYPE

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "contracts" / "examples" / "intake"
CLOUDEVENT = "application/cloudevents+json"


@pytest.fixture
def intake(broker):
    """A confirming channel of intake; every queue is empty before and after."""
    broker.purge()
    with pika.BlockingConnection(pika.URLParameters(broker.uri("intake"))) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel
    broker.purge()


@pytest.fixture
def program(broker, tmp_path):
    """Return a function that starts a command of a role's program; what still runs at the end is killed."""
    running = []

    def start(role, code, *arguments):
        command = [sys.executable, str(ROOT / "integrations" / role / f"{role}.py"), *arguments]
        command += [f"--{role}", code, "--state", str(tmp_path / f"{role}.sqlite")]
        if arguments[0] != "status":
            command += ["--schemas", str(ROOT / "contracts" / "schemas")]
        url = {f"{role.upper()}_AMQP_URL": broker.uri(f"{role}-{code}")}
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | url
        running.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def said_by(process):
    """Wait for the end of a command and return its exit code and the lines it printed."""
    told, _ = process.communicate(timeout=60)
    return process.returncode, told.splitlines()


def take(channel, queue, within=30.0):
    end = time.monotonic() + within
    while time.monotonic() < end:
        method, properties, body = channel.basic_get(queue, auto_ack=True)
        if method is not None:
            return method.routing_key, properties, json.loads(body)
        time.sleep(0.02)
    raise AssertionError(f"nothing in {queue} within {within} s")


def tell(channel, type_, code, causationid=None, **data):
    message = json.loads((EXAMPLES / f"{type_}.json").read_text(encoding="utf-8"))
    message |= {"id": str(uuid.uuid4()), "causationid": causationid or str(uuid.uuid4())}
    message["data"] |= data
    message["data"] = {name: value for name, value in message["data"].items() if value is not None}
    properties = pika.BasicProperties(content_type=CLOUDEVENT, delivery_mode=2, message_id=message["id"])
    channel.basic_publish("intake.events", f"{type_}.{code}", json.dumps(message).encode(), properties, mandatory=True)


def test_provider_tells_each_payment_under_one_id_however_often_and_counts_the_answers(intake, program, tmp_path):
    payment = json.loads((EXAMPLES / "payment.record.v1.json").read_text(encoding="utf-8"))["data"]
    del payment["provider"]
    lines = [payment | {"payment_id": f"P-{number}"} for number in (1, 2, 3)] + [payment | {"amount_minor": 0}]
    file = tmp_path / "payments.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    pushing = program("provider", "PAYGOV", "push", str(file), "--repeat", "--until-answered", "60")
    came = [take(intake, "intake.payment.record.v1") for _ in range(6)]
    for name, outcome, receipt in (("P-1", "recorded", "PAYGOV/P-1"), ("P-2", "kept", None), ("P-3", "rejected", None)):
        problems = [{"field": "payment_id", "message": "đã dùng"}] if outcome == "rejected" else []
        told = {"outcome": outcome, "receipt_number": receipt, "problems": problems}
        tell(intake, "payment.answered.v1", "PAYGOV", payment_id=name, **told)
    code, lines = said_by(pushing)

    assert {key for key, _, _ in came} == {"payment.record.v1.PAYGOV"}
    assert len({message["id"] for _, _, message in came}) == 3
    assert [properties.message_id for _, properties, _ in came] == [message["id"] for _, _, message in came]
    assert code == 3, "one line is bad"
    assert lines == [
        "line 4: amount_minor: is too small",
        "lines: new=3 known=0 bad=1",
        "kept P-2",
        "rejected P-3: payment_id: đã dùng",
        "stored=3 sent=3 recorded=1 kept=1 rejected=1 unanswered=0 conflicting=0 strange=0",
    ]
    assert said_by(program("provider", "PAYGOV", "status")) == (0, lines[2:])


@pytest.mark.parametrize(
    ("role", "code", "asks", "answers", "file"),
    [
        ("ward", "26734", "dossier.submit.v1", "submission.answered.v1", "case"),
        ("provider", "PAYGOV", "payment.record.v1", "payment.answered.v1", "payment"),
    ],
)
def test_the_program_on_the_page_sends_once_more_the_same_until_it_has_its_answer(
    intake, broker, tmp_path, role, code, asks, answers, file
):
    page = (ROOT / "docs" / "integrators" / f"{role}.md").read_text(encoding="utf-8")
    programs = [part.partition("```")[0] for part in page.split("```python\n")[1:]]
    (pushing,) = [program for program in programs if "import pika" in program]
    (tmp_path / "program.py").write_text(pushing, encoding="utf-8")
    data = json.loads((EXAMPLES / f"{asks}.json").read_text(encoding="utf-8"))["data"]
    name = "ward_reference" if role == "ward" else "payment_id"
    told = {key: value for key, value in data.items() if key != role}
    (tmp_path / f"{file}.json").write_text(json.dumps(told), encoding="utf-8")
    env = {**os.environ, role.upper(): code, "AMQP_URL": broker.uri(f"{role}-{code}")}

    def run():
        return subprocess.Popen(
            [sys.executable, "program.py"], cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True
        )

    first = run()
    _, _, sent = take(intake, f"intake.{asks}")
    first.kill()
    first.communicate()
    second = run()
    _, _, again = take(intake, f"intake.{asks}")
    if role == "ward":  # what the feed tells comes first, and is no answer
        tell(intake, "submission.changed.v1", code, ward=code, ward_reference=data[name])
    tell(intake, answers, code, causationid=again["id"], **{role: code, name: data[name]})
    exit_code, lines = said_by(second)

    assert sent == again
    BY_TYPE[asks].open(sent)
    assert (exit_code, len(lines)) == (0, 1)
    assert lines[0].split()[0] in ("accepted", "recorded")


def test_ward_counts_the_statuses_that_its_feed_tells(intake, program):
    for reference, position, status in (("A-1", 3, 4), ("A-1", 2, 2), ("A-2", 2, 9), ("A-2", 2, 9)):
        tell(intake, "submission.changed.v1", "26734", ward="26734", ward_reference=reference, position=position,
             status=status)  # fmt: skip

    code, lines = said_by(program("ward", "26734", "collect"))

    assert code == 0
    assert lines[-2:] == ["statuses: 4=1 9=1", "stream: up to 0, holes: none told"]
    assert said_by(program("ward", "26734", "status")) == (0, lines)


def test_ward_sends_again_what_it_is_asked_for_word_for_word_and_its_corrections_in_the_same_stream(
    intake, program, tmp_path
):
    data = json.loads((EXAMPLES / "dossier.submit.v1.json").read_text(encoding="utf-8"))["data"]
    del data["ward"]
    cases, corrections = tmp_path / "cases.ndjson", tmp_path / "corrections.ndjson"
    cases.write_text("".join(json.dumps(data | {"ward_reference": f"A-{n}"}) + "\n" for n in (1, 2)), encoding="utf-8")
    corrections.write_text(json.dumps({"ward_reference": "A-1", "reason": "Sai", "case": "x"}) + "\n", encoding="utf-8")
    assert said_by(program("ward", "26734", "push", str(cases)))[0] == 0
    assert said_by(program("ward", "26734", "correct", str(corrections)))[0] == 0
    first = [take(intake, "intake.dossier.submit.v1")[2] for _ in range(2)]
    correction = take(intake, "intake.dossier.correct.v1")[2]
    stream = first[0]["data"]["stream"]["id"]
    assert [message["data"]["stream"]["position"] for message in (*first, correction)] == [1, 2, 3]

    asked = {"ward": "26734", "stream": stream, "from": 2, "to": 3, "asked_at": "2018-08-23T02:00:00+00:00"}
    tell(intake, "submission.resend-asked.v1", "26734", **asked)
    tell(intake, "submission.answered.v1", "26734", ward="26734", ward_reference="A-1", about="correct",
         command_id=correction["id"])  # fmt: skip
    code, lines = said_by(program("ward", "26734", "collect"))

    again = [take(intake, f"intake.dossier.{kind}.v1")[2] for kind in ("submit", "submit", "submit", "correct")]
    assert code == 0
    assert again[-1] == correction
    assert first[1] in again
    assert lines[-2:] == ["stream: up to 3, holes: none told", "other commands: accepted=1"]


def test_ward_sends_what_it_states_of_a_day_and_keeps_how_it_compares(intake, program, tmp_path):
    empty = {
        "ward": "26734",
        "day": "2018-08-23",
        "count": 0,
        "digest": "e3" * 32,
        "entries": [],
        "signature": "A" * 86,
    }
    day = tmp_path / "day.ndjson"
    day.write_text(json.dumps(empty) + "\n", encoding="utf-8")
    sending = program("ward", "26734", "state", str(day), "--until-answered", "60")
    key, _, sent = take(intake, "intake.ward.statement.v1")
    told = {"statement_id": sent["id"], "outcome": "different", "unstated": ["A-1", "A-2"], "day": "2018-08-23"}
    tell(intake, "statement.answered.v1", "26734", ward="26734", **told)
    code, lines = said_by(sending)

    assert (code, key) == (0, "ward.statement.v1.26734")
    assert {name: value for name, value in sent["data"].items() if name != "stream"} == empty
    assert lines[-2:] == ["different ward.statement.v1 2018-08-23: unstated: A-1 A-2", "other commands: different=1"]
