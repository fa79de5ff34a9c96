"""Procedures as they are shown, as a dossier keeps them, and as they are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from intake.domain.words import fold, words
from office import FeeRule, Procedures, ProcedureVersion, to_plain
from office.plain import fee_of
from office.succession import Changes

_SNAPSHOT = ("code", "field", "department", "valid_from", "limit", "limits", "fees", "steps", "legal_basis", "channels")
_PUBLIC = (
    *("code", "field", "department", "level", "limit", "limit_note", "limits", "fee_minor", "fee_note", "legal_basis"),
    *("result_kind", "supplement_days", "channels"),
)
_STAFF = ("steps", "confidence", "source", "simulated")


def procedure(version: ProcedureVersion, *, staff: bool = False) -> dict[str, Any]:
    """Return a procedure as the public reads it, and for the ``staff`` what the office knows of it beside that."""
    row = to_plain(version)
    return {
        "name": version.name_vi,
        "name_en": version.name_en,
        **{name: row[name] for name in (*_PUBLIC, *(_STAFF if staff else ()))},
        "fees": [_fee(fee) for fee in row["fees"]],
        "cases": list(version.cases()),
        "posted_at": row["publication"]["posted_at"],
        **({"publication": version.publication.state} if staff else {}),
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "components": [_component(rule) for rule in version.components],
    }


def _fee(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": row["name_vi"], **{name: value for name, value in row.items() if name != "name_vi"}}


def _component(rule: Any) -> dict[str, Any]:
    told = {"name": rule.name_vi}
    names = ("code", "name_en", "originals", "copies", "copy", "quantity", "required", "form")
    return told | {name: getattr(rule, name) for name in names}


def snapshot(version: ProcedureVersion) -> dict[str, Any]:
    """Return what a dossier keeps of the version that it is received under: plain values, dates as ISO 8601 text."""
    row = to_plain(version)
    return {
        "name": version.name_vi,
        "name_en": version.name_en,
        **{name: row[name] for name in _SNAPSHOT},
        "cases": list(version.cases()),
        "components": [
            {**plain, "copy": rule.copy, "quantity": rule.quantity}
            for plain, rule in zip(row["components"], version.components, strict=True)
        ],
        "result_kind": row["result_kind"],
        "supplement_days": version.supplement_days,
    }


def fees(rules: Mapping[str, Any], case: str | None) -> tuple[FeeRule, ...]:
    """Return the fee rules that hold for a case under the ``snapshot`` that a dossier keeps."""
    made = [fee_of(fee) for fee in rules["fees"]]
    own = {rule.code for rule in made if case is not None and rule.case == case}
    return tuple(rule for rule in made if rule.case == (case if rule.code in own else None))


def found(versions: Iterable[ProcedureVersion], q: str) -> list[ProcedureVersion]:
    """Return the versions that ``q`` finds, the best first.

    ``q`` is the beginning of a code, or words of the Vietnamese or English name in any order, each at least begun, without
    regard to accents and case. A name that begins as ``q`` does comes first, then one whose words ``q`` has whole.
    """
    asked, text = words(q), fold(q)
    ranked = []
    for at, version in enumerate(versions):
        if q.strip() and version.code.startswith(q.strip()):
            ranked.append((0, at, version))
            continue
        for name in (version.name_vi, version.name_en):
            held = words(name)
            if asked and all(any(word.startswith(part) for word in held) for part in asked):
                rank = 1 if fold(name).startswith(text) else 2 if set(asked) <= set(held) else 3
                ranked.append((rank, at, version))
                break
    return [version for _, _, version in sorted(ranked, key=lambda row: row[:2])]


def changes(made: Changes) -> dict[str, Any]:
    """Return what an import adds, changes and ends."""
    return {
        "added": [_named(row) for row in made.added],
        "changed": [_named(change.version) | {"fields": list(change.fields)} for change in made.changed],
        "ended": [_named(row) for row in made.ended],
    }


def _named(version: ProcedureVersion) -> dict[str, Any]:
    return {
        "code": version.code,
        "name": version.name_vi,
        "valid_from": version.valid_from.isoformat(),
        "valid_to": version.valid_to.isoformat() if version.valid_to else None,
    }


def edition(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the audit row of an import: who, when, which file, and what it changed."""
    told = {name: document[name] for name in ("at", "by", "file", "file_digest")}
    return {"edition": document["_id"], **told, **document["told"]}


def chosen(procedures: Procedures, state: str) -> Sequence[ProcedureVersion]:
    """Return all versions in a state of publication, in the order in which they came."""
    return [version for version in procedures if version.publication.state == state]
