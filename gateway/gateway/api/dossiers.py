"""``/api/dossiers``: submit, list, read, supplement, hand over."""

from __future__ import annotations

from typing import Any

from flask import Response

from chassis import telemetry
from chassis.errors import Refused
from gateway import auth, tracing
from gateway.api.replies import DOSSIER_PATH, IDEMPOTENCY_KEY, REPLAYED, answer, dossier_code, problems, replay_headers
from gateway.api.schemas import (
    DossierFilter,
    DossierPage,
    DossierWithAssignment,
    HandOver,
    Receipt,
    Submission,
    Supplement,
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
    names = ("state", "department", "procedure", "ward", "received_from", "received_to", "limit", "after")
    return answer(auth.calls()("intake", "search", **{name: wanted.get(name) for name in names}))


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


@blueprint.route("/<string:code>/supplements", methods=["POST"], parameters=DOSSIER_PATH)
@blueprint.doc(operationId="supplementDossier", parameters=[IDEMPOTENCY_KEY])
@blueprint.arguments(Supplement, example={"components": [{"code": "ban-sao", "copy": 1, "quantity": 1}]})
@blueprint.response(200, DossierWithAssignment, headers=REPLAYED)
@problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503, 504)
def supplement_dossier(given: dict[str, Any], code: str) -> Response:
    """Supply papers

    Completes a dossier in status 5; the clock runs on to a new appointment. Repeated with the same key, it answers with
    the dossier as it is now.
    """
    key = auth.idempotency_key()
    told = {name: value for name, value in given.items() if value is not None}
    view = dict(auth.calls()("intake", "supplement", key=key, code=dossier_code(code), **told))
    return answer(view, headers=replay_headers(view))


@blueprint.route("/<string:code>/hand-over", methods=["POST"], parameters=DOSSIER_PATH)
@blueprint.doc(operationId="handOverDossier", parameters=[IDEMPOTENCY_KEY])
@blueprint.arguments(HandOver, example={"received_by": "Nguyễn Thị Mai", "identity_checked": True})
@blueprint.response(200, DossierWithAssignment, headers=REPLAYED)
@problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503, 504)
def hand_over_dossier(given: dict[str, Any], code: str) -> Response:
    """Hand over the result

    Closes a dossier in status 9: the result is given to the person against the receipt. Repeated with the same key, it
    answers with the dossier as it is now.
    """
    key = auth.idempotency_key()
    view = dict(auth.calls()("intake", "hand_over", key=key, code=dossier_code(code), **given))
    return answer(view, headers=replay_headers(view))
