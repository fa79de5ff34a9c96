"""The outside programs of a stack: the reference department at all desks, and the reference ward system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from motcua.stack import Stack


def start_departments(stack: Stack, *, policy: Path, clock: Path | None) -> None:
    """Start the reference department program, one desk per department, under the stack's supervisor."""
    desks = ",".join(f"{code}={stack.amqp_uri(f'department-{code}')}" for code in stack.departments)
    command = [
        *(sys.executable, str(stack.root / "integrations" / "department" / "department.py")),
        *("--state", str(stack.directory / "partners" / "department")),
        *("--schemas", str(stack.root / "contracts" / "schemas"), "--policy", str(policy)),
        *(("--clock-file", str(clock)) if clock else ()),
    ]
    stack.supervisor.start("department", command, {**_plain_environment(), "DEPARTMENT_DESKS": desks})


def start_push(stack: Stack, ward: str, cases: Path, *, clock: Path | None, seconds: int) -> subprocess.Popen[bytes]:
    """Start the reference ward system's push of a file; it ends when every case is answered."""
    command = [
        *(sys.executable, str(stack.root / "integrations" / "ward" / "ward.py"), "push", str(cases)),
        *("--ward", ward, "--state", str(stack.directory / "partners" / f"ward-{ward}.sqlite")),
        *("--schemas", str(stack.root / "contracts" / "schemas"), "--until-answered", str(seconds)),
        *(("--clock-file", str(clock)) if clock else ()),
    ]
    env = {**_plain_environment(), "WARD_AMQP_URL": stack.amqp_uri(f"ward-{ward}")}
    (stack.directory / "log").mkdir(parents=True, exist_ok=True)
    (stack.directory / "partners").mkdir(parents=True, exist_ok=True)
    with (stack.directory / "log" / f"ward-{ward}.log").open("ab") as log:
        return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _plain_environment() -> dict[str, str]:
    """Return this process' environment without our own import path: partners use nothing of ours."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONUNBUFFERED": "1"}
