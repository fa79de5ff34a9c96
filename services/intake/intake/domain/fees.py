"""Money of a dossier (phí, lệ phí): what is asked, what is exempted, what was paid. Amounts are in đồng."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


class TooMuch(Exception):
    """More would be paid or exempted than is owed; ``owed_minor`` is what is."""

    def __init__(self, owed_minor: int) -> None:
        super().__init__(owed_minor)
        self.owed_minor = owed_minor


class PaidBefore(Exception):
    """The dossier has a payment with this id: it is never counted twice."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what is owed.

    Attributes:
        name: Vietnamese, as it stands on the receipt.
        kind: ``fee`` (lệ phí) or ``charge`` (phí).
        amount_minor: in đồng, for everything on the line.
        quantity: how many of the rule's unit were counted.
        collect: HinhThucThu: 1 at reception, 2 with a supplement, 4 when the result is returned.
    """

    code: str
    name: str
    kind: str
    amount_minor: int
    quantity: int
    collect: int


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why less is paid (miễn, giảm)."""

    amount_minor: int
    reason: str
    legal_basis: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in.

    Attributes:
        id: names the payment for ever, ``<provider>:<payment id>`` or ``counter:<receipt number>``.
        receipt_number: of the receipt that the payer has (số biên lai).
        method: counter, or the provider's code.
        at: aware instant at which it was paid.
    """

    id: str
    receipt_number: str
    amount_minor: int
    method: str
    at: datetime
    by: str
    payer: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What a dossier costs and what of it is settled; a line is never changed after money came in, only exempted."""

    lines: tuple[Line, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    payments: tuple[Payment, ...] = ()

    @property
    def total_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)

    @property
    def paid_minor(self) -> int:
        return sum(payment.amount_minor for payment in self.payments)

    @property
    def exempted_minor(self) -> int:
        return sum(exemption.amount_minor for exemption in self.exemptions)

    @property
    def owed_minor(self) -> int:
        """What is still to be paid; negative when a correction made the dossier cheaper than what was paid."""
        return self.total_minor - self.exempted_minor - self.paid_minor

    def pay(self, payment: Payment) -> Account:
        """Return the account with a payment.

        Raises:
            TooMuch: it is more than is owed; money is never taken silently.
            PaidBefore: it is in the account.
        """
        self._check_new(payment)
        if payment.amount_minor > max(self.owed_minor, 0):
            raise TooMuch(max(self.owed_minor, 0))
        return replace(self, payments=(*self.payments, payment))

    def refund(self, payment: Payment) -> Account:
        """Return the account with money given back (a negative payment): no more than was paid in excess.

        What was exempted was never paid, so it is not given back.

        Raises:
            TooMuch: it is more than the excess, which ``owed_minor`` is.
            PaidBefore: it is in the account.
        """
        self._check_new(payment)
        excess = min(max(-self.owed_minor, 0), self.paid_minor)
        if -payment.amount_minor > excess:
            raise TooMuch(excess)
        return replace(self, payments=(*self.payments, payment))

    def _check_new(self, payment: Payment) -> None:
        if any(known.id == payment.id for known in self.payments):
            raise PaidBefore(payment.id)

    def exempt(self, exemption: Exemption) -> Account:
        """Return the account with an exemption; raises ``TooMuch``."""
        if exemption.amount_minor > max(self.owed_minor, 0):
            raise TooMuch(max(self.owed_minor, 0))
        return replace(self, exemptions=(*self.exemptions, exemption))

    def corrected(self, lines: tuple[Line, ...]) -> Account:
        """Return the account of the right procedure: what was paid stays paid."""
        return replace(self, lines=lines)
