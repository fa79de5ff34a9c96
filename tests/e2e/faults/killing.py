"""kill -9 of what the supervisor, or a process under it, brings back."""

import os
import signal

from e2e_support import wait_until

from motcua.stack import Stack


def kill(system: Stack, name: str) -> None:
    """Kill a process as a crash would, and wait until the supervisor has it ready again."""
    deaths = len(system.supervisor.deaths(name))
    system.supervisor.kill(name)
    wait_until(lambda: len(system.supervisor.deaths(name)) > deaths, what=f"the death of {name}", pause=0.05)
    if name == "department":  # an outside program, without a probe of ours
        wait_until(lambda: system.supervisor.pid(name), what="the department started again")
    else:
        wait_until(lambda: system.missing(name) is None, what=f"{name} ready again")


def kill_workers(system: Stack, name: str) -> None:
    """Kill what a process has started, not the process itself, and wait until it has replaced them."""
    before = set(system.supervisor.workers(name))
    assert before
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    wait_until(lambda: set(system.supervisor.workers(name)) - before, what="a new worker", pause=0.05)
    wait_until(lambda: system.missing(name) is None, what=f"{name} ready again")
