"""One trace, one log line and one measurement per request: ids and patterns, never a path's secret or a body."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, request
from prometheus_client import Counter, Histogram

from chassis import telemetry
from motcua_contracts.vocabulary import DOSSIER_CODE

REQUESTS = Counter("gateway_http_requests", "HTTP requests by how they ended", ["method", "route", "status"])
SECONDS = Histogram("gateway_http_seconds", "Time until the response began", ["route"])

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_DOSSIER_CODE = re.compile(DOSSIER_CODE)
_log = telemetry.logger(__name__)

Environ = dict[str, Any]


class Traced:
    """WSGI middleware that begins or continues the trace of each request (W3C Trace Context)."""

    def __init__(self, wrapped: Callable[..., Iterable[bytes]]) -> None:
        self._wrapped = wrapped

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        with telemetry.start_span("http", environ.get("HTTP_TRACEPARENT")):
            telemetry.bind(trace_id=telemetry.trace_id())
            return self._wrapped(environ, start_response)


def about(code: Any) -> None:
    """Let the log lines from here on carry ``code`` as services do, if it is a dossier code; a path may hold anything."""
    if isinstance(code, str) and len(code) <= 64 and _DOSSIER_CODE.fullmatch(code):
        telemetry.bind(**{**telemetry.bound(), "subject": code})


def install(app: Flask) -> None:
    """Trace, measure and log each request of ``app``."""
    app.wsgi_app = Traced(app.wsgi_app)  # type: ignore[method-assign]

    @app.before_request
    def begin() -> None:
        request.environ["motcua.began"] = time.perf_counter()
        about((request.view_args or {}).get("code"))

    @app.after_request
    def end(response: Response) -> Response:
        # the rule, not the path: a tracking link holds the receipt's secret
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        seconds = time.perf_counter() - request.environ.get("motcua.began", time.perf_counter())
        REQUESTS.labels(method, route, response.status_code).inc()
        SECONDS.labels(route).observe(seconds)
        if trace := telemetry.traceparent():
            response.headers["traceparent"] = trace
        if route not in _QUIET:
            _log.info("request", method=method, route=route, status=response.status_code, seconds=round(seconds, 4))
        return response
