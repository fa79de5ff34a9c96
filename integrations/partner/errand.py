"""What a role sends one by one, and how it is answered: all that tells a ward from a payment provider."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Errand:
    """The message that a role sends on its own account, and the answer to each.

    Attributes:
        role: ``ward``; also the field of ``data`` with the sender's code, and the first word of its queue and source.
        sends, answered: types of the message and of its answer.
        reference: field of both with the sender's own name for what it sends; it names one thing for ever.
        result: field of the answer with what was made of it; two different ones for one reference are a conflict.
        outcomes: of the answer, from the weakest; a stronger one stands over a weaker one, whichever comes first.
        moment: field of ``data`` that a line may leave out and that is then now; None when every line must have it.
    """

    role: str
    sends: str
    answered: str
    reference: str
    result: str
    outcomes: tuple[str, ...]
    moment: str | None = None

    def rank(self, outcome: str | None) -> int:
        """Return how strong an outcome is: none is weaker than one that this program does not know."""
        if outcome is None:
            return -2
        return self.outcomes.index(outcome) if outcome in self.outcomes else -1
