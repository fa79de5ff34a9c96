"""Code, contracts and topology say the same: who reads what, who says what."""

import ast
import importlib
from pathlib import Path

import pytest

from chassis.run import queues_of
from motcua import topology
from motcua_contracts import ALL, BY_TYPE

ROOT = Path(__file__).resolve().parents[2]
PLAN = topology.load(ROOT / "infra" / "rabbitmq" / "topology.yaml")
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
BY_NAME = {contract.__name__: contract for contract in ALL}


def service_classes(source: str) -> list[str]:
    """Return the names of the service classes that a module defines."""
    bases = ("Service", "service.Service")
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in bases for base in node.bases)
    ]


def found_classes() -> dict[str, type]:
    """Return every service class of the tree by its name on the bus."""
    folders = [ROOT / "services" / name / name for name in SERVICES] + [ROOT / "gateway" / "gateway"]
    classes = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            module = ".".join(path.relative_to(folder.parent).with_suffix("").parts)
            for name in service_classes(path.read_text("utf-8")):
                found = getattr(importlib.import_module(module), name)
                while parts := found.__subclasses__():  # a service of several modules: the class that joins them runs
                    found = parts[0]
                classes[found.name] = found
    return classes


def topology_faults(name: str, queues: list[str], plan: topology.Topology) -> list[str]:
    """Return where a service's queues differ from the topology and from the readers its contracts name."""
    service = plan.services[name]
    kinds = {queue.removeprefix(f"{name}.") for queue in queues if queue != f"rpc-{name}"}
    readers = {contract.TYPE for contract in ALL if name in contract.READERS}
    faults = [f"{kind}: read by code or topology alone" for kind in sorted(kinds ^ set(service.reads))]
    faults += [f"{kind}: read by code or contract alone" for kind in sorted(kinds ^ readers)]
    if (f"rpc-{name}" in queues) != service.rpc:
        faults.append("rpc: answered by code or topology alone")
    return faults


def sealed(source: str) -> set[str]:
    """Return the contract classes that a module seals itself or hands to a function that does."""
    used = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr == "seal" and isinstance(node.value, ast.Name):
            used.add(node.value.id)
        elif isinstance(node, ast.Call):
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            used |= {value.id for value in values if isinstance(value, ast.Name)}
    return used & set(BY_NAME)


def publishing_faults(name: str, contracts: set[str], plan: topology.Topology) -> list[str]:
    """Return the messages that a service seals and may not, or may say and never seals."""
    faults = [f"{contract}: not its own" for contract in sorted(contracts) if name != BY_NAME[contract].OWNER]
    kinds = {BY_NAME[contract].TYPE for contract in contracts}
    return faults + [f"{kind}: sealed or listed alone" for kind in sorted(kinds ^ set(plan.services[name].publishes))]


def room(name: str, *rooms: str) -> list[Path]:
    """Return the modules of some rooms of a service."""
    package = ROOT / "services" / name / name
    return [path for path in sorted(package.rglob("*.py")) if path.relative_to(package).parts[0].split(".")[0] in rooms]


CLASSES = found_classes()


def test_every_service_of_the_topology_has_its_class_and_no_other_has():
    assert set(CLASSES) == set(PLAN.services)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_service_reads_what_topology_and_contracts_say(name):
    assert topology_faults(name, queues_of(CLASSES[name]), PLAN) == []


@pytest.mark.parametrize("name", SERVICES)
def test_service_says_what_it_owns_and_the_topology_lists(name):
    contracts = set().union(*(sealed(path.read_text("utf-8")) for path in room(name, "messages")))

    assert publishing_faults(name, contracts, PLAN) == []


@pytest.mark.parametrize("name", SERVICES)
def test_messages_are_sealed_in_the_messages_room_only(name):
    package = ROOT / "services" / name / name
    elsewhere = set(package.rglob("*.py")) - set(room(name, "messages"))

    assert [path.name for path in elsewhere if ".seal(" in path.read_text("utf-8")] == []


@pytest.mark.parametrize(
    ("name", "queues", "fault"),
    [
        ("notify", ["notify.dossier.returned.v1"], "dossier.returned.v1: read by code or topology alone"),
        ("notify", [], "dossier.received.v1: read by code or topology alone"),
        ("notify", [], "dossier.received.v1: read by code or contract alone"),
        ("notify", ["rpc-notify"], "rpc: answered by code or topology alone"),
        ("intake", [], "rpc: answered by code or topology alone"),
    ],
)
def test_difference_between_code_and_topology_is_found(name, queues, fault):
    assert fault in topology_faults(name, queues, PLAN)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("NoticeSentV1.seal(data)", {"NoticeSentV1"}),
        ("_about(dossier, DossierOverdueV1, {})", {"DossierOverdueV1"}),
        ("_about(dossier, contract=DossierOverdueV1)", {"DossierOverdueV1"}),
        ("class Submission(DossierSubmitV1): pass", set()),
        ("from motcua_contracts.notify import NoticeSentV1", set()),
    ],
)
def test_sealed_contract_is_told_from_a_mentioned_one(source, found):
    assert sealed(source) == found


def test_message_of_another_owner_and_unlisted_or_unsaid_ones_are_found():
    faults = publishing_faults("notify", {"DossierOverdueV1"}, PLAN)

    assert faults == [
        "DossierOverdueV1: not its own",
        "dossier.overdue.v1: sealed or listed alone",
        "notice.sent.v1: sealed or listed alone",
    ]


def test_service_class_is_found_by_its_base():
    assert service_classes("class A(Service): ...\nclass B(Stored): ...\nclass C(service.Service): ...") == ["A", "C"]


def test_types_of_the_contracts_are_unique():
    assert len(BY_TYPE) == len(BY_NAME) == len(ALL)
