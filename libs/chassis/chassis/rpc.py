"""``@rpc``: answer calls from the gateway, speaking nameko's RPC protocol on the wire, without its ways to die.

Stock nameko lets one request without ``reply_to`` kill the process again and again, dies when the broker is away as it
replies, and runs calls in flight twice on SIGTERM (docs/decisions/0002-rpc-and-events.md). Here a request is settled
like any message, the reply goes through the process' publisher, and a reply that nobody waits for is let go.
"""

from __future__ import annotations

import inspect
import json
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from kombu.message import Message as Delivery
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, SharedExtension, register_entrypoint

from chassis import runtime, telemetry
from chassis.database import AWAY
from chassis.delivery import Unreadable, parked, read_json
from chassis.documents import again_if_stale
from chassis.errors import Refused, Unconfirmed, Unroutable
from chassis.identity import Identity, NotAuthentic, verify
from chassis.publisher import Outgoing
from chassis.reader import QueueReader
from chassis.relay import OutboxRelay

EXCHANGE = "nameko-rpc"
TOKEN_HEADER = "nameko.authorization"  # noqa: S105 - the name of a header
TRACE_HEADER = "traceparent"

Handler = Callable[..., Any]

_log = telemetry.logger(__name__)


class RpcQueue(SharedExtension):
    """The request queue of a service: finds the method that a routing key names."""

    reader = QueueReader()
    relay = OutboxRelay()

    def __init__(self) -> None:
        self._methods: dict[str, Rpc] = {}

    def setup(self) -> None:
        self.reader.register(f"rpc-{self.container.service_name}", self._receive)

    def register(self, method: Rpc) -> None:
        self._methods[f"{self.container.service_name}.{method.method_name}"] = method

    def _receive(self, delivery: Delivery) -> None:
        try:
            request = read_json(delivery)
            if not isinstance(request, dict) or not isinstance(request.get("kwargs"), dict) or request.get("args"):
                raise Unreadable("request is not {args: [], kwargs: {...}}")
            if not delivery.properties.get("reply_to") or not delivery.properties.get("correlation_id"):
                raise Unreadable("request has no reply_to or no correlation_id")
        except Unreadable as error:
            self.container.spawn_managed_thread(partial(self._park, delivery, error))
            return
        method = self._methods.get(delivery.delivery_info["routing_key"])
        if method is None:
            self.answer(delivery, None, Refused("no-such-method", 404))
            return
        method.receive(delivery, request["kwargs"])

    def _park(self, delivery: Delivery, error: Exception) -> None:
        assert self.relay.publisher is not None
        service = self.container.service_name
        try:
            self.relay.publisher.publish(parked(delivery, service, f"rpc-{service}", error, str(error)))
        except (Unconfirmed, Unroutable):
            self.reader.give_back(delivery)
            return
        self.reader.ack(delivery)
        _log.error("request parked", because=str(error))

    def answer(self, delivery: Delivery, result: Any, error: Exception | None) -> None:
        """Send the reply; the request is acknowledged whether or not somebody still waits for it."""
        assert self.relay.publisher is not None
        reply: dict[str, Any] = {"result": result, "error": error and _as_error(error)}
        properties = {
            "content_type": "application/json",
            "content_encoding": "utf-8",
            "correlation_id": delivery.properties["correlation_id"],
            "message_id": str(uuid.uuid4()),
            "delivery_mode": 1,
        }
        body = json.dumps(reply, ensure_ascii=False, default=_plain).encode()
        sent = self.relay.publisher.send(
            Outgoing(EXCHANGE, str(delivery.properties["reply_to"]), body, properties),
            lambda _how: self.reader.ack(delivery),
        )
        if not sent:
            self.reader.ack(delivery)  # the caller times out and asks again with the same key


class Rpc(Entrypoint):
    """Entrypoint for one method, called with the caller's identity and the call's keyword arguments.

    Args:
        roles: who may call at all; what they may do with which data is the method's own to decide.
    """

    requests = RpcQueue()

    def __init__(self, roles: Iterable[str], **kwargs: Any) -> None:
        self.roles = frozenset(roles)
        super().__init__(**kwargs)

    def setup(self) -> None:
        self.requests.register(self)

    def stop(self) -> None:
        self.requests.reader.stop()

    def receive(self, delivery: Delivery, arguments: dict[str, Any]) -> None:
        try:
            caller = self._caller(delivery)
            self._check_arguments(arguments)
        except Exception as error:  # noqa: BLE001 - whatever a caller sends wrong is answered, never raised here
            self._end(delivery, time.perf_counter(), None, None, (type(error), error, None))
            return
        self.container.spawn_managed_thread(partial(self._spawn, delivery, caller, arguments))

    def _check_arguments(self, arguments: dict[str, Any]) -> None:
        method = getattr(self.container.service_cls, self.method_name)
        try:
            inspect.signature(method).bind(None, None, **arguments)
        except TypeError as error:
            raise Refused("wrong-arguments", 400, str(error)) from None

    def _caller(self, delivery: Delivery) -> Identity:
        settings = runtime.settings()
        token = (delivery.headers or {}).get(TOKEN_HEADER)
        try:
            identity = verify(
                token if isinstance(token, str) else None,
                settings.public_key,
                audience=self.container.service_name,
                # tokens live by real time, also while a demo plays another day
                now=datetime.now(UTC),
            )
        except NotAuthentic as error:
            _log.warning("caller not authentic", because=str(error), method=self.method_name)
            raise Refused("not-authentic", 401) from None
        if not identity.roles & self.roles:
            raise Refused("forbidden", 403)
        return identity

    def _spawn(self, delivery: Delivery, caller: Identity, arguments: dict[str, Any]) -> None:
        trace = (delivery.headers or {}).get(TRACE_HEADER)
        ids = {"call": f"{self.container.service_name}.{self.method_name}", "caller": caller.subject}
        if isinstance(trace, str):
            ids["traceparent"] = trace
        if isinstance(arguments.get("code"), str):
            ids["subject"] = arguments["code"]
        try:
            self.container.spawn_worker(
                self,
                (caller,),
                arguments,
                context_data=ids,
                handle_result=partial(self._end, delivery, time.perf_counter()),
            )
        except ContainerBeingKilled:
            self.requests.reader.give_back(delivery)

    def _end(self, delivery: Delivery, began: float, _context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        error = exc_info[1] if exc_info else None
        telemetry.HANDLING.labels(f"rpc:{self.method_name}").observe(time.perf_counter() - began)
        telemetry.CALLS.labels(self.method_name, type(error).__name__ if error else "answered").inc()
        self.requests.answer(delivery, result, error)
        _log.info("call answered", method=self.method_name, refused=getattr(error, "code", None))
        return result, None


def _as_error(error: Exception) -> dict[str, Any]:
    """Return nameko's error shape with a problem that says nothing the caller may not know."""
    if isinstance(error, AWAY):
        error = Refused("database-away", 503)
    elif not isinstance(error, Refused):
        incident = str(uuid.uuid4())
        _log.error("call failed", incident=incident, error=type(error).__name__, where=telemetry.where(error))
        error = Refused("internal", 500, incident)
    return {
        "exc_type": "Refused",
        "exc_path": "chassis.errors.Refused",
        "exc_args": [],
        "value": error.code,
        "problem": error.as_problem(),
    }


def _plain(value: Any) -> str:
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat() if isoformat else value)


def rpc(*args: Any, **kwargs: Any) -> Callable[[Handler], Handler]:
    """Decorate a service method; see ``Rpc`` for the arguments."""

    def decorate(method: Handler) -> Handler:
        handler = again_if_stale(method)
        register_entrypoint(handler, Rpc(*args, **kwargs))
        return handler

    return decorate
