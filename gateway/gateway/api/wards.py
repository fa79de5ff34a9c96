"""``/api/wards/<ward>/…``: what a ward does with what it handed over, and what happened to it since."""

from __future__ import annotations

import re
from typing import Any

from flask import Response
from marshmallow import RAISE, Schema, fields, validate

from gateway import auth
from gateway.api.answer_schemas import Open
from gateway.api.replies import IDEMPOTENCY_KEY, REPLAYED, answer, problems, replay_headers
from gateway.api.request_schemas import Strict
from gateway.api.schemas import DossierWithAssignment
from gateway.bodies import Resource
from gateway.problems import Problem
from motcua_contracts import acts
from motcua_contracts.intake import StatementAnsweredV1
from motcua_contracts.vocabulary import DOSSIER_CODE, WARD_CODE, Matches, coded
from motcua_contracts.ward import REFERENCE, WardStatementV1

blueprint = Resource("wards", __name__, url_prefix="/api/wards", description="What wards (phường) handed over")
blueprint.before_request(auth.require)

WARD_PATH = [
    {
        "in": "path",
        "name": "ward",
        "required": True,
        "schema": {"type": "string", "pattern": WARD_CODE},
        "description": "the ward's code",
        "example": "26734",
    }
]
_REFERENCE = "TD/2018/0823-07"
_STATEMENT = {
    "ward": "26734",
    "day": "2018-08-23",
    "count": 0,
    "digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "entries": [],
    "signature": "A" * 86,
}
#: Beyond any list.
_PLACES = 10**12 - 1


def reference() -> fields.String:
    """Return the field of the ward's own number of a case."""
    return fields.String(required=True, validate=Matches(REFERENCE))


class WardCorrection(acts.Correcting):
    """What the ward handed over wrongly, as it is right; what is absent was right."""

    ward_reference = reference()


class WardWithdrawal(acts.Because):
    """Why the ward takes a dossier back."""

    ward_reference = reference()


class WardStatement(WardStatementV1):
    """What the ward handed over on a day, signed, as `ward.statement.v1` has it."""

    class Meta:
        unknown = RAISE


class StatementAnswer(StatementAnsweredV1):
    """How it compares with what the district has, signed, as `statement.answered.v1` has it."""


class ChangesAfter(Strict):
    """Where in the ward's list to go on; 0 is its beginning."""

    since = fields.Integer(load_default=0, validate=validate.Range(min=0, max=_PLACES))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=200))


class WardChange(Open):
    """One thing that happened to a dossier, as `submission.changed.v1` tells it."""

    ward = coded(WARD_CODE, required=True)
    ward_reference = fields.String(required=True)
    code = coded(DOSSIER_CODE, required=True)
    status = fields.Integer(required=True)
    kind = fields.String(required=True)
    position = fields.Integer(required=True)
    changed_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime()


class WardChanges(Open):
    """A page of the ward's list, oldest first."""

    changes = fields.List(fields.Nested(WardChange), required=True)
    next = fields.Integer(required=True, metadata={"description": "`since` of the next page"})
    more = fields.Boolean(required=True, metadata={"description": "whether there is more already"})


@blueprint.route("/<string:ward>/corrections", methods=["POST"], parameters=WARD_PATH)
@blueprint.doc(operationId="correctForWard", parameters=[IDEMPOTENCY_KEY])
@blueprint.arguments(
    WardCorrection, example={"ward_reference": _REFERENCE, "reason": "Ghi nhầm số bản", "quantities": {"copy": 2}}
)
@blueprint.response(200, DossierWithAssignment, headers=REPLAYED)
@problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503, 504)
def correct_for_ward(given: dict[str, Any], ward: str) -> Response:
    """Correct what the ward handed over wrongly

    By the ward's own reference, until a department has accepted the dossier.
    """
    return _act("correct_for_ward", ward, WardCorrection(), given)


@blueprint.route("/<string:ward>/withdrawals", methods=["POST"], parameters=WARD_PATH)
@blueprint.doc(operationId="withdrawForWard", parameters=[IDEMPOTENCY_KEY])
@blueprint.arguments(WardWithdrawal, example={"ward_reference": _REFERENCE, "reason": "Người nộp xin rút hồ sơ"})
@blueprint.response(200, DossierWithAssignment, headers=REPLAYED)
@problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503, 504)
def withdraw_for_ward(given: dict[str, Any], ward: str) -> Response:
    """Withdraw what the ward handed over

    By the ward's own reference, until a department has accepted the dossier: status 7.
    """
    return _act("withdraw_for_ward", ward, WardWithdrawal(), given)


@blueprint.route("/<string:ward>/statements", methods=["POST"], parameters=WARD_PATH)
@blueprint.doc(operationId="stateForWard", parameters=[IDEMPOTENCY_KEY])
@blueprint.arguments(WardStatement, example=_STATEMENT)
@blueprint.response(200, StatementAnswer)
@problems(blueprint, 400, 401, 403, 404, 413, 415, 422, 429, 503, 504)
def state_for_ward(given: dict[str, Any], ward: str) -> Response:
    """Compare what the ward handed over on a day

    The ward signs what it states, the district what it answers: what of it is missing here, what it did not state, and
    what says something else. A page has up to 1000 references.
    """
    key = auth.idempotency_key()
    statement = {name: value for name, value in WardStatement().dump(given).items() if value is not None}
    return answer(auth.calls()("intake", "state_for_ward", key=key, ward=known_ward(ward), statement=statement))


@blueprint.route("/<string:ward>/changes", methods=["GET"], parameters=WARD_PATH)
@blueprint.doc(operationId="listWardChanges")
@blueprint.arguments(ChangesAfter, location="query")
@blueprint.response(200, WardChanges)
@problems(blueprint, 400, 401, 403, 404, 422, 429, 503, 504)
def list_ward_changes(wanted: dict[str, Any], ward: str) -> Response:
    """What happened to the ward's dossiers

    Everything after `since`, in the order in which the district wrote it down, nothing left out and nothing twice: ask
    again with `next`. Of one dossier the highest `position` is the latest. A change is listed about a second after it.
    """
    return answer(auth.calls()("intake", "ward_changes", ward=known_ward(ward), **wanted))


def _act(method: str, ward: str, schema: Schema, given: dict[str, Any]) -> Response:
    key = auth.idempotency_key()
    told = {name: value for name, value in schema.dump(given).items() if value is not None}
    made = dict(auth.calls()("intake", method, key=key, ward=known_ward(ward), **told))
    return answer(made, headers=replay_headers(made))


def known_ward(ward: str) -> str:
    """Return ``ward``, or end the request with 404: what cannot be a code names none."""
    if re.fullmatch(WARD_CODE.rstrip("$"), ward) is None:
        raise Problem("not-found", 404)
    return ward
