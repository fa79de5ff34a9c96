"""The command line of the desk before it meets a broker, and its pace."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from motcua.cli import group
from motcua.parked import where
from motcua.parked.pace import Pace

ROOT = Path(__file__).parents[3]


@pytest.fixture
def run(monkeypatch):
    monkeypatch.chdir(ROOT)
    # the log of a whole process is not a test's to set up
    monkeypatch.setattr("motcua.parked.command.telemetry.set_up", lambda *_, **__: None)
    for name in ("MOTCUA_AMQP_URI", "MOTCUA_MONGODB_URI", "MOTCUA_OPERATOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(where, "RUN", ROOT / "var" / "no-such-run")
    return lambda *arguments: CliRunner().invoke(group, ["parked", *arguments])


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["list", "nobody"], "SERVICE"),
        (["list", "--type", "dossier.invented.v1"], "--type"),
        (["list", "--queue", "intake.parked"], "--queue"),
        (["list", "--older-than", "3 hours"], "--older-than"),
        (["list", "--limit", "3"], "--limit"),
        (["replay"], "--all"),
        (["replay", "m-1", "--all"], "--all"),
        (["replay", "--all", "--rate", "100000"], "--rate"),
        (["replay", "--service", "nobody", "--all"], "SERVICE"),
        (["discard", "--all"], "--because"),
        (["discard", "--all", "--because", "  "], "--because"),
        (["discard", "--all", "--because", "a\nb", "--as", "x"], "--because"),
        (["discard", "--all", "--because", "a", "--as", "x\x1b"], "--as"),
    ],
)
def test_wrong_use_is_told_by_the_name_of_what_is_wrong(run, arguments, named):
    result = run(*arguments)

    assert result.exit_code == 2
    assert named in result.stderr


@pytest.mark.parametrize("arguments", [["list"], ["show", "m-1"]])
def test_command_without_a_broker_says_what_to_set(run, arguments):
    result = run(*arguments)

    assert (result.exit_code, "MOTCUA_AMQP_URI" in result.stderr) == (1, True)


@pytest.mark.parametrize("uri", ["http://operator:x@h", "broker", "amqp:///motcua"])
def test_broker_that_is_no_address_is_told_by_its_setting_and_without_its_password(run, monkeypatch, uri):
    monkeypatch.setenv("MOTCUA_AMQP_URI", uri)

    result = run("list")

    assert (result.exit_code, "MOTCUA_AMQP_URI" in result.stderr, "operator:x" in result.stderr) == (1, True, False)


@pytest.mark.parametrize("arguments", [["parked", "replay"], ["audit", "list"]])
def test_help_needs_neither_topology_nor_database(run, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)

    assert CliRunner().invoke(group, [*arguments, "--help"]).exit_code == 0
    assert CliRunner().invoke(group, ["parked", "list"]).exit_code == 2


def test_act_without_a_database_says_what_to_set(run, monkeypatch):
    monkeypatch.setenv("MOTCUA_AMQP_URI", "amqp://operator:x@127.0.0.1:9/motcua")

    result = run("replay", "--all", "--as", "lan")

    assert (result.exit_code, "MOTCUA_MONGODB_URI" in result.stderr) == (1, True)


def test_servers_of_a_run_are_used_whatever_the_environment_says(tmp_path):
    for name, ports in (("broker", "amqp 1\napi 2\nmetrics 3\n"), ("database", "database 4\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ports").write_text(ports)
    (tmp_path / "broker" / "secrets.json").write_text('{"operator": "pw"}')

    found = where.servers("amqp://elsewhere", "mongodb://elsewhere", tmp_path)

    assert where.amqp_uri(found, "motcua") == "amqp://operator:pw@127.0.0.1:1/motcua"
    assert found.mongodb.startswith("mongodb://127.0.0.1:4/")


def test_directory_without_a_stack_is_refused_whatever_else_is_given(run, tmp_path, monkeypatch):
    monkeypatch.setenv("MOTCUA_AMQP_URI", "amqp://operator:x@127.0.0.1:9/motcua")
    (tmp_path / "secrets.json").write_text("{}")

    result = CliRunner().invoke(group, ["parked", "--run", str(tmp_path), "list"])

    assert (result.exit_code, "--run" in result.stderr) == (2, True)


def test_servers_that_a_run_lacks_are_those_given(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "secrets.json").write_text("{}")

    assert where.servers("amqp://a/v", "mongodb://b", tmp_path) == where.Servers("amqp://a/v", "mongodb://b")


def test_run_directory_counts_only_when_nothing_else_is_named(tmp_path, monkeypatch):
    (tmp_path / "database").mkdir()
    (tmp_path / "database" / "ports").write_text("database 4\n")
    monkeypatch.setattr(where, "RUN", tmp_path)

    assert where.servers(None, None, None).mongodb.startswith("mongodb://127.0.0.1:4/")
    assert where.servers("amqp://a", None, None) == where.Servers("amqp://a", None)


@pytest.mark.parametrize(("uri", "path"), [("amqp://h", "/motcua"), ("amqp://h/", "/motcua"), ("amqp://h/v", "/v")])
def test_broker_without_a_vhost_means_the_topologys(uri, path):
    assert where.amqp_uri(where.Servers(uri, None), "motcua").removeprefix("amqp://h") == path


class Time:
    def __init__(self):
        self.now = 0.0

    def wait(self, seconds):
        self.now += seconds

    def clock(self):
        return self.now


def test_pace_does_not_drift_by_what_acts_cost():
    time = Time()
    pace = Pace(10, time.wait, time.clock)
    begun = []
    for _ in range(101):
        pace.keep()
        begun.append(time.now)
        time.wait(0.03)

    assert begun[100] == pytest.approx(10.0)


def test_pace_does_not_catch_up_in_a_burst_after_a_long_stop():
    time = Time()
    pace = Pace(10, time.wait, time.clock)
    pace.keep()
    time.wait(60)
    for _ in range(100):
        pace.keep()

    assert 60 + 8.8 < time.now < 60 + 9.2
