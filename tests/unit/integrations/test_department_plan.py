"""Which course a dossier takes, and which answers are due after what was heard."""

import json
from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest
from department.plan import DECIDED, ISSUED, OVERDUE, Answer, BadPolicy, Course, Policy, due_answers

ROOT = Path(__file__).resolve().parents[3]
POLICIES = [ROOT / "integrations" / "department" / "policy.json", ROOT / "infra" / "demo" / "department-policy.json"]
ACCEPTED, RESOLVED = Answer.ACCEPTED, Answer.RESOLVED


@pytest.mark.parametrize(
    ("course", "round_", "heard", "expected"),
    [
        (Course.GRANT, 1, {ISSUED}, (ACCEPTED, RESOLVED)),
        (Course.DENY, 1, {ISSUED}, (ACCEPTED, RESOLVED)),
        (Course.RETURN, 1, {ISSUED}, (ACCEPTED, Answer.RETURNED)),
        (Course.RETURN, 1, {ISSUED, OVERDUE}, (ACCEPTED, Answer.RETURNED)),
        (Course.RETURN, 2, {ISSUED}, (ACCEPTED, RESOLVED)),
        (Course.EXTEND, 1, {ISSUED}, (ACCEPTED, Answer.EXTENSION_ASKED)),
        (Course.EXTEND, 1, {ISSUED, DECIDED}, (ACCEPTED, Answer.EXTENSION_ASKED, RESOLVED)),
        (Course.EXTEND, 1, {ISSUED, OVERDUE}, (ACCEPTED, Answer.EXTENSION_ASKED, RESOLVED)),
        (Course.SLOW, 1, {ISSUED}, (ACCEPTED,)),
        (Course.SLOW, 1, {ISSUED, OVERDUE}, (ACCEPTED, RESOLVED)),
    ],
)
def test_the_course_and_what_was_heard_decide_the_answers(course, round_, heard, expected):
    assert due_answers(course, round_, heard) == expected


@pytest.mark.parametrize("course", list(Course))
def test_nothing_is_due_before_the_dossier_is_here(course):
    assert due_answers(course, 1, {OVERDUE, DECIDED}) == ()


@pytest.mark.parametrize("course", list(Course))
@pytest.mark.parametrize("order", list(permutations([ISSUED, OVERDUE, DECIDED])))
def test_hearing_more_only_ever_adds_answers_at_the_end(course, order):
    before: tuple[Answer, ...] = ()
    for count in range(1, len(order) + 1):
        now = due_answers(course, 1, set(order[:count]))
        assert now[: len(before)] == before
        before = now


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_each_policy_of_the_house_is_readable(path):
    assert Policy.load(path).course("000.01.01.H29-180823-0001", "1.001612") in Course


def test_the_same_dossier_always_takes_the_same_course():
    policy = Policy.load(POLICIES[1])
    codes = [f"000.01.01.H29-180823-{number:04}" for number in range(200)]

    assert [policy.course(code, "x") for code in codes] == [policy.course(code, "y") for code in codes]


def test_over_many_dossiers_the_shares_of_the_demo_are_kept():
    policy = Policy.load(POLICIES[1])
    seen = Counter(policy.course(f"000.01.01.H29-180823-{number:04}", "1.001612") for number in range(5000))

    for course, percent in policy.shares.items():
        assert seen[course] / 50 == pytest.approx(percent, abs=2)


def test_a_procedure_may_have_shares_of_its_own(tmp_path):
    told = json.loads(POLICIES[0].read_text(encoding="utf-8"))
    told["by_procedure"] = {"2.000815": {"deny": 1}}
    (tmp_path / "policy.json").write_text(json.dumps(told), encoding="utf-8")
    policy = Policy.load(tmp_path / "policy.json")

    assert policy.course("code", "2.000815") is Course.DENY
    assert policy.course("code", "1.001612") is Course.GRANT


@pytest.mark.parametrize(
    "change",
    [
        {"shares": {"grand": 1}},
        {"shares": {"grant": 0}},
        {"shares": {"grant": -1, "deny": 2}},
        {"shares": {"grant": 0.5}},
        {"returns": []},
        {"results": {}},
        {"invented": 1},
    ],
    ids=str,
)
def test_a_policy_that_makes_no_sense_is_refused(tmp_path, change):
    told = json.loads(POLICIES[0].read_text(encoding="utf-8")) | change
    (tmp_path / "policy.json").write_text(json.dumps(told), encoding="utf-8")

    with pytest.raises(BadPolicy, match=r"policy\.json"):
        Policy.load(tmp_path / "policy.json")
