"""Requests of many workers in one round."""

from __future__ import annotations

import pytest
from eventlet import GreenPool, sleep

from chassis.together import Request, Together


def test_requests_that_come_while_a_round_is_at_work_share_the_next_one():
    rounds = []

    def work(requests):
        rounds.append([request.asked for request in requests])
        sleep(0.01)
        for request in requests:
            request.answer(request.asked * 2)

    together = Together(work, most=4)
    assert list(GreenPool(10).imap(together.ask, range(9))) == [number * 2 for number in range(9)]
    assert rounds == [[0], [1, 2, 3, 4], [5, 6, 7, 8]]


def test_an_error_of_the_round_reaches_all_that_it_left_open_and_no_others():
    def work(requests):
        requests[0].answer("well")
        sleep(0.01)
        if len(requests) > 1:
            raise ConnectionError

    def ask(number):
        try:
            return together.ask(number)
        except ConnectionError:
            return "failed"

    together = Together(work)
    assert list(GreenPool(10).imap(ask, range(4))) == ["well", "well", "failed", "failed"]


def test_a_worker_that_is_told_to_end_in_its_round_leaves_nobody_waiting():
    def work(requests):
        sleep(0.01)
        if 0 in [request.asked for request in requests]:
            raise KeyboardInterrupt
        for request in requests:
            request.answer("well")

    def ask(number):
        try:
            return together.ask(number)
        except KeyboardInterrupt:
            return "ended"

    together = Together(work)
    assert list(GreenPool(10).imap(ask, range(3))) == ["ended", "well", "well"]


def test_a_request_that_failed_raises_its_own_error():
    request = Request("asked")
    request.fail(KeyError("x"))
    with pytest.raises(KeyError):
        request.result()
