"""Every error as an RFC 9457 problem document, titled in the reader's language."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask, Response, render_template, request
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from pymongo.errors import PyMongoError
from werkzeug.exceptions import ClientDisconnected, HTTPException

from chassis import telemetry
from chassis.errors import Refused
from gateway import pacing, texts
from gateway.rpc import ServiceTimeout, ServiceUnavailable

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = "5"
_MOST_ERRORS = 100

_BY_STATUS = {
    400: "bad-request",
    401: "not-signed-in",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "request-timeout",
    409: "conflict",
    410: "gone",
    412: "tus-version",
    413: "too-large",
    414: "uri-too-long",
    415: "wrong-content-type",
    417: "expectation-failed",
    422: "invalid",
    429: "too-many-requests",
    431: "headers-too-large",
    460: "checksum-mismatch",
    500: "internal",
    501: "not-implemented",
    503: "service-unavailable",
    504: "service-timeout",
}

_log = telemetry.logger(__name__)


class Problem(Exception):
    """End the request with a problem.

    Args:
        code: key in the catalogues' ``problems``, also the end of the problem's type.
        errors: ``{"field": path, "message": fault}`` rows.
        values: fill the braces of the catalogue's detail.
    """

    def __init__(
        self,
        code: str,
        status: int,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.errors = errors
        self.headers = headers or {}
        self.values = values


def respond(
    code: str,
    status: int,
    *,
    detail: str | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    instance: str | None = None,
    **values: Any,
) -> Response:
    """Return the problem document for ``code``.

    A code without a text of its own in the catalogues takes that of its status, with ``detail`` if a service gave one.
    """
    language = texts.language()
    body = document(language, code, status, detail, **values)
    if instance:
        body["instance"] = instance
    if errors:
        body["errors"] = [row_in(language, row) for row in errors[:_MOST_ERRORS]]
    if _for_people():
        response = Response(render_template("error.html", title=body["title"], detail=body["detail"]), status)
    else:
        response = Response(json.dumps(body, ensure_ascii=False), status, content_type=CONTENT_TYPE)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend(dict(headers or {}))
    return response


def document(language: str, code: str, status: int, detail: str | None = None, **values: Any) -> dict[str, Any]:
    """Return the members that every problem document has."""
    named = code if texts.known(language, f"problems/{code}") else code_of(status)
    given = {"expected": "", "incident": "", **values}
    return {
        "type": f"urn:motcua:problem:{code}",
        "title": texts.say(language, f"problems/{named}/title"),
        "status": status,
        "detail": (detail if named != code else None) or texts.say(language, f"problems/{named}/detail", **given),
    }


def code_of(status: int) -> str:
    """Return the code of a problem that is known by its status alone."""
    return _BY_STATUS.get(status, "bad-request")


def _for_people() -> bool:
    """Whether a browser asks for a page: outside the API, and HTML before JSON."""
    wanted = request.accept_mimetypes
    return not request.path.startswith("/api") and wanted.best_match([CONTENT_TYPE, "text/html"]) == "text/html"


def flatten(messages: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Yield a row per fault of marshmallow's nested ``messages``, with dotted paths ("components.0.code")."""
    if isinstance(messages, Mapping):
        for key, value in messages.items():
            name = "" if key == "_schema" else str(key)
            yield from flatten(value, f"{path}.{name}" if path and name else path or name)
    elif isinstance(messages, list | tuple):
        for message in messages:
            yield from flatten(message, path)
    else:
        yield {"field": path or "body", "message": str(messages)}


def row_in(language: str, row: Mapping[str, str]) -> dict[str, str]:
    """Return a row of ``errors`` in ``language``: services tell faults in Vietnamese with ``message_en`` beside it."""
    message = row.get(f"message_{language}") or row.get("message", "")
    told = {"field": str(row.get("field", ""))[:200], "message": texts.fault(language, str(message))[:500]}
    return told | {"kind": str(row["kind"])[:64]} if "kind" in row else told


def refused(error: Refused) -> Response:
    """Return a service's refusal as a problem. What the service hides stays hidden."""
    if error.status in (401, 500) or error.status not in _BY_STATUS:
        # 401: the service did not believe the token that the gateway made, which is our fault, not the caller's
        _log.error("service failed", code=error.code, status=error.status, incident=error.detail)
        return _incident(error.detail if error.status == 500 and error.detail else str(uuid.uuid4()))
    headers = {"Retry-After": RETRY_AFTER} if error.status in (503, 504) else {}
    return respond(error.code, error.status, detail=error.detail or None, errors=error.errors, headers=headers)


def install(app: Flask) -> None:
    """Let every error of ``app`` end as a problem."""

    def on_problem(error: Problem) -> Response:
        return respond(error.code, error.status, errors=error.errors, headers=error.headers, **error.values)

    def on_unavailable(error: Exception) -> Response:
        cause = error.__cause__ or error
        _log.warning("service unavailable", call=str(error)[:100], because=type(cause).__name__)
        return respond("service-unavailable", 503, headers={"Retry-After": RETRY_AFTER})

    def on_timeout(error: ServiceTimeout) -> Response:
        _log.warning("service did not answer in time", call=str(error))
        return respond("service-timeout", 504, headers={"Retry-After": RETRY_AFTER})

    def on_malformed(error: ParseException) -> Response:
        _log.info("body refused", error=type(error).__name__)
        return respond("bad-request", 400)

    def on_database(error: PyMongoError) -> Response:
        _log.error("database failed", because=type(error).__name__)
        return respond("service-unavailable", 503, headers={"Retry-After": RETRY_AFTER})

    app.register_error_handler(Problem, on_problem)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(ServiceUnavailable, on_unavailable)
    app.register_error_handler(ServiceTimeout, on_timeout)
    app.register_error_handler(PyMongoError, on_database)
    app.register_error_handler(ParseException, on_malformed)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unforeseen)


def http(error: HTTPException) -> Response:
    """Return an error of Flask, werkzeug, webargs or the limiter as a problem."""
    status = error.code or 500
    if status < 400:
        return Response(error.get_response().get_data(), status, error.get_headers())
    if status == 500:
        return _incident(str(uuid.uuid4()))
    if isinstance(error, ClientDisconnected) and pacing.stalled(request.environ):
        return respond("request-timeout", 408)
    data = getattr(error, "data", None) or {}
    messages = data.get("messages") if isinstance(data, Mapping) else None
    rows: list[dict[str, str]] = []
    if isinstance(messages, Mapping):
        for part in messages.values():  # keyed by where the value came from: json, query
            rows.extend(flatten(part))
    # what the error says of the protocol (Allow, WWW-Authenticate) stays; its HTML does not
    headers = {name: value for name, value in error.get_headers() if name.lower() not in ("content-type",)}
    return respond(_BY_STATUS.get(status, "bad-request"), status, errors=rows, headers=headers)


def unforeseen(error: Exception) -> Response:
    """Log where an unforeseen error arose and answer with the incident's id; its text may hold personal data."""
    incident = str(uuid.uuid4())
    _log.error("request failed", incident=incident, error=type(error).__name__, where=telemetry.where(error))
    return _incident(incident)


def _incident(incident: str) -> Response:
    return respond("internal", 500, instance=f"urn:motcua:incident:{incident}", incident=incident)
