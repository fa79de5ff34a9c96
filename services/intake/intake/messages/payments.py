"""What payment providers are answered, and a payment as the desk takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chassis.kept import Letter
from intake.domain import Fault, Payment
from intake.messages.calls import problems
from intake.messages.telling import letter
from motcua_contracts.intake import PaymentAnsweredV1


def payment(data: Mapping[str, Any]) -> Payment:
    """Return the payment of a ``payment.record.v1``: named for ever by provider and the provider's own id."""
    provider, number = data["provider"], data["payment_id"]
    return Payment(
        f"{provider}:{number}",
        f"{provider}/{number}",
        data["amount_minor"],
        provider,
        data["paid_at"],
        f"provider:{provider}",
        data["payer"],
    )


def recorded(data: Mapping[str, Any], receipt_number: str, at: datetime) -> Letter:
    return _answer(
        data["provider"], data, "recorded", at, subject=data["code"], code=data["code"], receipt_number=receipt_number
    )


def kept(data: Mapping[str, Any], at: datetime) -> Letter:
    """Return the answer to money that fits no dossier: it is kept, and a clerk will clear it."""
    return _answer(data["provider"], data, "kept", at)


def rejected(provider: str, data: Mapping[str, Any], at: datetime, kind: str = "not-your-provider") -> Letter:
    field = {"not-your-provider": "provider", "payment-id-reused": "payment_id"}[kind]
    rows = [{"field": row["field"], "message": row["message"]} for row in problems([Fault(field, kind)])]
    return _answer(provider, data, "rejected", at, problems=rows)


def _answer(
    provider: str, data: Mapping[str, Any], outcome: str, at: datetime, *, subject: str | None = None, **more: Any
) -> Letter:
    told = {"provider": provider, "payment_id": data["payment_id"], "outcome": outcome, **more}
    return letter(PaymentAnsweredV1, told, subject or data["payment_id"], at)
