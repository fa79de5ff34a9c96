"""The AsyncAPI document: accepted by AsyncAPI's own parser, and of one mind with the contracts."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from jsonschema import Draft202012Validator

from contract_tools import files
from motcua_contracts import ALL, BY_TYPE

PARSER = files.CONTRACTS / "tools" / "asyncapi-parser"
DOCUMENT = files.SCHEMAS / "asyncapi.json"


@pytest.fixture
def document():
    return files.read(DOCUMENT)


@pytest.fixture(scope="session")
def parse():
    """Return a function that runs AsyncAPI's parser on a file; the parser is installed from its lock when absent."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.fail("AsyncAPI's parser needs node 18 or later and npm: apt-get install nodejs npm")
    if not (PARSER / "node_modules" / "@asyncapi" / "parser").is_dir():
        subprocess.run([npm, "ci", "--prefix", str(PARSER), "--ignore-scripts"], check=True, timeout=300)
    return lambda path: subprocess.run(
        [node, str(PARSER / "validate.mjs"), str(path)], capture_output=True, text=True, timeout=120, check=False
    )


def test_document_is_accepted_without_a_warning(parse):
    done = parse(DOCUMENT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " warning " not in done.stdout


def test_parser_refuses_a_spoiled_document(parse, document, tmp_path):
    spoiled = document | {"operations": document["operations"] | {"nobody": {"action": "shout"}}}
    (tmp_path / "asyncapi.json").write_text(files.as_text(spoiled), encoding="utf-8")
    done = parse(tmp_path / "asyncapi.json")
    assert done.returncode == 1
    assert " error " in done.stdout


def test_examples_in_the_document_are_the_golden_ones_and_keep_its_own_schemas(document):
    for contract in ALL:
        message = document["components"]["messages"][contract.TYPE]
        (example,) = [told["payload"] for told in message["examples"]]
        assert example == files.read(files.EXAMPLES / contract.OWNER / f"{contract.TYPE}.json")
        schema = {"$ref": message["payload"]["$ref"], "components": document["components"]}
        assert list(Draft202012Validator(schema).iter_errors(example)) == []
        del example["data"]
        assert list(Draft202012Validator(schema).iter_errors(example))


def test_each_message_has_its_channel_on_its_owners_exchange(document):
    assert set(document["channels"]) == set(BY_TYPE)
    for contract in ALL:
        channel = document["channels"][contract.TYPE]
        exchange = channel["bindings"]["amqp"]["exchange"]
        assert exchange["name"] == contract.exchange()
        assert (exchange["type"], exchange["durable"]) == ("topic", True)
        assert set(channel.get("parameters", {})) == ({contract.ADDRESS} if contract.ADDRESS else set())


def test_routing_key_of_each_example_is_the_address_of_its_channel(document):
    for contract in ALL:
        example = document["components"]["messages"][contract.TYPE]["examples"][0]["payload"]
        address = document["channels"][contract.TYPE]["address"]
        assert address.format(**example["data"]) == contract.routing_key(example)


def test_readers_in_the_contracts_are_the_receivers_in_the_document(document):
    received: dict[str, set[str]] = {}
    for operation in document["operations"].values():
        if operation["action"] == "receive":
            type_ = operation["channel"]["$ref"].rpartition("/")[2]
            received.setdefault(type_, set()).add(operation["x-party"])
    assert received == {contract.TYPE: set(contract.READERS) for contract in ALL}


def test_each_message_has_exactly_one_sender_and_it_is_not_a_reader(document):
    senders = {
        operation["channel"]["$ref"].rpartition("/")[2]: operation["x-party"]
        for operation in document["operations"].values()
        if operation["action"] == "send"
    }
    for contract in ALL:
        assert senders[contract.TYPE] not in contract.READERS
        assert (senders[contract.TYPE] == contract.OWNER) == (contract.KIND == "event")
    assert senders["dossier.submit.v1"] == "ward"
    assert senders["payment.record.v1"] == "provider"


def test_partners_take_from_a_queue_of_their_own_and_services_from_one_per_type(document):
    queues = {name: operation.get("x-queue") for name, operation in document["operations"].items()}
    assert queues["department.receive.assignment.issued.v1"] == "department.{department}"
    assert queues["ward.receive.submission.answered.v1"] == "ward.{ward}"
    assert queues["provider.receive.payment.answered.v1"] == "provider.{provider}"
    assert queues["routing.receive.dossier.received.v1"] == "routing.dossier.received.v1"


def test_parser_lock_names_no_address_of_a_registry():
    packages = files.read(PARSER / "package-lock.json")["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all(package.get("integrity") for name, package in packages.items() if name)
