"""``/api/dossiers``: submit, list, search, read."""

from __future__ import annotations

from typing import Any

from flask import Response

from chassis import telemetry
from chassis.errors import Refused
from gateway import auth, tracing
from gateway.api.replies import DOSSIER_PATH, IDEMPOTENCY_KEY, REPLAYED, answer, dossier_code, problems
from gateway.api.schemas import (
    DossierFilter,
    DossierPage,
    DossierSearch,
    DossierWithAssignment,
    Receipt,
    Submission,
)
from gateway.api.submitting import submit
from gateway.bodies import Resource
from gateway.rpc import ServiceTimeout, ServiceUnavailable

blueprint = Resource("dossiers", __name__, url_prefix="/api/dossiers", description="Dossiers (hồ sơ)")
blueprint.before_request(auth.require)

#: Seconds worth waiting for routing's part of a dossier; intake's part is the answer.
ASSIGNMENT_DEADLINE = 1.5

_log = telemetry.logger(__name__)

_EXAMPLE = {
    "procedure": "2.000815",
    "channel": 1,
    "applicant": {"kind": 0, "name": "Nguyễn Thị Mai", "phone": "0903000001", "email": "mai@example.org"},
    "components": [{"code": "ban-chinh", "copy": 0, "quantity": 1}, {"code": "ban-sao", "copy": 1, "quantity": 2}],
}


@blueprint.route("", methods=["POST"], parameters=[])
@blueprint.doc(operationId="submitDossier", parameters=[IDEMPOTENCY_KEY])
@blueprint.arguments(Submission, example=_EXAMPLE)
@blueprint.response(
    201, Receipt, headers={"Location": {"schema": {"type": "string"}, "description": "address of the dossier"}}
)
@blueprint.alt_response(200, schema=Receipt, headers=REPLAYED, description="Registered before", success=True)
@problems(blueprint, 400, 401, 403, 409, 413, 415, 422, 429, 503, 504)
def submit_dossier(submission: dict[str, Any]) -> Response:
    """Submit a dossier

    Registers a complete dossier and answers with its receipt: code, appointment, tracking code.
    """
    key = auth.idempotency_key()
    receipt, replayed = submit(auth.calls(), auth.caller(), key, submission)
    tracing.about(receipt["code"])
    headers = {"Location": f"/api/dossiers/{receipt['code']}"}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return answer(receipt, 200 if replayed else 201, headers)


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="listDossiers")
@blueprint.arguments(DossierFilter, location="query")
@blueprint.response(200, DossierPage)
@problems(blueprint, 400, 401, 403, 422, 429, 503, 504)
def list_dossiers(wanted: dict[str, Any]) -> Response:
    """List dossiers

    Newest first; `after` continues behind the page before. What a caller sees depends on role and unit.
    """
    return answer(auth.calls()("intake", "search", **wanted))


@blueprint.route("/search", methods=["POST"], parameters=[])
@blueprint.doc(operationId="searchDossiers")
@blueprint.arguments(DossierSearch, example={"name": "ng thi mai", "received_from": "2018-01-02"})
@blueprint.response(200, DossierPage)
@problems(blueprint, 400, 401, 403, 413, 415, 422, 429, 503, 504)
def search_dossiers(wanted: dict[str, Any]) -> Response:
    """Search dossiers

    As the list, also by the applicant's name, identity number or telephone. All conditions must hold; newest first.
    """
    return answer(auth.calls()("intake", "search", **wanted))


@blueprint.route("/<string:code>", methods=["GET"], parameters=DOSSIER_PATH)
@blueprint.doc(operationId="readDossier")
@blueprint.response(200, DossierWithAssignment)
@problems(blueprint, 401, 403, 404, 429, 503, 504)
def read_dossier(code: str) -> Response:
    """Read a dossier

    With routing's view of its assignment; `assignment` is null when there is none, the caller may not see it, or routing
    cannot be reached.
    """
    call = auth.calls()
    view = dict(call("intake", "get", code=dossier_code(code)))
    try:
        view["assignment"] = call("routing", "get", deadline=ASSIGNMENT_DEADLINE, code=code)
    except Refused as error:
        if error.status not in (403, 404):
            _log.warning("routing refused", code=error.code, status=error.status)
        view["assignment"] = None
    except (ServiceUnavailable, ServiceTimeout) as error:
        _log.info("dossier answered without its assignment", because=type(error).__name__)
        view["assignment"] = None
    return answer(view)


@blueprint.route("/<string:code>/deadline", methods=["GET"], parameters=DOSSIER_PATH)
@blueprint.doc(operationId="explainDeadline")
@blueprint.response(200)
@problems(blueprint, 401, 403, 404, 429, 503, 504)
def explain_deadline(code: str) -> Response:
    """Explain the appointment

    `ledger`: when the clock began, stood, ran on or was moved, and why. `days`: each day of the limit, with what left it
    out. With the reasons in Vietnamese and English.
    """
    return answer(auth.calls()("intake", "deadline", code=dossier_code(code)))


@blueprint.route("/<string:code>/score", methods=["GET"], parameters=DOSSIER_PATH)
@blueprint.doc(operationId="scoreDossier")
@blueprint.response(200)
@problems(blueprint, 401, 403, 404, 409, 429, 503, 504)
def score_dossier(code: str) -> Response:
    """Score the handling of a dossier

    `by_rule`: points for what can be counted in it; `evaluation`: with what the person said, if anything.
    """
    return answer(auth.calls()("intake", "score", code=dossier_code(code)))
