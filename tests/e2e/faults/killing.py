"""kill -9 of what the supervisor, or a process under it, brings back."""

import os
import signal
from typing import Any

from e2e_support import wait_until
from kombu import Connection

from motcua.stack import Stack

#: Whose queues a process reads, where that is not its own name.
READS_FOR = {"projection": "gateway"}


def kill(system: Stack, name: str) -> None:
    """Kill a process as a crash would, and wait until the supervisor has it ready again."""
    deaths = len(system.supervisor.deaths(name))
    system.supervisor.kill(name)
    wait_until(lambda: len(system.supervisor.deaths(name)) > deaths, what=f"the death of {name}", pause=0.05)
    if name == "department":  # an outside program, without a probe of ours
        wait_until(lambda: system.supervisor.pid(name), what="the department started again")
    else:
        wait_until(lambda: system.missing(name) is None, what=f"{name} ready again")


def kill_at_work(system: Stack, name: str) -> None:
    """Kill a reader of queues when a message has come that it cannot have answered.

    It is stopped first, in whatever it is doing, and killed once one more message has been routed to its queues. The
    broker's counts of unanswered messages are seconds old; a queue bound beside those of the victim is exact.
    """
    owner = READS_FOR.get(name, name)
    definitions = system.definitions()
    routes = [route for route in definitions["bindings"] if route["source"] in system.topology.topic_exchanges]
    ours = [way for way in routes if way["destination"].startswith(f"{owner}.") or way["destination"] == f"rpc-{owner}"]
    with Connection(system.amqp_uri("operator")) as connection, connection.channel() as channel:

        def look(queue: str) -> Any:
            return channel.queue_declare(queue, passive=True)

        queues = {way["destination"] for way in ours}
        wait_until(lambda: all(look(queue).consumer_count for queue in queues), what=f"{name} reads its queues")
        system.supervisor.signal(name, signal.SIGSTOP)
        try:
            beside = channel.queue_declare(exclusive=True).queue
            for way in ours:
                channel.queue_bind(beside, way["source"], way["routing_key"])
            wait_until(lambda: look(beside).message_count, what=f"a message to {name} standing still", pause=0.01)
        finally:  # nobody is left standing still
            kill(system, name)


def kill_workers(system: Stack, name: str) -> None:
    """Kill what a process has started, not the process itself, and wait until it has replaced them."""
    before = set(system.supervisor.workers(name))
    assert before
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    wait_until(lambda: set(system.supervisor.workers(name)) - before, what="a new worker", pause=0.05)
    wait_until(lambda: system.missing(name) is None, what=f"{name} ready again")
