"""A log line never stops the work that it tells of."""

from __future__ import annotations

import json
import os
import subprocess
import sys

SCRIPT = """
from chassis import telemetry
telemetry.set_up("toy")
telemetry.logger("toy").info("told", message_id={value})
print("worked on")
"""


def run(value: str, stdout: int) -> subprocess.CompletedProcess[bytes]:
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"}
    script = SCRIPT.format(value=value).replace('print("worked on")', 'import sys; sys.stderr.write("worked on")')
    return subprocess.run([sys.executable, "-c", script], env=env, stdout=stdout, stderr=subprocess.PIPE, check=False)


def test_half_a_character_of_a_senders_property_is_written_as_its_escape():
    done = run(r"'\ud800'", subprocess.PIPE)
    assert b"worked on" in done.stderr
    assert json.loads(done.stdout) | {"timestamp": ""} == {
        "event": "told", "level": "info", "logger": "toy", "message_id": "\ud800", "timestamp": "",
    }  # fmt: skip


def test_a_full_disk_under_the_log_stops_nothing():
    with open("/dev/full", "wb") as full:
        done = run("'m'", full.fileno())
    assert b"worked on" in done.stderr
