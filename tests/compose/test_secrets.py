"""What ``motcua compose-secrets`` writes, and that ``docker-compose.yml`` and the images fit it; needs no engine."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from motcua.compose import write_secrets
from motcua.processes import read_procfile

ROOT = Path(__file__).resolve().parents[2]
FILE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
PROGRAMS = (*read_procfile(ROOT / "Procfile"), "ops", "department")


@pytest.fixture
def written(tmp_path):
    directory = tmp_path / "compose"
    write_secrets(directory)
    return directory


def text(directory):
    return {path.name: path.read_text("utf-8") for path in directory.iterdir() if path.is_file()}


def test_folder_and_environments_are_their_owners_alone(written):
    assert written.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in [*written.glob("*.env"), written / "secrets.json"]} == {0o600}


def test_written_again_it_is_the_same(written):
    before = text(written), (written / "keys" / "identity.pem").read_text()
    write_secrets(written)

    assert (text(written), (written / "keys" / "identity.pem").read_text()) == before


def test_a_service_gets_its_own_passwords_and_no_others(written):
    environments = {path.stem: path.read_text("utf-8") for path in written.glob("*.env")}
    users = {name: set(re.findall(r"://([^:]+):", value)) for name, value in environments.items()}

    for process in read_procfile(ROOT / "Procfile"):
        assert users[process] == {"gateway" if process == "projection" else process}
    keys = "TRACKING_KEY|SEARCH_KEY|STATEMENT_KEY"
    assert [name for name, value in environments.items() if re.search(keys, value)] == ["intake"]


def test_every_file_that_the_compose_file_names_is_written(written):
    services = FILE["services"].values()
    named = [name for service in services for name in service.get("env_file", [])]
    named += [secret["file"] for secret in FILE["secrets"].values()]

    assert [name for name in named if not (written / name.partition("/compose}/")[2]).is_file()] == []


def test_every_process_of_the_procfile_is_a_service():
    assert set(read_procfile(ROOT / "Procfile")) <= set(FILE["services"])


def test_no_password_is_in_the_compose_file():
    names = {name for service in FILE["services"].values() for name in service.get("environment", {})}

    assert not [name for name in names if re.search("PASS|SECRET|TRACKING_KEY|_URI|DESKS", name)]


def test_every_service_has_limits_and_only_the_gateway_a_port():
    for name, service in FILE["services"].items():
        assert set(service["deploy"]["resources"]["limits"]) >= {"cpus", "memory"}, name
        assert "container_name" not in service
        assert ("ports" in service) == (name == "gateway")


def parts(*arguments):
    made = subprocess.run(
        [sys.executable, ROOT / "infra" / "images" / "parts.py", *arguments], capture_output=True, text=True, check=True
    )
    return made.stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_image_has_its_program_and_no_other(program, tmp_path):
    parts("program", program, tmp_path / "app")
    own = {"projection": "gateway", "ops": "motcua"}.get(program, program)
    found = {path.parent.name for path in (tmp_path / "app").glob("*/__init__.py")}

    assert own in found
    assert not found & ({*PROGRAMS, "motcua"} - {own})
    assert (tmp_path / "app" / "start").read_text().startswith("#!/bin/sh\nexec ")


def test_an_image_has_the_locked_libraries_of_its_program_and_no_tools():
    found = dict(re.findall(r"^([\w.-]+)==([\w.]+)", parts("requirements", "intake"), re.MULTILINE))

    assert {"nameko", "kombu", "pymongo", "cryptography", "marshmallow", "tzdata"} <= found.keys()
    assert not {"pytest", "mypy", "ruff", "flask", "secantusdb"} & found.keys()
    assert parts("requirements", "intake").count("--hash=sha256:") > len(found)


def test_libraries_shared_by_the_images_are_those_of_every_program_of_ours():
    default = re.search(r'^ARG LIBRARIES="(.*)"$', (ROOT / "infra/images/Dockerfile").read_text(), re.MULTILINE)
    shared = set(re.findall(r"^([\w.-]+)==", parts("requirements", *default[1].split()), re.MULTILINE))

    for project in sorted([*ROOT.glob("services/*/pyproject.toml"), ROOT / "gateway" / "pyproject.toml"]):
        name = tomllib.loads(project.read_text())["project"]["name"].removeprefix("motcua-")
        assert set(re.findall(r"^([\w.-]+)==", parts("requirements", name), re.MULTILINE)) <= shared


def test_operator_has_the_brokers_operator_and_a_database_user_of_its_own(written):
    environment = (written / "operator.env").read_text("utf-8")

    assert re.findall(r"://([^:]+):", environment) == ["operator", "ops"]
    assert FILE["services"]["operator"]["profiles"] == ["operator"], "it must not start with `up`"
    assert '"ops"' in (written / "database.json").read_text("utf-8")
