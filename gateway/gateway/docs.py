"""``/api/docs``: the OpenAPI document to browse, with Swagger UI from this server alone."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from flask import Blueprint, Response, make_response, render_template, send_from_directory

from gateway.headers import DOCS_POLICY
from gateway.problems import Problem

blueprint = Blueprint("docs", __name__, url_prefix="/api/docs", template_folder="pages/templates", static_folder=None)

_FILES = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"})


@blueprint.get("")
def browse() -> Response:
    """Show the document."""
    response = make_response(render_template("docs.html"))
    response.headers["Content-Security-Policy"] = DOCS_POLICY
    return response


@blueprint.get("/files/<string:name>")
def file(name: str) -> Response:
    """Serve the few files that the page needs."""
    if name not in _FILES:
        raise Problem("not-found", 404)
    return send_from_directory(_swagger(), name, max_age=86400)


def _swagger() -> Path:
    """Return the folder that the package swagger-ui-py brings; its code is not imported."""
    found = importlib.util.find_spec("swagger_ui")
    if found is None or found.origin is None:
        raise Problem("not-found", 404)
    return Path(found.origin).parent / "static"
