"""Money of a dossier: each act returns the dossier after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from intake.domain import papers
from intake.domain.dossier import Dossier
from intake.domain.fees import Exemption, Payment
from intake.domain.status import OVER, IllegalMove


def pay(dossier: Dossier, payment: Payment) -> Dossier:
    """Record a payment, with its receipt (biên lai).

    Raises:
        TooMuch: it is more than is owed.
        IllegalMove: the dossier was refused or withdrawn.
    """
    if dossier.status in OVER:
        raise IllegalMove(dossier.status, dossier.status)
    paid = replace(dossier, account=dossier.account.pay(payment))
    return paid.with_paper(papers.FEE_RECEIPT, payment.at, payment.by)


def refund(dossier: Dossier, payment: Payment) -> Dossier:
    """Give back what a correction made too much; raises ``TooMuch`` for more than that."""
    return replace(dossier, account=dossier.account.refund(payment))


def exempt(
    dossier: Dossier, *, amount_minor: int | None, reason: str, legal_basis: str, at: datetime, by: str
) -> Dossier:
    """Let the person pay less: ``amount_minor`` of what is owed, or all of it, with the reason and the law.

    Raises:
        TooMuch: it is more than is owed, or nothing is.
        IllegalMove: the dossier was refused or withdrawn.
    """
    if dossier.status in OVER:
        raise IllegalMove(dossier.status, dossier.status)
    owed = dossier.account.owed_minor
    exemption = Exemption(amount_minor or max(owed, 1), reason, legal_basis, at, by)
    return replace(dossier, account=dossier.account.exempt(exemption))
