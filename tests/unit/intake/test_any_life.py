"""Any life that a dossier may have: random acts, possible and impossible, at random moments of the office's own calendar.

After each act: one code, no state without its paper, a sound history with one link for each event, a clock that adds up, an
account that does, and a document that is the dossier again.
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bson
from bson.codec_options import CodecOptions
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from intake.documents import to_document, to_dossier
from intake.domain import PAPER_OF, RUNNING, Status
from intake.domain.deadline import CORRECT, EXTEND, PAUSE, RESUME, START
from motcua_contracts import BY_TYPE, history
from tests.unit.intake.lives import CODE, LEGAL, REFUSALS, Life, open_desk

ROOT = Path(__file__).resolve().parents[3]
DESK = open_desk()
SUBMISSION = json.loads((ROOT / "contracts" / "examples" / "intake" / "dossier.submit.v1.json").read_text("utf-8"))
LIFE = Life(DESK, BY_TYPE["dossier.submit.v1"].open(SUBMISSION).data)
CALENDAR = DESK.calendar
PLAIN = CodecOptions(tz_aware=True, tzinfo=UTC)

ACTS = sorted(LEGAL)
#: Shrinking a whole life takes minutes; the examples are short enough to be read as they are.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
begun = st.integers(0, 350 * 24 * 60).map(lambda minutes: datetime(2025, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes))
gaps = st.one_of(st.integers(1, 600), st.integers(1, 6 * 24 * 60)).map(lambda minutes: timedelta(minutes=minutes))
#: Whether anything may be tried or only what is possible, which of it, when, and how.
steps = st.tuples(st.integers(0, 3), st.integers(0, 999), gaps, st.sampled_from([0, 0, 1, 30, 99]))


def possible(dossier):
    """Return the acts that lead on: one that ends the life only when nothing else is left."""
    acts = [act for act in ACTS if dossier.status in LEGAL[act]]
    return [act for act in acts if act not in ("refuse", "withdraw")] or acts


def tried(dossier, step, now):
    """Return what an act told, or None when it was refused; what only time does is done on its way."""
    anything, which, _, option = step
    acts = possible(dossier) if anything else ACTS
    if not acts:
        acts = ACTS
    act = acts[which % len(acts)]
    before = dossier
    try:
        told = LIFE.do(act, dossier, now, option)
    except REFUSALS as refusal:
        event(f"{act}: {type(refusal).__name__}")
        assert dossier == before
        return None
    back = act == "pay" and dossier.account.owed_minor < 0  # money is given back of what is over, too
    assert dossier.status in LEGAL[act] or back, f"{act} in {dossier.status.name}"
    event(act)
    return told


def check_told(before, told):
    """One link for each event about the dossier, each as its contract says, and nothing of before is changed."""
    events = [letter.envelope for letter in told.letters if letter.envelope["type"].startswith("dossier.")]
    links = told.dossier.history[len(before.history) :]
    assert told.dossier.history[: len(before.history)] == before.history
    assert [f"dossier.{link['kind']}.v1" for link in links] == [envelope["type"] for envelope in events]
    for link, envelope in zip(links, events, strict=True):
        assert link["content"] == history.content(envelope["data"])
    for letter in told.letters:
        BY_TYPE[letter.envelope["type"]].open(json.loads(json.dumps(letter.envelope)))
    assert history.broken_at(CODE, told.dossier.history) is None
    if links:
        assert (links[-1]["status"], links[-1]["due_at"]) == (told.dossier.status, told.dossier.due_at)


def check_papers(before, dossier):
    wanted = PAPER_OF[dossier.status]
    assert wanted is None or wanted in [paper.kind for paper in dossier.papers]
    assert [paper.id for paper in dossier.papers[: len(before.papers)]] == [paper.id for paper in before.papers]
    assert max(Counter(paper.id for paper in dossier.papers).values(), default=0) <= 1
    for paper in dossier.papers[len(before.papers) :]:
        assert paper.head in {link["digest"] for link in dossier.history[len(before.history) :]}


def check_clock(dossier):
    """Working days used while the clock ran, with those that are left, are the limit; late stays late."""
    total = used = since = None
    held = late = False
    due_at = None
    for entry in dossier.deadline.entries:
        if entry.kind == START:
            used, since, held, late = 0, entry.at, False, False
            total = CALENDAR.working_days_between(since, entry.due_at)
        elif entry.kind == PAUSE and not held:
            assert entry.due_at == due_at
            late = entry.at >= due_at
            assert (entry.remaining is None) == late
            used += CALENDAR.working_days_between(since, entry.at)
            assert late or used + entry.remaining == total
            held = True
        elif entry.kind == PAUSE:
            assert entry.due_at == due_at
        elif entry.kind == RESUME:
            left = CALENDAR.working_days_between(entry.at, entry.due_at)
            if late:
                assert entry.due_at == due_at
            elif total - used:
                assert used + left == total
            else:
                assert left in (0, 1)  # of the last day its rest is left, or after the cut-off the next working day
                total = used + left
            since, held = entry.at, False
        elif entry.kind in (EXTEND, CORRECT):
            assert not held
            total = used + CALENDAR.working_days_between(since, entry.due_at)
        due_at = entry.due_at
    assert dossier.deadline.paused is held
    assert due_at == dossier.due_at
    assert sum(entry.kind == EXTEND for entry in dossier.deadline.entries) <= 1
    assert [entry.at for entry in dossier.deadline.entries] == sorted(entry.at for entry in dossier.deadline.entries)


def check_account(dossier):
    account = dossier.account
    assert account.owed_minor == account.total_minor - account.exempted_minor - account.paid_minor
    assert account.owed_minor >= 0 or dossier.corrections
    assert account.paid_minor >= 0
    assert max(Counter(payment.id for payment in account.payments).values(), default=0) <= 1
    if dossier.status is Status.RETURNED:
        assert account.owed_minor <= 0


def check_waking(dossier, now):
    if dossier.status in RUNNING:
        assert dossier.wake_at is not None or dossier.overdue_for == dossier.due_at
    elif dossier.status is not Status.RESOLVED:
        assert dossier.wake_at is None
    assert (dossier.status is Status.SUPPLEMENT_ASKED) is (dossier.asked is not None)
    assert (dossier.status in (Status.FEE_ASKED, Status.STOPPED)) is (dossier.pause is not None)
    if dossier.due_at is not None and dossier.status in (Status.SUPPLEMENT_ASKED, Status.FEE_ASKED, Status.STOPPED):
        assert dossier.deadline.paused


def check_kept(dossier):
    names = {"_id": str(dossier.receipt.dossier_id)}
    assert to_dossier(bson.decode(bson.encode(to_document(dossier) | names), PLAIN)) == dossier


@settings(deadline=None, max_examples=150, phases=PHASES)
@given(start=begun, at_once=st.booleans(), life=st.lists(steps, min_size=12, max_size=40))
def test_any_life_keeps_what_the_law_and_the_books_ask(start, at_once, life):
    now, told = start, LIFE.received_at_once(start) if at_once else LIFE.handed_in(start)
    empty = replace(told.dossier, history=(), papers=())
    check_told(empty, told)
    dossier = told.dossier
    for step in life:
        now += step[2]
        passed = LIFE.passes(dossier, now)
        check_told(dossier, passed)
        told = tried(passed.dossier, step, now) or passed
        if told is not passed:
            check_told(passed.dossier, told)
        check_papers(dossier, told.dossier)
        dossier = told.dossier
        assert dossier.code == CODE
        assert dossier.receipt.dossier_id == empty.receipt.dossier_id
        check_clock(dossier)
        check_account(dossier)
        check_waking(dossier, now)
        check_kept(dossier)


@settings(deadline=None, max_examples=40)
@given(start=begun, first=gaps, stood=gaps, ran=gaps)
def test_time_that_a_clock_stands_for_the_person_is_never_counted_as_the_offices(start, first, stood, ran):
    """The same life without the pause ends as much earlier as the pause was long, in working days."""
    dossier = LIFE.start(LIFE.received_at_once(start).dossier, start + timedelta(minutes=1)).dossier
    stopped_at = start + timedelta(minutes=1) + first
    standing = LIFE.stop(dossier, stopped_at).dossier
    runs = LIFE.resume(standing, stopped_at + stood).dossier

    if stopped_at >= dossier.due_at:
        assert runs.due_at == dossier.due_at
    else:
        moved = CALENDAR.working_days_between(dossier.due_at, runs.due_at)
        stood_for = CALENDAR.working_days_between(stopped_at, stopped_at + stood)
        assert moved == stood_for or (standing.deadline.entries[-1].remaining == 0 and moved == stood_for + 1)
    done = LIFE.resolve(runs, stopped_at + stood + ran).dossier
    assert done.resolution["on_time"] is (stopped_at + stood + ran < runs.due_at)
