"""What a payment provider remembers: each payment with its fixed message, and what the office made of it."""

from __future__ import annotations

from typing import ClassVar

from partner import book
from partner.errand import Errand

ERRAND = Errand(
    role="provider",
    sends="payment.record.v1",
    answered="payment.answered.v1",
    reference="payment_id",
    result="receipt_number",
    outcomes=("rejected", "kept", "recorded"),
)


class Book(book.Book):
    """One provider's memory."""

    ERRAND: ClassVar[Errand] = ERRAND
