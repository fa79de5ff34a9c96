"""Guidance for a person who wants to hand a dossier in: what to bring, how long it takes, what it costs, where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chassis.catalogue import catalogue
from intake.domain import Line
from intake.domain.charges import compute
from intake.domain.code import VIETNAM
from intake.messages.calls import TEXTS
from office import ComponentRule, FeeRule, Limit, ProcedureVersion

_CATALOGUE = TEXTS / "guidance"
_ENGLISH_GROUPS, _VIETNAMESE_GROUPS = ",", "."


def guidance(
    version: ProcedureVersion,
    *,
    language: str,
    case: str | None,
    quantities: Mapping[str, int],
    due_at: datetime | None,
    supplement_days: int,
) -> dict[str, Any]:
    """Return the guidance in ``language`` (vi, en), each part as data and in words.

    Args:
        case: for which case (trường hợp); None: the usual one.
        quantities: what is counted for the fees, by unit; what is not named counts 1.
        due_at: the appointment of a dossier handed in now; None when the calendar does not reach so far.
        supplement_days: working days to complete a dossier.

    Source: NĐ 61/2018/NĐ-CP Đ.11, Đ.17 (guidance is complete, and given once).
    """
    say = _Words(language)
    rules = version.fees_of(case)
    lines = compute(rules, quantities)
    return {
        "code": version.code,
        "name": say.name(version),
        "language": language,
        "case": case,
        "cases": [{"case": code, "name": say.case_name(version, code)} for code in version.cases()],
        "papers": [_paper(rule, say) for rule in version.components],
        "time": _time(version, version.limit_of(case), due_at, say),
        "fee": _fee(version, rules, lines, say),
        "supplement": say("supplement", supplement_days),
        "channels": [{"channel": channel, "text": say.text(f"channel.{channel}")} for channel in version.channels],
        "where": say.text("where"),
        "posted_at": list(version.publication.posted_at),
        "legal_basis": version.legal_basis,
        "result": say.name(version.result_kind) if version.result_kind else None,
    }


class _Words:
    """The texts of one language, with its numbers: 1.000 in Vietnamese, 1,000 in English."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = catalogue(_CATALOGUE)

    def text(self, key: str, **places: object) -> str:
        return self._texts.text(key, self.language, **places)

    def __call__(self, key: str, number: int, **places: object) -> str:
        """Return the text for so many; Vietnamese has one form for all numbers, and says it in both."""
        return self.text(f"{key}.{'one' if number == 1 else 'other'}", number=self.number(number), **places)

    def number(self, number: int) -> str:
        return f"{number:,}".replace(_ENGLISH_GROUPS, _VIETNAMESE_GROUPS if self.language == "vi" else _ENGLISH_GROUPS)

    def money(self, amount_minor: int) -> str:
        return self.text("money", number=self.number(amount_minor))

    def name(self, named: Any) -> str:
        return str(named.name_vi if self.language == "vi" else named.name_en)

    def case_name(self, version: ProcedureVersion, case: str) -> str:
        limits = [limit for limit in version.limits if limit.case == case]
        return self.name(limits[0] if limits else next(rule for rule in version.fees if rule.case == case))


def _paper(rule: ComponentRule, say: _Words) -> dict[str, Any]:
    asked = [say(kind, number) for kind, number in (("originals", rule.originals), ("copies", rule.copies)) if number]
    told = {"name": say.name(rule), "asked": say.text("and").join(asked), "form": rule.form or ""}
    key = "paper_form" if rule.form else "paper"
    return {
        "code": rule.code,
        "name": told["name"],
        "originals": rule.originals,
        "copies": rule.copies,
        "required": rule.required,
        "form": rule.form,
        "text": say.text(key, **told) + ("" if rule.required else say.text("if_any")),
    }


def _time(version: ProcedureVersion, limit: Limit, due_at: datetime | None, say: _Words) -> dict[str, Any]:
    local = due_at.astimezone(VIETNAM) if due_at else None
    return {
        "kind": limit.kind,
        "amount": limit.amount,
        "text": say(f"time.{limit.kind}", limit.amount),
        "note": version.limit_note,
        "due_at": due_at,
        "due_text": say.text("due", moment=f"{local:%H:%M}", day=f"{local:%d/%m/%Y}")
        if local
        else say.text("due_unknown"),
    }


def _fee(version: ProcedureVersion, rules: Sequence[FeeRule], lines: Sequence[Line], say: _Words) -> dict[str, Any]:
    total = sum(line.amount_minor for line in lines)
    rows = [
        {
            "code": line.code,
            "name": say.name(rule),
            "kind": line.kind,
            "unit": rule.unit,
            "quantity": line.quantity,
            "times": rule.times,
            "amount_minor": line.amount_minor,
            "collect": line.collect,
            "text": say.text("fee_line", name=say.name(rule), amount=say.money(line.amount_minor))
            + say.text(f"collect.{line.collect}"),
        }
        for rule, line in zip(rules, lines, strict=True)
    ]
    if total:
        text = say.text("fee_total", amount=say.money(total))
    else:
        text = say.text("fee_by_note" if version.fee_note else "no_fee")
    return {"lines": rows, "total_minor": total, "text": text, "note": version.fee_note}
