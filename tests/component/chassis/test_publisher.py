"""A publish is confirmed by its own confirm, within its deadline, or it is not."""

import os
import signal
import time

import pytest

from chassis.errors import Unconfirmed, Unroutable
from chassis.publisher import CONFIRMED, UNCONFIRMED, UNROUTABLE, Outgoing, Publisher


@pytest.fixture
def publisher(broker, bus):
    made = Publisher(broker.uri("notify"), deadline=1.5)
    made.start()
    yield made
    made.stop(patience=0)


def message(number=0, key="notice.sent.v1"):
    return Outgoing("notify.events", key, b"{}", {"message_id": str(number), "delivery_mode": 2})


def test_a_confirmed_publish_is_in_its_queue(publisher, bus):
    publisher.publish(message())
    assert bus.depth("gateway.notice.sent.v1") == 1


def test_many_under_way_at_once_are_each_told_of_their_own_end(broker, bus, until):
    made = Publisher(broker.uri("operator"), deadline=5)
    made.start()
    ends = {}
    for number in range(300):
        key = "notice.sent.v1" if number % 3 else "notice.nobody.v1"
        made.send(message(number, key), lambda how, number=number: ends.setdefault(number, how))
    until(lambda: len(ends) == 300)
    made.stop(patience=0)
    assert all(how == (CONFIRMED if number % 3 else UNROUTABLE) for number, how in ends.items())
    assert bus.depth("gateway.notice.sent.v1") == 200


def test_what_no_queue_takes_is_unroutable(publisher, unbound):
    with pytest.raises(Unroutable):
        publisher.publish(message(key=unbound))


def test_an_exchange_that_is_not_ours_does_not_break_the_next_publish(publisher):
    with pytest.raises(Unconfirmed):
        publisher.publish(Outgoing("intake.events", "dossier.received.v1", b"{}", {}))
    publisher.publish(message())


def test_a_frozen_broker_costs_the_deadline_and_nothing_more(publisher, broker, until):
    publisher.publish(message())
    node = broker.private or pytest.skip("the broker of this run is not ours to freeze")
    os.killpg(node.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises(Unconfirmed):
            publisher.publish(message(1))
        assert time.monotonic() - began < 10  # a deadline of 1.5 s, not the broker's leisure
    finally:
        os.killpg(node.pid, signal.SIGCONT)
    until(lambda: _goes(publisher), within=30)


def _goes(publisher):
    try:
        publisher.publish(message(2))
    except Unconfirmed:
        return False
    return True


def test_beyond_the_limit_nothing_is_taken(broker, bus):
    made = Publisher(broker.uri("notify"), limit=2)  # never started: nothing leaves
    ends = []
    assert [made.send(message(n), ends.append) for n in range(3)] == [True, True, False]
    made.stop(patience=0)
    assert UNCONFIRMED not in ends
