"""A dossier lies in the database as plain values, and is the same when it is read again."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import bson
import pytest
from bson.codec_options import CodecOptions

from intake import domain
from intake.documents import OPTIONAL, to_document, to_dossier
from intake.domain import Status
from intake.domain.papers import numbered
from motcua_contracts import history
from tests.unit.intake.lives import at_status

PLAIN = CodecOptions(tz_aware=True, tzinfo=UTC)
KEPT = 200_000


def stored(dossier):
    """Return a dossier's document as it comes back from the database."""
    names = {"_id": str(dossier.receipt.dossier_id), "version": 3, "marks": [], "outbox": []}
    return bson.decode(bson.encode(to_document(dossier) | names), PLAIN)


@pytest.fixture
def stages(life, processing, asked, at, calendar, registered):
    """Return a dossier at every status, and at every stage of a life that has all there is."""
    last_day = life.department_asks(processing, at("2018-08-28 10:00")).dossier
    late = life.department_asks(processing, at("2018-08-29 10:00")).dossier
    supplied = life.supplement(asked, at("2018-08-27 08:30")).dossier
    again = life.start(domain.in_turn(domain.in_turn(supplied, 1), 2), at("2018-08-27 09:00")).dossier
    moved = life.extend(again, at("2018-08-28 09:00")).dossier
    missed = life.passes(moved, at("2018-08-31 17:00")).dossier
    pending = life.department_asks(missed, at("2018-08-31 17:05")).dossier
    paid = life.pay(pending, at("2018-09-04 08:00"), 50).dossier
    exempted = life.exempt(paid, at("2018-09-04 08:30")).dossier
    done = life.resolve(exempted, at("2018-09-04 09:30")).dossier
    reminded = kept = life.waits(done, at("2018-09-12 09:30")).dossier
    for month in (9, 10, 11):
        kept = life.waits(kept, at(f"2018-{month:02d}-26 09:30")).dossier
    given = life.hand_over(kept, at("2018-11-27 10:00")).dossier
    anew = life.reopen(given, at("2018-11-28 10:00")).dossier
    right = life.correct(anew, at("2018-11-28 11:00")).dossier
    drafted = life.draft(right, at("2018-11-28 11:30")).dossier
    told = [registered, processing, asked, last_day, late, supplied, again, moved, missed, pending, paid, exempted]
    told += [done, reminded, kept, given, anew, right, drafted]
    return [*told, *(at_status(life, status, at("2018-08-23 08:10")) for status in Status)]


def test_dossier_read_again_is_the_same_at_every_stage(stages):
    for dossier in stages:
        assert to_dossier(stored(dossier)) == dossier


def test_every_field_of_a_dossier_is_kept(stages):
    """A field that a document forgot would come back as its default: each is something else at some stage."""
    empty = domain.Dossier(stages[0].receipt)
    names = [name for name in domain.Dossier.__slots__ if name not in ("receipt", "evaluation")]

    assert {
        name for name in names if any(getattr(to_dossier(stored(row)), name) != getattr(empty, name) for row in stages)
    } == set(names)
    judged = replace(stages[0], evaluation={"marks": 2})
    assert to_dossier(stored(judged)) == judged


def test_days_left_at_a_pause_are_kept_also_when_none_are_left_or_it_is_late(stages):
    paused = [dossier for dossier in stages[:6] if dossier.deadline.paused]

    assert [dossier.deadline.entries[-1].remaining for dossier in paused] == [2, 0, None]
    assert [stored(dossier)["deadline"][-1]["remaining"] for dossier in paused] == [2, 0, None]


def test_document_holds_plain_values_and_aware_instants_only(stages):
    def plain(value):
        assert isinstance(value, datetime)
        assert value.tzinfo is not None
        return value.isoformat()

    for dossier in stages:
        json.dumps(to_document(dossier), default=plain)
        assert type(to_document(dossier)["status"]) is int


def test_document_can_be_found_by_what_it_is_searched_for(dossier, processing):
    for row in (dossier, processing):
        document = to_document(row)
        assert (document["code"], document["department"], document["ward"]) == (row.code, "KT", "26734")
        assert (document["wake_at"], document["receipt"]["procedure"]["code"]) == (row.wake_at, "1.001612")


def test_what_sparse_indexes_are_over_is_absent_when_there_is_none(registered, dossier):
    assert not set(OPTIONAL) & set(to_document(registered))
    assert "wake_at" in to_document(dossier)


def test_numbers_of_papers_and_ids_of_payments_are_claimed_for_one_dossier(life, asked, at):
    supplied = life.pay(asked, at("2018-08-24 11:00")).dossier
    known = replace(supplied, papers=numbered(supplied.papers, "07/2018/HDHS"))

    assert to_document(known)["claims"] == ["07/2018/HDHS", f"counter:{asked.code}/BL1"]


def test_document_stays_small_after_a_hundred_acts(life, dossier, at):
    """MongoDB's limit is 16 MB, and each write sends the history whole: a dossier must not grow out of hand."""
    told, now, acts = dossier, at("2018-08-23 09:00"), 0
    told = life.start(told, now).dossier
    while acts < 100:
        for act in ("department_asks" if acts < 2 else "stop", "supplement" if acts < 2 else "resume", "start"):
            now += timedelta(minutes=7)
            told = life.do(act, told, now).dossier
            acts += 1

    assert len(told.history) >= 100
    assert history.broken_at(told.code, told.history) is None
    assert len(bson.encode(to_document(told))) < KEPT
