"""``Flow``: dossiers on their way, a ward's by messages and a counter's over HTTP, until somebody says it is enough."""

import itertools
import json
import math
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import requests
from e2e_ledger import Asked
from e2e_support import wait_until
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from motcua.demo.desk import Desk
from motcua.partners import start_push
from motcua.stack import Stack

CLERKS = 2
ANSWER_SECONDS = 15
#: How long requests are still asked again once it is enough; the last one then takes ``ANSWER_SECONDS`` at most.
LAST_SECONDS = 60
MOST_AT_THE_COUNTER = 150
#: The longest pause of a clerk between two persons, in seconds.
PAUSE = 0.8


class Patience(Retry):
    """Asks again with the same key when the connection breaks and when the answer is "not now", until it is ``over``."""

    def __init__(self, *args: Any, over: Callable[[], bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._over = over

    def new(self, **kwargs: Any) -> Self:
        return super().new(over=self._over, **kwargs)

    def increment(self, method: str | None = None, url: str | None = None, *args: Any, **kwargs: Any) -> Self:
        if self._over():
            raise TimeoutError(f"{method} {url} is not asked again: its time is over")
        return super().increment(method, url, *args, **kwargs)


def patient(url: str, headers: dict[str, str], over: Callable[[], bool]) -> requests.Session:
    """Return a session that asks again, as a client does that is not sure whether it was heard."""
    session = requests.Session()
    session.headers.update(headers)
    patience = Patience(
        over=over,
        total=60,
        allowed_methods=None,
        status_forcelist=(500, 502, 503, 504),
        backoff_factor=0.2,
        backoff_max=1.0,
        respect_retry_after_header=False,  # five seconds each time: the test is the more impatient client
    )
    session.mount(url, HTTPAdapter(max_retries=patience))
    return session


class Flow:
    """Use as a context manager: inside dossiers flow, after it every client has its answer.

    Args:
        cases: of the ward 26734, pushed by the reference program.
        persons: cases of the counter, taken in turn; each gets an address of its own.
        run: makes keys and addresses that no other flow has used.

    Attributes:
        repeated: how often a request of the counter had to be sent again.
    """

    def __init__(
        self,
        stack: Stack,
        desk: Desk,
        clock: Path,
        cases: list[dict[str, Any]],
        persons: list[dict[str, Any]],
        run: str,
    ) -> None:
        self._stack, self._desk, self._clock, self._cases, self._run = stack, desk, clock, cases, run
        self._persons = self._with_own_address(persons)
        self._enough, self._over_at = threading.Event(), math.inf
        self._failed: list[Exception] = []
        self._sent: dict[str, dict[str, Any]] = {}
        self._told: dict[str, str] = {}
        self.repeated = 0

    @property
    def begun(self) -> int:
        """How many persons have come to the counter."""
        return len(self._sent)

    @property
    def asked(self) -> Asked:
        return Asked([case["ward_reference"] for case in self._cases], dict(self._told))

    def reach(self, further: int) -> None:
        """Wait until so many more persons have come: some request is then under way."""
        self._until(lambda: self.begun, further, "more at the counter")

    def answer(self, further: int) -> None:
        """Wait until so many more persons have their receipt: what it says was written a moment ago."""
        self._until(lambda: len(self._told), further, "more receipts")

    def _until(self, count: Callable[[], int], further: int, what: str) -> None:
        wanted = count() + further
        wait_until(lambda: count() >= wanted or self._failed, 60, f"{further} {what}", pause=0.005)
        assert not self._failed, self._failed

    def __enter__(self) -> "Flow":
        self._push = self._start_push()
        self._clerks = [threading.Thread(target=self._serve, args=(number,), daemon=True) for number in range(CLERKS)]
        for clerk in self._clerks:
            clerk.start()
        return self

    def __exit__(self, kind: object, error: object, at: object) -> None:
        self._over_at = time.monotonic() + (LAST_SECONDS if kind is None else 0)
        self._enough.set()
        for clerk in self._clerks:
            clerk.join(LAST_SECONDS + 2 * ANSWER_SECONDS)
        if kind is not None:  # what went wrong is told already; nothing of this flow is to go on
            self._push.kill()
            self._push.wait()
            return
        assert not self._failed, self._failed
        assert not any(clerk.is_alive() for clerk in self._clerks), "a clerk is still waiting"
        try:
            code = self._push.wait(120)
        except subprocess.TimeoutExpired:
            self._push.kill()
            raise
        assert code == 0, f"the ward's push ended with {code}"

    def ask_again(self) -> None:
        """Repeat every request of the counter: the same key gives the same receipt, and says that it is a repeat."""
        self._over_at = time.monotonic() + LAST_SECONDS
        with self._patient() as session:
            for address, case in list(self._sent.items()):
                answer = self._post(session, address, case)
                assert answer.status_code == 200, answer.text
                assert answer.headers["Idempotent-Replayed"] == "true"
                assert answer.json()["code"] == self._told[address]

    def _serve(self, number: int) -> None:
        chance = random.Random(number)
        try:
            with self._patient() as session:
                for address, case in self._persons:
                    self._sent[address] = case
                    answer = self._post(session, address, case)
                    assert answer.status_code in (200, 201), f"{answer.status_code} {answer.text}"
                    self._told[address] = answer.json()["code"]
                    if self._enough.wait(chance.uniform(0, PAUSE)):
                        return
        except Exception as error:  # noqa: BLE001 - told where the flow ends
            self._failed.append(error)

    def _patient(self) -> requests.Session:
        return patient(self._stack.url, self._desk.headers, lambda: time.monotonic() > self._over_at)

    def _post(self, session: requests.Session, address: str, case: dict[str, Any]) -> requests.Response:
        url, headers = f"{self._stack.url}/api/dossiers", {"Idempotency-Key": address}
        answer = session.post(url, json=case, headers=headers, timeout=ANSWER_SECONDS)
        self.repeated += len(answer.raw.retries.history)
        return answer

    def _with_own_address(self, persons: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
        for number, case in enumerate(itertools.islice(itertools.cycle(persons), MOST_AT_THE_COUNTER)):
            address = f"{self._run}-{number}@example.org"
            yield address, {"channel": 1, **case, "applicant": {**case["applicant"], "email": address}}

    def _start_push(self) -> "subprocess.Popen[bytes]":
        file = self._stack.directory / f"push-{self._run}.ndjson"
        file.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in self._cases), "utf-8")
        return start_push(self._stack, "26734", file, clock=self._clock, seconds=100)
