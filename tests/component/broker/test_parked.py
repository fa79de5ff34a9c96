"""The desk for parked messages, as its command, on a real broker and database."""

import json
import os
import re
import signal
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import amqp
import eventlet
import pymongo
import pytest
from prometheus_client import REGISTRY
from pymongo.errors import OperationFailure
from toys import Hopeless, Toy, ToyService

from chassis.database import connect
from chassis.inbox import inbox
from chassis.service import Service
from motcua import topology
from motcua.audit import Trail, first_fault
from motcua.compose import OPERATOR, apply_users
from motcua.database import SERVER as DATABASE_SERVER
from motcua.database import PrivateDatabase
from motcua.parked.acts import Discard, Order, Outcome, Replay, go
from motcua.parked.desk import Desk
from motcua.parked.places import Places
from motcua.parked.wanted import Wanted

ROOT = Path(__file__).resolve().parents[3]
QUEUE, KIND = "notify.dossier.overdue.v1", "dossier.overdue.v1"
SECRET = "Nguyễn Thị Thí Dụ"


class Mended(Service):
    """Reads what ToyService reads; hopeless until somebody mends it."""

    name = "notify"
    broken = True
    done: list[str] = []

    load_settings = staticmethod(ToyService.load_settings)

    @inbox(Toy, permanent=(Hopeless,))
    def on_toy(self, message):
        if self.broken:
            raise Hopeless("not before it is mended")
        self.done.append(message.id)


@pytest.fixture
def mended(run_service):
    Mended.broken, Mended.done = True, []
    run_service(Mended)
    return Mended


@pytest.fixture
def places():
    return Places(topology.load(ROOT / "infra" / "rabbitmq" / "topology.yaml"))


@pytest.fixture
def trail(database, fresh_database):
    return Trail(connect(database.uri, fresh_database))


@pytest.fixture
def surroundings(broker, database, fresh_database):
    """The environment of an operator."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
    return kept | {
        "MOTCUA_AMQP_URI": broker.uri("operator"),
        "MOTCUA_MONGODB_URI": database.uri,
        "MOTCUA_OPS_DATABASE": fresh_database,
        "MOTCUA_OPERATOR": "lan",
    }


@pytest.fixture
def start(surroundings):
    """Return a function that starts the command; whatever still runs at the end is killed.

    With ``quiet`` nobody needs to read its log while it runs.
    """
    running = []

    def launch(*arguments, quiet=False, **more):
        command = [sys.executable, "-m", "motcua.cli", *arguments]
        running.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=surroundings | more,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if quiet else subprocess.PIPE,
                text=True,
            )
        )
        return running[-1]

    yield launch
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def motcua(start):
    """Return a function that runs the command to its end: (exit code, output, error output)."""

    def run(*arguments, said="", **more):
        process = start(*arguments, **more)
        out, err = process.communicate(said, timeout=120)
        return process.returncode, out, err

    return run


@pytest.fixture
def park(bus):
    """Return a function that parks a message as a service does, and gives its id."""

    def put(
        service="notify", queue=QUEUE, key=KIND, error="Hopeless", because="Hopeless: no", minutes=1, body=None, **more
    ):
        identity = str(uuid.uuid4())
        envelope = {"id": identity, "type": KIND, "subject": "000.00.18.H29-1", "data": {"name": SECRET}}
        headers = {
            "x-parked-because": because,
            "x-parked-error": error,
            "x-parked-at": (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(),
            "x-parked-queue": queue,
            "x-routing-key": key,
            "x-attempt": 2,
        }
        content = envelope if body is None else body
        more = {"message_id": identity, "application_headers": headers} | more
        bus.say(service, f"{service}.parked", queue, content, **more)
        return identity

    return put


def events(err, name):
    """Return the log lines of an event."""
    lines = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == name]


def rows(out):
    return [json.loads(line) for line in out.splitlines()]


def ids_in(bus, queue):
    found = []
    while message := bus.channel("operator").basic_get(queue, no_ack=True):
        found.append(message.properties["message_id"])
    return found


def test_list_groups_what_is_parked(motcua, park, bus):
    for minutes in (5, 200):
        park(minutes=minutes)
    park(error="Broken", because="Broken: data.step: Missing data.", key="dossier.resolved.v1",
         queue="notify.dossier.resolved.v1", minutes=50)  # fmt: skip

    code, out, _ = motcua("parked", "list", "notify")

    assert code == 0
    lines = [re.sub(r"50m\d+s", "50m", line).split() for line in out.splitlines()]
    assert lines[1:] == [
        ["notify", KIND, "Hopeless", "2", "3h20m"],
        ["notify", "dossier.resolved.v1", "Broken", "1", "50m"],
    ]
    assert bus.depth("notify.parked") == 3


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--reason", "Broken"], 1),
        (["--reason", "missing DATA"], 1),
        (["--type", KIND], 2),
        (["--queue", QUEUE], 2),
        (["--older-than", "2h"], 1),
        (["--younger-than", "2h"], 2),
        (["--older-than", "3m", "--younger-than", "2h"], 1),
        (["intake"], 0),
        (["--limit", "2"], 2),
    ],
)
def test_list_takes_what_the_options_say(motcua, park, options, count):
    for minutes in (5, 200):
        park(minutes=minutes)
    park(error="Broken", because="Broken: data.step: Missing data.", key="dossier.resolved.v1",
         queue="notify.dossier.resolved.v1")  # fmt: skip

    code, out, _ = motcua("parked", "list", "--each", "--json", *options)

    assert (code, len(rows(out))) == (0, count)


def test_each_message_is_one_row_without_its_body(motcua, park):
    identity = park()

    _, out, err = motcua("parked", "list", "--each")
    told = rows(motcua("parked", "list", "--each", "--json")[1])[0]

    row = re.sub(r"1m\ds", "1m", out.splitlines()[1]).split()
    assert row == [identity, KIND, "000.00.18.H29-1", QUEUE, "Hopeless", "1m", "2", "0"]
    assert {"id": identity, "attempts": 2, "key": KIND, "replays": 0, "stays": None}.items() <= told.items()
    assert SECRET not in out + err + json.dumps(told, ensure_ascii=False)


def test_look_changes_neither_order_nor_content_however_often(broker, bus, park, places):
    parked = [park(body=b"\xff%d" % number) for number in range(100)]
    with Desk(broker.uri("operator"), places) as desk:
        for _ in range(25):
            seen = []
            with desk.messages(["notify"]) as messages:
                for taken in messages:
                    seen.append(taken.parked.id)
                    if len(seen) == 90:
                        break
        with desk.messages(["notify"]) as messages:
            assert [(taken.parked.id, taken.body) for taken in messages] == [
                (identity, b"\xff%d" % number) for number, identity in enumerate(parked)
            ]
    assert bus.depth("notify.parked") == 100


def test_message_held_long_is_given_back_and_none_is_seen_twice(broker, bus, park, places):
    parked = [park() for _ in range(12)]

    with Desk(broker.uri("operator"), places, hold=0.0) as desk, desk.messages(["notify"]) as messages:
        seen = [taken.parked.id for taken in messages]

    assert seen == parked
    assert bus.depth("notify.parked") == 12


def test_message_that_the_broker_parked_tells_queue_reason_and_moment(motcua, bus):
    bus.say("ward-26734", "intake.commands", "dossier.submit.v1.26734", b"poison", message_id="m-1")
    intake = bus.channel("intake")
    while message := intake.basic_get("intake.dossier.submit.v1"):
        intake.basic_reject(message.delivery_info["delivery_tag"], requeue=True)

    code, out, _ = motcua("parked", "list", "--each", "--json", "--younger-than", "10m")

    told = rows(out)[0]
    assert (code, told["id"], told["reason"], told["queue"]) == (0, "m-1", "delivery_limit", "intake.dossier.submit.v1")
    assert told["because"] == "delivery_limit from intake.dossier.submit.v1"
    assert told["key"] == "dossier.submit.v1.26734"
    assert told["since"]


def test_headers_of_a_sender_decide_neither_queue_nor_key_of_a_replay(motcua, bus):
    forged = {
        "x-parked-queue": "routing.assignment.accepted.v1",
        "x-routing-key": "assignment.accepted.v1.TP",
        "x-parked-error": "Past",
        "x-parked-because": "Past: it was applied",
        "x-replays": 7,
    }
    bus.say("ward-26734", "intake.commands", "dossier.submit.v1.26734", {"a": 1}, application_headers=forged)
    intake = bus.channel("intake")
    intake.basic_reject(intake.basic_get("intake.dossier.submit.v1").delivery_info["delivery_tag"], requeue=False)

    told = rows(motcua("parked", "list", "--each", "--json")[1])[0]
    code, out, err = motcua("parked", "replay", "--all", "--yes")

    assert (told["reason"], told["replays"], told["queue"]) == ("rejected", 0, "intake.dossier.submit.v1")
    assert code == 0, out + err
    assert bus.depth("routing.assignment.accepted.v1") == 0
    _, headers = bus.hear("intake.dossier.submit.v1")
    assert (headers.pop("x-routing-key"), headers.pop("x-replays")) == ("dossier.submit.v1.26734", 1)
    assert set(headers) - {"x-delivery-count"} == {"x-replay-run"}


def replayed(end):
    labels = {"queue": QUEUE, "end": end}
    return REGISTRY.get_sample_value("chassis_replayed_total", labels) or 0


def test_mended_service_does_what_it_was_replayed_and_says_so(motcua, bus, mended, until, trail):
    before = replayed("handled")
    bus.say("intake", "intake.events", KIND, {"type": KIND, "id": "m-1", "data": {}}, message_id="m-1")
    until(lambda: bus.depth("notify.parked") == 1)
    mended.broken = False

    code, out, err = motcua("parked", "replay", "m-1", "--because", "the calendar has its year now")

    assert (code, out) == (0, "1 put back\n"), err
    assert until(lambda: mended.done) == ["m-1"]
    assert until(lambda: replayed("handled")) == before + 1
    assert bus.depth("notify.parked") == 0
    (event,) = events(err, "message replayed")
    assert (event["message_id"], event["actor"], event["replays"]) == ("m-1", "lan", 1)
    (entry,) = trail.entries()
    assert (entry["act"], entry["because"], entry["message"]["id"]) == (
        "replay",
        "the calendar has its year now",
        "m-1",
    )


def test_message_that_parks_again_is_not_taken_again_by_the_same_run(motcua, bus, mended, until):
    for number in range(3):
        bus.say(
            "intake", "intake.events", KIND, {"type": KIND, "id": f"m-{number}", "data": {}}, message_id=f"m-{number}"
        )
    until(lambda: bus.depth("notify.parked") == 3)

    for count in (1, 2):
        code, out, err = motcua("parked", "replay", "--all", "--yes", "--rate", "20")
        until(lambda: bus.depth("notify.parked") == 3)
        told = rows(motcua("parked", "list", "--each", "--json")[1])

        assert (code, out.splitlines()[0]) == (0, "3 put back"), err
        assert [row["replays"] for row in told] == [count] * 3
        assert {row["key"] for row in told} == {KIND}


def test_message_put_back_by_this_run_stays_when_it_is_met_again(broker, bus, park, places, trail):
    park()
    order = Order("lan", "lan", "", "this-run")
    with Desk(broker.uri("operator"), places) as desk:
        first, second = Outcome(), Outcome()
        go(desk, Replay(desk, trail, order), Wanted(services=("notify",)), first)
        _, headers = bus.hear(QUEUE)
        headers |= {"x-parked-error": "Hopeless", "x-parked-because": "Hopeless: no"}
        bus.say("notify", "notify.parked", QUEUE, b"{}", application_headers=headers)

        go(desk, Replay(desk, trail, order), Wanted(services=("notify",)), second)

    assert (first.done, second.done) == (1, 0)
    assert second.skipped == {"parked again during this run": 1}


def test_thousands_are_put_back_once_each_in_constant_memory(start, motcua, bus, park, trail):
    def peak(*arguments):
        process = start(*arguments, quiet=True)
        process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return used.ru_maxrss

    parked = [park(body={"subject": "s", "data": "x" * 16_000}) for _ in range(20)]
    few = peak("parked", "list")
    parked += [park(body={"subject": "s", "data": "x" * 16_000}) for _ in range(1980)]
    looking = peak("parked", "list", "--each")
    replaying = peak("parked", "replay", "--all", "--yes", "--rate", "500")

    assert max(looking, replaying) - few < 12 * 1024, "KiB; the bodies are 32 MB"
    assert ids_in(bus, QUEUE) == parked
    assert bus.depth("notify.parked") == 0
    assert trail.counts() == {("replay", "notify"): 2000}


def test_run_is_no_faster_than_its_rate(motcua, park):
    for _ in range(21):
        park()

    _, _, err = motcua("parked", "replay", "--all", "--yes", "--rate", "10")

    moments = [datetime.fromisoformat(event["timestamp"]) for event in events(err, "message replayed")]
    assert len(moments) == 21
    # two seconds, but for what a slow first act takes of them; at full speed it is a tenth
    assert (moments[-1] - moments[0]).total_seconds() > 1.0


def test_killed_run_loses_none_and_repeats_one_at_most(start, bus, park, until):
    parked = [park() for _ in range(150)]
    run = start("parked", "replay", "--all", "--yes", "--rate", "100", quiet=True)
    until(lambda: bus.depth(QUEUE) > 20, within=30)

    run.kill()

    run.wait(10)
    until(lambda: bus.depth(QUEUE) + bus.depth("notify.parked") >= 150)
    back, left = ids_in(bus, QUEUE), ids_in(bus, "notify.parked")
    assert left, "it was over already"
    assert set(back) | set(left) == set(parked)
    assert len(back) + len(left) <= 151


def test_run_that_dies_between_confirm_and_acknowledgement_leaves_the_message_in_both(broker, bus, park, places, until):
    identity = park()
    with Desk(broker.uri("operator"), places) as desk, desk.messages(["notify"]) as messages:
        desk.put_back(next(messages), {"x-routing-key": KIND})
        desk._connection.collect()

    until(lambda: bus.depth("notify.parked") == 1)
    assert ids_in(bus, QUEUE) == [identity]
    assert ids_in(bus, "notify.parked") == [identity]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_run_says_what_it_did_and_leaves_the_rest(start, bus, park, until, number):
    for _ in range(60):
        park()
    run = start("parked", "replay", "--all", "--yes", "--rate", "20")
    until(lambda: bus.depth(QUEUE) > 3, within=30)

    run.send_signal(number)
    out, _ = run.communicate(timeout=30)

    done = int(re.match(r"(\d+) put back; stopped", out)[1])
    assert run.returncode == 130
    assert 3 < done < 60
    assert (bus.depth(QUEUE), until(lambda: bus.depth("notify.parked"))) == (done, 60 - done)


def test_run_whose_broker_dies_says_what_it_did(start, bus, broker, park, until, trail):
    parked = [park() for _ in range(100)]
    run = start("parked", "replay", "--all", "--yes", "--rate", "20")
    until(lambda: bus.depth(QUEUE) > 3, within=30)

    broker.kill()
    out, err = run.communicate(timeout=60)
    bus.close()
    bus._channels.clear()
    broker.start()

    assert run.returncode == 1
    assert "broken off" in out
    assert "the broker is away" in err
    until(lambda: bus.depth(QUEUE) + bus.depth("notify.parked") >= 100, within=30)
    assert set(ids_in(bus, QUEUE)) | set(ids_in(bus, "notify.parked")) == set(parked)


def test_frozen_broker_ends_the_run_with_what_it_did(start, bus, broker, park, until, servers_are_given):
    if servers_are_given:
        pytest.skip("the broker of this run is not ours to stop")
    for _ in range(100):
        park()
    run = start("parked", "replay", "--all", "--yes", "--rate", "20")
    until(lambda: bus.depth(QUEUE) > 3, within=30)
    os.killpg(broker.private.pid, signal.SIGSTOP)
    try:
        out, err = run.communicate(timeout=60)
    finally:
        os.killpg(broker.private.pid, signal.SIGCONT)

    assert run.returncode == 1
    assert "broken off" in out
    assert "the broker is away" in err


def test_nothing_is_put_back_or_discarded_while_the_trail_cannot_be_written(motcua, bus, park):
    park()
    away = {"MOTCUA_MONGODB_URI": "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200"}

    replayed = motcua("parked", "replay", "--all", **away)
    discarded = motcua("parked", "discard", "--all", "--because", "no use", **away)

    for code, out, err in (replayed, discarded):
        assert (code, out.startswith("broken off: 0")) == (1, True)
        assert "the trail's database" in err
    assert (bus.depth(QUEUE), bus.depth("notify.parked")) == (0, 1)


def test_discarded_message_is_on_the_trail_without_its_body(motcua, bus, park, trail):
    kept, gone = park(), park()

    code, out, err = motcua("parked", "discard", gone, "--because", "the ward sent it anew", "--as", "hoa")

    assert (code, out) == (0, "1 discarded\n")
    (entry,) = trail.entries()
    assert (entry["_id"], entry["act"], entry["actor"]) == (1, "discard", "hoa")
    assert (entry["message"]["id"], entry["message"]["queue"], entry["message"]["reason"]) == (gone, QUEUE, "Hopeless")
    assert len(entry["message"]["sha256"]) == 64
    assert entry["message"]["size"] > 100
    assert SECRET not in json.dumps(entry, ensure_ascii=False) + out + err
    assert [event["message_id"] for event in events(err, "message discarded")] == [gone]
    assert ids_in(bus, "notify.parked") == [kept]
    code, out, _ = motcua("audit", "verify")
    assert (code, f"head 1:{entry['hash']}" in out) == (0, True)


def test_trail_has_the_entry_before_the_message_is_gone(broker, park, places, trail, bus):
    class Died(Exception):
        pass

    class Dying(Desk):
        @staticmethod
        def acknowledge(taken):
            raise Died

    park()
    with Dying(broker.uri("operator"), places) as desk, pytest.raises(Died):
        go(desk, Discard(desk, trail, Order("lan", "lan", "no use", "r")), Wanted(services=("notify",)), Outcome())

    assert [entry["act"] for entry in trail.entries()] == ["discard"]
    assert bus.depth("notify.parked") == 1


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (lambda rows: rows.update_one({"_id": 2}, {"$set": {"because": "another"}}), "entry 2 was altered"),
        (lambda rows: rows.delete_one({"_id": 2}), "entry 2 is missing"),
        (lambda rows: rows.delete_one({"_id": 1}), "entry 1 is missing"),
    ],
    ids=["altered", "removed", "beginning removed"],
)
def test_tampering_is_named(motcua, park, trail, database, fresh_database, tamper, named):
    for _ in range(3):
        park()
    motcua("parked", "discard", "--all", "--yes", "--because", "no use")
    assert motcua("audit", "verify")[0] == 0

    tamper(connect(database.uri, fresh_database)["audit"])
    code, _, err = motcua("audit", "verify")

    assert (code, named in err) == (1, True), err


def test_end_that_was_cut_off_shows_against_a_head_kept_elsewhere(motcua, park, trail, database, fresh_database):
    for _ in range(3):
        park()
    motcua("parked", "discard", "--all", "--yes", "--because", "no use")
    head = re.search(r"head (\S+)", motcua("audit", "verify")[1])[1]

    connect(database.uri, fresh_database)["audit"].delete_one({"_id": 3})

    assert motcua("audit", "verify")[0] == 0
    code, _, err = motcua("audit", "verify", "--head", head)
    assert (code, "entries 3 to 3 are missing at the end" in err) == (1, True)


def test_trail_of_several_writers_has_no_gap(database, fresh_database):
    def write(name):
        trail = Trail(connect(database.uri, fresh_database))
        return [trail.append({"by": name})["_id"] for _ in range(20)]

    numbers = [number for found in eventlet.GreenPool(4).imap(write, "abcd") for number in found]

    assert sorted(numbers) == list(range(1, 81))
    assert first_fault(Trail(connect(database.uri, fresh_database)).entries())[1] is None


@pytest.fixture
def guarded(tmp_path):
    """The operator's user of the trail on a database server that asks who one is."""
    with PrivateDatabase(tmp_path) as private:
        apply_users(private.uri, {OPERATOR: "pw"})
        port = private.port
    command = [DATABASE_SERVER, "--host", "127.0.0.1", "--port", str(port), "--storage-path", tmp_path / "data"]
    with (tmp_path / "guarded.log").open("w") as log:
        server = subprocess.Popen([*command, "--auth"], stdout=log, stderr=log)
    uri = f"mongodb://{OPERATOR}:pw@127.0.0.1:{port}/?authSource=admin&directConnection=true&retryWrites=false"
    with pymongo.MongoClient(uri, serverSelectionTimeoutMS=20_000) as client:
        yield client
    server.kill()
    server.wait()


@pytest.mark.parametrize(
    "forbidden",
    [
        lambda client: client.motcua_ops.audit.update_one({}, {"$set": {"x": 1}}),
        lambda client: client.motcua_ops.audit.replace_one({"_id": 1}, {"x": 1}, upsert=True),
        lambda client: client.motcua_ops.audit.delete_one({}),
        lambda client: client.motcua_ops.audit.drop(),
        lambda client: client.motcua_intake.dossiers.find_one(),
        lambda client: client.motcua_intake.dossiers.insert_one({}),
    ],
    ids=["update", "replace", "delete", "drop", "read another's", "write another's"],
)
def test_operators_user_adds_to_the_trail_and_reads_it_and_nothing_else(guarded, forbidden):
    trail = Trail(guarded.motcua_ops)
    trail.append({"act": "discard", "message": {"service": "notify"}})

    with pytest.raises(OperationFailure) as refused:
        forbidden(guarded)

    assert refused.value.code == 13, "not authorized"
    assert trail.counts() == {("discard", "notify"): 1}
    assert first_fault(trail.entries())[1] is None


def test_requests_are_left_and_said_to_be(motcua, bus, park):
    park("intake", "rpc-intake", "intake.submit", error="Unreadable")
    park("intake", "intake.handling.started.v1", "handling.started.v1")

    code, out, _ = motcua("parked", "replay", "--all", "--yes")

    assert (code, out.splitlines()) == (
        0,
        ["1 put back", "1 left: it is a request that nobody waits for any more"],
    )
    assert (bus.depth("intake.parked"), bus.depth("rpc-intake")) == (1, 0)
    assert motcua("parked", "discard", "--all", "--yes", "--because", "long given up")[0] == 0
    assert bus.depth("intake.parked") == 0


def test_what_a_department_rejected_goes_back_into_its_queue(motcua, bus):
    bus.say("routing", "routing.events", "assignment.issued.v1.TP", b"yours", message_id="m-1")
    department = bus.channel("department-TP")
    for count in (1, 2):
        message = department.basic_get("department.TP")
        department.basic_reject(message.delivery_info["delivery_tag"], requeue=False)

        told = rows(motcua("parked", "list", "partners", "--each", "--json")[1])[0]
        code, out, err = motcua("parked", "replay", "m-1", "--service", "partners")

        assert (told["type"], told["queue"], told["replays"]) == ("assignment.issued.v1", "department.TP", count - 1)
        assert (code, out) == (0, "1 put back\n"), err
    assert bus.hear("department.TP")[0] == b"yours"


def test_unknown_id_is_told(motcua, park, bus):
    identity = park()

    code, out, err = motcua("parked", "replay", identity, "no-such-id")

    assert (code, out) == (1, "1 put back\n")
    assert "not found: no-such-id" in err
    assert motcua("parked", "replay", identity, "no-such-id", "--dry-run")[0] == 1
    assert motcua("parked", "show", "no-such-id")[0] == 1
    assert motcua("parked", "discard", "no-such-id", "--because", "x")[0] == 1


def test_more_than_one_is_asked_for_and_a_dry_run_does_nothing(motcua, park, bus):
    for _ in range(3):
        park()

    assert motcua("parked", "replay", "--all", "--dry-run")[:2] == (0, "3 would be put back\n")
    code, out, _ = motcua("parked", "replay", "--all", said="n\n")
    assert (code, "replay 3 messages?" in out, bus.depth("notify.parked")) == (1, True, 3)
    assert motcua("parked", "replay", "--all")[0] == 1, "nobody is there to say yes"
    assert motcua("parked", "replay", "--all", "--limit", "2", said="y\n")[1].endswith("2 put back\n")
    assert (bus.depth(QUEUE), bus.depth("notify.parked")) == (2, 1)


def test_ids_beyond_the_limit_of_a_dry_run_are_not_told_as_missing(motcua, park):
    ids = [park(), park()]

    code, out, err = motcua("parked", "replay", *ids, "--dry-run", "--limit", "1")

    assert (code, out, "not found" in err) == (0, "1 would be put back\n", False)


@pytest.mark.parametrize("act", ["discard", "replay"])
def test_what_parks_while_the_person_is_asked_is_left(start, bus, park, until, act):
    confirmed = [park(), park()]
    question = f"{act} 2 messages?"
    run = start("parked", act, "--all", "--because", "no use")
    assert run.stdout.read(len(question)) == question
    later = [park(), park("intake", "intake.handling.started.v1", "handling.started.v1")]
    until(lambda: (bus.depth("notify.parked"), bus.depth("intake.parked")) == (3, 1))

    out, err = run.communicate("y\n", timeout=60)

    assert run.returncode == 0, out + err
    assert ids_in(bus, "notify.parked") + ids_in(bus, "intake.parked") == later
    assert ids_in(bus, QUEUE) == (confirmed if act == "replay" else [])


def test_reader_that_has_enough_ends_a_look_quietly(start, bus, park):
    for _ in range(3):
        park()
    look = start("parked", "list", "--each", "--json")
    look.stdout.close()  # before it can write its first line

    assert (look.wait(60), look.stderr.read()) == (1, "")


def test_output_that_cannot_be_written_is_not_told_as_the_brokers_fault(motcua, park):
    park()

    code, _, err = motcua("parked", "list", "--metrics", "/dev/full/motcua.prom")

    assert (code, "--metrics" in err, "broker" in err) == (2, True, False)


def test_show_tells_all_but_the_data_unless_asked(motcua, park, tmp_path):
    identity = park()

    _, shown, _ = motcua("parked", "show", identity)
    _, whole, _ = motcua("parked", "show", identity, "--body")
    code, _, _ = motcua("parked", "show", identity, "--raw", str(tmp_path / "body"))

    assert "Hopeless: no" in shown
    assert "000.00.18.H29-1" in shown
    assert SECRET not in shown
    assert "personal data" in whole
    assert SECRET in whole
    assert code == 0
    assert json.loads((tmp_path / "body").read_bytes())["data"] == {"name": SECRET}
    assert (tmp_path / "body").stat().st_mode & 0o777 == 0o600
    assert motcua("parked", "show", identity, "--raw", str(tmp_path / "body"))[0] == 2


def test_body_that_cannot_be_read_is_shown_harmlessly_and_written_exactly(motcua, park, tmp_path):
    identity = park(body=b"\xff\x1b[2J" + SECRET.encode())

    _, shown, _ = motcua("parked", "show", identity)
    _, whole, _ = motcua("parked", "show", identity, "--body")
    motcua("parked", "show", identity, "--raw", str(tmp_path / "body"))

    assert "cannot be read" in shown
    assert "\x1b" not in shown + whole
    assert "ff 1b 5b 32 4a" in whole
    assert "ff 1b 5b 32 4a" not in shown
    assert (tmp_path / "body").read_bytes() == b"\xff\x1b[2J" + SECRET.encode()


def test_message_without_an_id_and_with_undecodable_properties_has_a_handle(motcua, bus, broker):
    message = amqp.Message(b"lost", content_type="x")
    # the content type alone, of bytes that are no UTF-8: its flag, its length, its bytes
    message._serialize_properties = lambda: b"\x80\x00" + b"\x02\xff\xfe"
    bus.channel("intake").basic_publish(message, "intake.parked", "intake.handling.started.v1", mandatory=True)

    told = rows(motcua("parked", "list", "--each", "--json")[1])[0]
    left = motcua("parked", "replay", told["id"])
    code, out, _ = motcua("parked", "discard", told["id"], "--because", "nobody can read it")

    assert told["id"].startswith("sha256:")
    assert left[:2] == (0, "0 put back\n1 left: its properties cannot be decoded\n")
    assert (code, out) == (0, "1 discarded\n")


def test_figures_count_what_is_parked_and_what_was_done_ever(motcua, park, tmp_path):
    file = tmp_path / "motcua.prom"
    first, _ = park(), park()

    motcua("parked", "discard", first, "--because", "no use", MOTCUA_METRICS_FILE=str(file))
    after_discard = file.read_text()
    motcua("parked", "replay", "--all", "--yes", MOTCUA_METRICS_FILE=str(file))
    motcua("parked", "list", "intake", "--metrics", str(file))

    labels = f'{{reason="Hopeless",service="notify",type="{KIND}"}}'
    assert f"motcua_parked_messages{labels} 1.0" in after_discard
    assert f"motcua_parked_oldest_timestamp_seconds{labels}" in after_discard
    lines = file.read_text().splitlines()
    assert 'motcua_parked_acts_total{act="discard",service="notify"} 1.0' in lines
    assert 'motcua_parked_acts_total{act="replay",service="notify"} 1.0' in lines
    assert not [line for line in lines if line.startswith("motcua_parked_messages{")]


def test_broker_that_does_not_answer_or_refuses_is_told_by_its_setting(motcua, broker):
    away = motcua("parked", "list", MOTCUA_AMQP_URI="amqp://operator:x@127.0.0.1:9/motcua")
    refused = motcua("parked", "list", MOTCUA_AMQP_URI=broker.uri("operator").replace("operator:", "operator:not"))

    for code, _, err in (away, refused):
        assert (code, "MOTCUA_AMQP_URI" in err) == (1, True)
        assert "Traceback" not in err
