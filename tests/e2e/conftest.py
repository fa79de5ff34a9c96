"""The whole system in separate processes: servers, every service, the gateway, the mail server, the partners."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from e2e_support import wait_until

from motcua.clockfile import PlayedClock
from motcua.demo.desk import Desk
from motcua.demo.watch import Watch
from motcua.partners import start_departments
from motcua.stack import Given, Stack
from office import load_office

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "infra" / "demo" / "cases"
FAST_RETRY_SECONDS = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 8.0)


@pytest.fixture
def until() -> Callable[..., Any]:
    return wait_until


def outside(request: pytest.FixtureRequest) -> Given:
    """Servers of the environment or of a container engine, when there are any; else the stack starts its own."""
    if not request.getfixturevalue("servers_are_given"):
        return Given()
    broker, database = request.getfixturevalue("broker"), request.getfixturevalue("database")
    return Given(broker.uri("operator"), broker.api, database.uri)


@pytest.fixture(scope="session")
def clock(tmp_path_factory: pytest.TempPathFactory) -> PlayedClock:
    played = PlayedClock(tmp_path_factory.mktemp("clock") / "clock")
    played.start(load_office(ROOT / "infra" / "office").calendar)
    return played


@pytest.fixture(scope="session")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """How the departments decide: all of them grant at once."""
    file = tmp_path_factory.mktemp("policy") / "policy.json"
    wanted = json.loads((ROOT / "infra/demo/department-policy.json").read_text())
    file.write_text(json.dumps(wanted | {"shares": {"grant": 100}}))
    return file


@pytest.fixture(scope="session")
def system(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, clock: PlayedClock, policy: Path
) -> Iterator[Stack]:
    """Everything running."""
    stack = Stack(
        tmp_path_factory.mktemp("system"),
        root=ROOT,
        given=outside(request),
        # a notice that a killed process had taken is sent by another after 12 s instead of two minutes
        env={"MOTCUA_CLOCK_FILE": str(clock.file), "MOTCUA_SMTP_TIMEOUT": "1"},
        retry_seconds=FAST_RETRY_SECONDS,
    )
    try:
        stack.start()
        start_departments(stack, policy=policy, clock=clock.file)
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def watch(system: Stack) -> Iterator[Watch]:
    looking = Watch(system)
    yield looking
    looking.close()


@pytest.fixture(scope="session")
def desk(system: Stack) -> Desk:
    return Desk(system.url, "clerk", system.secrets.get("account-clerk"))


@pytest.fixture
def cases(tmp_path: Path) -> Callable[[int], list[dict[str, Any]]]:
    """Return valid cases of a ward, with references that no other test or run has used."""
    run = tmp_path.name.encode().hex()[-8:] + str(time.time_ns())[-9:]

    def take(count: int) -> list[dict[str, Any]]:
        refused = {row["reference"] for row in json.loads((CASES / "expected.json").read_text())["refused"]}
        lines = map(json.loads, (CASES / "ward-26734.ndjson").read_text("utf-8").splitlines())
        good = [case for case in lines if case["ward_reference"] not in refused][:count]
        return [case | {"ward_reference": f"{case['ward_reference']}-{run}"} for case in good]

    return take


@pytest.fixture
def send(system: Stack, desk: Desk) -> Callable[..., requests.Response]:
    """Send what a clerk's client might, under a key that nobody has used; return whatever is answered."""

    def send_(method: str, path: str, **request: Any) -> requests.Response:
        headers = {**desk.headers, "Idempotency-Key": f"e2e-{time.time_ns()}", **request.pop("headers", {})}
        return requests.request(method, f"{system.url}{path}", headers=headers, timeout=30, **request)

    return send_
