"""``/api/procedures``: what can be applied for, with papers, fee and time limit."""

from __future__ import annotations

import re
from typing import Any

from flask import Response

from gateway import auth
from gateway.api.replies import PROCEDURE_PATH, answer, problems
from gateway.api.schemas import Procedure, ProcedureQuery
from gateway.bodies import Resource
from gateway.problems import Problem
from motcua_contracts.vocabulary import PROCEDURE_CODE

blueprint = Resource(
    "procedures", __name__, url_prefix="/api/procedures", description="Procedures (thủ tục hành chính)"
)
blueprint.before_request(auth.require)


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="listProcedures")
@blueprint.arguments(ProcedureQuery, location="query")
@blueprint.response(200, Procedure(many=True))
@problems(blueprint, 401, 403, 422, 429, 503, 504)
def list_procedures(query: dict[str, Any]) -> Response:
    """List procedures

    Those in force on the day `on`.
    """
    return answer(auth.calls()("intake", "procedures", on=_day(query)))


@blueprint.route("/<string:code>", methods=["GET"], parameters=PROCEDURE_PATH)
@blueprint.doc(operationId="readProcedure")
@blueprint.arguments(ProcedureQuery, location="query")
@blueprint.response(200, Procedure)
@problems(blueprint, 401, 403, 404, 422, 429, 503, 504)
def read_procedure(query: dict[str, Any], code: str) -> Response:
    """Read a procedure

    As it is in force on the day `on`: papers, fee, time limit.
    """
    if len(code) > 64 or re.fullmatch(PROCEDURE_CODE.rstrip("$"), code) is None:
        raise Problem("not-found", 404)
    return answer(auth.calls()("intake", "procedure", code=code, on=_day(query)))


def _day(query: dict[str, Any]) -> str | None:
    day = query.get("on")
    return day.isoformat() if day else None
