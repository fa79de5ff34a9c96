"""Data that are not of their kind's shape are refused, by name."""

import copy
import json
import re

import pytest

from papers import KINDS, BadPaper
from papers.samples import SAMPLES, sparse
from papers.shapes import load


def errors(kind, data):
    with pytest.raises(BadPaper) as caught:
        load(kind, data)
    return caught.value.errors


def test_every_kind_has_a_sample_and_samples_are_plain_json():
    assert set(SAMPLES) == set(KINDS)
    assert json.loads(json.dumps(SAMPLES)) == SAMPLES


@pytest.mark.parametrize("kind", KINDS)
def test_sample_is_of_its_shape_also_with_nothing_in_what_may_be_null(kind):
    load(kind, SAMPLES[kind])
    load(kind, sparse(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_each_missing_field_is_named(kind):
    assert set(errors(kind, {})) >= {"issued_at"}
    for name in SAMPLES[kind]:
        assert set(errors(kind, {key: value for key, value in SAMPLES[kind].items() if key != name})) == {name}


@pytest.mark.parametrize(
    ("kind", "path", "value", "named"),
    [
        ("receipt", ("dossier", "applicant", "name"), "  ", "dossier.applicant.name"),
        ("receipt", ("components", 2, "copy"), 3, "components[2].copy"),
        ("receipt", ("fees", 0, "amount"), -1, "fees[0].amount"),
        ("receipt", ("fees", 0, "amount"), 1.5, "fees[0].amount"),
        ("receipt", ("received_at",), "2026-11-24T09:05:00", "received_at"),
        ("receipt", ("limit", "amount"), None, "limit.amount"),
        ("receipt", ("language",), "fr", "language"),
        ("receipt", ("surprise",), 1, "surprise"),
        ("apology", ("dossier", "surprise"), 1, "dossier.surprise"),
        ("supplement-request", ("requests",), [], "requests"),
        ("control-slip", ("hops", 1, "result"), "soon", "hops[1].result"),
        ("register", ("period", "first"), "1/11/2026", "period.first"),
        ("report", ("rows", 0), [1], "rows[0]"),
        ("report", ("rows", 1, 2), "many", "rows[1][2]"),
        ("report", ("sums", 4), True, "sums[4]"),
    ],
)
def test_wrong_field_is_named_by_its_path(kind, path, value, named):
    data = copy.deepcopy(SAMPLES[kind])
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    assert set(errors(kind, data)) == {named}


def test_unknown_kind_is_refused():
    assert "receipt" in errors("letter", {})["kind"]


def test_refusal_says_kind_field_and_fault():
    with pytest.raises(BadPaper, match=re.escape("apology: new_due_at: Missing data")):
        load("apology", {key: value for key, value in SAMPLES["apology"].items() if key != "new_due_at"})


def test_letters_are_composed_and_control_characters_are_seen():
    data = SAMPLES["refusal"] | {"reason": "Thie\u0302\u0301u gia\u0302\u0301y to\u031b\u0300\x00\x1b[1m\nhết"}

    assert load("refusal", data).reason == "Thiếu giấy tờ\ufffd\ufffd[1m\nhết"
