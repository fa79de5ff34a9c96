"""Completeness of a submission: every fault, each with its field, all at once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from intake.domain import Fault, check
from intake.domain.submission import CLOCK_TOLERANCE, OLDEST

NOW = datetime(2018, 8, 23, 3, tzinfo=UTC)
TICK = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Rule:
    code: str
    originals: int = 0
    copies: int = 1
    required: bool = True


RULES = (Rule("to-khai", originals=1, copies=0), Rule("giay-to-tuy-than", copies=2), Rule("uy-quyen", required=False))


def paper(code, copy=1, quantity=1):
    return {"code": code, "copy": copy, "quantity": quantity}


COMPLETE = [paper("to-khai", copy=0), paper("giay-to-tuy-than", quantity=2)]


def faults(components, submitted_at=NOW):
    return check({"components": components}, RULES, submitted_at=submitted_at, now=NOW)


@pytest.mark.parametrize(
    "components",
    [
        COMPLETE,
        COMPLETE[::-1],
        [*COMPLETE, paper("uy-quyen")],
        [paper("to-khai", copy=0, quantity=3), paper("giay-to-tuy-than", copy=0, quantity=2)],
        [paper("to-khai", copy=0), paper("giay-to-tuy-than", copy=2, quantity=2)],
    ],
    ids=["what is asked", "in any order", "with what may be added", "more and originals", "electronic for a copy"],
)
def test_complete_submission_has_no_fault(components):
    assert faults(components) == []


@pytest.mark.parametrize(
    ("components", "fault"),
    [
        (COMPLETE[:1], Fault("components.giay-to-tuy-than", "missing")),
        ([*COMPLETE, paper("ho-chieu")], Fault("components.ho-chieu", "not-asked")),
        ([*COMPLETE, paper("uy-quyen"), paper("uy-quyen")], Fault("components.uy-quyen", "twice")),
        ([paper("to-khai", copy=1), COMPLETE[1]], Fault("components.to-khai", "original-needed")),
        ([paper("to-khai", copy=2), COMPLETE[1]], Fault("components.to-khai", "original-needed")),
        ([COMPLETE[0], paper("giay-to-tuy-than", quantity=1)], Fault("components.giay-to-tuy-than", "too-few", "2")),
    ],
)
def test_fault_is_named_with_its_field(components, fault):
    assert faults(components) == [fault]


def test_all_faults_are_told_at_once():
    found = faults([paper("to-khai"), paper("ho-chieu"), paper("ho-chieu")], NOW + timedelta(days=1))

    assert set(found) == {
        Fault("submitted_at", "in-the-future"),
        Fault("components.ho-chieu", "twice"),
        Fault("components.ho-chieu", "not-asked"),
        Fault("components.to-khai", "original-needed"),
        Fault("components.giay-to-tuy-than", "missing"),
    }
    assert len(found) == 5


def test_nothing_handed_in_lacks_each_required_paper_and_no_other():
    assert [fault.field for fault in faults([])] == ["components.to-khai", "components.giay-to-tuy-than"]


@pytest.mark.parametrize("submitted_at", [NOW + CLOCK_TOLERANCE, NOW, NOW - OLDEST])
def test_moment_within_tolerance_is_taken(submitted_at):
    assert faults(COMPLETE, submitted_at) == []


@pytest.mark.parametrize(
    ("submitted_at", "fault"),
    [
        (NOW + CLOCK_TOLERANCE + TICK, Fault("submitted_at", "in-the-future")),
        (NOW - OLDEST - TICK, Fault("submitted_at", "too-old", "60")),
    ],
)
def test_moment_just_outside_tolerance_is_a_fault(submitted_at, fault):
    assert faults(COMPLETE, submitted_at) == [fault]


BOTH = (Rule("so-ho-khau", originals=1, copies=2),)


@pytest.mark.parametrize(
    ("papers", "kind"),
    [
        ([paper("so-ho-khau", copy=0), paper("so-ho-khau", quantity=2)], None),
        ([paper("so-ho-khau", copy=0, quantity=3)], None),
        ([paper("so-ho-khau", copy=0)], "too-few"),
        ([paper("so-ho-khau", quantity=3)], "original-needed"),
        ([paper("so-ho-khau", copy=0), paper("so-ho-khau", copy=0)], "twice"),
    ],
)
def test_paper_of_which_originals_and_copies_are_asked_is_counted_apart(papers, kind):
    faults = check({"components": papers}, BOTH, submitted_at=NOW, now=NOW)

    assert [fault.kind for fault in faults][:1] == ([kind] if kind else [])


def test_electronic_paper_stands_for_the_original_online_only():
    electronic = {"components": [paper("to-khai", copy=2), paper("giay-to-tuy-than", copy=2, quantity=2)]}

    assert check(electronic, RULES, submitted_at=NOW, now=NOW, channel=2) == []
    assert [fault.kind for fault in check(electronic, RULES, submitted_at=NOW, now=NOW)] == ["original-needed"]
