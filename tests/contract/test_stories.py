"""The stories: whole dossiers, message by message, each with the hash chain of its history."""

from __future__ import annotations

import copy
import json
from datetime import datetime

import pytest

from contract_tools import files
from motcua_contracts import BY_TYPE, history
from motcua_contracts.base import schema_of
from motcua_contracts.vocabulary import HistoryEntry

STORIES = {
    path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for path in sorted((files.EXAMPLES / "stories").glob("*.ndjson"))
}
GOLDEN = [files.read(path) for path in files.EXAMPLES.glob("*/*.json") if path.parent.name != "invalid"]


def chain(messages):
    """Return the links as their loaded entries, each with the data it came in."""
    told = [message["data"] for message in messages if "history" in message["data"]]
    return [(schema_of(HistoryEntry).load(data["history"]), data) for data in told]


def test_there_are_the_stories_of_an_online_a_refused_and_a_withdrawn_dossier_and_of_what_a_ward_commands():
    assert set(STORIES) == {"online", "refused", "withdrawn", "ward"}


@pytest.mark.parametrize("name", STORIES)
def test_each_message_of_a_story_opens_and_says_the_same_when_sealed_again(name):
    for told in STORIES[name]:
        contract = BY_TYPE[told["type"]]
        message = contract.open(told)
        again = contract.seal(
            message.data, source=message.source, subject=message.subject, time=message.time, message_id=message.id
        )
        assert again == {attribute: told[attribute] for attribute in again}, told["type"]


def test_each_message_that_was_not_released_first_has_a_line_of_a_story_as_its_example():
    lines = {line["id"]: line for lines in STORIES.values() for line in lines}
    first = {message["correlationid"] for message in GOLDEN if message["type"] == "dossier.submit.v1"}
    later = [message for message in GOLDEN if message["correlationid"] not in first]

    assert len(later) == len(GOLDEN) - 22
    assert later == [lines.get(message["id"]) for message in later]


@pytest.mark.parametrize("name", STORIES)
def test_effects_follow_their_causes_and_go_back_to_the_same_beginning(name):
    told = {message["id"]: message for message in STORIES[name]}
    assert len(told) == len(STORIES[name]), "each message has an id of its own"
    for effect in told.values():
        if "causationid" in effect:
            cause = told[effect["causationid"]]
            assert cause["correlationid"] == effect["correlationid"]
            assert datetime.fromisoformat(cause["time"]) <= datetime.fromisoformat(effect["time"]), effect["type"]


@pytest.mark.parametrize("name", STORIES)
def test_each_sender_numbers_its_messages_about_a_subject_from_one_without_a_gap(name):
    streams: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for message in STORIES[name]:
        stream = streams.setdefault((message["source"], message["subject"]), [])
        stream.append((message["sequence"], message["time"]))
    for sender, stream in streams.items():
        assert [sequence for sequence, _ in stream] == list(range(1, len(stream) + 1)), sender
        assert [time for _, time in stream] == sorted(time for _, time in stream), sender


@pytest.mark.parametrize("name", STORIES)
def test_handling_counts_its_steps_from_one_without_a_gap(name):
    steps = [message["data"]["step"] for message in STORIES[name] if message["type"].startswith("handling.")]

    assert steps == list(range(1, len(steps) + 1))


@pytest.mark.parametrize("name", STORIES)
def test_history_of_a_story_is_a_sound_chain_of_what_its_events_told(name):
    entries = chain(STORIES[name])
    (code,) = {data["code"] for _, data in entries}

    assert history.broken_at(code, [entry for entry, _ in entries]) is None
    events = [message for message in STORIES[name] if BY_TYPE[message["type"]].OWNER == "intake"]
    about = [
        message["type"] for message in events if message["type"].startswith("dossier.") and message["source"][1] == "m"
    ]
    assert [entry["kind"] for entry, _ in entries] == [type_.split(".")[1] for type_ in about]
    for entry, data in entries:
        assert entry["content"] == history.content(data)
        assert entry["status"] == data["status"]
        if "due_at" in data:
            assert entry["due_at"] == datetime.fromisoformat(data["due_at"])


@pytest.mark.parametrize(
    ("field", "other"), [("status", 9), ("at", "2021-03-01T07:05:00+00:00"), ("due_at", "2021-03-31T10:00:00+00:00")]
)
def test_history_that_was_changed_afterwards_is_found(field, other):
    spoiled = copy.deepcopy(STORIES["withdrawn"])
    (link,) = [m["data"]["history"] for m in spoiled if m["data"].get("history", {}).get("position") == 3]
    link[field] = other

    assert history.broken_at(spoiled[1]["data"]["code"], [entry for entry, _ in chain(spoiled)]) == 3


def test_ward_hears_the_links_of_its_own_dossier_by_position():
    links = {data["history"]["position"]: data for _, data in chain(STORIES["withdrawn"])}
    heard = [m["data"] for m in STORIES["withdrawn"] if m["type"] == "submission.changed.v1"]

    assert [told["position"] for told in heard] == [2, 3, 4]
    for told in heard:
        link = links[told["position"]]["history"]
        assert (told["status"], told["kind"], told["changed_at"]) == (link["status"], link["kind"], link["at"])


def test_money_of_the_online_story_is_paid_once_and_answered_with_its_receipt():
    told = {message["type"]: message["data"] for message in STORIES["online"]}
    asked, paid, answer = told["payment.record.v1"], told["dossier.paid.v1"], told["payment.answered.v1"]

    assert asked["amount_minor"] == paid["amount_minor"] == told["dossier.paused.v1"]["owed_minor"]
    assert paid["owed_minor"] == 0
    assert (answer["payment_id"], answer["receipt_number"]) == (asked["payment_id"], paid["receipt_number"])
