"""Is a submission complete and possible? Every fault at once, each with the field it is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

#: A sender's clock may be this much ahead of ours before its date is called impossible.
CLOCK_TOLERANCE = timedelta(minutes=10)
#: Papers that lay with a ward for longer were not handed over in time: a person must look at them.
OLDEST = timedelta(days=60)


class ComponentRule(Protocol):
    """A paper that a procedure asks for."""

    @property
    def code(self) -> str: ...
    @property
    def copy(self) -> int: ...
    @property
    def quantity(self) -> int: ...
    @property
    def required(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: ``field`` is the path in the submission, ``kind`` a key of the message catalogue."""

    field: str
    kind: str
    detail: str = ""


def check(
    submission: Mapping[str, Any], rules: Sequence[ComponentRule], *, submitted_at: datetime, now: datetime
) -> list[Fault]:
    """Return every fault of a submission against its procedure's components.

    Args:
        submission: data of ``dossier.submit.v1`` as its contract loaded it.
        rules: components of the procedure's version in force on the day.
        submitted_at: aware instant at which the person or ward says it was handed in.
        now: aware instant of this check.

    Source: NĐ 61/2018 Đ.17 (completeness is checked against the published components; nothing else may be asked).
    """
    return [*_date_faults(submitted_at, now), *_component_faults(submission["components"], rules)]


def _date_faults(submitted_at: datetime, now: datetime) -> Iterable[Fault]:
    if submitted_at > now + CLOCK_TOLERANCE:
        yield Fault("submitted_at", "in-the-future")
    elif submitted_at < now - OLDEST:
        yield Fault("submitted_at", "too-old", str(OLDEST.days))


def _component_faults(components: Sequence[Mapping[str, Any]], rules: Sequence[ComponentRule]) -> Iterable[Fault]:
    known = {rule.code: rule for rule in rules}
    for code, times in Counter(item["code"] for item in components).items():
        if times > 1:
            yield Fault(f"components.{code}", "twice")
    supplied = {item["code"]: item for item in components}
    for code in supplied:
        if code not in known:
            yield Fault(f"components.{code}", "not-asked")
    for rule in rules:
        item = supplied.get(rule.code)
        if item is None:
            if rule.required:
                yield Fault(f"components.{rule.code}", "missing")
        elif rule.copy == 0 and item["copy"] != 0:
            yield Fault(f"components.{rule.code}", "original-needed")
        elif item["quantity"] < rule.quantity:
            yield Fault(f"components.{rule.code}", "too-few", str(rule.quantity))
