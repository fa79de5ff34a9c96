"""The private system that a benchmark measures, and other programs beside it on the same servers."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.report import ROOT, tell
from motcua.clockfile import PlayedClock
from motcua.stack import Stack
from motcua.topology.management import Management
from office import load_office


@contextmanager
def system(
    directory: Path,
    processes: Sequence[str],
    env: Mapping[str, str] | None = None,
    wrap: Callable[[str, list[str]], list[str]] = lambda name, command: command,
) -> Iterator[Stack]:
    """Run a private broker, database, mail server and some processes of the Procfile, at 08:00 of a working day.

    Args:
        directory: emptied at the start.
        processes: names of the Procfile.
        env: further variables for each of them.
        wrap: given a process' name and command, returns the command to run instead.

    Raises:
        RuntimeError: at the end, when one of the processes died meanwhile: what was measured is worth nothing.
    """
    shutil.rmtree(directory, ignore_errors=True)
    clock = PlayedClock(directory / "clock")
    clock.start(load_office(ROOT / "infra" / "office").calendar)
    stack = Stack(directory, root=ROOT, env={"MOTCUA_CLOCK_FILE": str(clock.file), **(env or {})}, tell=tell)
    stack.commands = {name: wrap(name, stack.commands[name]) for name in processes}
    with stack:
        yield stack
        died = [name for name in processes if stack.supervisor.deaths(name)]
    if died:
        raise RuntimeError(f"died while it was measured: {', '.join(died)}; see {directory}/log")


def vhost(stack: Stack, name: str) -> str:
    """Make a virtual host for a floor, and return the operator's URI of it."""
    api = Management(stack.api)
    api.call("PUT", f"vhosts/{name}")
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    api.call("PUT", f"permissions/{name}/operator", body=everything)
    return f"{stack.amqp_uri('operator').rpartition('/')[0]}/{name}"


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a floor's process, which finds the package ``bench``."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, "PATH": programs, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **more}
