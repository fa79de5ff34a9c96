"""Statements of wards and their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.kept import Letter
from intake.domain import Fault
from intake.domain.statements import Compared
from intake.messages import signing
from intake.messages.calls import problems
from intake.messages.telling import letter
from motcua_contracts.base import schema_of
from motcua_contracts.intake import StatementAnsweredV1
from motcua_contracts.ward import entries_digest, signed


@dataclass(frozen=True)
class Keys:
    """``own``: seed that signs answers, hex; ``wards``: ward to public key."""

    own: str
    wards: Mapping[str, str]


def faults(keys: Keys, ward: str, data: Mapping[str, Any]) -> list[Fault]:
    """Return why a statement cannot be taken; an unsigned one says nothing, so its contents are looked at last."""
    if data["ward"] != ward:
        return [Fault("ward", "not-your-ward")]
    if not keys.own:
        return [Fault("statement", "no-statements")]
    if ward not in keys.wards:
        return [Fault("signature", "no-key")]
    if not signing.is_signed(keys.wards[ward], signed(data), data["signature"]):
        return [Fault("signature", "bad-signature")]
    return list(_of_entries(data))


def _of_entries(data: Mapping[str, Any]) -> Iterable[Fault]:
    entries, after, upto = data["entries"], data["after"] or "", data["upto"]
    references = [entry["ward_reference"] for entry in entries]
    if len(set(references)) != len(references):
        yield Fault("entries", "twice-stated")
    if any(one <= after or (upto is not None and one > upto) for one in references):
        yield Fault("entries", "off-the-page")
    if data["count"] != len(entries):
        yield Fault("count", "wrong-count", str(len(entries)))
    if data["digest"] != entries_digest(entries):
        yield Fault("digest", "wrong-digest")


def compared(keys: Keys, ward: str, data: Mapping[str, Any], id_: str, found: Compared, at: datetime) -> dict[str, Any]:
    """Return the signed answer to a statement that was compared."""
    ours = [{"ward_reference": reference, "digest": digest} for reference, digest in found.ours.items()]
    told = {
        "outcome": "equal" if found.equal else "different",
        "count": len(ours),
        "digest": entries_digest(ours),
        **{name: list(getattr(found, name)) for name in ("missing", "unstated", "different")},
    }
    return _answer(keys, ward, data, id_, at, told)


def rejected(
    keys: Keys, ward: str, data: Mapping[str, Any], id_: str, why: Iterable[Fault], at: datetime
) -> dict[str, Any]:
    """Return the answer to a statement that cannot be taken."""
    rows = [{"field": row["field"], "message": row["message"]} for row in problems(why)]
    return _answer(keys, ward, data, id_, at, {"outcome": "rejected", "problems": rows})


def _answer(
    keys: Keys, ward: str, data: Mapping[str, Any], id_: str, at: datetime, told: Mapping[str, Any]
) -> dict[str, Any]:
    lists: dict[str, Any] = {name: [] for name in ("missing", "unstated", "different", "problems")}
    of = {name: data[name] for name in ("day", "after", "upto")}
    answer = {"ward": ward, **of, "statement_id": id_, **lists, **told, "answered_at": at}
    signature = signing.sign(keys.own, signed(wire(answer))) if keys.own else None
    return {**answer, "signature": signature}


def wire(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer as it stands in the message, which is what the signature is over."""
    dumped = schema_of(StatementAnsweredV1).dump(answer)
    return {name: value for name, value in dumped.items() if value is not None}


def answered(answer: Mapping[str, Any]) -> Letter:
    return letter(StatementAnsweredV1, answer, f"{answer['ward']}/{answer['day'].isoformat()}", answer["answered_at"])
