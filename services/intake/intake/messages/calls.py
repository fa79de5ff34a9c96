"""What callers hand in over RPC: loaded and checked, every fault named with its field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from chassis.catalogue import catalogue
from chassis.errors import Refused
from chassis.identity import Identity
from intake.domain import Fault
from intake.domain.code import VIETNAM
from motcua_contracts.vocabulary import Component
from motcua_contracts.ward import DossierSubmitV1

TEXTS = Path(__file__).parent.parent / "texts"


class Submission(DossierSubmitV1):
    """A submission over HTTP: as a ward's, but the ward is optional, the moment is now, and unknown fields are told."""

    class Meta:
        unknown = RAISE

    ward = fields.String(load_default=None, allow_none=True)
    ward_reference = fields.String(load_default=None, allow_none=True)
    submitted_at = fields.AwareDateTime(format="iso", load_default=None, allow_none=True)


class Supplement(Schema):
    """Papers that the person brings after a request for supplement."""

    components = fields.List(fields.Nested(Component(unknown=RAISE)), required=True, validate=validate.Length(1, 50))
    note = fields.String(required=True, validate=validate.Length(max=2000))


_SUBMISSION = Submission()
_SUPPLEMENT = Supplement()


def open_submission(submission: Any) -> dict[str, Any]:
    """Return the loaded submission.

    Raises:
        Refused: ``invalid-submission`` with every field and its faults.
    """
    return _load(_SUBMISSION, submission)


def open_supplement(components: Any, note: Any) -> list[dict[str, Any]]:
    """Return the papers handed in; ``Refused`` as above."""
    papers: list[dict[str, Any]] = _load(_SUPPLEMENT, {"components": components, "note": note})["components"]
    return papers


def _load(schema: Schema, body: Any) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(body if isinstance(body, dict) else {})
    except ValidationError as error:
        raise Refused("invalid-submission", 422, errors=list(_rows(error.messages_dict))) from None
    return loaded


def _rows(messages: Mapping[str, Any], path: str = "") -> Iterable[dict[str, str]]:
    for name, said in messages.items():
        if isinstance(said, Mapping):
            yield from _rows(said, f"{path}{name}.")
        else:
            yield from ({"field": f"{path}{name}", "message": str(line)} for line in said)


def problems(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Return faults as rows with their text in both languages."""
    texts = catalogue(TEXTS)
    return [
        {
            "field": fault.field,
            "kind": fault.kind,
            "message": texts.text(fault.kind, "vi", detail=fault.detail),
            "message_en": texts.text(fault.kind, "en", detail=fault.detail),
        }
        for fault in faults
    ]


def digest(body: Any) -> str:
    """Return a fingerprint of a call's body, the same for the same content whatever its order of keys."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def own(caller: Identity, filters: Mapping[str, Any], staff: Collection[str]) -> dict[str, Any]:
    """Return the filters with the caller's own ward or department in them, unless the caller may see all."""
    narrowed = dict(filters)
    if caller.roles & set(staff):
        return narrowed
    name = "ward" if "ward-officer" in caller.roles else "department"
    if narrowed[name] not in (None, caller.unit):
        raise Refused("forbidden", 403, errors=[{"field": name, "message": f"only {caller.unit}"}])
    return narrowed | {name: caller.unit}


def moment(field: str, value: str | None) -> datetime | None:
    """Return an aware instant from RFC 3339, or from a date the start of that day in Vietnam."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise _not(field, "a date or an RFC 3339 instant") from None
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


def day(field: str, value: str | None) -> date | None:
    """Return a date from ISO 8601."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _not(field, "a date, YYYY-MM-DD") from None


def _not(field: str, what: str) -> Refused:
    return Refused("invalid-query", 422, errors=[{"field": field, "message": f"must be {what}"}])
