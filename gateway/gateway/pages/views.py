"""``/`` and ``/t/<code>/<secret>``: find and show a dossier by what its receipt says."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gateway import texts
from gateway.api.replies import dossier_code
from gateway.chain_showing import chain_text, entry_text
from gateway.problems import Problem
from gateway.showing import show, step_text
from gateway.tracking import Tracked
from gateway.wiring import parts
from gateway.wording import when

#: The desk has done with it: the person may say how.
ENDED = (3, 7, 9, 10)

blueprint = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


@blueprint.app_context_processor
def _texts() -> dict[str, Any]:
    language = texts.language()

    def t(key: str, **values: Any) -> str:
        return texts.say(language, f"pages/{key}", **values)

    return {"t": t, "language": language, "when": when}


@blueprint.get("/")
def home() -> AnyResponse:
    """Show the form; with both fields filled, go on to the dossier's page."""
    code, secret = request.args.get("code", "").strip(), request.args.get("secret", "").strip()
    if code and secret:
        return redirect(url_for("pages.dossier", code=code[:64], secret=secret[:200], lang=texts.language()), 303)
    return page("home.html", 200)


@blueprint.get("/t/<string:code>/<string:secret>")
def dossier(code: str, secret: str) -> AnyResponse:
    """Show where the dossier is.

    With ``?h=``, the head that a printed receipt bears, tell whether the receipt belongs to the history as it is; with
    ``?as=json`` lead to the same as JSON, for whoever wants to recompute the history.
    """
    found = _find(code, secret)
    if found is None:
        return page("not_found.html", 404)
    made, language, head = parts(), texts.language(), request.args.get("h")
    if request.args.get("as") == "json":
        return redirect(url_for("tracking.track_dossier", code=code, secret=secret, head=head, lang=language), 303)
    return page(
        "dossier.html",
        200,
        tracked=found,
        view=show(found, language, made.departments, head),
        history=[(step, step_text(step, language, made.departments)) for step in found.history],
        links=[(entry, entry_text(entry, language)) for entry in found.chain.entries],
        chain_state=chain_text(found.chain, language),
        keep={"h": head} if head is not None else {},
        evaluation=url_for("evaluation.form", code=code, secret=secret, lang=language)
        if found.status in ENDED
        else None,
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


def page(template: str, status: int, **values: Any) -> Response:
    """Return a page that no cache keeps and no search engine lists."""
    response = make_response(render_template(template, **values), status)
    response.headers["Content-Language"] = texts.language()
    # the address holds the receipt's secret: no cache, no search engine
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
