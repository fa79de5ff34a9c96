"""The golden examples: one real dossier told in 22 messages, and messages that must be refused."""

from __future__ import annotations

from datetime import datetime

import pytest

from contract_tools import files
from motcua_contracts import ALL, BY_TYPE, ContractError

GOLDEN = sorted(path for path in files.EXAMPLES.glob("*/*.json") if path.parent.name != "invalid")
INVALID = sorted((files.EXAMPLES / "invalid").glob("*.json"))


def faults(messages, prefix=""):
    """Return the paths that marshmallow names, as ``data.components.0.quantity``."""
    if not isinstance(messages, dict):
        return {prefix}
    return {
        path for key, value in messages.items() for path in faults(value, f"{prefix}.{key}" if prefix else str(key))
    }


def test_every_message_has_one_example_in_the_folder_of_its_owner():
    assert {f"{path.parent.name}/{path.stem}" for path in GOLDEN} == {f"{c.OWNER}/{c.TYPE}" for c in ALL}
    assert len(GOLDEN) == len(ALL)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_example_opens(path):
    contract = BY_TYPE[path.stem]
    message = contract.open(files.read(path))
    assert message.type == contract.TYPE
    assert path.parent.name == contract.OWNER


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_example_sealed_again_says_the_same(path):
    contract, example = BY_TYPE[path.stem], files.read(path)
    message = contract.open(example)

    again = contract.seal(
        message.data, source=message.source, subject=message.subject, time=message.time, message_id=message.id
    )

    assert again["data"] == example["data"]
    assert again == {name: example[name] for name in again}
    assert contract.routing_key(again).startswith(contract.TYPE)


def test_examples_tell_one_story_whose_effects_follow_their_causes():
    told = {example["id"]: example for example in map(files.read, GOLDEN)}
    assert len(told) == len(GOLDEN), "each message has an id of its own"
    assert len({example["correlationid"] for example in told.values()}) == 1
    caused = [example for example in told.values() if example.get("causationid") in told]
    assert len(caused) >= 12
    for effect in caused:
        cause = told[effect["causationid"]]
        assert datetime.fromisoformat(cause["time"]) <= datetime.fromisoformat(effect["time"]), effect["type"]


def test_examples_number_the_messages_of_each_sender_in_the_order_of_their_times():
    streams: dict[str, list[tuple[int, str]]] = {}
    for example in map(files.read, GOLDEN):
        streams.setdefault(example["source"], []).append((example["sequence"], example["time"]))
    for source, stream in streams.items():
        assert [time for _, time in sorted(stream)] == sorted(time for _, time in stream), source
        assert len({sequence for sequence, _ in stream}) == len(stream), source


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_example_is_refused_and_the_field_is_named(path):
    case = files.read(path)
    with pytest.raises(ContractError) as refused:
        BY_TYPE[path.stem.partition("--")[0]].open(case["message"])
    named = faults(refused.value.messages)
    assert named == {case["report"]}
    assert case["report"] in str(refused.value)


def test_there_are_invalid_examples_for_partners_of_both_roles():
    assert {path.stem.partition("--")[0] for path in INVALID} >= {
        "dossier.submit.v1", "assignment.accepted.v1", "assignment.resolved.v1", "assignment.returned.v1",
    }  # fmt: skip
