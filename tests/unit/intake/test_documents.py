"""A dossier lies in the database as plain values, and is the same when it is read again."""

import json
from datetime import datetime

import pytest

from intake import domain
from intake.documents import to_document, to_dossier


@pytest.fixture
def stages(dossier, processing, asked, at, calendar):
    """Return the dossier at every stage of a life that has all there is."""
    last_day = domain.ask_supplement(
        processing, at=at("2018-08-28 10:00"), reason="thiếu", items=["x"], calendar=calendar
    )
    late = domain.ask_supplement(processing, at=at("2018-08-29 10:00"), reason="thiếu", items=["x"], calendar=calendar)
    supplied = domain.supplement(
        asked, at=at("2018-08-27 08:30"), components=[{"code": "bien-ban-hop"}], note="đủ", calendar=calendar
    )
    again = domain.start_processing(domain.in_turn(domain.in_turn(supplied, 1), 2))
    moved = domain.reschedule(again, at=at("2018-08-28 09:00"), due_at=at("2018-08-31 17:00"), reason="xác minh")
    missed = domain.overdue(moved, now=at("2018-08-31 17:00"))
    done = domain.resolve(missed, at=at("2018-09-04 09:30"), outcome="granted", result={"title": "Giấy chứng nhận"})
    given = domain.hand_over(done, at=at("2018-09-04 10:00"), received_by="Nguyễn Thị Thí Dụ")
    return [dossier, processing, asked, last_day, late, supplied, again, moved, missed, done, given]


def stored(dossier):
    return to_document(dossier) | {"_id": str(dossier.receipt.dossier_id), "version": 3, "marks": [], "outbox": []}


def test_dossier_read_again_is_the_same_at_every_stage(stages):
    for dossier in stages:
        assert to_dossier(stored(dossier)) == dossier


def test_days_left_at_a_pause_are_kept_also_when_none_are_left_or_it_is_late(stages):
    left = [dossier.deadline.entries[-1].remaining for dossier in stages if dossier.deadline.paused]

    assert left == [2, 0, None]
    assert [stored(dossier)["deadline"][-1]["remaining"] for dossier in stages if dossier.deadline.paused] == left


def test_steps_that_were_taken_are_kept(stages):
    assert [stored(dossier)["steps"] for dossier in stages] == [0] * 6 + [2] * 5


def test_document_holds_plain_values_and_aware_instants_only(stages):
    def plain(value):
        assert isinstance(value, datetime)
        assert value.tzinfo is not None
        return value.isoformat()

    for dossier in stages:
        json.dumps(stored(dossier), default=plain)
        assert type(stored(dossier)["status"]) is int


def test_document_can_be_found_by_what_it_is_searched_for(stages):
    for dossier in stages:
        document = stored(dossier)
        assert (document["code"], document["department"], document["ward"]) == (dossier.code, "KT", "26734")
        assert (document["wake_at"], document["receipt"]["procedure"]["code"]) == (dossier.wake_at, "1.001612")
