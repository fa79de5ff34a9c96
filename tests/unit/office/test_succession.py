"""New versions among those that are there: what is ended, and what may not be touched any more."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office import Procedures, Publication, load_office
from office.reading import Placed
from office.source import Source
from office.succession import plan
from office.versions import end_of

TODAY = date(2026, 11, 24)
FIRST = load_office(Path(__file__).parents[3] / "infra" / "office").procedure("2.000815", TODAY)


def made(begins, ends=None, state="published", **changed):
    return replace(FIRST, valid_from=begins, valid_to=ends, publication=Publication(state), **changed)


NOW = made(date(2018, 1, 1))


@pytest.fixture
def outcome():
    """Return a function that plans rows and gives the changes and the faults as (path, words)."""

    def call(current, *rows, **how):
        source = Source("x")
        placed = [Placed(("procedures", n), row) for n, row in enumerate(rows)]
        changes = plan(source, placed, current, today=TODAY, **how)
        return changes, [(fault.path, fault.message.partition(" / ")[2]) for fault in source.faults]

    return call


def test_an_open_version_is_ended_the_day_before_its_successor(outcome):
    new = made(date(2026, 12, 1))

    changes, faults = outcome([NOW], new)

    assert faults == []
    assert changes.added == (new,)
    assert changes.ended == (replace(NOW, valid_to=date(2026, 11, 30)),)
    assert set(changes.rows()) == {new, *changes.ended}


def test_a_version_that_is_in_the_file_unchanged_is_ended_and_not_told_as_changed(outcome):
    changes, faults = outcome([NOW], NOW, made(date(2026, 12, 1)))

    assert (changes.changed, [row.valid_to for row in changes.ended], faults) == ((), [date(2026, 11, 30)], [])


def test_a_successor_that_begins_tomorrow_is_the_earliest(outcome):
    assert outcome([NOW], made(TODAY + timedelta(days=1)))[1] == []
    ((path, words),) = outcome([NOW], made(TODAY))[1]
    assert path == "procedures[0].valid_to"
    assert words.startswith("2.000815 cannot be ended or prolonged for days before 2026-11-24")


def test_a_version_in_force_may_not_be_changed_in_place_and_each_field_is_named(outcome):
    _, faults = outcome([NOW], replace(NOW, fee_minor=9, legal_basis="x", valid_to=date(2027, 1, 1)))

    assert [path for path, _ in faults] == ["procedures[0].fee_minor", "procedures[0].legal_basis"]


@pytest.mark.parametrize(
    "change",
    [
        {"valid_to": TODAY},
        {"publication": Publication("withdrawn")},
        {"publication": Publication("published", ("Trang thông tin điện tử",))},
    ],
)
def test_a_version_in_force_may_be_ended_withdrawn_and_posted_elsewhere(outcome, change):
    changes, faults = outcome([NOW], replace(NOW, **change))

    assert faults == []
    assert [row.fields for row in changes.changed] == [tuple(change)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NOW, replace(NOW, valid_to=TODAY - timedelta(days=1))),
        (NOW, replace(NOW, publication=Publication("draft"))),
        (made(date(2018, 1, 1), date(2020, 1, 1)), made(date(2018, 1, 1), date(2021, 1, 1))),
        (made(date(2018, 1, 1), date(2020, 1, 1)), made(date(2018, 1, 1), date(2020, 1, 1), source="x")),
        (made(date(2018, 1, 1), state="withdrawn"), made(date(2018, 1, 1), state="withdrawn", source="x")),
    ],
)
def test_what_was_in_force_stays_as_it_was(outcome, before, after):
    assert outcome([before], after)[1]


def test_drafts_and_versions_to_come_may_change_freely(outcome):
    draft, later = made(date(2018, 1, 2), state="draft"), made(date(2027, 1, 1))

    changes, faults = outcome([draft, later], replace(draft, fee_minor=1), replace(later, fee_minor=1))

    assert faults == []
    assert [row.fields for row in changes.changed] == [("fee_minor",), ("fee_minor",)]


def test_a_draft_ends_nothing_until_it_is_published(outcome):
    draft = made(date(2027, 1, 1), state="draft")

    assert outcome([NOW], draft)[0].ended == ()
    changes, faults = outcome([NOW, draft], made(date(2027, 1, 1)))
    assert faults == []
    assert [row.valid_to for row in changes.ended] == [date(2026, 12, 31)]


def test_a_version_that_reaches_into_another_is_named(outcome):
    until = made(date(2018, 1, 1), date(2027, 6, 30))

    _, faults = outcome([until], made(date(2027, 1, 1)))

    assert faults == [("procedures[0].valid_from", "2.000815 overlaps its version of 2018-01-01")]


def test_the_same_file_again_changes_nothing_although_it_has_the_old_end(outcome):
    ended, new = replace(NOW, valid_to=date(2026, 11, 30)), made(date(2026, 12, 1))

    changes, faults = outcome([ended, new], NOW, new)

    assert (changes.rows(), faults) == ((), [])


def test_overlaps_of_a_code_with_unread_rows_are_left_to_the_next_reading(outcome):
    assert outcome([made(date(2018, 1, 1), date(2027, 6, 30))], made(date(2027, 1, 1)), unsure={"2.000815"})[1] == []


days = st.integers(-900, 900).map(lambda n: TODAY + timedelta(days=n))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(days, st.none() | days, st.sampled_from(["published", "draft", "withdrawn"])), max_size=4))
def test_whatever_is_imported_no_two_published_versions_hold_on_one_day_and_the_past_stands(rows):
    wanted = {begins: made(begins, ends, state) for begins, ends, state in rows if ends is None or ends >= begins}
    source = Source("x")
    placed = [Placed(("procedures", n), row) for n, row in enumerate(wanted.values())]
    changes = plan(source, placed, [NOW], today=TODAY)
    if source.faults:
        return
    after = Procedures.of(({NOW.key: NOW} | {row.key: row for row in changes.rows()}).values())
    versions = after.published.by_code.get(NOW.code, ())
    assert all(end_of(one) < two.valid_from for one, two in zip(versions, versions[1:], strict=False))
    kept = next(row for row in after if row.key == NOW.key)
    assert end_of(kept) >= TODAY
