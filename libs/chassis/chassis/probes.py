"""Health, readiness and metrics of a process over HTTP: ``/healthz``, ``/readyz``, ``/metrics``.

Live: the process answers. Ready: it consumes its queues, its publisher's broker answers, its database answers; if not,
the reply (503) says why in words an operator can act on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
import eventlet.wsgi
from nameko.extensions import DependencyProvider
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis import runtime, telemetry
from chassis.database import AWAY, connect
from chassis.reader import QueueReader
from chassis.relay import OutboxRelay

_log = telemetry.logger(__name__)


class Probes(DependencyProvider):
    """Serve the probes of one service process."""

    reader = QueueReader()
    relay = OutboxRelay()

    def setup(self) -> None:
        settings = runtime.settings()
        self._database = connect(settings.mongodb_uri, settings.database)

    def start(self) -> None:
        settings = runtime.settings()
        if settings.probe_port:
            listener = eventlet.listen((settings.probe_host, settings.probe_port), reuse_port=False)
            self.container.spawn_managed_thread(
                lambda: eventlet.wsgi.server(listener, self.answer, log_output=False, debug=False)
            )

    def reasons(self) -> list[str]:
        """Return why this process is not ready; empty when it is."""
        reasons = []
        if self.reader.queues and not self.reader.consuming:
            reasons.append("broker: not consuming")
        if self.relay.publisher is None or not self.relay.publisher.connected:
            reasons.append("broker: not connected for publishing")
        try:
            self._database.command("ping")
        except AWAY as error:
            reasons.append(f"database: {type(error).__name__}")
        return reasons

    def answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/healthz":
            return _json(start_response, "200 OK", {"live": True})
        if path == "/readyz":
            reasons = self.reasons()
            return _json(
                start_response,
                "503 Service Unavailable" if reasons else "200 OK",
                {"ready": not reasons, "reasons": reasons},
            )
        return _json(start_response, "404 Not Found", {"error": "no such probe"})


def _json(start_response: Callable[..., Any], status: str, body: dict[str, Any]) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]
