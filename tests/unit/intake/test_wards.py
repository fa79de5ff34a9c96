"""Streams of ward commands: what has come, what has not, and when it is asked for."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from intake.domain.streams import ASKINGS, AT_ONCE, GRACE, HOLES, RARELY, Hole, Stream, arrived, ask

NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)


def spans(stream):
    return [(hole.first, hole.last) for hole in stream.holes]


def missing(stream):
    return {position for first, last in spans(stream) for position in range(first, last + 1)}


@pytest.mark.parametrize("seed", range(20))
def test_whatever_order_commands_come_in_what_is_missing_is_what_has_not_come(seed):
    chance = random.Random(seed)
    coming = [number for number in range(1, 60) if chance.random() < 0.7]
    chance.shuffle(coming)
    stream, seen = Stream(), set()
    while coming:
        part, coming = coming[:5], coming[5:]
        stream = arrived(stream, [*part, *chance.sample(sorted(seen), min(2, len(seen)))], NOW)
        seen |= set(part)
        assert stream.top == max(seen)
        assert missing(stream) == set(range(1, stream.top + 1)) - seen


def test_what_came_before_changes_nothing():
    stream = arrived(Stream(), [1, 2, 5], NOW)
    assert arrived(stream, [1, 2, 5], NOW + GRACE) == stream


def test_a_hole_is_asked_for_after_the_grace_and_then_ever_more_rarely():
    stream, moment, gaps = arrived(Stream(), [1, 3], NOW), NOW, []
    assert ask(stream, NOW) == (stream, [])
    while stream.wake_at:
        gaps.append(stream.wake_at - moment)
        moment = stream.wake_at
        stream, asked = ask(stream, moment)
        assert [(hole.first, hole.last) for hole in asked] == [(2, 2)]

    assert len(gaps) == ASKINGS
    assert gaps[:3] == [GRACE, 2 * GRACE, 4 * GRACE]
    assert gaps == sorted(gaps)
    assert gaps[-1] == RARELY
    assert spans(stream) == [(2, 2)], "it stays a hole for an operator to see"


def test_a_hole_that_closes_is_not_asked_for():
    stream = arrived(arrived(Stream(), [3], NOW), [1, 2], NOW)
    assert (stream, stream.wake_at) == (Stream(3), None)


def test_of_a_large_hole_its_head_is_asked_for_and_the_rest_when_that_has_come():
    stream = arrived(Stream(), [3 * AT_ONCE], NOW)
    stream, (head,) = ask(stream, NOW + GRACE)
    assert (head.first, head.last) == (1, AT_ONCE)

    later = NOW + GRACE + timedelta(seconds=1)
    stream = arrived(stream, range(1, AT_ONCE + 1), later)
    _, (rest,) = ask(stream, later + GRACE)
    assert (rest.first, rest.last) == (AT_ONCE + 1, 2 * AT_ONCE)


def test_a_stuck_hole_does_not_hold_up_a_later_one():
    stream = Stream(9, (Hole(3, 3, NOW + RARELY, askings=25),))
    stream = arrived(stream, [12], NOW)
    _, asked = ask(stream, NOW + GRACE)
    assert [(hole.first, hole.last) for hole in asked] == [(10, 11)]


def test_holes_are_bounded_and_what_is_not_noted_counts_as_not_there():
    stream = arrived(Stream(), range(2, 4 * HOLES, 2), NOW)
    assert len(stream.holes) == HOLES
    assert stream.top == 2 * HOLES
    assert 4 * HOLES not in range(1, stream.top + 1)

    full = arrived(Stream(), [1001, *range(1003, 1003 + 2 * (HOLES - 1), 2)], NOW)
    assert len(full.holes) == HOLES
    assert arrived(full, [500], NOW) == full, "it would split a hole"


@pytest.mark.parametrize(("position", "whole"), [(1, True), (2, True), (3, True), (4, False), (6, False)])
def test_a_stream_is_whole_up_to_its_first_hole(position, whole):
    assert arrived(Stream(), [1, 2, 5], NOW).whole_before(position) is whole
