"""The golden examples: one of each message, and messages that must be refused.

The first 22 tell one dossier; the others are lines of the stories (test_stories.py).
"""

from __future__ import annotations

from datetime import datetime

import pytest

from contract_tools import files
from motcua_contracts import ALL, BY_TYPE, ContractError

GOLDEN = sorted(path for path in files.EXAMPLES.glob("*/*.json") if path.parent.name != "invalid")
INVALID = sorted((files.EXAMPLES / "invalid").glob("*.json"))


def first_story():
    """Return the examples that were released first: those of one correlation."""
    examples = [files.read(path) for path in GOLDEN]
    (submit,) = [example for example in examples if example["type"] == "dossier.submit.v1"]
    return [example for example in examples if example["correlationid"] == submit["correlationid"]]


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

    later = {name: value for name, value in again["data"].items() if name not in example["data"]}
    assert later == {name: contract().fields[name].load_default for name in later}, "defaults of a later minor version"
    assert again == {name: example[name] for name in again} | {"data": example["data"] | later}
    assert contract.routing_key(again).startswith(contract.TYPE)


def test_first_22_examples_tell_one_story_whose_effects_follow_their_causes():
    told = {example["id"]: example for example in first_story()}
    assert len(told) == 22, "each message has an id of its own"
    caused = [example for example in told.values() if example.get("causationid") in told]
    assert len(caused) >= 12
    for effect in caused:
        cause = told[effect["causationid"]]
        assert datetime.fromisoformat(cause["time"]) <= datetime.fromisoformat(effect["time"]), effect["type"]


def test_first_22_examples_number_the_messages_of_each_sender_in_the_order_of_their_times():
    streams: dict[str, list[tuple[int, str]]] = {}
    for example in first_story():
        streams.setdefault(example["source"], []).append((example["sequence"], example["time"]))
    for source, stream in streams.items():
        assert [time for _, time in sorted(stream)] == sorted(time for _, time in stream), source
        assert len({sequence for sequence, _ in stream}) == len(stream), source


def test_first_22_examples_stay_as_they_were_released():
    assert all("history" not in example["data"] for example in first_story())


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_example_is_refused_and_the_field_is_named(path):
    case = files.read(path)
    with pytest.raises(ContractError) as refused:
        BY_TYPE[path.stem.partition("--")[0]].open(case["message"])
    named = faults(refused.value.messages)
    assert named == {case["report"]}
    assert case["report"] in str(refused.value)


def test_there_are_invalid_examples_for_partners_of_every_role():
    assert {path.stem.partition("--")[0] for path in INVALID} >= {
        "dossier.submit.v1", "assignment.accepted.v1", "assignment.resolved.v1", "assignment.returned.v1",
        "payment.record.v1",
    }  # fmt: skip
