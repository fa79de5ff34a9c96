"""What intake hears of a handling: each message has its number, and the numbers of one dossier have no gap."""

from __future__ import annotations

import copy

import pytest
from jsonschema import Draft202012Validator

from contract_tools import files
from motcua_contracts import BY_TYPE, ContractError

HANDLING = sorted(type_ for type_ in BY_TYPE if type_.startswith("handling."))


@pytest.fixture
def example():
    """Return a function that gives a type's golden example, to be changed at will."""
    return lambda type_: copy.deepcopy(files.read(files.EXAMPLES / "routing" / f"{type_}.json"))


def test_there_are_handlings():
    assert len(HANDLING) == 4


@pytest.mark.parametrize("type_", HANDLING)
def test_message_without_its_step_is_refused(example, type_):
    message = example(type_)
    del message["data"]["step"]

    with pytest.raises(ContractError) as refused:
        BY_TYPE[type_].open(message)

    assert set(refused.value.messages["data"]) == {"step"}


@pytest.mark.parametrize("type_", HANDLING)
@pytest.mark.parametrize("step", [0, -1, "1", 1.5, True, None])
def test_step_is_a_whole_number_from_one(example, type_, step):
    message = example(type_)
    message["data"]["step"] = step

    with pytest.raises(ContractError, match="step"):
        BY_TYPE[type_].open(message)


@pytest.mark.parametrize("type_", HANDLING)
@pytest.mark.parametrize("step", [None, 0, "1"])
def test_schema_says_the_same_of_the_step(example, type_, step):
    schema = files.read(files.CONTRACTS / "schemas" / "routing" / f"{type_}.json")
    message = example(type_)
    message["data"]["step"] = step

    found = list(Draft202012Validator(schema).iter_errors(message))

    assert [list(error.absolute_path) for error in found] == [["data", "step"]]


def test_examples_count_their_steps_in_the_order_of_their_times():
    told = sorted(
        (files.read(files.EXAMPLES / "routing" / f"{type_}.json") for type_ in HANDLING),
        key=lambda message: message["time"],
    )

    # the golden dossier was accepted twice, and its one example of that message is the first
    assert [message["data"]["step"] for message in told] == [1, 2, 4, 5]
    assert [message["data"]["round"] for message in told] == [1, 1, 2, 2]
