"""Settings: read once, every fault at once, by names and never by values."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from chassis.settings import Settings, SettingsFaults, read
from chassis.telemetry import LEVELS

PEM = "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n"
WHOLE = {
    "MOTCUA_AMQP_URI": "amqp://a:secret@127.0.0.1/v",
    "MOTCUA_MONGODB_URI": "mongodb://127.0.0.1",
    "MOTCUA_IDENTITY_PUBLIC_KEY": PEM,
}


@pytest.fixture
def environment(monkeypatch):
    """Return a function that makes these the only settings of the environment."""

    def only(**values):
        for name in [name for name in os.environ if name.startswith("MOTCUA_")]:
            monkeypatch.delenv(name)
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    only()
    return only


def faults(*arguments):
    with pytest.raises(SettingsFaults) as error:
        read("toy", Settings, *arguments)
    return str(error.value)


def test_what_must_be_there_is_enough(environment):
    environment(**WHOLE)

    settings = read("toy", Settings)

    assert (settings.service, settings.database, settings.public_key) == ("toy", "motcua_toy", PEM)
    assert (settings.prefetch, settings.workers, settings.probe_port, settings.retry_steps) == (20, 20, 0, 7)
    assert (settings.clock_file, settings.log_level, settings.probe_host) == (None, "INFO", "127.0.0.1")


def test_every_fault_is_told_at_once_by_its_whole_name(environment):
    environment(MOTCUA_PREFETCH="many", MOTCUA_LOG_LEVEL="LOUD", MOTCUA_PROBE_PORT="70000")

    said = faults()

    names = {
        "MOTCUA_AMQP_URI",
        "MOTCUA_MONGODB_URI",
        "MOTCUA_IDENTITY_PUBLIC_KEY",
        "MOTCUA_PREFETCH",
        "MOTCUA_LOG_LEVEL",
        "MOTCUA_PROBE_PORT",
    }
    assert {part.partition(":")[0] for part in said.split("; ")} == names


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_that_logs_know_can_be_set(environment, level):
    environment(**WHOLE | {"MOTCUA_LOG_LEVEL": level})

    assert read("toy", Settings).log_level == level


@pytest.mark.parametrize("level", ["LOUD", "info", "", "CRITICAL", "10"])
def test_any_other_level_is_a_fault(environment, level):
    environment(**WHOLE | {"MOTCUA_LOG_LEVEL": level})

    assert faults().startswith("MOTCUA_LOG_LEVEL: ")


def test_faults_do_not_repeat_what_was_set(environment):
    environment(**WHOLE | {"MOTCUA_PREFETCH": "s3cret", "MOTCUA_IDENTITY_PUBLIC_KEY": "@/hidden/place"})

    said = faults()

    assert "s3cret" not in said
    assert "hidden" not in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PREFETCH", "0"),
        ("WORKERS", "1001"),
        ("PROBE_PORT", "-1"),
        ("RETRY_STEPS", "0"),
        ("PUBLISH_DEADLINE", "0"),
        ("DRAIN_SECONDS", "10"),
    ],
)
def test_number_out_of_its_range_is_a_fault(environment, name, value):
    environment(**WHOLE | {f"MOTCUA_{name}": value})

    assert faults().startswith(f"MOTCUA_{name}: ")


def test_key_may_lie_in_a_file(environment, tmp_path):
    (tmp_path / "key.pem").write_text(PEM)
    environment(**WHOLE | {"MOTCUA_IDENTITY_PUBLIC_KEY": f"@{tmp_path / 'key.pem'}"})

    assert read("toy", Settings).public_key == PEM


@pytest.mark.parametrize("place", ["@", "@nowhere/key.pem", "@."])
def test_key_file_that_is_not_there_is_a_fault(environment, place):
    environment(**WHOLE | {"MOTCUA_IDENTITY_PUBLIC_KEY": place})

    assert faults() == "MOTCUA_IDENTITY_PUBLIC_KEY: names a file that is not there"


def test_service_reads_its_own_settings_beside_the_common_ones(environment):
    @dataclass(frozen=True, kw_only=True)
    class Own(Settings):
        folder: Path

    environment(**WHOLE | {"MOTCUA_FOLDER": "a/b", "MOTCUA_DATABASE": "other"})

    settings = read("toy", Own, lambda env: {"folder": env.path("FOLDER")})

    assert (settings.folder, settings.database) == (Path("a/b"), "other")


def test_own_and_common_faults_are_told_together(environment):
    environment()

    said = faults(lambda env: {"folder": env.path("FOLDER")})

    assert "MOTCUA_FOLDER" in said
    assert "MOTCUA_AMQP_URI" in said


def test_nothing_is_read_without_the_prefix(environment, monkeypatch):
    environment(**WHOLE)
    monkeypatch.setenv("DATABASE", "wrong")

    assert read("toy", Settings).database == "motcua_toy"
