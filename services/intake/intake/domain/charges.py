"""What a dossier costs: each fee and charge of its procedure by the numbers that are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from intake.domain.fees import Line


class Tier(Protocol):
    """What each counted thing costs up to ``up_to``, both included; None: from there on."""

    @property
    def up_to(self) -> int | None: ...
    @property
    def amount_minor(self) -> int: ...


class FeeRule(Protocol):
    """One fee (lệ phí) or charge (phí) of a procedure."""

    @property
    def code(self) -> str: ...
    @property
    def name_vi(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def tiers(self) -> Sequence[Tier]: ...
    @property
    def ceiling_minor(self) -> int | None: ...
    @property
    def times(self) -> str | None: ...
    @property
    def collect(self) -> int: ...


def compute(fees: Sequence[FeeRule], quantities: Mapping[str, int]) -> tuple[Line, ...]:
    """Return what is owed, one line for each rule.

    Args:
        fees: the rules that hold for the dossier's case.
        quantities: by unit, each at least 0; a unit that is not named counts 1.

    Raises:
        ValueError: a quantity is below 0.
    """
    if below := [unit for unit, number in quantities.items() if number < 0]:
        raise ValueError(f"a quantity is below 0: {below[0]}")
    return tuple(_line(rule, quantities) for rule in fees)


def _line(rule: FeeRule, quantities: Mapping[str, int]) -> Line:
    number = quantities.get(rule.unit, 1)
    amount = _through(rule.tiers, number)
    if rule.ceiling_minor is not None:
        amount = min(amount, rule.ceiling_minor)
    if rule.times is not None:
        amount *= quantities.get(rule.times, 1)
    return Line(rule.code, rule.name_vi, rule.kind, amount, number, rule.collect)


def _through(tiers: Sequence[Tier], number: int) -> int:
    """Return the sum of what ``number`` things cost, each by the tier that it falls into."""
    amount, begun = 0, 0
    for tier in tiers:
        end = number if tier.up_to is None else min(number, tier.up_to)
        amount += max(0, end - begun) * tier.amount_minor
        begun = max(begun, end)
    return amount
