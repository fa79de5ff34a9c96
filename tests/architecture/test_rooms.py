"""Every service has the same rooms, its rules are pure, and no module is longer than a reader holds in mind."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
ROOMS = ("service", "domain", "messages", "store", "settings")
LIMIT = 250
MEASURED = ("contracts", "libs", "services", "gateway", "ops", "integrations", "bench")
#: Modules that are longer, each with the length it may have and the reason why it stays one.
LONGER: dict[str, tuple[int, str]] = {}

#: Modules of the standard library by which the world comes in.
WORLD = frozenset(
    [
        "asyncio",
        "glob",
        "http",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "sqlite3",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
    ]
)
#: Names that ask for the time, for chance, or for a file, whoever they are taken from.
ASKING = frozenset({"now", "utcnow", "today", "localtime", "time_ns", "uuid1", "uuid4", "urandom", "getenv"})
BUILT_IN = frozenset({"open", "print", "input", "exec", "eval", "__import__", "uuid1", "uuid4"})


def missing_rooms(package: Path) -> list[str]:
    """Return the rooms that a service's package lacks; a room is a module or a folder."""
    return [
        room
        for room in ROOMS
        if not (package / f"{room}.py").is_file() and not (package / room / "__init__.py").is_file()
    ]


def impurities(source: str) -> list[str]:
    """Return what in a module asks the world: clock, chance, files, network."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.partition(".")[0] in WORLD]
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0 and (node.module or "").partition(".")[0] in WORLD:
                found.append(str(node.module))
            found += [alias.name for alias in node.names if alias.name in ASKING]
        elif isinstance(node, ast.Attribute) and node.attr in ASKING:
            found.append(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in BUILT_IN:
            found.append(node.id)
    return found


def too_long(lengths: dict[str, int]) -> list[str]:
    """Return the modules longer than they may be, and the exceptions that are needed no more."""
    faults = [
        f"{name}: {length} lines" for name, length in lengths.items() if length > LONGER.get(name, (LIMIT, ""))[0]
    ]
    return faults + [f"{name}: no exception needed" for name in LONGER if lengths.get(name, 0) <= LIMIT]


def pure_modules() -> list[Path]:
    domains = [path for name in SERVICES for path in (ROOT / "services" / name / name).glob("domain*")]
    found = [module for path in domains for module in (path.rglob("*.py") if path.is_dir() else [path])]
    return sorted([*found, *(ROOT / "libs" / "worktime" / "worktime").rglob("*.py")])


@pytest.mark.parametrize("service", SERVICES)
def test_service_has_the_same_rooms_as_every_other(service):
    assert missing_rooms(ROOT / "services" / service / service) == []


def test_services_are_those_of_the_design():
    assert SERVICES == ["council", "intake", "notify", "reception", "routing"]


def test_missing_room_is_found(tmp_path):
    (tmp_path / "domain").mkdir()
    for name in ("service.py", "messages.py", "domain/rule.py"):
        (tmp_path / name).touch()

    assert missing_rooms(tmp_path) == ["domain", "store", "settings"]


@pytest.mark.parametrize("path", pure_modules(), ids=lambda path: "/".join(path.parts[-3:]))
def test_rules_ask_neither_clock_nor_chance_nor_world(path):
    assert impurities(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nx = datetime.now()",
        "import datetime as d\nx = d.datetime.utcnow()",
        "from datetime import date\nx = date.today()",
        "from dataclasses import field\nfrom datetime import datetime\nx = field(default_factory=datetime.now)",
        "import time\nx = time.time()",
        "from time import monotonic",
        "def read():\n    return open('x')",
        "from pathlib import Path",
        "import os.path",
        "import socket",
        "import random",
        "from uuid import uuid4 as fresh",
        "import uuid\nx = uuid.uuid4()",
        "print('x')",
    ],
)
def test_question_to_the_world_is_found(source):
    assert impurities(source)


def test_times_and_ids_as_values_are_pure():
    assert (
        impurities(
            "from datetime import datetime, time, timedelta\nfrom uuid import UUID, uuid5\ndef f(now): return now"
        )
        == []
    )


def test_no_module_outgrows_its_room():
    paths = [path for top in MEASURED for path in (ROOT / top).rglob("*.py") if "node_modules" not in path.parts]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in paths}

    assert len(lengths) > 80
    assert too_long(lengths) == []


def test_long_module_and_spent_exception_are_found(monkeypatch):
    monkeypatch.setitem(LONGER, "b.py", (300, "read side by side"))
    monkeypatch.setitem(LONGER, "c.py", (300, "read side by side"))

    assert too_long({"a.py": 251, "b.py": 300, "c.py": 250, "d.py": 250}) == [
        "a.py: 251 lines",
        "c.py: no exception needed",
    ]
    assert "b.py: 301 lines" in too_long({"b.py": 301, "c.py": 260})
