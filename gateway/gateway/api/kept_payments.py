"""``/api/kept-payments``: money from providers that fits no dossier, until a clerk clears it."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from gateway import auth
from gateway.api.answer_schemas import Open
from gateway.api.replies import IDEMPOTENCY_KEY, answer, problems
from gateway.bodies import Resource
from motcua_contracts import acts

blueprint = Resource(
    "kept_payments", __name__, url_prefix="/api/kept-payments", description="Money that fits no dossier"
)
blueprint.before_request(auth.require)

_PAYMENT = {
    "in": "path",
    "name": "payment",
    "required": True,
    "schema": {"type": "string", "maxLength": 80},
    "description": "as `payment` of the list names it",
    "example": "KBNN:2018-000123",
}


class KeptPayment(Open):
    """Money that waits: ``because`` of unknown-dossier, not-owed, payment-id-reused or not-your-provider."""

    payment = fields.String(required=True)
    provider = fields.String(required=True)
    payment_id = fields.String(required=True)
    code = fields.String(required=True)
    amount_minor = fields.Integer(required=True, metadata={"unit": "đồng"})
    paid_at = fields.AwareDateTime(required=True)
    payer = fields.String(allow_none=True)
    because = fields.String(required=True)
    cleared = fields.Dict(allow_none=True)


@blueprint.route("", methods=["GET"], parameters=[])
@blueprint.doc(operationId="listKeptPayments")
@blueprint.response(200, KeptPayment(many=True))
@problems(blueprint, 401, 403, 429, 503, 504)
def list_kept_payments() -> Response:
    """List money that fits no dossier

    The oldest first; at most 500.
    """
    return answer(auth.calls()("intake", "payments_kept"))


@blueprint.route("/<string:payment>/clearing", methods=["POST"], parameters=[_PAYMENT])
@blueprint.doc(operationId="clearPayment", parameters=[IDEMPOTENCY_KEY])
@blueprint.arguments(acts.Clearing, example={"code": "000.00.01.H29-180102-0001", "note": "Ghi nhầm mã hồ sơ"})
@blueprint.response(200, KeptPayment)
@problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503, 504)
def clear_payment(given: dict[str, Any], payment: str) -> Response:
    """Clear kept money

    Gives it to the dossier that it was for; without `code`, `note` says how it went back.
    """
    key = auth.idempotency_key()
    return answer(auth.calls()("intake", "clear_payment", key=key, payment=payment[:80], **given))
