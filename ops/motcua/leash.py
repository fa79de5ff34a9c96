"""Child processes that end with us: each in its own session, killed by the kernel when the thread that started it dies.

Start children only from a thread that outlives them.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

# A program of util-linux rather than a preexec_fn, which may dead-lock in a process with threads.
LEASH = ("setpriv", "--pdeathsig", "KILL", "--")


class NotReady(Exception):
    """A process did not become ready in time, or ended; the text has its last lines of log."""


class Server(ABC):
    """A private server as a context manager: started and ready inside, stopped after, also when it never got ready."""

    @abstractmethod
    def start(self) -> None:
        """Start the server."""

    @abstractmethod
    def wait_ready(self) -> None:
        """Wait until it can be used."""

    @abstractmethod
    def stop(self) -> None:
        """Stop it; harmless when it does not run."""

    def __enter__(self) -> Self:
        try:
            self.start()
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(
    command: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a program in its own session and process group, its output appended to ``log``.

    Raises:
        OSError: the program cannot be run.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [*LEASH, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal the process and what it started; no error when they are gone."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and not yet buried; none of a process that is gone."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def end(process: subprocess.Popen[bytes], *, grace: float) -> int:
    """Ask a process to end, kill its group after ``grace`` seconds, and return its exit code."""
    return end_all([process], grace=grace)[0]


def end_all(processes: Iterable[subprocess.Popen[bytes]], *, grace: float) -> list[int]:
    """Ask all to end at once, kill after ``grace`` seconds what is left, and return the exit codes in order."""
    processes = list(processes)
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + grace
    for process in processes:
        try:
            process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            signal_group(process, signal.SIGKILL)
            process.wait()
        signal_group(process, signal.SIGKILL)  # children that it left behind
    return [int(process.returncode) for process in processes]


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the whole group at once, as a crash would, and wait until it is gone."""
    signal_group(process, signal.SIGKILL)
    process.wait()


def wait_until(
    ready: Callable[[], str | None], *, what: str, process: subprocess.Popen[bytes] | None, log: Path, deadline: float
) -> None:
    """Poll until ``ready`` returns None.

    Args:
        ready: returns None, or what is still missing.
        deadline: seconds from now.

    Raises:
        NotReady: the time is up or the process ended.
    """
    end_at = time.monotonic() + deadline
    while (missing := ready()) is not None:
        if process is not None and process.poll() is not None:
            raise NotReady(f"{what} ended with {process.returncode}; {log}:\n{tail(log)}")
        if time.monotonic() > end_at:
            raise NotReady(f"{what} is not ready after {deadline:.0f} s: {missing}; {log}:\n{tail(log)}")
        time.sleep(0.05)


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log file."""
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
