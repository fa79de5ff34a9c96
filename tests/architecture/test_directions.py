"""Who may import whom: the directions of the house, read from the source."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = frozenset(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
LIBRARIES = frozenset({"motcua_contracts", "chassis", "worktime", "office"})
OURS = SERVICES | LIBRARIES | {"gateway", "motcua", "contract_tools"}
PARTNERS = frozenset({"partner", "ward", "department"})

#: Of each room of a service: the rooms beside it and the libraries that it may use. Letters, refusals and texts are the
#: chassis' words, so messages know it; only the service's own room knows them all.
ROOMS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "__init__": (frozenset(), frozenset()),
    "domain": (frozenset({"domain"}), frozenset({"worktime"})),
    "messages": (frozenset({"messages", "domain"}), frozenset({"motcua_contracts", "chassis", "office"})),
    "store": (frozenset({"store", "domain"}), frozenset({"chassis"})),
    "settings": (frozenset({"settings"}), frozenset({"chassis"})),
}
#: A room for one outside thing (mail server, the office's data); nobody but the service's own room looks in.
OUTSIDE = (frozenset({"domain", "messages", "settings"}), frozenset({"chassis", "office", "worktime"}))


@dataclass(frozen=True)
class Rule:
    """What the modules of one folder may import beside the standard library and themselves.

    Attributes:
        folder: holds the packages.
        ours: our own packages; None for any but the services.
        others: other people's packages; None for any.
    """

    folder: str
    ours: frozenset[str] | None = frozenset()
    others: frozenset[str] | None = None


RULES = {
    "contracts": Rule("contracts/motcua_contracts", others=frozenset({"marshmallow"})),
    "chassis": Rule("libs/chassis/chassis"),
    "worktime": Rule("libs/worktime/worktime", others=frozenset()),
    "office": Rule("libs/office/office", ours=frozenset({"worktime"}), others=frozenset({"yaml", "marshmallow"})),
    "gateway": Rule("gateway/gateway", ours=LIBRARIES),
    "ops": Rule("ops/motcua", ours=LIBRARIES),
    "tools": Rule("contracts/tools/contract_tools", ours=frozenset({"motcua_contracts"})),
    "integrations": Rule("integrations", others=frozenset({"pika", "jsonschema"})),
}


def imported(source: str, module: str, *, package: bool = False) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, wherever in it, relative names made whole."""
    base = module.split(".") if package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = base[: len(base) - node.level + 1] if node.level else []
            prefix = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{prefix}.{alias.name}" for alias in node.names)


def room_faults(source: str, module: str, *, package: bool = False) -> list[str]:
    """Return the imports that a module of a service may not have."""
    service, _, inner = module.partition(".")
    room = inner.partition(".")[0] or "__init__"
    faults = []
    for name in imported(source, module, package=package):
        top, _, rest = name.partition(".")
        if top in SERVICES - {service} or top in OURS - LIBRARIES - SERVICES:
            faults.append(f"{module}: {name} (of another process)")
        elif room == "service":
            continue
        else:
            rooms, libraries = ROOMS.get(room, (OUTSIDE[0] | {room}, OUTSIDE[1]))
            if (top == service and rest.partition(".")[0] not in rooms) or (top in LIBRARIES and top not in libraries):
                faults.append(f"{module}: {name}")
            elif room == "domain" and top not in OURS and top not in sys.stdlib_module_names:
                faults.append(f"{module}: {name} (not the standard library)")
    return faults


def rule_faults(source: str, module: str, rule: Rule, *, package: bool = False) -> list[str]:
    """Return the imports that a module may not have under its folder's rule."""
    itself = PARTNERS if rule.folder == "integrations" else {module.partition(".")[0]}
    faults = []
    for name in imported(source, module, package=package):
        top = name.partition(".")[0]
        if top in itself or top in sys.stdlib_module_names:
            continue
        allowed = rule.ours if top in OURS else rule.others
        if allowed is not None and top not in allowed:
            faults.append(f"{module}: {name}")
    return faults


def modules(folder: Path, above: Path) -> Iterator[tuple[Path, str, bool]]:
    """Yield path, dotted name below ``above``, and whether it is a package's own module."""
    for path in sorted(folder.rglob("*.py")):
        parts = list(path.relative_to(above).with_suffix("").parts)
        package = parts[-1] == "__init__"
        yield path, ".".join(parts[:-1] if package else parts), package


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_rooms_of_a_service_look_only_where_they_may(service):
    above = ROOT / "services" / service
    found = list(modules(above / service, above))

    assert len(found) >= 6
    assert [
        fault for path, name, package in found for fault in room_faults(path.read_text("utf-8"), name, package=package)
    ] == []


@pytest.mark.parametrize("name", RULES)
def test_folder_imports_only_what_its_rule_allows(name):
    rule = RULES[name]
    folder = ROOT / rule.folder
    found = list(modules(folder, folder if name == "integrations" else folder.parent))

    assert found
    assert [
        fault
        for path, module, package in found
        for fault in rule_faults(path.read_text("utf-8"), module, rule, package=package)
    ] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("intake.domain.code", "import marshmallow"),
        ("intake.domain.code", "from chassis.clock import Clock"),
        ("intake.domain.code", "from office import Office"),
        ("intake.domain.code", "from intake import store"),
        ("intake.domain.code", "from intake.messages.views import view"),
        ("intake.domain.code", "from ..messages import views"),
        ("intake.domain.code", "def late():\n    import pymongo"),
        ("intake.messages.calls", "from intake.store import Found"),
        ("intake.messages.calls", "import intake.settings"),
        ("intake.store", "from intake import messages"),
        ("intake.store", "from motcua_contracts import Contract"),
        ("intake.store", "from .messages import letters"),
        ("intake.settings", "from intake.domain import Status"),
        ("intake.desk", "from intake import service"),
        ("intake.desk", "from intake.store import Dossiers"),
        ("intake.service", "from routing.domain import State"),
        ("intake.service", "import gateway.app"),
        ("intake.service", "from motcua.stack import Stack"),
    ],
)
def test_forbidden_look_into_another_room_is_found(module, source):
    assert room_faults(source, module)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("intake.domain.dossier", "from worktime import WorkingCalendar\nfrom intake.domain.status import move"),
        ("intake.messages.letters", "from intake.domain import Dossier\nfrom chassis.documents import Letter"),
        ("intake.store", "import pymongo\nfrom .domain import Status"),
        ("intake.service", "from intake import domain, messages, store, settings, desk"),
        ("notify.mail", "import smtplib\nfrom notify.settings import Settings"),
    ],
)
def test_look_that_the_design_allows_is_no_fault(module, source):
    assert room_faults(source, module) == []


@pytest.mark.parametrize(
    ("name", "module", "source"),
    [
        ("contracts", "motcua_contracts.intake", "from chassis import errors"),
        ("contracts", "motcua_contracts.intake", "import yaml"),
        ("chassis", "chassis.inbox", "from motcua_contracts import Contract"),
        ("chassis", "chassis.inbox", "import intake.service"),
        ("worktime", "worktime.days", "import dateutil"),
        ("office", "office.loader", "from chassis.catalogue import catalogue"),
        ("office", "office.loader", "import pymongo"),
        ("gateway", "gateway.rpc", "from intake.messages import views"),
        ("gateway", "gateway.rpc", "from motcua import topology"),
        ("ops", "motcua.stack", "import routing.service"),
        ("tools", "contract_tools.files", "from chassis import errors"),
        ("integrations", "ward.book", "from motcua_contracts import Contract"),
        ("integrations", "ward.book", "import kombu"),
    ],
)
def test_forbidden_import_is_found(name, module, source):
    assert rule_faults(source, module, RULES[name]) == [f"{module}: {next(imported(source, module))}"]


def test_relative_import_is_made_whole():
    source = "from . import a\nfrom .b import c\nfrom ..d import e"

    assert list(imported(source, "intake.domain.code")) == ["intake.domain.a", "intake.domain.b.c", "intake.d.e"]
    assert list(imported("from .code import x", "intake.domain", package=True)) == ["intake.domain.code.x"]
