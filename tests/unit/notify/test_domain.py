"""Who hears what, how often it is tried, and when it is given up."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from motcua_contracts import BY_TYPE
from notify import domain
from notify.domain import PAUSES, State

EXAMPLES = Path(__file__).resolve().parents[3] / "contracts" / "examples" / "intake"
ALONE = timedelta(minutes=2)  # as conftest's notices are taken


def golden(occasion):
    """Return the data of a golden message as a reader gets them."""
    return BY_TYPE[occasion].open(json.loads((EXAMPLES / f"{occasion}.json").read_text("utf-8"))).data


def test_same_fact_is_the_same_notice_however_often_it_is_told(tell):
    assert tell(message_id="m-1").id == tell(message_id="m-1").id
    assert tell(message_id="m-1").id != tell(message_id="m-2").id


def test_notice_is_queued_and_its_maker_alone_sends_it_for_the_lease(tell, now):
    made = tell()

    assert (made.state, made.attempts, made.wake_at) == (State.QUEUED, 0, now + ALONE)


def test_lease_is_longer_than_the_slowest_talk_with_a_mail_server():
    # connection, greeting, TLS, password, sender, recipient, letter, its end, good-bye: each up to the timeout
    step = timedelta(seconds=10)
    assert domain.lease(step) > 9 * step


def test_who_takes_a_waiting_notice_is_alone_with_it_for_the_lease(tell, now):
    waiting = domain.not_sent(tell(), at=now, hopeless=False)
    later = now + timedelta(minutes=30)

    taken = domain.take(waiting, now=later, alone=ALONE)

    assert taken == replace(waiting, wake_at=later + ALONE)
    assert domain.sent(taken, at=later).attempts == 2


@pytest.mark.parametrize("email", [None, ""])
def test_notice_without_an_address_has_ended_at_once(tell, email):
    made = tell(email=email)

    assert (made.state, made.wake_at) == (State.NO_ADDRESS, None)


def test_notice_tells_the_person_and_the_facts(tell):
    facts = tell(facts={"reason": "thiếu"}).facts

    assert facts == {
        "name": "Nguyễn Thị Thí Dụ",
        "procedure": "Đăng ký thành lập hộ kinh doanh",
        "code": "000.01.01.H29-180823-0001",
        "reason": "thiếu",
    }


@pytest.mark.parametrize("occasion", sorted(domain.TOLD))
def test_a_letter_carries_no_identity_number_and_no_address(contact, occasion):
    told = domain.facts_of(occasion, golden(occasion), contact)

    assert told.keys() <= {*domain.TOLD[occasion], "delivery"}
    assert not {"applicant", "representative", "identity_number", "address", "phone", "contact"} & told.keys()


def test_what_an_event_leaves_open_is_no_fact(contact):
    asked = {**golden("dossier.supplement-asked.v1"), "supply_by": None}

    assert "supply_by" not in domain.facts_of("dossier.supplement-asked.v1", asked, contact)


@pytest.mark.parametrize(("delivery", "told"), [("post", "post"), ("pigeon", "counter"), ("counter", "counter")])
def test_a_way_of_the_result_that_has_no_words_begins_at_the_desk(contact, delivery, told):
    facts = domain.facts_of("dossier.resolved.v1", golden("dossier.resolved.v1"), replace(contact, delivery=delivery))

    assert facts["delivery"] == told


@pytest.mark.parametrize(
    ("occasion", "facts", "key"),
    [
        ("dossier.paused.v1", {"cause": "fee"}, "dossier.paused.v1.fee"),
        ("dossier.paused.v1", {"cause": "stopped"}, "dossier.paused.v1"),
        ("dossier.received.v1", {"cause": "fee"}, "dossier.received.v1"),
    ],
)
def test_a_pause_has_a_letter_by_its_cause(tell, occasion, facts, key):
    assert tell(occasion, facts=facts).letter == key


def test_replaced_notice_has_ended(tell):
    gone = domain.replaced(tell("dossier.overdue.v1"))

    assert (gone.state, gone.wake_at) == (State.REPLACED, None)


def test_sent_notice_has_ended(tell, now):
    done = domain.sent(tell(), at=now)

    assert (done.state, done.attempts, done.wake_at, done.sent_at) == (State.SENT, 1, None, now)


def test_each_failed_try_waits_the_next_pause_and_the_last_has_failed(tell, now):
    notice, waited = tell(), []
    while notice.state is State.QUEUED:
        notice = domain.not_sent(notice, at=now, hopeless=False)
        if notice.wake_at:
            waited.append(notice.wake_at - now)

    assert waited == list(PAUSES)
    assert (notice.state, notice.attempts, notice.wake_at) == (State.FAILED, len(PAUSES) + 1, None)


def test_pauses_grow_and_cover_a_night_without_a_mail_server():
    assert list(PAUSES) == sorted(PAUSES)
    assert sum(PAUSES, timedelta(0)) > timedelta(hours=12)


def test_hopeless_try_is_the_last(tell, now):
    ended = domain.not_sent(tell(), at=now, hopeless=True)

    assert (ended.state, ended.attempts, ended.wake_at) == (State.FAILED, 1, None)


def test_notice_that_failed_before_can_still_be_sent(tell, now):
    late = domain.sent(domain.not_sent(tell(), at=now, hopeless=False), at=now)

    assert (late.state, late.attempts) == (State.SENT, 2)


def test_tries_change_nothing_that_the_person_is_told(tell, now):
    notice = tell(facts={"reason": "thiếu"})

    after = domain.not_sent(notice, at=now, hopeless=False)

    assert replace(after, attempts=0, wake_at=notice.wake_at) == notice
