"""``/api/evaluations``: how people, and what can be counted, judge the handling of dossiers, summed up."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields, validate

from gateway import auth
from gateway.api import sheets
from gateway.api.figure_schemas import Windowed
from gateway.api.replies import answer, problems
from gateway.bodies import Resource

blueprint = Resource("evaluations", __name__, url_prefix="/api/evaluations", description="Evaluations (đánh giá)")
blueprint.before_request(auth.require)


class SummedBy(Windowed):
    """Which period, and what a row is about."""

    by = fields.String(load_default="department", validate=validate.OneOf(["desk", "officer", "department", "month"]))


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="sumEvaluations")
@blueprint.arguments(SummedBy, location="query")
@blueprint.response(200)
@problems(blueprint, 401, 403, 422, 429, 503, 504)
def sum_evaluations(asked: dict[str, Any]) -> Response:
    """Sum up evaluations

    Of the dossiers with which the desk had done in a period, by desk, officer, department or month: classes and average
    of the law's scoring, satisfaction, and what can be counted (in time, apologies, supplements, trips).
    """
    return answer(auth.calls()("intake", "evaluations", deadline=sheets.DEADLINE, **asked))
