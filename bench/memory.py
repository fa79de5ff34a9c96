"""Peak memory of processes, from /proc."""

from __future__ import annotations

from pathlib import Path


def peak_mib(pid: int) -> float:
    """Return the most memory that a process, or one of its children, has had resident so far, in MiB.

    Source: proc(5), ``VmHWM`` of ``/proc/<pid>/status``.

    Raises:
        FileNotFoundError: there is no such process.
    """
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return max([_own(pid), *(peak_mib(int(child)) for child in children)])


def forget_peak(pid: int) -> None:
    """Let the peak of a process and its children begin anew at what they have now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        forget_peak(int(child))


def _own(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
