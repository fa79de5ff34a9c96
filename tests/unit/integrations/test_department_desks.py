"""How the program is told which desks it holds, and what time it is."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from department.department import desks_of
from partner.clock import Clock, wire

URL = "amqp://department-TP:secret@127.0.0.1:5672/motcua"


def test_desks_come_from_the_environment_and_arguments_win():
    assert desks_of(["KT=amqp://b"], f"TP={URL}, KT=amqp://a") == {"TP": URL, "KT": "amqp://b"}


@pytest.mark.parametrize("entry", ["TP", "=amqp://x", "TP=http://user:secret@host", "T P=amqp://x", "../TP=amqp://x"])
def test_a_desk_that_cannot_be_is_refused_without_repeating_the_secret(entry):
    with pytest.raises(ValueError, match="a desk is CODE") as caught:
        desks_of([entry], "")
    assert "secret" not in str(caught.value)


def test_no_desk_at_all_is_refused():
    with pytest.raises(ValueError, match="no desk"):
        desks_of([], "")


def test_the_clock_follows_its_file(tmp_path):
    file = tmp_path / "clock"
    clock = Clock(file)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)

    for stamp, hours in ((1, 48), (2, -48)):
        file.write_text(str(hours * 3600))
        os.utime(file, (stamp, stamp))
        assert abs(clock.now() - datetime.now(UTC) - timedelta(hours=hours)) < timedelta(seconds=5)


def test_a_clock_file_without_a_number_leaves_the_last_offset(tmp_path):
    file = tmp_path / "clock"
    file.write_text("3600")
    clock = Clock(file)
    clock.now()
    file.write_text("tomorrow")

    assert abs(clock.now() - datetime.now(UTC) - timedelta(hours=1)) < timedelta(seconds=5)


def test_an_instant_goes_on_the_wire_in_utc():
    assert wire(datetime(2018, 8, 23, 1, 10, 3, tzinfo=UTC)) == "2018-08-23T01:10:03Z"
