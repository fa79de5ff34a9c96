"""``/api/tracking``: where a dossier is, for whoever holds its receipt; no sign-in, no service needed."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from gateway import auth, texts
from gateway.api.answer_schemas import Open
from gateway.api.replies import DOSSIER_PATH, answer, dossier_code, problems
from gateway.api.schemas import Tracking, TrackingQuery
from gateway.bodies import Resource
from gateway.pages.evaluation import evaluate
from gateway.problems import Problem
from gateway.showing import show
from gateway.wiring import parts
from motcua_contracts import acts
from motcua_contracts.vocabulary import text

blueprint = Resource("tracking", __name__, url_prefix="/api/tracking", description="Tracking by receipt")


@blueprint.route("/<string:code>", methods=["GET"], parameters=DOSSIER_PATH)
@blueprint.doc(security=[], operationId="trackDossier")
@blueprint.arguments(TrackingQuery, location="query")
@blueprint.response(200, Tracking)
@problems(blueprint, 404, 422, 429, 503)
def track_dossier(query: dict[str, Any], code: str) -> Response:
    """Track a dossier

    Needs the dossier code and the receipt's tracking code. A wrong tracking code and an unknown code are answered alike.
    With the head that a printed receipt bears, `chain.receipt` says whether the receipt belongs to the history as it is.
    """
    made = parts()
    found = made.tracking.find(dossier_code(code), query["secret"], made.clock.now())
    if found is None:
        raise Problem("dossier-not-found", 404)
    return answer(show(found, texts.language(), made.departments, query.get("head")))


class Evaluated(Open):
    """An evaluation as it was recorded."""

    code = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    total = fields.Integer(required=True)
    most = fields.Integer(required=True)
    band = fields.String(required=True)
    satisfaction = fields.Integer(required=True)


class EvaluationIn(acts.Evaluating):
    """An evaluation by whoever holds the receipt."""

    secret = text(200, required=True, metadata={"description": "tracking code (mã tra cứu) of the receipt"})


@blueprint.route("/<string:code>/evaluation", methods=["POST"], parameters=DOSSIER_PATH)
@blueprint.doc(security=[], operationId="evaluateDossier")
@blueprint.arguments(
    EvaluationIn,
    example={"secret": "…", "satisfaction": 2, "answers": {"thai-do": 2, "huong-dan": 1}, "comment": "Phục vụ tốt"},
)
@blueprint.response(200, Evaluated)
@problems(blueprint, 400, 404, 409, 413, 415, 422, 429, 503, 504)
def evaluate_dossier(given: dict[str, Any], code: str) -> Response:
    """Evaluate the handling of a dossier

    Once, when the desk has done with it. The same words sent again are the same evaluation.
    """
    secret = given.pop("secret")
    return answer(evaluate(dossier_code(code), secret, given))


@blueprint.route("/evaluation-form", methods=["GET"], parameters=[])
@blueprint.doc(security=[], operationId="readEvaluationForm")
@blueprint.response(200)
@problems(blueprint, 429, 503, 504)
def read_evaluation_form() -> Response:
    """Read the evaluation form

    The criteria that a person judges with 2, 1 or 0, and the classes by the sum with what the office counts itself.
    """
    return answer(auth.public_call()("intake", "evaluation_form"))
