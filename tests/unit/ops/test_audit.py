"""The chain of the operators' trail."""

import copy

import pytest

from motcua.audit import Head, first_fault, sealed


@pytest.fixture
def entries():
    """Four entries, each after the one before."""
    made, head = [], Head()
    for number in range(4):
        made.append(sealed({"act": "discard", "because": f"Lý do {number}", "message": {"size": number}}, head))
        head = Head(made[-1]["_id"], made[-1]["hash"])
    return made


def test_whole_chain_has_no_fault(entries):
    head, fault = first_fault(entries)

    assert (head, fault) == (Head(4, entries[3]["hash"]), None)
    assert first_fault([]) == (Head(), None)


def swapped(entries):
    entries[1], entries[2] = entries[2] | {"_id": 2}, entries[1] | {"_id": 3}


def resealed(entries):
    entries[1] = sealed({"act": "replay"}, Head(1, entries[0]["hash"]))


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (lambda rows: rows[1].update(because="another"), "entry 2 was altered"),
        (lambda rows: rows[1]["message"].update(size=9), "entry 2 was altered"),
        (lambda rows: rows[1].update(more=1), "entry 2 was altered"),
        (lambda rows: rows[1].pop("hash"), "entry 2 was altered"),
        (lambda rows: rows.pop(1), "entry 2 is missing"),
        (lambda rows: rows.pop(0), "entry 1 is missing"),
        (swapped, "entry 2 was altered"),
        (resealed, "entry 3 does not follow entry 2"),
        (lambda rows: rows.append({"_id": "x"}), "entry 5 is missing"),
    ],
    ids=["value", "inner value", "addition", "no hash", "removed", "beginning", "swapped", "resealed", "strange"],
)
def test_first_entry_that_is_not_as_written_is_named(entries, tamper, named):
    rows = copy.deepcopy(entries)
    tamper(rows)

    _, fault = first_fault(rows)

    assert named in fault


def test_end_cut_off_is_seen_only_against_a_head_kept_elsewhere(entries):
    kept = Head(4, entries[3]["hash"])

    assert first_fault(entries[:2])[1] is None
    assert "entries 3 to 4 are missing" in first_fault(entries[:2], kept)[1]


def test_trail_written_anew_is_seen_against_a_head_kept_elsewhere(entries):
    assert "another than the one" in first_fault(entries, Head(2, "0" * 64))[1]
    assert first_fault(entries, Head(2, entries[1]["hash"]))[1] is None
