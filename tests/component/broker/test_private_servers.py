"""The private broker, database and stack: loopback only, the same again after a restart, nothing left behind."""

import os
import shutil
import socket
import sys
import time
from pathlib import Path

import pymongo
import pytest
import requests

from motcua import leash, topology
from motcua.broker import SERVER, PrivateBroker
from motcua.database import PrivateDatabase
from motcua.stack import Given, Stack

ROOT = Path(__file__).parents[3]

needs_rabbitmq = pytest.mark.skipif(not SERVER.exists(), reason="RabbitMQ is not installed on this machine")

PROCESS = """
import http.server, json, os, signal, sys
class Probe(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(json.dumps({k: v for k, v in os.environ.items() if k.startswith("MOTCUA_")}).encode())
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
http.server.HTTPServer(("127.0.0.1", int(os.environ["MOTCUA_PROBE_PORT"])), Probe).serve_forever()
"""


def processes_of(directory):
    """Process ids whose command line or working directory lies in a directory."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().decode(errors="replace")
            if str(directory) in line or str(directory) in os.readlink(entry / "cwd"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def listening(pid):
    """Addresses that a process listens on, as /proc has them."""
    sockets = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        target = os.readlink(link) if link.is_symlink() else ""
        if target.startswith("socket:["):
            sockets.add(target[8:-1])
    lines = [
        line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()
    ]
    return {row[1].rpartition(":")[0] for row in lines if row[3] == "0A" and row[9] in sockets}


def wait(condition, within=15.0):
    end = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)
    return found


@needs_rabbitmq
def test_private_broker_listens_on_loopback_only_and_leaves_nothing_behind(tmp_path):
    with PrivateBroker(tmp_path / "broker") as broker:
        here = processes_of(tmp_path)
        addresses = listening(broker.pid)
        assert (tmp_path / "broker" / ".erlang.cookie").stat().st_mode & 0o077 == 0
        arguments = b"".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in here)
        assert broker.password.encode() not in arguments
        broker.stop(in_order=False)

    assert here
    assert addresses == {"0100007F"}
    wait(lambda: not processes_of(tmp_path))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", broker.amqp_port), timeout=2)


def test_private_database_keeps_acknowledged_writes_over_a_kill(tmp_path):
    with PrivateDatabase(tmp_path / "database") as database:
        with pymongo.MongoClient(database.uri) as client:
            client.test.things.insert_one({"_id": "kept"})
        database.kill()
        database.start()
        database.wait_ready()
        with pymongo.MongoClient(database.uri) as client:
            assert client.test.things.find_one({"_id": "kept"})

    wait(lambda: not processes_of(tmp_path))


def test_server_that_cannot_start_says_why(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        database = PrivateDatabase(tmp_path, port=taken.getsockname()[1])
        database.start()
        try:
            with pytest.raises(leash.NotReady, match="the database"):
                database.wait_ready(3)
        finally:
            database.stop()


@pytest.fixture
def root(tmp_path, broker):
    """A checkout with the members of the shared broker, whose processes are small probes that tell their environment."""
    root = tmp_path / "root"
    shutil.copytree(ROOT / "infra", root / "infra")
    for role, codes in broker.members.items():
        entries = "".join(f'  - {{code: "{code}"}}\n' for code in codes)
        (root / "infra" / "office" / f"{role}s.yaml").write_text(f"{role}s:\n{entries}")
    (root / "process.py").write_text(PROCESS)
    (root / "Procfile").write_text(
        "".join(f"{name}: python {root}/process.py\n" for name in ("intake", "projection", "gateway"))
    )
    return root


@pytest.fixture
def make_stack(tmp_path, root, broker, database):
    """Return a stack on the shared servers; they are as before afterwards."""
    given = Given(f"amqp://{broker.host}:{broker.port}/motcua", broker.api, database.uri)
    stacks = []

    def make(**more):
        stacks.append(Stack(tmp_path / "var", root=root, given=given, retry_seconds=broker.retry_seconds, **more))
        return stacks[-1]

    yield make
    for stack in stacks:
        stack.stop()
    topology.apply(broker.definitions, broker.api)


def told(stack, name):
    return requests.get(f"http://127.0.0.1:{stack.ports.get(f'probe-{name}')}/", timeout=5).json()


def test_stack_gives_each_process_its_own_credentials(make_stack):
    with make_stack(env={"MOTCUA_CLOCK_FILE": "x"}) as stack:
        intake, gateway, projection = (told(stack, name) for name in ("intake", "gateway", "projection"))

    assert intake["MOTCUA_AMQP_URI"].startswith("amqp://intake:")
    assert gateway["MOTCUA_AMQP_URI"] == projection["MOTCUA_AMQP_URI"]
    assert gateway["MOTCUA_AMQP_URI"].startswith("amqp://gateway:")
    assert "MOTCUA_IDENTITY_PRIVATE_KEY" in gateway
    assert "MOTCUA_TRACKING_KEY" not in gateway
    assert "MOTCUA_IDENTITY_PRIVATE_KEY" not in intake
    assert len(bytes.fromhex(intake["MOTCUA_TRACKING_KEY"])) == 32
    assert {env["MOTCUA_CLOCK_FILE"] for env in (intake, gateway, projection)} == {"x"}


def test_stack_starts_what_dies_again_and_leaves_nothing_behind(make_stack, tmp_path):
    with make_stack() as stack:
        first = stack.supervisor.pid("intake")
        stack.supervisor.kill("intake")
        wait(lambda: stack.supervisor.pid("intake") not in (None, first))
        stack.wait_ready()
        codes = stack.stop()

    assert codes == {"mail": 0, "intake": 0, "projection": 0, "gateway": 0}
    wait(lambda: not processes_of(tmp_path))


def test_stack_says_which_process_is_not_ready_and_why(make_stack, root):
    (root / "Procfile").write_text(f"intake: {sys.executable} -c 'print(\"no tracking key\"); raise SystemExit(78)'\n")

    with pytest.raises(leash.NotReady, match=r"intake: ended with \[78\]\nno tracking key"):
        make_stack().start(deadline=10)


def test_given_broker_needs_its_management_api():
    with pytest.raises(ValueError, match="MOTCUA_RABBITMQ_API"):
        Given(amqp_uri="amqp://somewhere")


def test_given_servers_come_from_the_environment(monkeypatch):
    for name, value in {"AMQP_URI": "amqp://a", "RABBITMQ_API": "http://u:p@a:1", "MONGODB_URI": ""}.items():
        monkeypatch.setenv(f"MOTCUA_{name}", value)

    assert Given.from_environment() == Given("amqp://a", "http://u:p@a:1", None)
