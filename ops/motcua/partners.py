"""The outside programs of a stack: the reference department at all desks, ward systems and payment providers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from motcua.stack import Stack


def start_departments(stack: Stack, *, policy: Path, clock: Path | None) -> None:
    """Start the reference department program, one desk per department, under the stack's supervisor."""
    desks = ",".join(f"{code}={stack.amqp_uri(f'department-{code}')}" for code in stack.members["department"])
    command = [
        *(sys.executable, str(stack.root / "integrations" / "department" / "department.py")),
        *("--state", str(stack.directory / "partners" / "department")),
        *("--schemas", str(stack.root / "contracts" / "schemas"), "--policy", str(policy)),
        *(("--clock-file", str(clock)) if clock else ()),
    ]
    stack.supervisor.start("department", command, {**_plain_environment(), "DEPARTMENT_DESKS": desks})


def start_push(stack: Stack, ward: str, cases: Path, *, clock: Path | None, seconds: int) -> subprocess.Popen[bytes]:
    """Start the reference ward system's push of a file; it ends when every case is answered."""
    return _start_push(stack, "ward", ward, cases, clock=clock, seconds=seconds)


def start_payments(
    stack: Stack, provider: str, payments: Path, *, clock: Path | None, seconds: int, repeat: bool = False
) -> subprocess.Popen[bytes]:
    """Start the reference payment provider's push of a file; it ends when every payment is answered.

    Args:
        repeat: send everything twice, as a provider does that is not sure.
    """
    return _start_push(stack, "provider", provider, payments, clock=clock, seconds=seconds, repeat=repeat)


def _start_push(
    stack: Stack, role: str, code: str, file: Path, *, clock: Path | None, seconds: int, repeat: bool = False
) -> subprocess.Popen[bytes]:
    user = stack.topology.partners[role].user(code)
    command = [
        *(sys.executable, str(stack.root / "integrations" / role / f"{role}.py"), "push", str(file)),
        *(f"--{role}", code, "--state", str(stack.directory / "partners" / f"{user}.sqlite")),
        *("--schemas", str(stack.root / "contracts" / "schemas"), "--until-answered", str(seconds)),
        *(("--clock-file", str(clock)) if clock else ()),
        *(("--repeat",) if repeat else ()),
    ]
    env = {**_plain_environment(), f"{role.upper()}_AMQP_URL": stack.amqp_uri(user)}
    (stack.directory / "log").mkdir(parents=True, exist_ok=True)
    (stack.directory / "partners").mkdir(parents=True, exist_ok=True)
    with (stack.directory / "log" / f"{user}.log").open("ab") as log:
        return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _plain_environment() -> dict[str, str]:
    """Return this process' environment without our own import path: partners use nothing of ours."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONUNBUFFERED": "1"}
