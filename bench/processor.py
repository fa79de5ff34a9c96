"""Processor time of processes, from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def seconds(pid: int) -> float:
    """Return the processor time of a process in seconds: user and system, all threads, its children too.

    Children that have ended count when they were waited for; steps of 10 ms. Source: proc(5), ``/proc/<pid>/stat``.

    Raises:
        FileNotFoundError: there is no such process.
    """
    return sum(map(_own, _tree(pid))) / TICKS_PER_SECOND


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _tree(int(child))


def _own(pid: int) -> int:
    # the second field is the program's name in brackets and may hold blanks and brackets itself
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    utime, stime, cutime, cstime = fields[11:15]
    return int(utime) + int(stime) + int(cutime) + int(cstime)
