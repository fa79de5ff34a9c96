"""The OpenAPI document: problem documents for errors, bearer tokens for security."""

from __future__ import annotations

import http
from typing import Any

from flask import Flask
from flask_smorest import Api
from flask_smorest.utils import prepare_response

from gateway import problems
from gateway.api.schemas import ProblemDocument

VERSION = "1.0.0"

_DESCRIPTION = """\
One-stop office of a district (Một Cửa). Sign in at `/api/sessions`, then send the token as `Authorization: Bearer`.

- Every writing request carries an `Idempotency-Key`: repeated with the same body it has no second effect.
- Every error is a problem document (RFC 9457) that names the field; its language follows `Accept-Language` (vi, en).
- Lists page by cursor: pass `next` of a page as `after`. Times are RFC 3339, UTC in answers.
- `503` and `504` may be tried again, with the same key; `Retry-After` says when.
"""


class Described(Api):
    """flask-smorest's Api with problem documents in place of its own error shape."""

    ERROR_SCHEMA = ProblemDocument

    def handle_http_exception(self, error: Any) -> Any:
        """Answer an HTTP error; ``problems`` does it for the whole application."""
        return problems.http(error)

    def _register_responses(self) -> None:
        for status in http.HTTPStatus:
            response: dict[str, Any] = {"description": status.phrase}
            if status >= 400:
                response["schema"] = self.ERROR_SCHEMA
            if status in (429, 503, 504):
                seconds = {"description": "seconds to wait", "schema": {"type": "integer"}}
                response["headers"] = {"Retry-After": seconds}
            prepare_response(response, self.spec, problems.CONTENT_TYPE)
            self.spec.components.response(status.name, response, lazy=True)
        # tus has a status of its own for a body that does not have the digest it was sent with
        mismatch = {"description": "Checksum Mismatch", "schema": self.ERROR_SCHEMA}
        prepare_response(mismatch, self.spec, problems.CONTENT_TYPE)
        self.spec.components.response("CHECKSUM_MISMATCH", mismatch, lazy=True)
        default = {"description": "Any other error", "schema": self.ERROR_SCHEMA}
        prepare_response(default, self.spec, problems.CONTENT_TYPE)
        self.spec.components.response("DEFAULT_ERROR", default, lazy=True)


def install(app: Flask) -> Described:
    """Serve the document at ``/api/openapi.json`` and return the Api that blueprints are registered with."""
    app.config.update(
        API_TITLE="Một Cửa",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Described(
        app,
        spec_kwargs={
            "info": {"description": _DESCRIPTION},
            "security": [{"bearer": []}],
            "servers": [{"url": "/"}],
        },
    )
    api.spec.components.security_scheme(
        "bearer",
        {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "Session token of `POST /api/sessions` (EdDSA, 8 hours)",
        },
    )
    return api
