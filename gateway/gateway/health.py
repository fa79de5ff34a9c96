"""Probes of the HTTP process: ``/healthz``, ``/readyz``, ``/metrics``."""

from __future__ import annotations

import os
from typing import Any

from amqp.exceptions import AMQPError
from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from pymongo.errors import PyMongoError

from gateway.link import probe
from gateway.problems import Problem
from gateway.wiring import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def live() -> Response:
    """Tell that the process answers."""
    return jsonify(live=True)


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Tell whether the database and the broker answer, and if not, which does not."""
    reasons = []
    try:
        parts().tracking.ping()
    except PyMongoError as error:
        reasons.append(f"database: {type(error).__name__}")
    try:
        probe(parts().settings.amqp_uri, within=2.0)
    except (AMQPError, OSError) as error:
        reasons.append(f"broker: {type(error).__name__}")
    return jsonify(ready=not reasons, reasons=reasons), 503 if reasons else 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give the measurements of all workers; with MOTCUA_PROBE_PORT set, on that port alone."""
    port = parts().settings.probe_port
    if port and str(request.environ.get("SERVER_PORT")) != str(port):
        raise Problem("not-found", 404)
    registry: Any = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
