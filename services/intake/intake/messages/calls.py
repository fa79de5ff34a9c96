"""What callers hand in over RPC: loaded and checked, every fault named with its field."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from chassis.catalogue import catalogue
from chassis.errors import Refused
from intake.domain import Fault
from intake.domain.code import VIETNAM
from motcua_contracts import ward
from motcua_contracts.acts import papers
from motcua_contracts.vocabulary import (
    WARD_CODE,
    Applicant,
    Delivery,
    Matches,
    Postal,
    Representative,
    coded,
)
from motcua_contracts.ward import REFERENCE, DossierSubmitV1

CURSOR = re.compile(r"[0-9T:.+-]{19,35}( [A-Z0-9.-]{10,40})?")
#: Years of which anybody searches; near the ends of a calendar no instant can be put into another zone.
YEARS = range(1970, 2201)
#: Characters of a draft as JSON; no honest one comes near.
DRAFT_LIMIT = 100_000
TEXTS = Path(__file__).parent.parent / "texts"


class Submission(DossierSubmitV1):
    """A submission over HTTP: as a ward's, but the ward is optional, the moment is now, and unknown fields are told."""

    class Meta:
        unknown = RAISE

    ward = coded(WARD_CODE, load_default=None, allow_none=True)
    ward_reference = fields.String(load_default=None, allow_none=True, validate=Matches(REFERENCE))
    submitted_at = fields.AwareDateTime(format="iso", load_default=None, allow_none=True)
    applicant = fields.Nested(Applicant(unknown=RAISE), required=True)
    components = papers(required=True)
    representative = fields.Nested(Representative(unknown=RAISE), load_default=None, allow_none=True)
    delivery = fields.Nested(Delivery(unknown=RAISE), load_default=None, allow_none=True)
    postal = fields.Nested(Postal(unknown=RAISE), load_default=None, allow_none=True)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def reference_with_its_ward(self, _: dict[str, Any], given: Mapping[str, Any], **__: Any) -> None:
        """A reference names a submission of one ward; alone it names nothing. A faulty one was given all the same."""
        if (given.get("ward") is None) != (given.get("ward_reference") is None):
            missing = "ward" if given.get("ward") is None else "ward_reference"
            raise ValidationError("Needed: ward and ward_reference come together.", missing)


class Draft(Submission):
    """A submission that is not finished: the pair of ward and reference may be half there."""

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def reference_with_its_ward(self, _: dict[str, Any], given: Mapping[str, Any], **__: Any) -> None:
        """Nothing must be whole yet."""


_SUBMISSION = Submission()
_DRAFT = Draft()


def open_submission(submission: Any) -> dict[str, Any]:
    """Return the loaded submission.

    Raises:
        Refused: ``invalid-submission`` with every field and its faults.
    """
    return load(_SUBMISSION, submission)


def open_draft(submission: Any) -> dict[str, Any]:
    """Return what there is of a submission, as it was given; nothing has to be there yet.

    Raises:
        Refused: what is there is faulty, or there is too much of it.
    """
    if not isinstance(submission, dict) or len(json.dumps(submission)) > DRAFT_LIMIT:
        raise Refused(
            "invalid-submission", 422, errors=problems([Fault("submission", "not-a-draft", str(DRAFT_LIMIT))])
        )
    # what belongs together may come one after the other
    faults = _DRAFT.validate(submission, partial=True)
    faults.pop("_schema", None)
    if faults:
        raise Refused("invalid-submission", 422, errors=list(_rows(faults)))
    refuse_faulty(
        [
            Fault(f"components.{place}.attachments.{number}.id", "attachment-unknown")
            for place, paper in enumerate(submission.get("components") or ())
            for number, file in enumerate(paper.get("attachments") or ())
            if "id" not in file
        ]
    )
    return submission


def refuse_faulty(faults: Sequence[Fault]) -> None:
    """Refuse (422) what has faults, each by its field."""
    if faults:
        raise Refused("invalid-submission", 422, errors=problems(faults))


def refuse_submitted(code: str | None) -> None:
    """Refuse to change a draft that was submitted."""
    if code is not None:
        raise Refused("not-possible", 409, errors=problems([Fault("draft", "draft-submitted", code)]))


def load(schema: Schema, body: Any) -> dict[str, Any]:
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
    """Return a fingerprint of a body: the same for the same content, whatever its order of keys.

    What is None counts as absent, so that a field which a later version adds changes no earlier fingerprint.
    """
    canonical = json.dumps(_present(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _present(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _present(item) for name, item in value.items() if item is not None}
    return [_present(item) for item in value] if isinstance(value, list | tuple) else value


def content(data: Mapping[str, Any]) -> str:
    """Return the fingerprint of a case, the one that wards compute (``motcua_contracts.ward.content``)."""
    return ward.content(data)


def moment(field: str, value: str | None) -> datetime | None:
    """Return an aware instant from RFC 3339, or from a date the start of that day in Vietnam."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _not(field, "not-a-moment") from None
    if found.year not in YEARS:
        raise _not(field, "not-a-moment")
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


def day(field: str, value: str | None) -> date | None:
    """Return a date from ISO 8601."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _not(field, "not-a-date") from None


def _not(field: str, kind: str) -> Refused:
    return Refused("invalid-query", 422, errors=problems([Fault(field, kind)]))


def page(limit: Any, after: Any) -> tuple[int, str | None]:
    """Return how many rows a page has, 1 to 200, and the key that a cursor stands for."""
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= 200:
        raise _not("limit", "not-a-page-size")
    if after is None:
        return limit, None
    try:
        key = base64.urlsafe_b64decode(after.encode("ascii")).decode("ascii")
        at = datetime.fromisoformat(key.partition(" ")[0])
    except (AttributeError, ValueError):
        raise _not("after", "not-a-cursor") from None
    if not CURSOR.fullmatch(key) or at.tzinfo is None or at.year not in YEARS:
        raise _not("after", "not-a-cursor")
    return limit, key


def cursor(key: str | None) -> str | None:
    """Return the cursor of the next page."""
    return None if key is None else base64.urlsafe_b64encode(key.encode("ascii")).decode("ascii")
