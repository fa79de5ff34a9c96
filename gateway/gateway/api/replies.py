"""What the resources have in common: answers, documented errors, path parameters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Response, jsonify

from gateway.bodies import Resource
from gateway.problems import Problem
from motcua_contracts.vocabulary import DOSSIER_CODE, PROCEDURE_CODE

_PHRASES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    408: "REQUEST_TIMEOUT",
    409: "CONFLICT",
    410: "GONE",
    412: "PRECONDITION_FAILED",
    413: "REQUEST_ENTITY_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "UNPROCESSABLE_ENTITY",
    429: "TOO_MANY_REQUESTS",
    460: "CHECKSUM_MISMATCH",
    503: "SERVICE_UNAVAILABLE",
    504: "GATEWAY_TIMEOUT",
}

View = Callable[..., Any]

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 128},
    "description": "Names this request: repeated with the same body it has no second effect.",
    "example": "0f8fad5b-d9cb-469f-a165-70867728950e",
}
REPLAYED = {
    "Idempotent-Replayed": {
        "description": "true when the request was carried out before; a dossier is shown as it is now",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
DOSSIER_PATH = [
    {
        "in": "path",
        "name": "code",
        "required": True,
        "schema": {"type": "string", "pattern": DOSSIER_CODE},
        "description": "dossier code (mã hồ sơ)",
        "example": "000.01.01.H29-180102-0001",
    }
]
PROCEDURE_PATH = [
    {
        "in": "path",
        "name": "code",
        "required": True,
        "schema": {"type": "string", "pattern": PROCEDURE_CODE},
        "description": "procedure code (mã thủ tục hành chính)",
        "example": "2.000815",
    }
]


def problems(blueprint: Resource, *statuses: int) -> Callable[[View], View]:
    """Document the errors that a view may end with; each answers with a problem document."""

    def decorate(view: View) -> View:
        for status in statuses:
            view = blueprint.alt_response(status, _PHRASES[status])(view)
        return view

    return decorate


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return ``body`` as JSON that no cache keeps."""
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend(headers or {})
    return response


def replay_headers(result: dict[str, Any]) -> dict[str, str]:
    """Take the mark of a repeated answer out of a service's result and return the header that says it."""
    return {"Idempotent-Replayed": "true"} if result.pop("replayed", False) else {}


def dossier_code(code: str) -> str:
    """Return ``code``, or end the request with 404: what cannot be a code names nothing."""
    if len(code) > 64 or re.fullmatch(DOSSIER_CODE.rstrip("$"), code) is None:
        raise Problem("dossier-not-found", 404)
    return code
