"""``/api/tracking``: where a dossier is, for whoever holds its receipt; no sign-in, no service needed."""

from __future__ import annotations

from typing import Any

from flask import Response

from gateway import texts
from gateway.api.replies import DOSSIER_PATH, answer, dossier_code, problems
from gateway.api.schemas import Tracking, TrackingQuery
from gateway.bodies import Resource
from gateway.problems import Problem
from gateway.showing import show
from gateway.wiring import parts

blueprint = Resource("tracking", __name__, url_prefix="/api/tracking", description="Tracking by receipt")


@blueprint.route("/<string:code>", methods=["GET"], parameters=DOSSIER_PATH)
@blueprint.doc(security=[], operationId="trackDossier")
@blueprint.arguments(TrackingQuery, location="query")
@blueprint.response(200, Tracking)
@problems(blueprint, 404, 422, 429, 503)
def track_dossier(query: dict[str, Any], code: str) -> Response:
    """Track a dossier

    Needs the dossier code and the receipt's tracking code. A wrong tracking code and an unknown code are answered alike.
    """
    made = parts()
    found = made.tracking.find(dossier_code(code), query["secret"], made.clock.now())
    if found is None:
        raise Problem("dossier-not-found", 404)
    return answer(show(found, texts.language(), made.departments))
