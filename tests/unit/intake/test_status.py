"""National status codes and the table of moves, through the acts that make them."""

from datetime import timedelta
from itertools import product

import pytest

from intake.domain import MOVES, OVER, PAPER_OF, IllegalMove, Status
from intake.domain.status import RUNNING, move, stay
from tests.unit.intake.lives import LEADS_TO, LEGAL, at_status, readied

PAIRS = sorted((source, target) for source, targets in MOVES.items() for target in targets)
ILLEGAL = sorted(set(product(Status, Status)) - set(PAIRS))


@pytest.fixture
def begun(at):
    return at("2018-08-23 08:10")


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


def test_every_status_has_its_row_in_the_table_and_its_paper():
    assert set(MOVES) == set(PAPER_OF) == set(Status)


def test_refused_and_withdrawn_are_the_only_ends():
    assert {status for status in Status if not MOVES[status]} == {Status.REFUSED, Status.WITHDRAWN} == OVER


def test_every_status_can_be_reached():
    assert {target for targets in MOVES.values() for target in targets} == set(Status)


def test_result_reaches_the_person_only_over_the_desk():
    assert [source for source, targets in MOVES.items() if Status.RETURNED in targets] == [Status.RESOLVED]


def test_result_that_the_person_has_can_only_be_made_anew():
    assert MOVES[Status.RETURNED] == {Status.RECEIVED}


def test_clock_runs_while_the_office_has_the_dossier_and_never_in_5_6_and_8():
    assert {Status.RECEIVED, Status.PROCESSING} == RUNNING


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_move_in_the_table_is_made(source, target):
    assert move(source, target) is target


@pytest.mark.parametrize(("source", "target"), ILLEGAL)
def test_any_other_move_is_refused_and_names_both_ends(source, target):
    with pytest.raises(IllegalMove, match=f"^{source.name} -> {target.name}$") as refused:
        move(source, target)

    assert (refused.value.source, refused.value.target) == (source, target)


def test_act_that_moves_nothing_names_the_status_that_it_is_not_possible_in():
    stay(Status.RECEIVED, Status.RECEIVED, Status.PROCESSING)
    with pytest.raises(IllegalMove) as refused:
        stay(Status.RESOLVED, Status.RECEIVED)

    assert refused.value.source is Status.RESOLVED


@pytest.mark.parametrize(("act", "source"), list(product(LEGAL, Status)))
def test_act_is_done_in_its_own_states_only_and_leads_where_it_must(life, begun, act, source):
    before = readied(act, at_status(life, source, begun))
    now = begun + timedelta(minutes=50)

    if source not in LEGAL[act]:
        with pytest.raises(IllegalMove) as refused:
            life.do(act, before, now)
        assert refused.value.source is source
        return
    after = life.do(act, before, now).dossier

    expected = LEADS_TO.get(act, source)
    if act == "supplement" and before.due_at is None:
        expected = Status.REGISTERED
    if act == "start" and source in (Status.FEE_ASKED, Status.STOPPED):
        expected = source  # the clock stands on: the word of a second department crossed with the desk's
    if source is Status.FEE_ASKED and act in ("pay", "exempt"):
        expected = Status.PROCESSING  # the clock runs on by itself
    assert after.status is expected
    assert after != before


@pytest.mark.parametrize(("act", "source"), [(act, source) for act, among in LEGAL.items() for source in among])
def test_every_move_that_an_act_makes_is_in_the_table(life, begun, act, source):
    before = readied(act, at_status(life, source, begun))

    after = life.do(act, before, begun + timedelta(minutes=50)).dossier

    assert after.status is source or after.status in MOVES[source]
