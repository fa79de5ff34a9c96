"""Is a submission complete and possible? Every fault at once, each with the field it is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

#: A sender's clock may be this much ahead of ours before its date is called impossible.
CLOCK_TOLERANCE = timedelta(minutes=10)
#: Papers that lay with a ward for longer were not handed over in time: a person must look at them.
OLDEST = timedelta(days=60)


#: Faults that a person can mend by bringing more.
LACKING = frozenset({"missing", "too-few", "original-needed"})
COUNTER, ONLINE, POST = 1, 2, 3  # channels, national codes
ORIGINAL, ELECTRONIC = 0, 2  # LoaiBan


class ComponentRule(Protocol):
    """A paper that a procedure asks for."""

    @property
    def code(self) -> str: ...
    @property
    def originals(self) -> int: ...
    @property
    def copies(self) -> int: ...
    @property
    def required(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: ``field`` is the path in the submission, ``kind`` a key of the message catalogue."""

    field: str
    kind: str
    detail: str = ""


def check(
    submission: Mapping[str, Any],
    rules: Sequence[ComponentRule],
    *,
    submitted_at: datetime,
    now: datetime,
    channel: int = 1,
    complete: bool = True,
) -> list[Fault]:
    """Return every fault of a submission against its procedure's components.

    Args:
        submission: data of ``dossier.submit.v1`` as its contract loaded it.
        rules: components of the procedure's version in force on the day.
        channel: 1 counter, 2 online, 3 post; online an electronic paper stands for the original, which the person shows
            when the result is handed over.
        complete: whether papers may not be missing; what is registered only may lack some, and the desk asks for them.
        submitted_at: aware instant at which the person or ward says it was handed in.
        now: aware instant of this check.

    Source: NĐ 61/2018 Đ.17 (completeness is checked against the published components; nothing else may be asked).
    """
    found = [*_date_faults(submitted_at, now), *_component_faults(submission["components"], rules, channel)]
    return [fault for fault in found if complete or fault.kind not in LACKING]


def check_way(
    submission: Mapping[str, Any], *, channel: int, channels: Collection[int], cases: Collection[str]
) -> list[Fault]:
    """Return every fault in how a dossier comes in and how its result goes out.

    Args:
        channel: 1 counter, 2 online, 3 post; ``channels`` are those that the procedure offers.
        cases: of the procedure, beside the usual one.
    """
    return list(_way_faults(submission, channel, channels, cases))


def _way_faults(
    submission: Mapping[str, Any], channel: int, channels: Collection[int], cases: Collection[str]
) -> Iterable[Fault]:
    if channel not in channels:
        yield Fault("channel", "channel-not-offered")
    if submission.get("case") is not None and submission["case"] not in cases:
        yield Fault("case", "unknown-case")
    if channel == POST and not submission.get("postal"):
        yield Fault("postal.tracking_code", "tracking-code-needed")
    delivery = submission.get("delivery") or {}
    if delivery.get("method") == "post" and not delivery.get("address"):
        yield Fault("delivery.address", "address-needed")
    if delivery.get("method") == "electronic" and not delivery.get("email"):
        yield Fault("delivery.email", "email-needed")


def _date_faults(submitted_at: datetime, now: datetime) -> Iterable[Fault]:
    if submitted_at > now + CLOCK_TOLERANCE:
        yield Fault("submitted_at", "in-the-future")
    elif submitted_at < now - OLDEST:
        yield Fault("submitted_at", "too-old", str(OLDEST.days))


def _component_faults(
    components: Sequence[Mapping[str, Any]], rules: Sequence[ComponentRule], channel: int
) -> Iterable[Fault]:
    known = {rule.code: rule for rule in rules}
    for (code, _), times in Counter((item["code"], item["copy"]) for item in components).items():
        if times > 1:
            yield Fault(f"components.{code}", "twice")
    supplied: dict[str, dict[int, int]] = {}
    for item in components:
        supplied.setdefault(item["code"], {}).setdefault(item["copy"], item["quantity"])
    for code in supplied:
        if code not in known:
            yield Fault(f"components.{code}", "not-asked")
    for rule in rules:
        if rule.code not in supplied:
            if rule.required:
                yield Fault(f"components.{rule.code}", "missing")
        elif fault := _short(supplied[rule.code], rule, channel):
            yield fault


def _short(copies: Mapping[int, int], rule: ComponentRule, channel: int) -> Fault | None:
    """Return what a paper lacks; one more original than asked for stands for a copy."""
    originals = copies.get(ORIGINAL, 0) + (copies.get(ELECTRONIC, 0) if channel == ONLINE else 0)
    if rule.originals and not originals:
        return Fault(f"components.{rule.code}", "original-needed")
    if originals < rule.originals:
        return Fault(f"components.{rule.code}", "too-few", str(rule.originals))
    if sum(copies.values()) < rule.originals + rule.copies:
        return Fault(f"components.{rule.code}", "too-few", str(rule.originals + rule.copies))
    return None
