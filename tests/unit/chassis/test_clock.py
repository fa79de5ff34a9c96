"""The clock, and the file that lets a demo play another day."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from chassis.clock import Clock

NEAR = timedelta(seconds=5)


def offset(clock):
    return clock.now() - datetime.now(UTC)


def write(file, text, stamp):
    file.write_text(text)
    os.utime(file, ns=(stamp, stamp))


def test_clock_tells_real_time_in_utc():
    now = Clock().now()

    assert abs(now - datetime.now(UTC)) < NEAR
    assert now.utcoffset() == timedelta(0)


def test_clock_tells_no_more_than_the_database_keeps():
    clock = Clock()

    assert {clock.now().microsecond % 1000 for _ in range(50)} == {0}


@pytest.mark.parametrize("seconds", ["86400", "-3600.5", " 60\n"])
def test_offset_of_the_file_is_added(tmp_path, seconds):
    file = tmp_path / "clock"
    file.write_text(seconds)

    assert abs(offset(Clock(file)) - timedelta(seconds=float(seconds))) < NEAR


def test_offset_is_read_again_when_it_changes(tmp_path):
    file = tmp_path / "clock"
    write(file, "1000", 1)
    clock = Clock(file)
    clock.now()

    write(file, "9000", 2)

    assert abs(offset(clock) - timedelta(seconds=9000)) < NEAR


def test_file_that_is_not_there_yet_or_no_longer_is_real_time(tmp_path):
    file = tmp_path / "clock"
    clock = Clock(file)
    before = offset(clock)

    file.write_text("1000")
    during = offset(clock)
    file.unlink()

    assert abs(before) < NEAR
    assert abs(during - timedelta(seconds=1000)) < NEAR
    assert abs(offset(clock)) < NEAR


def test_empty_file_is_real_time(tmp_path):
    file = tmp_path / "clock"
    file.touch()

    assert abs(offset(Clock(file))) < NEAR


def test_file_that_holds_no_number_is_told(tmp_path):
    file = tmp_path / "clock"
    file.write_text("tomorrow")

    with pytest.raises(ValueError, match="tomorrow"):
        Clock(file).now()
