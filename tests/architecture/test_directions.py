"""Who may import whom: the directions of the house, read from the source."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = frozenset(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
LIBRARIES = frozenset({"motcua_contracts", "chassis", "worktime", "office", "papers"})
OURS = SERVICES | LIBRARIES | {"gateway", "motcua", "contract_tools", "bench"}
PARTNERS = frozenset({"partner", "ward", "department", "provider"})


@dataclass(frozen=True)
class Room:
    """Where a room of a service may look beside itself.

    Attributes:
        why: the reason for what is allowed, and for what is not.
        rooms: rooms of the same service.
        libraries: our own libraries.
    """

    why: str
    rooms: frozenset[str] = frozenset()
    libraries: frozenset[str] = frozenset()


#: Every room but the service's own, which knows them all. A room that is not here has no right to look anywhere.
ROOMS: dict[str, Room] = {
    "__init__": Room("a package says what it is and loads nothing"),
    "domain": Room(
        "rules are pure: they are given clock, calendar and rows, and know neither wire nor database",
        libraries=frozenset({"worktime"}),
    ),
    "messages": Room(
        "letters, refusals and texts are the chassis' words, and a procedure is shown as the office has it; nothing that"
        " is said or heard depends on how it is stored",
        rooms=frozenset({"domain"}),
        libraries=frozenset({"motcua_contracts", "chassis", "office"}),
    ),
    "store": Room(
        "keeps aggregates and is handed its letters, so it neither writes nor reads a message",
        rooms=frozenset({"domain", "documents", "days"}),
        libraries=frozenset({"chassis"}),
    ),
    "documents": Room(
        "turns an aggregate into a document and back, with no database at hand",
        rooms=frozenset({"domain"}),
        libraries=frozenset({"chassis"}),
    ),
    "days": Room("a hint about numbers: it knows days and counts, and no dossier"),
    "settings": Room("reads the environment", libraries=frozenset({"chassis"})),
    "desk": Room(
        "holds the office's data for the rules and refuses in the words of the messages; it never reads a dossier back",
        rooms=frozenset({"domain", "messages", "settings"}),
        libraries=frozenset({"chassis", "office", "worktime"}),
    ),
    "scanner": Room("the one room that knows the virus scanner: it is given bytes, and no file"),
    "sniffing": Room(
        "the one room that knows file formats: it is given bytes and says what the rules need to know of them",
        rooms=frozenset({"domain"}),
    ),
    "mail": Room(
        "the one room that knows the mail server: it writes a notice with the catalogue's texts and sends it",
        rooms=frozenset({"domain", "settings"}),
        libraries=frozenset({"chassis"}),
    ),
}


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
    "office": Rule(
        "libs/office/office", ours=frozenset({"worktime"}), others=frozenset({"yaml", "marshmallow", "openpyxl"})
    ),
    "papers": Rule(
        "libs/papers/papers",
        others=frozenset({"barcode", "jinja2", "marshmallow", "openpyxl", "segno", "weasyprint", "yaml"}),
    ),
    "gateway": Rule("gateway/gateway", ours=LIBRARIES),
    "ops": Rule("ops/motcua", ours=LIBRARIES),
    # the search is measured where it is decided: in intake's store
    "bench": Rule("bench", ours=LIBRARIES | {"motcua", "intake"}),
    "tools": Rule("contracts/tools/contract_tools", ours=frozenset({"motcua_contracts"})),
    "integrations": Rule("integrations", others=frozenset({"pika", "jsonschema", "cryptography"})),
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
        elif room not in ROOMS:
            faults.append(f"{module}: {name} (a room without a rule)")
        elif (top == service and rest.partition(".")[0] not in ROOMS[room].rooms | {room}) or (
            top in LIBRARIES and top not in ROOMS[room].libraries
        ):
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


def test_every_rule_is_of_a_room_that_is_there():
    found = {
        name.split(".")[1] if "." in name else "__init__"
        for service in SERVICES
        for _, name, _ in modules(ROOT / "services" / service / service, ROOT / "services" / service)
    }

    assert found == set(ROOMS) | {"service"}


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
        ("intake.desk", "from intake.documents import to_dossier"),
        ("intake.documents", "from intake.store import Dossiers"),
        ("intake.documents", "from intake.messages import letters"),
        ("intake.documents", "from motcua_contracts import Contract"),
        ("intake.days", "from intake.domain import dossier_code"),
        ("intake.days", "from intake import store"),
        ("intake.days", "from chassis.documents import Documents"),
        ("intake.messages.views", "from intake.documents import to_document"),
        ("intake.domain.dossier", "from intake.documents import to_document"),
        ("notify.mail", "from notify.store import Notices"),
        ("notify.mail", "from notify.messages import sent"),
        ("notify.mail", "from office import load_office"),
        ("intake.attic", "from intake import domain"),
        ("intake.attic", "import json"),
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
        ("intake.store", "from intake.days import Days\nfrom intake.documents import to_document"),
        ("intake.documents", "from chassis.documents import Document\nfrom intake.domain import Dossier"),
        ("intake.days", "from datetime import date"),
        ("intake.desk", "from office import load_office\nfrom intake.messages.calls import problems"),
        ("intake.service", "from intake import domain, messages, store, settings, desk"),
        ("notify.mail", "import smtplib\nfrom notify.settings import Settings\nfrom notify.domain import Notice"),
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
        ("papers", "papers.shapes", "from office import Office"),
        ("papers", "papers.press", "import requests"),
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
