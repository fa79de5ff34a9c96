"""One of those who are compared: four processes, their database, their wires; and one measured round of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pymongo

from bench import processor
from bench.journey.messages import Golden
from bench.journey.partners import Department, Ward, Wires
from motcua.stack import Stack

#: What tracking hears of one journey, and so the last of its messages to be counted.
FACTS = 6
MAILS = 2
RESOLVED = 9
PATIENCE_SECONDS = 60.0
Waits = tuple[float, float]
OUTBOXES = {"intake": "dossiers", "routing": "assignments", "notify": "notices"}


@dataclass(frozen=True, slots=True)
class Round:
    """One round.

    Attributes:
        seconds: until the last journey ended.
        processor: processor seconds by service until all was at rest; ``servers`` those of broker and database.
    """

    journeys: int
    seconds: float
    processor: dict[str, float]
    servers: dict[str, float]

    @property
    def milliseconds(self) -> float:
        """Processor time of the four processes per journey."""
        return 1000 * sum(self.processor.values()) / self.journeys

    @property
    def rate(self) -> float:
        """Journeys a second."""
        return self.journeys / self.seconds


class Contender:
    """Four processes under a stack's supervisor.

    Args:
        processes: service to the supervisor's name of its process.
        prefix: of the databases, ``<prefix><service>``.
        waits: seconds from an assignment to its acceptance, and from that to its result.
    """

    def __init__(
        self, name: str, stack: Stack, processes: dict[str, str], prefix: str, wires: Wires, waits: Waits
    ) -> None:
        self.name, self._stack, self._processes = name, stack, processes
        self._client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(stack.mongodb_uri)
        self._databases = {service: self._client[f"{prefix}{service}"] for service in processes}
        self._wires, self._golden, self._waits = wires, Golden(), waits
        self._ward = Ward(wires, self._golden)

    def idle(self, seconds: float) -> dict[str, float]:
        """Return processor seconds per second by service, with nothing to do."""
        before, began = self._used(), time.monotonic()
        time.sleep(seconds)
        took = time.monotonic() - began
        return {service: (used - before[service]) / took for service, used in self._used().items()}

    def round(self, journeys: int, window: int) -> Round:
        """Send so many submissions and measure until every journey has ended.

        Args:
            window: submissions under way at once, until their department has sent its result.

        Raises:
            TimeoutError: they do not end; says what has come.
            RuntimeError: the ward has not one answer for each.
        """
        department = Department(self._wires, self._golden, *self._waits)
        department.start()
        try:
            return self._measured(journeys, window, department)
        finally:
            department.stop()

    def _measured(self, journeys: int, window: int, department: Department) -> Round:
        self._ward.take_answers()
        mails, resolved, facts = self._mails(), self._resolved(), self._facts()
        before, servers, began = self._used(), self._servers(), time.monotonic()
        self._ward.submit(journeys, window, lambda: department.settled)
        self._wait("e-mails", lambda: self._mails() - mails, MAILS * journeys)
        self._wait("resolved", lambda: self._resolved() - resolved, journeys)
        took = time.monotonic() - began
        self._wait("facts in tracking", lambda: self._facts() - facts, FACTS * journeys)
        self._wait("empty outboxes", lambda: int(not self._unsent()), 1)
        spent, served = _since(before, self._used()), _since(servers, self._servers())
        answers = self._ward.take_answers()
        if answers != journeys:
            raise RuntimeError(f"{self.name}: {answers} answers to the ward for {journeys} submissions")
        return Round(journeys, took, spent, served)

    def _wait(self, what: str, count: Callable[[], int], wanted: int) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while (found := count()) < wanted:
            if time.monotonic() > end:
                raise TimeoutError(f"{self.name}: {found} of {wanted} {what} after {PATIENCE_SECONDS:.0f} s")
            time.sleep(0.1)

    def _used(self) -> dict[str, float]:
        return {service: processor.seconds(self._pid(name)) for service, name in self._processes.items()}

    def _servers(self) -> dict[str, float]:
        broker, database = self._stack.broker, self._stack.database
        pids = {"broker": broker and broker.pid, "database": database and database.pid}
        return {name: processor.seconds(pid) for name, pid in pids.items() if pid}

    def _pid(self, name: str) -> int:
        pid = self._stack.supervisor.pid(name)
        if pid is None or self._stack.supervisor.deaths(name):
            raise RuntimeError(f"{name} died; see {self._stack.supervisor.log(name)}")
        return pid

    def _mails(self) -> int:
        index = self._stack.mailbox.directory / "index.jsonl"
        return index.read_bytes().count(b"\n") if index.exists() else 0

    def _resolved(self) -> int:
        return self._databases["intake"]["dossiers"].count_documents({"status": RESOLVED})

    def _facts(self) -> int:
        counted = self._databases["gateway"]["tracking"].aggregate(
            [{"$group": {"_id": None, "facts": {"$sum": {"$size": "$facts"}}}}]
        )
        return sum(row["facts"] for row in counted)

    def _unsent(self) -> bool:
        waiting = {"outbox.0": {"$exists": True}}
        return any(self._databases[service][rows].find_one(waiting, {"_id": 1}) for service, rows in OUTBOXES.items())


def _since(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    return {name: after[name] - before[name] for name in after}
