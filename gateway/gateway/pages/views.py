"""``/`` and ``/t/<code>/<secret>``: find and show a dossier by what its receipt says."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from urllib.parse import quote

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway import texts
from gateway.api.replies import dossier_code
from gateway.problems import Problem
from gateway.showing import LOCAL, show, step_text
from gateway.tracking import Tracked
from gateway.wiring import parts

blueprint = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


@blueprint.app_context_processor
def _texts() -> dict[str, Any]:
    language = texts.language()

    def t(key: str, **values: Any) -> str:
        return texts.say(language, f"pages/{key}", **values)

    return {"t": t, "language": language, "when": _when}


@blueprint.get("/")
def home() -> AnyResponse:
    """Show the form; with both fields filled, go on to the dossier's page."""
    code, secret = request.args.get("code", "").strip(), request.args.get("secret", "").strip()
    if code and secret:
        return redirect(url_for("pages.dossier", code=code[:64], secret=secret[:200], lang=texts.language()), 303)
    return _page("home.html", 200)


@blueprint.get("/t/<string:code>/<string:secret>")
def dossier(code: str, secret: str) -> Response:
    """Show where the dossier is."""
    found = _find(code, secret)
    if found is None:
        return _page("not_found.html", 404)
    made, language = parts(), texts.language()
    view = show(found, language, made.departments)
    hint = f"hint/{found.status}" if texts.known(language, f"hint/{found.status}") else "hint/other"
    history = [(step, step_text(step, language, made.departments)) for step in found.history]
    return _page(
        "dossier.html", 200, tracked=found, view=view, hint=texts.say(language, hint), history=history, secret=secret
    )


@blueprint.get("/t/<string:code>/<string:secret>/qr.svg")
def qr(code: str, secret: str) -> Response:
    """Draw the QR code of the receipt: the address of the dossier's page.

    The secret is not checked: the picture says no more than its own address, and a receipt must print also before the
    projection has heard of the dossier.
    """
    dossier_code(code)
    if len(secret) > 200:
        raise Problem("dossier-not-found", 404)
    picture = io.BytesIO()
    link = f"{parts().settings.public_url}/t/{quote(code, safe='')}/{quote(secret, safe='')}"
    segno.make(link, error="m", micro=False).save(
        picture, kind="svg", scale=4, border=4, title=texts.say("vi", "pages/qr")
    )
    response = Response(picture.getvalue(), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _find(code: str, secret: str) -> Tracked | None:
    made = parts()
    try:
        dossier_code(code)
    except Problem:
        return None
    return made.tracking.find(code, secret[:200], made.clock.now())


def _page(template: str, status: int, **values: Any) -> Response:
    response = make_response(render_template(template, **values), status)
    response.headers["Content-Language"] = texts.language()
    # the address holds the receipt's secret: no cache, no search engine
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _when(instant: datetime, language: str) -> str:
    """Return an instant at Vietnam time, as people write it: ``15:30, 02/01/2018``."""
    local = instant.astimezone(LOCAL)
    return local.strftime("%H:%M, %d/%m/%Y") if language == "vi" else local.strftime("%H:%M, %-d %b %Y")
