"""A procedure's version as plain values (mappings, lists, text, whole numbers) and back: the shape of procedures.yaml."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any, TypeVar

from office.procedure import (
    CaseLimit,
    ComponentRule,
    FeeRule,
    FeeTier,
    Limit,
    ProcedureVersion,
    Publication,
    ResultKind,
    StepBudget,
)

Made = TypeVar("Made")

#: What a row of a release that did not know these fields meant by saying nothing.
_UNSAID: Mapping[str, Any] = {
    "limits": (),
    "fees": (),
    "result_kind": None,
    "publication": {"state": "published", "posted_at": ()},
    "channels": (1, 2, 3),
}


def version_of(row: Mapping[str, Any]) -> ProcedureVersion:
    """Return the version that a row is, as ``ProcedureSchema`` loads it; what this release does not know is left out."""
    limit, result, publication = row["limit"], row["result_kind"], row["publication"]
    made: dict[str, Any] = {
        "components": tuple(_take(ComponentRule, component) for component in row["components"]),
        "limit": Limit(limit["kind"], limit["amount"] or 1),
        "limits": tuple(_take(CaseLimit, {**extra, "amount": extra["amount"] or 1}) for extra in row["limits"]),
        "steps": tuple(_take(StepBudget, step) for step in row["steps"]),
        "fees": tuple(fee_of(fee) for fee in row["fees"]),
        "result_kind": _take(ResultKind, result) if result else None,
        "publication": Publication(publication["state"], tuple(publication["posted_at"])),
        "channels": tuple(sorted(row["channels"])),
    }
    return _take(ProcedureVersion, {**row, **made})


def fee_of(row: Mapping[str, Any]) -> FeeRule:
    """Return the fee rule that a row is."""
    return _take(FeeRule, {**row, "tiers": tuple(_take(FeeTier, tier) for tier in row["tiers"])})


def _take(kind: type[Made], row: Mapping[str, Any]) -> Made:
    return kind(**{field.name: row[field.name] for field in fields(kind) if field.name in row})  # type: ignore[arg-type]


def to_plain(version: ProcedureVersion) -> dict[str, Any]:
    """Return the version as plain values, ready for JSON, BSON and YAML; dates are ISO 8601 text."""
    made: dict[str, Any] = _plain(asdict(version))
    return made


def from_plain(row: Mapping[str, Any]) -> ProcedureVersion:
    """Return the version that ``to_plain`` was given, also when an earlier or a later release gave it."""
    ends = row.get("valid_to")
    days = {"valid_from": date.fromisoformat(row["valid_from"]), "valid_to": date.fromisoformat(ends) if ends else None}
    return version_of({**_UNSAID, **row, **days})


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
