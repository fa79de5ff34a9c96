"""``/t/<code>/<secret>/evaluation``: the form in which the holder of a receipt says how the dossier was handled."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Blueprint, Response, request

from chassis.errors import Refused
from gateway import auth, texts
from gateway.api.replies import dossier_code
from gateway.pages.views import page
from gateway.rpc import ServiceTimeout, ServiceUnavailable

blueprint = Blueprint("evaluation", __name__)

#: What a person may say of each criterion, the best first.
POINTS = (2, 1, 0)
SAID = "said."


@blueprint.get("/t/<string:code>/<string:secret>/evaluation")
def form(code: str, secret: str) -> Response:
    """Show the form. The secret is checked when it is sent in."""
    dossier_code(code)
    return _form(code, secret, {}, {}, 200)


@blueprint.post("/t/<string:code>/<string:secret>/evaluation")
def send(code: str, secret: str) -> Response:
    """Take the form; what is missing is told beside its question, and nothing that was filled in is lost."""
    dossier_code(code)
    given = {name: value[:1000] for name, value in request.form.items()}
    body: dict[str, Any] = {
        "answers": {
            name.removeprefix(SAID): int(v)
            for name, v in given.items()
            if name.startswith(SAID) and v in ("0", "1", "2")
        },
        "comment": given.get("comment", "").strip(),
    }
    if given.get("satisfaction", "") in ("0", "1", "2"):
        body["satisfaction"] = int(given["satisfaction"])
    try:
        done = evaluate(code, secret, body)
    except Refused as refused:
        if refused.status == 404:
            return page("not_found.html", 404)
        language = texts.language()
        faults = {row["field"]: row.get(f"message_{language}") or row["message"] for row in refused.errors}
        return _form(code, secret, given, faults, refused.status)
    return page("evaluated.html", 200, code=code, secret=secret, done=done)


def evaluate(code: str, secret: str, body: dict[str, Any]) -> dict[str, Any]:
    """Hand an evaluation to intake. The same words sent again are the same evaluation, whoever repeats them.

    Raises:
        Refused, ServiceUnavailable, ServiceTimeout: see ``gateway.rpc``.
    """
    said = json.dumps([code, body], sort_keys=True)
    key = f"evaluation:{hashlib.sha256(said.encode()).hexdigest()}"
    done: dict[str, Any] = auth.public_call()("intake", "evaluate", key=key, code=code, secret=secret[:200], **body)
    return done


def _form(code: str, secret: str, given: dict[str, str], faults: dict[str, str], status: int) -> Response:
    try:
        asked = auth.public_call()("intake", "evaluation_form")
    except (ServiceUnavailable, ServiceTimeout):
        return page("error.html", 503, title=texts.say(texts.language(), "problems/service-unavailable/title"),
                    detail=texts.say(texts.language(), "problems/service-unavailable/detail"))  # fmt: skip
    return page(
        "evaluation.html",
        status,
        code=code,
        secret=secret,
        asked=asked,
        given=given,
        faults=faults,
        points=POINTS,
        said=SAID,
    )
