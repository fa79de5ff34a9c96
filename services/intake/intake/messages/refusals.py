"""Why the desk cannot do what it is asked to do, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chassis.errors import Refused, Taken
from intake import domain
from intake.domain import Fault
from intake.messages.calls import problems

_WHY: dict[type[Exception], Callable[[Exception], Fault]] = {
    domain.IllegalMove: lambda error: Fault("status", "illegal-move", str(int(error.source))),  # type: ignore[attr-defined]
    domain.AskedBefore: lambda _: Fault("items", "asked-before"),
    domain.NothingPending: lambda _: Fault("grant", "nothing-pending"),
    domain.SecondAppointment: lambda _: Fault("due_at", "second-appointment"),
    domain.TooLate: lambda _: Fault("due_at", "apology-too-late"),
    domain.NotLater: lambda _: Fault("due_at", "not-later"),
    domain.NothingOwed: lambda _: Fault("cause", "nothing-owed"),
    domain.PaidBefore: lambda _: Fault("receipt_number", "receipt-number-used"),
    domain.NoApology: lambda _: Fault("due_at", "no-apology"),
    domain.Unpaid: lambda error: Fault("account", "unpaid", money(error.owed_minor)),  # type: ignore[attr-defined]
    domain.TooMuch: lambda error: Fault("amount_minor", "too-much", money(error.owed_minor)),  # type: ignore[attr-defined]
    domain.EvaluatedBefore: lambda _: Fault("answers", "evaluated-before"),
    Taken: lambda _: Fault("receipt_number", "receipt-number-used"),
}


def money(amount_minor: int) -> str:
    """Return an amount as people write it: ``1.000``."""
    return f"{amount_minor:,}".replace(",", ".")


@contextmanager
def told() -> Iterator[None]:
    """Tell a rule that stands against an act as a refusal (409) with its reason; ``illegal-move`` names the status."""
    try:
        yield
    except tuple(_WHY) as error:
        code = "illegal-move" if isinstance(error, domain.IllegalMove) else "not-possible"
        raise Refused(code, 409, errors=problems([_WHY[type(error)](error)])) from None
