"""Any lives of dossiers, any window: the figures balance, follow on from each other, and equal a recount from the events."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from intake.documents import to_document, to_dossier
from intake.domain.code import VIETNAM
from intake.domain.figures import BY, Period, Tally, at_work, halves, lived, told
from tests.unit.intake.test_any_life import CALENDAR, LIFE, gaps, steps, tried

#: Lives begin in one quarter, so that the windows of that time cut through them anywhere.
begun = st.integers(0, 80 * 24 * 60).map(lambda minutes: datetime(2025, 3, 3, tzinfo=UTC) + timedelta(minutes=minutes))
lives = st.tuples(begun, st.booleans(), st.lists(steps, max_size=25), st.sampled_from([1, 2]))
NAMES = [f"2025-{name}" for name in ("M03", "M04", "M05", "M06", "M07", "M08", "Q1", "Q2", "Q3", "H1", "H2", "Y")]
PERIODS = [Period.of(name, windows) for name in NAMES for windows in ("nd09", "calendar")]


def live(begun_at, at_once, life, channel, number):
    now, first = begun_at, LIFE.received_at_once(begun_at) if at_once else LIFE.handed_in(begun_at)
    receipt = replace(first.dossier.receipt, channel=channel)
    dossier = replace(first.dossier, receipt=receipt, code=f"000.01.01.H29-250303-{number:04d}")
    for step in life:
        now += step[2]
        dossier = LIFE.passes(dossier, now).dossier
        after = tried(dossier, step, now)
        dossier = after.dossier if after else dossier
    return to_dossier({"_id": str(dossier.receipt.dossier_id), **to_document(dossier)})


def any_window(dossiers):
    """Windows that begin and end at moments of the dossiers' own events, where counting is easily wrong."""
    moments = sorted({link["at"] for dossier in dossiers for link in dossier.history})
    for begin, end in zip(moments, moments[1:], strict=False):
        yield Period("any", "any", begin, end)
    yield Period("any", "any", moments[0], moments[-1] + timedelta(minutes=1))


def marks(dossiers, period, count=lived):
    return [mark for mark in (count(dossier, period, CALENDAR) for dossier in dossiers) if mark]


def check_balance(row):
    assert row["carried_over"] + row["received"] == row["total"]
    assert row["total"] == row["resolved"] + row["refused"] + row["withdrawn"] + row["pending"]
    assert row["resolved"] == row["early"] + row["on_time"] + row["late"]
    assert row["pending"] == row["in_time"] + row["overdue"] + row["paused"]
    assert row["reopened"] <= row["carried_over"]
    assert row["waiting"] <= row["resolved"]
    assert row["online"] <= row["received"]


@settings(deadline=None, max_examples=100)
@given(given_lives=st.lists(lives, min_size=1, max_size=3))
def test_figures_balance_and_equal_a_recount_from_the_events_in_every_window(given_lives):
    dossiers = [live(*life, number) for number, life in enumerate(given_lives, 1)]
    for period in [*PERIODS, *any_window(dossiers)]:
        counted = marks(dossiers, period)
        assert counted == marks(dossiers, period, told)
        for mark in counted:
            event(f"{mark.entry} {mark.outcome}")
        for by in BY:
            rows, sums = Tally(counted).handling(by)
            for row in [*rows, sums]:
                check_balance(row)
            assert sums["total"] == sum(row["total"] for row in rows)


@settings(deadline=None, max_examples=40)
@given(given_lives=st.lists(lives, min_size=1, max_size=3))
def test_what_a_period_leaves_is_what_the_next_one_takes_over(given_lives):
    dossiers = [live(*life, number) for number, life in enumerate(given_lives, 1)]
    for windows in ("nd09", "calendar"):
        months = [Period.of(f"2025-M{month:02d}", windows) for month in range(3, 13)]
        for earlier, later in zip(months, months[1:], strict=False):
            assert earlier.end == later.begin
            left = Tally(marks(dossiers, earlier)).handling("field")[1]
            taken = Tally(marks(dossiers, later)).handling("field")[1]
            assert left["pending"] == taken["carried_over"] - taken["reopened"]


@settings(deadline=None, max_examples=40)
@given(life=lives)
def test_the_half_months_of_a_dossier_are_all_in_which_it_counts(life):
    dossier = live(*life, 1)
    found = at_work(dossier)
    for period in PERIODS:
        if "open" not in found and lived(dossier, period, CALENDAR):
            assert found & {*halves(period.begin, period.end)}


@settings(deadline=None, max_examples=40)
@given(life=lives, later=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 999), gaps, st.just(0)), max_size=8))
def test_what_happens_after_a_period_does_not_change_what_the_events_of_then_say(life, later):
    before = live(*life, 1)
    now = max(before.history[-1]["at"], datetime(2025, 12, 15, tzinfo=VIETNAM))
    after = before
    for step in later:
        now += step[2]
        told_of = tried(LIFE.passes(after, now).dossier, step, now)
        after = told_of.dossier if told_of else after
    for period in PERIODS:
        kept = {"links": len(before.history), "corrections": len(before.corrections)}
        assert told(after, period, CALENDAR, **kept) == told(before, period, CALENDAR)
