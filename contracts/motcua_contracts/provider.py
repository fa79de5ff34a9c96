"""What payment providers (kho bạc, ngân hàng, cổng thanh toán) say. Commands to intake; each has a broker user of its own."""

from __future__ import annotations

from marshmallow import fields, validate

from motcua_contracts.base import Contract
from motcua_contracts.vocabulary import DOSSIER_CODE, PROVIDER_CODE, Matches, coded, instant, possible, text

#: What a provider may call a payment of its own.
PAYMENT_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


class PaymentRecordV1(Contract):
    """A person paid for a dossier through a provider.

    Routing key ``payment.record.v1.<provider>`` on ``intake.commands``; the broker lets a provider use its own code only.
    The pair (provider, payment_id) names the payment for ever: a repeat is answered, never counted twice. Money that
    fits no dossier is kept for the desk to clear, never dropped. Answered by ``payment.answered.v1``.
    """

    TYPE = "payment.record.v1"
    OWNER = "intake"
    KIND = "command"
    ADDRESS = "provider"
    READERS = ("intake",)

    provider = coded(PROVIDER_CODE, required=True)
    payment_id = fields.String(required=True, validate=Matches(PAYMENT_ID))
    code = coded(DOSSIER_CODE, required=True)
    amount_minor = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=10**12))
    currency = fields.String(required=True, validate=validate.OneOf(["VND"]))
    paid_at = instant(required=True, validate=possible)
    payer = text(200, load_default=None, allow_none=True)


CONTRACTS = (PaymentRecordV1,)
