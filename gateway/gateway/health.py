"""Probes of the HTTP process: ``/healthz``, ``/readyz``, ``/metrics``."""

from __future__ import annotations

import os
import threading
import time
from typing import Any, cast

from amqp.exceptions import AMQPError
from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from pymongo.errors import PyMongoError

from gateway.link import probe
from gateway.problems import Problem
from gateway.wiring import Parts, held_by, parts

#: Seconds that a look at database and broker is good for.
FRESH_SECONDS = 1.0

_KEY = "motcua-readiness"

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def live() -> Response:
    """Tell that the process answers."""
    return jsonify(live=True)


class Readiness:
    """Whether database and broker answer, looked at no more than once a second, by one thread at a time."""

    def __init__(self, made: Parts) -> None:
        self._made = made
        self._lock = threading.Lock()
        self._reasons: list[str] = []
        self._until = 0.0

    def reasons(self) -> list[str]:
        """Return what is away."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._reasons = self._look()
                self._until = time.monotonic() + FRESH_SECONDS
            return self._reasons

    def _look(self) -> list[str]:
        reasons = []
        try:
            self._made.tracking.ping()
        except PyMongoError as error:
            reasons.append(f"database: {type(error).__name__}")
        try:
            probe(self._made.settings.amqp_uri, within=2.0)
        except (AMQPError, OSError) as error:
            reasons.append(f"broker: {type(error).__name__}")
        return reasons


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    app = cast("Flask", state.app)
    app.extensions[_KEY] = Readiness(held_by(app))


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Tell whether the database and the broker answer, and if not, which does not; see ``_inside_only``."""
    _inside_only()
    readiness: Readiness = current_app.extensions[_KEY]
    reasons = readiness.reasons()
    return jsonify(ready=not reasons, reasons=reasons), 503 if reasons else 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give the measurements of all workers; see ``_inside_only``."""
    _inside_only()
    registry: Any = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _inside_only() -> None:
    """End the request with 404 unless it came by MOTCUA_PROBE_PORT, where there is one."""
    port = parts().settings.probe_port
    if port and str(_came_by(request.environ)) != str(port):
        raise Problem("not-found", 404)


def _came_by(environ: dict[str, Any]) -> Any:
    """Return the port that the request came in by: the socket's, since a proxy's headers repeat the caller's word."""
    sock = environ.get("gunicorn.socket")
    name = sock.getsockname() if sock is not None else None
    return name[1] if isinstance(name, tuple) else environ.get("SERVER_PORT")
