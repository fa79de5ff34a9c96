"""kill -9 while dossiers flow: of each process in turn, of a gunicorn worker, of the broker and of the database."""

import os
import signal
import time

import pytest
from faults.killing import kill, kill_at_work, kill_workers

READERS = ("intake", "routing", "notify", "projection", "department")


@pytest.mark.parametrize("victim", READERS)
def test_a_process_killed_twice_with_a_message_in_hand_loses_nothing_and_doubles_nothing(
    system, flow, ends_once, chance, victim
):
    with flow:
        for _ in range(2):
            flow.reach(chance.randint(1, 4))
            kill_at_work(system, victim)
    # a mail that the mail server took a moment before notify died comes again, under the same Message-ID
    ends_once(flow, mails_may_double=victim == "notify")


def test_the_gateway_killed_twice_loses_no_request_and_doubles_none(system, flow, ends_once, chance):
    with flow:
        for _ in range(2):
            flow.reach(chance.randint(1, 4))
            kill(system, "gateway")
    assert flow.repeated > 0
    ends_once(flow)


def test_a_worker_of_the_gateway_killed_three_times_is_replaced_and_no_request_is_lost(system, flow, ends_once, chance):
    master, deaths = system.supervisor.pid("gateway"), system.supervisor.deaths("gateway")
    with flow:
        for _ in range(3):
            flow.reach(chance.randint(1, 4))
            kill_workers(system, "gateway")
    assert system.supervisor.pid("gateway") == master
    assert system.supervisor.deaths("gateway") == deaths
    assert flow.repeated > 0
    ends_once(flow)


def ours(server):
    """Return a private server; skip the test where the run was given another."""
    if server is None:
        pytest.skip("this server is given to the run, so it is not ours to kill")
    return server


@pytest.fixture
def kill_server(system, until):
    """Kill a server's process and start it on its data; wait until every process has found it again."""

    def kill_and_start(server, *, frozen_for=0.0):
        before = server.pid
        if frozen_for:
            os.killpg(before, signal.SIGSTOP)
            time.sleep(frozen_for)  # not for anything to happen: what is sent meanwhile is sent to the dead
        server.kill()
        assert server.pid is None
        server.start()
        server.wait_ready()
        assert server.pid != before
        until(lambda: not [name for name in system.commands if system.missing(name)], what="all ready again")

    return kill_and_start


def test_the_broker_killed_twice_with_messages_on_their_way_to_it_loses_nothing(
    system, flow, ends_once, chance, kill_server
):
    broker = ours(system.broker)
    with flow:
        for _ in range(2):
            flow.reach(chance.randint(2, 5))
            kill_server(broker, frozen_for=chance.uniform(0.3, 1.0))
    ends_once(flow)


def test_the_database_killed_three_times_just_after_it_took_a_write_loses_nothing(
    system, flow, ends_once, chance, kill_server
):
    database = ours(system.database)
    with flow:
        for _ in range(3):
            flow.answer(chance.randint(1, 4))
            kill_server(database)
    # notify may have handed a mail over and found no database to note it in
    ends_once(flow, mails_may_double=True)
