"""One run through a batch: lines are read, handled and told at the same time, in memory that does not grow with them."""

from __future__ import annotations

import contextvars
import io
import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any

from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from pymongo.errors import PyMongoError
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from chassis import telemetry
from gateway import texts
from gateway.backlog import Backlog
from gateway.batch_store import COUNTS, DONE, INTERRUPTED, RUNNING, BatchStore
from gateway.lines import Line, read_lines

#: What reading from a client raises that stalls, goes away or sends nonsense.
BROKEN_OFF = (OSError, ClientDisconnected, ParseException)
_TELL_SECONDS = 1.0
_AWAY_SECONDS = 30.0
_READ = 8 * 1024

_log = telemetry.logger(__name__)

Outcome = dict[str, Any]


class Progress:
    """How far one run has come, kept for whoever asks; that it cannot be kept does not stop the push.

    Args:
        store: where it is kept, as the push of ``subject`` with this ``name``.
    """

    def __init__(self, store: BatchStore, subject: str, name: str) -> None:
        self._store, self._subject, self._name = store, subject, name
        self._run: str | None = None
        self._next = 0.0
        self.tell(Counter(), RUNNING)

    def tell(self, counts: Counter[str], state: str, *, truncated: bool = False) -> None:
        """Keep counts and state; a run that goes on tells no more than once a second."""
        if state == RUNNING and time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _TELL_SECONDS
        try:
            self._run = self._run or self._store.begin(self._subject, self._name)
            self._store.tell(self._subject, self._name, self._run, counts, state, truncated)
        except PyMongoError as error:
            self._next = time.monotonic() + _AWAY_SECONDS
            _log.warning("progress not kept", batch=self._name, error=type(error).__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """``lines`` of a batch, bytes of one ``line``, lines in work ``at_once``."""

    lines: int
    line: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Client:
    """Who pushes.

    Attributes:
        writable: whether it takes more of the answer now. A client that reads only after it has sent all would otherwise
            block us, and we it; what it does not take waits in a ``Backlog``.
        drain: reads what it still sends: it does not see our last word before it has sent its own.
        left: is called once, when the run is over.
    """

    writable: Callable[[], bool]
    drain: Callable[[], None]
    left: Callable[[], None]


class Run:
    """A batch on its way.

    Args:
        stream: the request's body, read as it comes.
        handle: makes a line's outcome, in a thread of ``pool``.
        language: of the summary.
    """

    def __init__(
        self,
        stream: Any,
        handle: Callable[[Line], Outcome],
        pool: Executor,
        limits: Limits,
        progress: Progress,
        client: Client,
        language: str,
    ) -> None:
        self._stream, self._handle, self._pool, self._limits = stream, handle, pool, limits
        self._progress, self._client, self._language = progress, client, language
        self._counts: Counter[str] = Counter()
        self._under_way: deque[Future[Outcome]] = deque()
        self._backlog = Backlog()
        self._cut: dict[str, Any] = {}  # why the batch was not read to its end
        self._ended = self._closed = False

    def report(self) -> Iterator[bytes]:
        """Yield the report in pieces: a line for each line in order, then the summary."""
        try:
            for line in self._lines():
                # each line in a copy of its own: its log lines carry the trace and the caller
                self._under_way.append(self._pool.submit(contextvars.copy_context().run, self._handle, line))
                self._collect(self._limits.at_once - 1)
                if self._backlog and self._client.writable():
                    yield self._backlog.take()
            while self._under_way:
                self._collect(len(self._under_way) - 1)
                if self._backlog and self._client.writable():
                    yield self._backlog.take()
            # whether the client reads the rest of the report changes nothing about what was done
            self._end(INTERRUPTED if self._cut.get("interrupted") else DONE)
            while self._backlog:
                yield self._backlog.take()
            yield _line({"summary": {name: self._counts[name] for name in COUNTS} | {"truncated": False} | self._cut})
        finally:
            self.close()

    def close(self) -> None:
        """End the run wherever it is: what has not begun need not begin when nobody listens. Harmless to repeat."""
        if self._closed:
            return
        self._closed = True
        try:
            for future in self._under_way:
                future.cancel()
            self._end(INTERRUPTED)
        finally:
            self._backlog.close()
            self._client.left()

    def _lines(self) -> Iterator[Line]:
        # amount by amount: a raw stream gives its lines byte by byte
        body = io.BufferedReader(self._stream, _READ)
        try:
            for line in read_lines(body, self._limits.line):
                if self._counts["lines"] + len(self._under_way) == self._limits.lines:
                    self._truncate("lines/too-many", self._limits.lines)
                    return
                yield line
        except RequestEntityTooLarge:
            self._truncate("lines/too-large", None)
        except BROKEN_OFF as error:
            _log.warning("batch broken off", lines=self._counts["lines"], error=type(error).__name__)
            self._cut = {"interrupted": True, "detail": texts.say(self._language, "lines/interrupted")}
        finally:
            body.detach()

    def _truncate(self, reason: str, limit: int | None) -> None:
        self._client.drain()
        self._cut = {"truncated": True, "detail": texts.say(self._language, reason, limit=limit)}

    def _collect(self, leave: int) -> None:
        """Take the outcomes that are there, and wait until no more than ``leave`` are awaited."""
        while self._under_way and (len(self._under_way) > leave or self._under_way[0].done()):
            outcome = self._under_way.popleft().result()
            self._counts["lines"] += 1
            self._counts[outcome["outcome"]] += 1
            self._counts["replayed"] += outcome.get("replayed", False)
            self._backlog.put(_line(outcome))
        self._progress.tell(self._counts, RUNNING)

    def _end(self, state: str) -> None:
        if not self._ended:
            self._ended = True
            self._progress.tell(self._counts, state, truncated="truncated" in self._cut)


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"
