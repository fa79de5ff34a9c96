"""What intake answers payment providers."""

from __future__ import annotations

from marshmallow import fields

from motcua_contracts.base import Contract
from motcua_contracts.vocabulary import DOSSIER_CODE, PROVIDER_CODE, Problem, coded, text


class PaymentAnsweredV1(Contract):
    """What became of a payment: recorded with its receipt number, kept for the desk to clear, or rejected.

    Routing key ``payment.answered.v1.<provider>``, delivered to the queue ``provider.<provider>``. Read by: the provider.
    """

    TYPE = "payment.answered.v1"
    OWNER = "intake"
    ADDRESS = "provider"
    READERS = ("provider",)

    provider = coded(PROVIDER_CODE, required=True)
    payment_id = text(64, required=True)
    outcome = fields.String(required=True, metadata={"description": "recorded, kept or rejected; open"})
    code = coded(DOSSIER_CODE, load_default=None, allow_none=True)
    receipt_number = text(80, load_default=None, allow_none=True)
    problems = fields.List(fields.Nested(Problem), load_default=list)


CONTRACTS = (PaymentAnsweredV1,)
