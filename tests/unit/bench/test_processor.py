"""Processor time is that of the whole tree of processes."""

import os
import subprocess
import sys
import time

import pytest

from bench import processor

BURN = "import time\nwhile time.process_time() < 0.3: pass\n"


def test_child_that_runs_and_child_that_ended_are_both_counted():
    child = (
        f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {BURN!r}]); print(flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        parent.stdout.readline()

        assert processor.seconds(parent.pid) >= 0.3
        parent.communicate(b"\n")

    script = (
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BURN!r} + 'print(flush=True); input()'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", f"{script}.wait()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        parent.stdout.readline()

        assert processor.seconds(parent.pid) >= 0.3
        parent.communicate(b"\n")


def test_own_time_grows_with_work():
    before = processor.seconds(os.getpid())
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass

    assert processor.seconds(os.getpid()) >= before + 0.05


def test_process_that_is_gone_has_no_time():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    with pytest.raises(FileNotFoundError):
        processor.seconds(gone.pid)
