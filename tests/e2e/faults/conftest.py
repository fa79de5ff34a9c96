"""A flow of dossiers to disturb, and the end that all of them must come to."""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from e2e_ledger import open_books
from e2e_once import complaints
from e2e_support import wait_until
from faults.flow import Flow
from faults.killing import kill
from faults.post_office import PostOffice

from motcua.clockfile import PlayedClock
from motcua.demo.desk import Desk, read_cases
from motcua.demo.watch import Watch
from motcua.stack import Stack

CASES = Path(__file__).resolve().parents[3] / "infra" / "demo" / "cases"
SUPPLEMENT_ASKED, RESOLVED = 5, 9


@pytest.fixture
def flow(system: Stack, desk: Desk, clock: PlayedClock, cases: Callable[[int], list[dict[str, Any]]]) -> Flow:
    """Twenty cases of a ward by messages, and persons at the counter for as long as the test wants."""
    return Flow(system, desk, clock.file, cases(20), read_cases(CASES / "counter.ndjson"), f"p{time.time_ns()}")


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance that is the same in every run of one test."""
    return random.Random(request.node.name)


@pytest.fixture
def ends_once(system: Stack, desk: Desk) -> Callable[..., None]:
    """Wait until all of a flow is at its end and at rest, and hold everybody's books against each other."""

    def check(flow: Flow, *, mails_may_double: bool = False, office: PostOffice | None = None) -> None:
        with closing(Watch(system)) as watch:

            def found() -> list[str]:
                books = open_books(system, watch, flow.asked)
                return complaints(flow.asked, books, mails_may_double=mails_may_double)

            try:
                wait_until(lambda: _all_resolved(watch, desk, flow), 240, "every dossier resolved", pause=0.5)
                _rest(watch, office)
            except (AssertionError, TimeoutError) as late:
                raise AssertionError("\n".join([str(late), *found()])) from late
            flow.ask_again()
            _rest(watch, office)
            assert found() == []

    return check


def _rest(watch: Watch, office: PostOffice | None) -> None:
    """Wait until nothing is under way, and nothing is held that would still come."""
    if office is None:
        watch.settle(lambda sight: None, within=60)
        return
    # a message may be on its way into the post office: it must hold nothing both before and after the quiet
    wait_until(lambda: office.empty, 60, "every held copy delivered", pause=0.02)
    wait_until(lambda: watch.settle(lambda sight: None, within=60) and office.empty, 60, "nothing held any more")


def _all_resolved(watch: Watch, desk: Desk, flow: Flow) -> bool:
    """Whether all have a result; those whose papers a department sent back are completed on the way."""
    states = [row["status"] for row in watch.dossiers.find(flow.asked.filter, {"status": 1})]
    if SUPPLEMENT_ASKED in states:
        for dossier in list(desk.dossiers(SUPPLEMENT_ASKED)):
            desk.supplement(dossier["code"], [{"code": "bo-sung", "copy": 1, "quantity": 1}])
    return states == [RESOLVED] * len(flow.asked)


@pytest.fixture
def departments_of_all_kinds(system: Stack, policy: Path) -> Iterator[None]:
    """Departments that also send back and ask for more time."""
    before = policy.read_text()
    policy.write_text(json.dumps(json.loads(before) | {"shares": {"grant": 40, "return": 30, "extend": 30}}))
    kill(system, "department")
    yield
    policy.write_text(before)
    kill(system, "department")
