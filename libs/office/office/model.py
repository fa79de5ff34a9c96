"""The kinds of row an office is made of; every one is frozen and carries the dates it holds for, both included."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from worktime import LimitKind

Confidence = Literal["V", "K-H", "K-M", "K-L"]
Level = Literal["district", "ward"]

ORIGINAL, COPY, ELECTRONIC = 0, 1, 2  # LoaiBan of the national portal: bản chính, bản sao, bản điện tử


@dataclass(frozen=True, slots=True)
class Department:
    """A specialist department (phòng chuyên môn) from ``valid_from`` to ``valid_to`` (None: still there)."""

    code: str
    name_vi: str
    name_en: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward (phường); ``code`` is the five-digit GSO number, which names other wards at other dates."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of work (lĩnh vực) that procedures are grouped by."""

    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ComponentRule:
    """One paper of a dossier (thành phần hồ sơ).

    ``copy`` is 0 original, 1 copy, 2 electronic; ``quantity`` counts sheets of that paper asked for, at least 1.
    """

    code: str
    name_vi: str
    name_en: str
    copy: int
    quantity: int
    required: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """The time limit (thời hạn giải quyết); ``amount`` counts days of ``kind`` and is 1 for ``same_day``."""

    kind: LimitKind
    amount: int


@dataclass(frozen=True, slots=True)
class StepBudget:
    """The share of a limit one department may use, in the limit's own days."""

    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class ProcedureVersion:
    """An administrative procedure (thủ tục hành chính) as it stood from ``valid_from`` to ``valid_to``.

    ``fee_minor`` is in đồng, which has no smaller unit; what one number cannot say is in ``fee_note`` and
    ``limit_note`` (Vietnamese). ``confidence`` is the weakest mark of the row's facts: V verified, K-H, K-M, K-L
    known with high, medium, low certainty; ``source`` says where they come from. ``simulated`` marks invented rows.
    """

    code: str
    name_vi: str
    name_en: str
    field: str
    department: str
    components: tuple[ComponentRule, ...]
    limit: Limit
    limit_note: str
    steps: tuple[StepBudget, ...]
    fee_minor: int
    fee_note: str
    legal_basis: str
    level: Level
    confidence: Confidence
    source: str
    simulated: bool
    valid_from: date
    valid_to: date | None = None

    def budget_of(self, unit: str) -> int | None:
        """Return the days of the limit that ``unit`` may use in all, or None when no step names it."""
        shares = [step.amount for step in self.steps if step.unit == unit]
        return sum(shares) if shares else None
