"""What is handed over names no machine: no path of a workplace, no package index, no lock that points to one."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Where people's and machines' own folders lie; written so that this file does not name one.
WORKPLACE = re.compile(r"(?<![\w.$~}>-])/(?:" + "|".join(("wor" + "k", "hom" + "e", "User" + "s")) + r")/\w")
INDEX = re.compile(r"\b(?:(?:extra-)?index-url|find-links|trusted-host)\b|^\s*registry\s*=", re.MULTILINE)
RESOLVED = re.compile(r'"resolved"\s*:')
CONFIGURATION = re.compile(r"(?:\.(?:toml|cfg|ini|txt|lock|ya?ml|json|sh|npmrc)|Dockerfile|Makefile|Procfile)$")
PUBLIC = ("pypi.org", "pythonhosted.org", "registry.npmjs.org", "proxy.golang.org")


def files() -> list[Path]:
    """Return the files that are, or would be, handed over."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a checkout: nothing says which files are handed over")
    names = sorted(set(listed.stdout.decode().split("\0")) - {""})
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def indexes_of_this_machine() -> set[str]:
    """Return hosts and folders from which this machine takes packages, where they are not the public ones."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, check=False, text=True
    ).stdout
    told += " ".join(
        value
        for name, value in os.environ.items()
        if re.match(r"(?i)(pip|uv|npm_config|goproxy)", name) and "/" in value
    )
    places = set(re.findall(r"https?://(?:[^/@\s'\"]*@)?([^/\s'\",]+)", told))
    places |= set(re.findall(r"file://(/[^\s'\",]+)", told))
    return {place for place in places if not place.endswith(PUBLIC)}


def faults(name: str, text: str, places: set[str]) -> list[str]:
    """Return what in a file points to a machine."""
    found = [f"{name}: {match.group()}" for match in WORKPLACE.finditer(text)]
    found += [f"{name}: names a package index of this machine" for place in places if place in text]
    if CONFIGURATION.search(name):
        found += [f"{name}: {match.group().strip()}" for match in INDEX.finditer(text)]
    if name.endswith("package-lock.json") and RESOLVED.search(text):
        found.append(f"{name}: says where packages were resolved")
    if name.endswith("uv.lock"):
        found.append(f"{name}: names an index for each package")
    return found


def test_nothing_handed_over_points_to_a_machine():
    places, found = indexes_of_this_machine(), []
    for path in files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += faults(str(path.relative_to(ROOT)), text, places)

    assert found == []


def test_there_are_files_to_look_at():
    assert len(files()) > 100


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "ROOT = '/" + "work/main'"),
        ("a.md", "see /" + "home/an/notes"),
        ("a.md", "see (/" + "Users/an)"),
        ("requirements.txt", "--index-url https://a.example/simple"),
        ("pip.conf.ini", "extra-index-url = https://a.example/simple"),
        ("web/.npmrc", "fund=false\nregistry=https://a.example/"),
        ("web/package-lock.json", '{"resolved": "https://a.example/x.tgz"}'),
        ("uv.lock", "version = 1"),
        ("docs/a.md", "take it from packages.a.example"),
        ("Dockerfile", "RUN pip install --find-links /wheels x"),
    ],
)
def test_pointer_to_a_machine_is_found(name, text):
    assert faults(name, text, {"packages.a.example"})


@pytest.mark.parametrize(
    "text", ["services/work/main", "https://example.org/home/an", "the work/life of it", "$HOME/work/x", "network/"]
)
def test_path_inside_something_else_is_no_workplace(text):
    assert faults("a.md", text, set()) == []
