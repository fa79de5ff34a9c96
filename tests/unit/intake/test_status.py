"""National status codes and the table of moves, through the functions that make them."""

from dataclasses import replace
from itertools import product

import pytest

from intake import domain
from intake.domain import MOVES, IllegalMove, Status
from intake.domain.status import RUNNING, move

LEGAL = sorted((source, target) for source, targets in MOVES.items() for target in targets)
ILLEGAL = sorted(set(product(Status, Status)) - set(LEGAL))

#: Each function of the desk, and the only states from which it may be called.
STEPS = {
    "start_processing": {Status.RECEIVED},
    "ask_supplement": {Status.REGISTERED, Status.PROCESSING},
    "supplement": {Status.SUPPLEMENT_ASKED},
    "reschedule": {Status.PROCESSING},
    "resolve": {Status.PROCESSING},
    "hand_over": {Status.RESOLVED},
}


@pytest.fixture
def step(at, calendar):
    """Return a function that takes a step with fitting arguments."""
    now = at("2018-08-24 10:00")
    arguments = {
        "start_processing": {},
        "ask_supplement": {"at": now, "reason": "thiếu", "items": ["x"], "calendar": calendar},
        "supplement": {"at": now, "components": [], "note": "", "calendar": calendar},
        "reschedule": {"at": now, "due_at": at("2018-09-05 17:00"), "reason": "xác minh"},
        "resolve": {"at": now, "outcome": "granted", "result": {"title": "Giấy chứng nhận"}},
        "hand_over": {"at": now, "received_by": "Nguyễn Thị Thí Dụ"},
    }
    return lambda name, dossier: getattr(domain, name)(dossier, **arguments[name])


def test_status_codes_are_those_of_the_national_portal():
    assert {status.name: status.value for status in Status} == {
        "REGISTERED": 1,
        "RECEIVED": 2,
        "REFUSED": 3,
        "PROCESSING": 4,
        "SUPPLEMENT_ASKED": 5,
        "FEE_ASKED": 6,
        "WITHDRAWN": 7,
        "STOPPED": 8,
        "RESOLVED": 9,
        "RETURNED": 10,
    }


def test_every_status_has_its_row_in_the_table():
    assert set(MOVES) == set(Status)


def test_refused_withdrawn_and_returned_are_the_only_ends():
    assert {status for status in Status if not MOVES[status]} == {Status.REFUSED, Status.WITHDRAWN, Status.RETURNED}


def test_every_status_but_the_first_can_be_reached():
    reached = {target for targets in MOVES.values() for target in targets}

    assert reached == set(Status) - {Status.REGISTERED}


def test_result_reaches_the_person_only_over_the_desk():
    assert [source for source, targets in MOVES.items() if Status.RETURNED in targets] == [Status.RESOLVED]


def test_clock_runs_while_the_office_has_the_dossier_and_never_in_5_6_and_8():
    assert {Status.RECEIVED, Status.PROCESSING} == RUNNING


@pytest.mark.parametrize(("source", "target"), LEGAL)
def test_move_in_the_table_is_made(source, target):
    assert move(source, target) is target


@pytest.mark.parametrize(("source", "target"), ILLEGAL)
def test_any_other_move_is_refused_and_names_both_ends(source, target):
    with pytest.raises(IllegalMove, match=f"^{source.name} -> {target.name}$") as refused:
        move(source, target)

    assert (refused.value.source, refused.value.target) == (source, target)


@pytest.mark.parametrize(("name", "source"), list(product(STEPS, Status)))
def test_step_is_taken_from_its_own_states_only(step, asked, processing, name, source):
    before = replace(asked if source is Status.SUPPLEMENT_ASKED else processing, status=source)

    if source in STEPS[name]:
        assert step(name, before) != before
    else:
        with pytest.raises(IllegalMove):
            step(name, before)
