"""Results and money: the result lies ready, is handed over, waits, is put right; fees are paid."""

from __future__ import annotations

from marshmallow import fields, validate

from motcua_contracts.intake.about import DossierContract
from motcua_contracts.vocabulary import Result, instant, text


class DossierResolvedV1(DossierContract):
    """The result lies at the desk: status 9. Read by: notify, gateway."""

    TYPE = "dossier.resolved.v1"
    READERS = ("notify", "gateway")

    resolved_at = instant(required=True)
    due_at = instant(required=True)
    on_time = fields.Boolean(required=True)
    outcome = fields.String(required=True, metadata={"description": "granted or denied; open"})
    result = fields.Nested(Result, required=True)


class DossierReturnedV1(DossierContract):
    """The result was handed to the person against the receipt: status 10. Read by: gateway."""

    TYPE = "dossier.returned.v1"
    READERS = ("gateway",)

    returned_at = instant(required=True)
    method = fields.String(load_default="counter", metadata={"description": "counter, post or electronic; open"})
    tracking_code = text(30, load_default=None, allow_none=True)


class DossierResultWaitingV1(DossierContract):
    """Nobody has come for the result: the person is reminded, for the ``number``-th time. Read by: notify, gateway."""

    TYPE = "dossier.result-waiting.v1"
    READERS = ("notify", "gateway")

    since = instant(required=True)
    number = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))


class DossierResultKeptV1(DossierContract):
    """Nobody came after the last reminder: the result is kept with the office's papers and can still be had.

    Read by: notify, gateway.
    """

    TYPE = "dossier.result-kept.v1"
    READERS = ("notify", "gateway")

    kept_at = instant(required=True)


class DossierReopenedV1(DossierContract):
    """The result has an error (or was lost): the body at fault makes it anew, free of charge, with an apology.

    Read by: routing, notify, gateway. Source: NĐ 61/2018/NĐ-CP Đ.21.
    """

    TYPE = "dossier.reopened.v1"
    READERS = ("routing", "notify", "gateway")

    reopened_at = instant(required=True)
    forward_at = instant(required=True)
    due_at = instant(required=True)
    reason = text(2000, required=True)


class DossierPaidV1(DossierContract):
    """A payment for the dossier was recorded; ``owed_minor`` is what is still owed. Read by: gateway.

    A negative amount is money that was given back, after a correction that made the dossier cheaper.
    """

    TYPE = "dossier.paid.v1"
    READERS = ("gateway",)

    paid_at = instant(required=True)
    amount_minor = fields.Integer(strict=True, required=True, metadata={"unit": "đồng"})
    owed_minor = fields.Integer(strict=True, required=True, metadata={"unit": "đồng"})
    receipt_number = text(80, required=True)
    method = fields.String(required=True, metadata={"description": "counter or the provider's code; open"})


class DossierExemptedV1(DossierContract):
    """The person need not pay, or pays less, and why (miễn, giảm phí, lệ phí). Read by: gateway."""

    TYPE = "dossier.exempted.v1"
    READERS = ("gateway",)

    exempted_at = instant(required=True)
    amount_minor = fields.Integer(strict=True, required=True, validate=validate.Range(min=1), metadata={"unit": "đồng"})
    owed_minor = fields.Integer(strict=True, required=True, metadata={"unit": "đồng"})
    reason = text(2000, required=True)
    legal_basis = text(500, required=True)


class DossierEvaluatedV1(DossierContract):
    """The person said how the dossier was handled; scored with what can be counted in it (đánh giá, NĐ 61/2018 Đ.30, 31).

    Without the person's comment, which stays at the desk. Read by: gateway.
    """

    TYPE = "dossier.evaluated.v1"
    READERS = ("gateway",)

    evaluated_at = instant(required=True)
    total = fields.Integer(strict=True, required=True, validate=validate.Range(min=0))
    most = fields.Integer(strict=True, required=True, metadata={"description": "the best total there could be"})
    band = text(40, required=True, minimum=0)
    satisfaction = fields.Integer(
        strict=True,
        required=True,
        metadata={"description": "2 very satisfied, 1 satisfied, 0 not satisfied; open"},
    )


CONTRACTS = (
    DossierResolvedV1,
    DossierReturnedV1,
    DossierResultWaitingV1,
    DossierResultKeptV1,
    DossierReopenedV1,
    DossierPaidV1,
    DossierExemptedV1,
    DossierEvaluatedV1,
)
