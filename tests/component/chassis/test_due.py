"""Rows that wait for a moment: claimed once among replicas, again after a failure, whatever the clock does."""

from datetime import UTC, datetime, timedelta

import pytest
import toys


@pytest.fixture
def waiting(run_service, bus, collection):
    toys.DueToyService.woken.clear()

    def put(key, at):
        row = {"_id": key, "version": 1, "sequence": 0, "marks": [], "outbox": [], "done": 0, "wake_at": at}
        collection("effects").insert_one(row)

    return put


NOON = datetime(2026, 11, 25, 5, tzinfo=UTC)


def test_of_two_replicas_one_handles_a_due_row(run_service, waiting, until, collection, office_clock):
    run_service(toys.DueToyService)
    run_service(toys.DueToyService)
    office_clock(NOON)
    for number in range(20):
        waiting(f"row{number}", NOON - timedelta(seconds=1))
    until(lambda: collection("effects").count_documents({"done": 1, "wake_at": None}) == 20)
    assert sorted(toys.DueToyService.woken) == sorted(f"row{number}" for number in range(20))


def test_a_row_is_not_due_before_its_moment_and_is_when_the_clock_jumps_there(
    run_service, waiting, until, office_clock, collection
):
    office_clock(NOON)
    waiting("later", NOON + timedelta(days=3))
    waiting("now", NOON - timedelta(seconds=1))
    run_service(toys.DueToyService)
    until(lambda: "now" in toys.DueToyService.woken)
    assert "later" not in toys.DueToyService.woken
    office_clock(NOON - timedelta(days=1))  # back, and forward again: once all the same
    office_clock(NOON + timedelta(days=3, seconds=1))
    until(lambda: collection("effects").find_one({"_id": "later", "done": 1}))
    office_clock(NOON)
    office_clock(NOON + timedelta(days=4))
    waiting("last", NOON)
    until(lambda: "last" in toys.DueToyService.woken)
    assert toys.DueToyService.woken.count("later") == 1


def test_a_row_whose_handler_failed_comes_again_after_the_lease(run_service, waiting, until, office_clock, collection):
    office_clock(NOON)
    waiting("fails", NOON - timedelta(seconds=1))
    run_service(toys.DueToyService)
    until(lambda: toys.DueToyService.woken == ["fails"])
    office_clock(NOON + timedelta(seconds=40))
    until(lambda: collection("effects").find_one({"_id": "fails", "done": 1}))
