"""``motcua-contracts`` stands alone: marshmallow, the standard library and itself."""

from __future__ import annotations

import ast
import json
import sys
import tomllib
from typing import Any

import pytest

from contract_tools import files

PACKAGE = files.CONTRACTS / "motcua_contracts"


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            yield (node.module or "").partition(".")[0]


def test_it_imports_nothing_but_the_standard_library_marshmallow_and_itself():
    foreign = {
        f"{path.name}: {name}"
        for path in PACKAGE.rglob("*.py")
        for name in imported(path)
        if name not in sys.stdlib_module_names | {"marshmallow", "motcua_contracts"}
    }
    assert not foreign


def test_its_only_dependency_is_marshmallow_with_both_bounds():
    project = tomllib.loads((files.CONTRACTS / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [need.partition(">=")[0] for need in project["dependencies"]] == ["marshmallow"]
    assert "<" in project["dependencies"][0]


def test_its_version_opens_the_changelog():
    project = tomllib.loads((files.CONTRACTS / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (files.CONTRACTS / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = [line.split()[1] for line in changelog.splitlines() if line.startswith("## ")]
    assert versions[0] == project["version"]


def test_it_ships_every_module_and_its_types():
    settings = tomllib.loads((files.CONTRACTS / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = [path for path in PACKAGE.rglob("*") if path.is_dir() and path.name != "__pycache__"]
    names = {".".join(path.relative_to(PACKAGE.parent).parts) for path in folders}
    assert set(settings["packages"]) == {"motcua_contracts"} | names
    assert (PACKAGE / "py.typed").exists()


def run_program_of_the_readme(number):
    """Run one of its programs and return the names that it defines."""
    readme = (files.CONTRACTS / "README.md").read_text(encoding="utf-8")
    program = readme.split("```python\n")[number].partition("```")[0]
    names: dict[str, Any] = {}
    exec(compile(program, "README.md", "exec"), names)  # noqa: S102  what a reader would paste
    return names


def test_the_program_in_the_readme_runs():
    names = run_program_of_the_readme(1)
    assert names["key"] == "assignment.accepted.v1.KT"
    assert names["message"].data["round"] == 1


@pytest.mark.parametrize("story", ["online", "refused", "withdrawn", "ward"])
def test_the_readme_s_own_check_of_a_history_accepts_each_story_and_no_changed_one(story):
    sound = run_program_of_the_readme(2)["sound"]
    lines = (files.EXAMPLES / "stories" / f"{story}.ndjson").read_text(encoding="utf-8").splitlines()
    told = [message for message in map(json.loads, lines) if "history" in message["data"]]
    code = told[0]["data"]["code"]

    assert sound(code, told)
    assert not sound(code, told[1:])
    told[0]["data"]["status"] = 10
    assert not sound(code, told)
