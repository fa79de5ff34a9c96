"""An administrative procedure (thủ tục hành chính) and what it is made of; every row is frozen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from worktime import LimitKind

Confidence = Literal["V", "K-H", "K-M", "K-L"]
Level = Literal["district", "ward"]
FeeKind = Literal["fee", "charge"]
State = Literal["draft", "published", "withdrawn"]

ORIGINAL, COPY, ELECTRONIC = 0, 1, 2  # LoaiBan of the national portal: bản chính, bản sao, bản điện tử
COUNTER, ONLINE, POST = 1, 2, 3  # channels of the national portal: trực tiếp, trực tuyến, bưu chính công ích
AT_RECEPTION, AT_SUPPLEMENT, AT_RETURN = 1, 2, 4  # HinhThucThu: khi tiếp nhận, khi bổ sung, khi trả kết quả


@dataclass(frozen=True, slots=True)
class ComponentRule:
    """One paper of a dossier (thành phần hồ sơ): so many ``originals`` and so many ``copies``, at least one in all.

    ``form`` is the name or number of the form (mẫu đơn, mẫu tờ khai) that the paper is written on, or None.
    """

    code: str
    name_vi: str
    name_en: str
    originals: int
    copies: int
    required: bool
    form: str | None = None

    @property
    def copy(self) -> int:
        """What is asked for first: 0 the original, 1 a copy."""
        return ORIGINAL if self.originals else COPY

    @property
    def quantity(self) -> int:
        """How many of ``copy`` are asked for."""
        return self.originals or self.copies


@dataclass(frozen=True, slots=True)
class Limit:
    """The time limit (thời hạn giải quyết); ``amount`` counts what ``kind`` says and is 1 for ``same_day``."""

    kind: LimitKind
    amount: int


@dataclass(frozen=True, slots=True)
class CaseLimit:
    """The time limit of one case (trường hợp) that differs from the procedure's own: it must be verified first."""

    case: str
    name_vi: str
    name_en: str
    kind: LimitKind
    amount: int

    @property
    def limit(self) -> Limit:
        """The limit without the case's name."""
        return Limit(self.kind, self.amount)


@dataclass(frozen=True, slots=True)
class StepBudget:
    """The share of a limit one department may use, in the limit's own units."""

    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class FeeTier:
    """What each counted thing costs up to the number ``up_to``, both included; None: from there on, without end."""

    up_to: int | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class FeeRule:
    """One fee (lệ phí, kind ``fee``) or charge (phí, kind ``charge``), in đồng.

    The number of ``unit`` (dossier, page, case...) runs through ``tiers``, ``ceiling_minor`` caps their sum, and the number
    of ``times`` (copy...), if any, multiplies it. ``collect`` is HinhThucThu: 1 at reception, 2 with a supplement, 4 when
    the result is returned. A rule with a ``case`` stands in that case instead of the rule of the same code without one.

    Source: Luật Phí và lệ phí 2015 Đ.3 (what is a fee, what a charge).
    """

    code: str
    name_vi: str
    name_en: str
    kind: FeeKind
    unit: str
    tiers: tuple[FeeTier, ...]
    ceiling_minor: int | None = None
    times: str | None = None
    collect: int = AT_RECEPTION
    case: str | None = None


@dataclass(frozen=True, slots=True)
class ResultKind:
    """The paper that results (kết quả giải quyết): a licence, a certified copy."""

    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Whether the version is published (công bố, công khai), and where it is posted (niêm yết).

    A ``draft`` was never in force; a ``withdrawn`` version is received no more. Source: NĐ 61/2018/NĐ-CP Đ.17 (dossiers are
    received against the published components), NĐ 63/2010/NĐ-CP (posting where dossiers are received).
    """

    state: State = "published"
    posted_at: tuple[str, ...] = ()


PUBLISHED = Publication()


@dataclass(frozen=True, slots=True)
class ProcedureVersion:
    """An administrative procedure (thủ tục hành chính) as it stood from ``valid_from`` to ``valid_to``, both included.

    ``fee_minor`` is the usual amount to show, in đồng, which has no smaller unit; ``fees`` compute what is owed. What numbers
    cannot say is in ``fee_note`` and ``limit_note`` (Vietnamese). ``supplement_days`` are the working days in which a person
    completes a dossier, None: the office's setting. ``channels`` it may come by: 1 counter, 2 online, 3 post.
    ``confidence`` is the weakest mark of the row's facts: V verified, K-H, K-M, K-L known with high, medium, low certainty;
    ``source`` says where they come from. ``simulated`` marks invented rows.
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
    limits: tuple[CaseLimit, ...] = ()
    fees: tuple[FeeRule, ...] = ()
    result_kind: ResultKind | None = None
    publication: Publication = PUBLISHED
    supplement_days: int | None = None
    channels: tuple[int, ...] = (COUNTER, ONLINE, POST)

    @property
    def key(self) -> str:
        """The version's name: ``2.000815@2018-01-01``."""
        return f"{self.code}@{self.valid_from.isoformat()}"

    @property
    def published(self) -> bool:
        """Whether dossiers are received under it, and the public is shown it."""
        return self.publication.state == "published"

    def budget_of(self, unit: str) -> int | None:
        """Return the part of the limit that ``unit`` may use in all, or None when no step names it."""
        shares = [step.amount for step in self.steps if step.unit == unit]
        return sum(shares) if shares else None

    def cases(self) -> tuple[str, ...]:
        """Return the codes of the cases that have a limit or a fee of their own."""
        return tuple(dict.fromkeys(self._case_codes()))

    def _case_codes(self) -> Iterator[str]:
        yield from (limit.case for limit in self.limits)
        yield from (rule.case for rule in self.fees if rule.case is not None)

    def limit_of(self, case: str | None = None) -> Limit:
        """Return the limit of a case, the procedure's own where the case has none."""
        return next((extra.limit for extra in self.limits if extra.case == case), self.limit)

    def fees_of(self, case: str | None = None) -> tuple[FeeRule, ...]:
        """Return the rules that hold for a case: its own, and those of the codes for which it has none."""
        own = {rule.code for rule in self.fees if case is not None and rule.case == case}
        return tuple(rule for rule in self.fees if rule.case == (case if rule.code in own else None))
