"""``motcua-contracts`` as integrators get it: a wheel that needs marshmallow alone."""

import json
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from motcua_contracts import ALL as PUBLISHED

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
LOOK = """
import json, sys
from importlib.metadata import distribution
from motcua_contracts import ALL
found = distribution("motcua-contracts")
print(json.dumps([found.version, found.requires, len(ALL), sorted(name for name in sys.modules if "chassis" in name)]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build and install the package into a folder, from a copy: building leaves its traces in the source."""
    source, target = tmp_path_factory.mktemp("source") / "contracts", tmp_path_factory.mktemp("target")
    shutil.copytree(CONTRACTS, source, ignore=shutil.ignore_patterns("node_modules", "tools", "schemas", "examples"))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    command += ["--no-deps", "--no-build-isolation", "--target", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return target


def test_the_wheel_installs_alone_and_knows_every_message(installed):
    marshmallow = Path(str(distribution("marshmallow").locate_file("")))
    path = f"import sys; sys.path[:0] = [{str(installed)!r}, {str(marshmallow)!r}]"
    said = subprocess.run([sys.executable, "-I", "-S", "-c", path + LOOK], check=True, capture_output=True, text=True)
    assert json.loads(said.stdout) == ["1.1.0", ["marshmallow<5,>=4.0"], len(PUBLISHED), []]


def test_the_wheel_holds_the_contracts_and_nothing_else(installed):
    assert {entry.name.split("-")[0] for entry in installed.iterdir()} == {"motcua_contracts"}
