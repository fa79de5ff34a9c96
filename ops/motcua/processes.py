"""``Supervisor``: named child processes of one machine, started again when they die, ended together."""

from __future__ import annotations

import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from honcho.environ import parse_procfile

from motcua import leash

FIRST_DELAY, LONGEST_DELAY = 0.5, 5.0
"""Seconds before a process that died is started again; doubles with each death."""

STEADY_SECONDS = 30
"""A process that lived this long starts again with the first delay."""


def read_procfile(path: Path) -> dict[str, list[str]]:
    """Return name to command of a Procfile, each command split as a shell would."""
    entries = parse_procfile(path.read_text(encoding="utf-8")).processes
    return {name: shlex.split(command) for name, command in entries.items()}


@dataclass
class _Child:
    command: list[str]
    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes]
    started_at: float
    delay: float = FIRST_DELAY
    due_at: float | None = None
    deaths: list[int] = field(default_factory=list)


class Supervisor:
    """Starts children, watches them, and ends only what it started.

    Call :meth:`start` from a thread that outlives the children: they are killed with it.

    Args:
        logs: directory; each child appends to ``<name>.log`` there.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: dict[str, _Child] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._watcher: threading.Thread | None = None

    def start(self, name: str, command: list[str], env: Mapping[str, str]) -> None:
        """Start a child and keep it running.

        Raises:
            ValueError: the name is taken.
            OSError: the program cannot be run.
        """
        log = self._logs / f"{name}.log"
        with self._lock:
            if name in self._children:
                raise ValueError(f"{name} is already started")
            process = leash.start(command, log=log, env=env)
            self._children[name] = _Child(command, dict(env), log, process, time.monotonic())
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
            self._watcher.start()

    def pid(self, name: str) -> int | None:
        """Process id, None while the child is down."""
        process = self._children[name].process
        return process.pid if process.poll() is None else None

    def workers(self, name: str) -> list[int]:
        """Process ids of what a child started itself and keeps, as gunicorn does; empty while the child is down."""
        pid = self.pid(name)
        return [] if pid is None else leash.children(pid)

    def deaths(self, name: str) -> list[int]:
        """Exit codes of the times the child died unasked (negative: the signal)."""
        return list(self._children[name].deaths)

    def log(self, name: str) -> Path:
        """Log file of a child."""
        return self._children[name].log

    def kill(self, name: str) -> None:
        """Kill a child as a crash would; it is started again."""
        leash.signal_group(self._children[name].process, signal.SIGKILL)

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a child's own process, not to what it started."""
        with self._lock:
            process = self._children[name].process
            if process.poll() is None:
                process.send_signal(number)

    def stop(self, *, grace: float = 10) -> dict[str, int]:
        """End all: SIGTERM at once to each, SIGKILL after ``grace`` seconds to what is left.

        Returns:
            name to exit code; 0 for a child that ended in order.
        """
        self._stopping.set()
        with self._lock:  # the watcher starts nothing any more
            children = dict(self._children)
        codes = leash.end_all([child.process for child in children.values()], grace=grace)
        self._ended.set()  # only now: children that the watcher started die with its thread
        if self._watcher is not None:
            self._watcher.join()
        return dict(zip(children, codes, strict=True))

    def _watch(self) -> None:
        while not self._stopping.wait(0.1):
            with self._lock:
                if not self._stopping.is_set():
                    for child in self._children.values():
                        self._look_after(child)
        self._ended.wait()

    def _look_after(self, child: _Child) -> None:
        code, now = child.process.poll(), time.monotonic()
        if code is None:
            return
        if child.due_at is None:
            child.deaths.append(code)
            leash.signal_group(child.process, signal.SIGKILL)  # workers that it left behind
            child.delay = FIRST_DELAY if now - child.started_at > STEADY_SECONDS else child.delay
            child.due_at = now + child.delay
            child.delay = min(child.delay * 2, LONGEST_DELAY)
        elif now >= child.due_at:
            child.process = leash.start(child.command, log=child.log, env=child.env)
            child.started_at, child.due_at = now, None
