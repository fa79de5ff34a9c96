"""The command line of the topology."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from motcua.cli import group

ROOT = Path(__file__).parents[3]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("MOTCUA_RABBITMQ_API", raising=False)
    return lambda *arguments: CliRunner().invoke(
        group, ["topology", "--secrets", str(tmp_path / "secrets.json"), *arguments]
    )


def test_render_prints_definitions_without_a_password(run, tmp_path):
    result = run("render")

    assert result.exit_code == 0
    assert {vhost["name"] for vhost in json.loads(result.stdout)["vhosts"]} == {"motcua"}
    assert not any(secret in result.stdout for secret in json.loads((tmp_path / "secrets.json").read_text()).values())


@pytest.mark.parametrize("command", ["apply", "check"])
def test_command_without_a_broker_says_what_to_set(run, command):
    result = run(command)

    assert result.exit_code == 1
    assert "MOTCUA_RABBITMQ_API" in result.stderr


def test_help_lists_the_groups():
    assert "topology" in CliRunner().invoke(group, ["--help"]).stdout
