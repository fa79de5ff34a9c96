"""RPC to the services from gunicorn's threads, in nameko's wire protocol."""

from __future__ import annotations

import json
import threading
import time
from typing import Any, Protocol

from prometheus_client import Counter, Histogram

from chassis.errors import Refused
from gateway.link import BROKEN, Link, NoReply, NotTaken, Unroutable

CALLS = Counter("gateway_rpc_calls", "RPC calls by how they ended", ["service", "method", "end"])
SECONDS = Histogram("gateway_rpc_seconds", "Time of an RPC call as the gateway sees it", ["service", "method"])


class ServiceUnavailable(Exception):
    """The broker or the service is away; nothing is known to have happened. Try again later."""


class ServiceTimeout(Exception):
    """The request was taken, but no answer came in time; it may still have its effect. Repeat with the same key."""


class RemoteFault(Exception):
    """The service failed in a way that it did not foresee.

    Attributes:
        kind: class name of the remote exception; its text stays in the service's own log.
    """

    def __init__(self, service: str, method: str, kind: str) -> None:
        super().__init__(f"{service}.{method}: {kind}")
        self.kind = kind


class Caller(Protocol):
    """What the API needs of an RPC client; the tests' fake is another one."""

    def call(
        self,
        service: str,
        method: str,
        arguments: dict[str, Any],
        *,
        token: str,
        traceparent: str | None = None,
        deadline: float | None = None,
    ) -> Any:
        """Call ``service.method`` and return its result."""


class RpcClient:
    """One connection and reply queue per thread, made at the thread's first call, so safe after a fork.

    Args:
        uri: broker URI.
        deadline: seconds within which a call ends, whatever happens.
    """

    def __init__(self, uri: str, deadline: float = 5.0) -> None:
        self._uri = uri
        self._deadline = deadline
        self._own = threading.local()

    def call(
        self,
        service: str,
        method: str,
        arguments: dict[str, Any],
        *,
        token: str,
        traceparent: str | None = None,
        deadline: float | None = None,
    ) -> Any:
        """Call ``service.method`` and return its result.

        Args:
            arguments: keyword arguments, JSON-ready.
            token: call token of the identity, for this service.
            traceparent: W3C trace context to hand on.
            deadline: seconds, when this call is worth less waiting than others.

        Raises:
            Refused: the service said no, and why.
            ServiceUnavailable: the broker or the service's queue is away.
            ServiceTimeout: no reply within the deadline.
            RemoteFault: the service failed.
        """
        end = time.monotonic() + (deadline or self._deadline)
        body = json.dumps({"args": [], "kwargs": arguments}).encode()
        headers = {"nameko.authorization": token} | ({"traceparent": traceparent} if traceparent else {})
        ended = "fault"
        try:
            with SECONDS.labels(service, method).time():
                reply = self._ask(f"{service}.{method}", body, headers, end)
            ended = "refused" if reply.get("error") else "answered"
        except ServiceUnavailable:
            ended = "unavailable"
            raise
        except ServiceTimeout:
            ended = "timeout"
            raise
        finally:
            CALLS.labels(service, method, ended).inc()
        return _result(service, method, reply)

    def close(self) -> None:
        """Drop the calling thread's connection."""
        link: Link | None = getattr(self._own, "link", None)
        if link is not None:
            self._own.link = None
            link.drop()

    def _ask(self, routing_key: str, body: bytes, headers: dict[str, str], end: float) -> dict[str, Any]:
        reused = getattr(self._own, "link", None) is not None
        try:
            return self._attempt(routing_key, body, headers, end, reused)
        except (NotTaken, *BROKEN) as error:
            if not reused or time.monotonic() >= end:
                raise ServiceUnavailable(routing_key) from error
        # The idle connection had died meanwhile, or its broker did not take the request. Once more on a fresh one:
        # safe even if the first did arrive, since each writing call carries its idempotency key.
        try:
            return self._attempt(routing_key, body, headers, end, False)
        except (NotTaken, *BROKEN) as error:
            raise ServiceUnavailable(routing_key) from error

    def _attempt(
        self, routing_key: str, body: bytes, headers: dict[str, str], end: float, reused: bool
    ) -> dict[str, Any]:
        now = time.monotonic()
        # a dead peer behind a live-looking connection must leave time for the second try
        taken_by = min(end, now + max(0.5, (end - now) / 3)) if reused else end
        keep = False
        try:
            if not reused:
                self._own.link = Link(self._uri, end)
            reply: dict[str, Any] = self._own.link.ask(routing_key, body, headers, end=end, taken_by=taken_by)
            keep = True
            return reply
        except Unroutable as error:
            keep = True
            raise ServiceUnavailable(routing_key) from error
        except NoReply as error:
            raise ServiceTimeout(routing_key) from error
        finally:
            if not keep:
                self.close()


def _result(service: str, method: str, reply: dict[str, Any]) -> Any:
    error = reply.get("error")
    if not error:
        return reply.get("result")
    problem = error.get("problem") if isinstance(error, dict) else None
    if isinstance(problem, dict):
        raise Refused(
            str(problem.get("code", "refused")),
            int(problem.get("status", 422)),
            str(problem.get("detail") or ""),
            [row for row in problem.get("errors") or [] if isinstance(row, dict)],
        )
    raise RemoteFault(service, method, str(error.get("exc_type")) if isinstance(error, dict) else "malformed reply")
