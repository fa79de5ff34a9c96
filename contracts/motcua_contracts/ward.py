"""What ward systems (10 phường) say. Commands to intake; the sender is a ward's own broker user."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import fields, validate

from motcua_contracts.base import Contract, Part
from motcua_contracts.vocabulary import (
    PROCEDURE_CODE,
    WARD_CODE,
    Applicant,
    Component,
    Delivery,
    Matches,
    Postal,
    Representative,
    coded,
    counted,
    instant,
    text,
)

#: What a ward may call a case of its own.
REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9./_-]{0,63}$"
#: SHA-256 in hex; Ed25519 signature (RFC 8032) in base64url without padding.
SHA256, SIGNATURE = r"^[0-9a-f]{64}$", r"^[A-Za-z0-9_-]{86}$"
#: Beyond any ward's last command.
POSITIONS = 10**12


class StreamPosition(Part):
    """Where a command stands among all that a ward says.

    ``id`` names one life of the ward's book: a book that was lost begins a new stream. ``position`` counts the commands
    of the stream, whatever their type, from 1 without a gap; a repeat of a message has the position it had.
    """

    id = fields.UUID(required=True)
    position = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=POSITIONS))


def content(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 in hex of what a submission says: by it a repeat is told from another case.

    It is that of ``data`` with the schema's defaults, without ``submitted_at`` (a ward that lost its book cannot repeat
    it) and ``stream``, as ``canonical`` gives it. See docs/integrators/ward.md.

    Args:
        data: as ``DossierSubmitV1`` loads it.
    """
    said = {name: value for name, value in data.items() if name not in ("submitted_at", "stream")}
    return hashlib.sha256(canonical(said)).hexdigest()


def entries_digest(entries: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 in hex of a statement's entries: lines "reference digest", each ended by a line feed, sorted."""
    lines = sorted(f"{entry['ward_reference']} {entry['digest']}\n" for entry in entries)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def signed(data: Mapping[str, Any]) -> bytes:
    """Return what the signature of a statement or of its answer is over: ``data`` without ``signature`` and ``stream``."""
    return canonical({name: value for name, value in data.items() if name not in ("signature", "stream")})


def canonical(data: Mapping[str, Any]) -> bytes:
    """Return data as JSON in UTF-8: keys sorted, no spaces, nothing null, nothing escaped that need not be (RFC 8785)."""
    return json.dumps(_plain(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


class _WardCommand(Contract):
    """What each command of a ward carries. A ward that keeps no ``stream`` is not asked for what was lost."""

    OWNER = "intake"
    KIND = "command"
    ADDRESS = "ward"
    READERS = ("intake",)

    ward = coded(WARD_CODE, required=True)
    stream = fields.Nested(StreamPosition, load_default=None, allow_none=True)


class _CaseCommand(_WardCommand):
    """What each command about one case carries: the ward's own name of it."""

    ward_reference = fields.String(required=True, validate=Matches(REFERENCE))


class DossierSubmitV1(_CaseCommand):
    """A ward hands over a dossier (hồ sơ) that it took in for the district.

    Routing key ``dossier.submit.v1.<ward>`` on ``intake.commands``; the broker lets a ward use its own code only.
    The pair (ward, ward_reference) names the submission for ever: a repeat is answered, never registered twice.
    Answered by ``submission.answered.v1``. Compatibility: additive within v1.
    """

    TYPE = "dossier.submit.v1"

    submitted_at = instant(required=True)
    procedure = coded(PROCEDURE_CODE, required=True)
    applicant = fields.Nested(Applicant, required=True)
    components = fields.List(fields.Nested(Component), required=True, validate=validate.Length(max=50))
    note = text(2000, minimum=0, load_default=None, allow_none=True)
    case = fields.String(load_default=None, allow_none=True, validate=Matches(r"^[a-z0-9][a-z0-9-]{0,39}$"))
    quantities = counted()
    representative = fields.Nested(Representative, load_default=None, allow_none=True)
    delivery = fields.Nested(Delivery, load_default=None, allow_none=True)
    postal = fields.Nested(Postal, load_default=None, allow_none=True)


class DossierCorrectV1(_CaseCommand):
    """A ward puts right what it handed over wrongly: each field that is there replaces what was said; the rest was right.

    Routing key ``dossier.correct.v1.<ward>`` on ``intake.commands``. Possible until a department has accepted the dossier
    (status 1 or 2). One that overtakes its submission is tried again. Answered by ``submission.answered.v1`` with
    ``about`` correct. Compatibility: additive within v1.
    """

    TYPE = "dossier.correct.v1"

    reason = text(2000, required=True)
    procedure = coded(PROCEDURE_CODE, load_default=None, allow_none=True)
    case = text(40, load_default=None, allow_none=True)
    components = fields.List(
        fields.Nested(Component), load_default=None, allow_none=True, validate=validate.Length(max=50)
    )
    quantities = counted()
    applicant = fields.Nested(Applicant, load_default=None, allow_none=True)
    representative = fields.Nested(Representative, load_default=None, allow_none=True)
    delivery = fields.Nested(Delivery, load_default=None, allow_none=True)


class DossierWithdrawV1(_CaseCommand):
    """A ward takes a dossier back that it handed over, because the person asks for it.

    Routing key ``dossier.withdraw.v1.<ward>`` on ``intake.commands``. Possible until a department has accepted the dossier
    (status 1 or 2). One that overtakes its submission is tried again. Answered by ``submission.answered.v1`` with
    ``about`` withdraw. Compatibility: additive within v1.
    """

    TYPE = "dossier.withdraw.v1"

    reason = text(2000, required=True)


class StatementEntry(Part):
    """A submission of the day: the ward's own number of it, and the SHA-256 of what it says (``content``)."""

    ward_reference = fields.String(required=True, validate=Matches(REFERENCE))
    digest = fields.String(required=True, validate=Matches(SHA256))


class WardStatementV1(_WardCommand):
    """What a ward handed over on one day, signed: the district compares it with what it has.

    Routing key ``ward.statement.v1.<ward>`` on ``intake.commands``. The day is that of ``submitted_at`` in Vietnam. A page
    holds the references after ``after`` up to ``upto``, in the order of their characters; on the first and the last page
    one is absent, and of a day with up to 1000 submissions both are. ``signature`` is Ed25519 over ``signed``, base64url.
    Answered by ``statement.answered.v1``. Compatibility: additive within v1.
    """

    TYPE = "ward.statement.v1"

    day = fields.Date(required=True)
    after = fields.String(load_default=None, allow_none=True, validate=Matches(REFERENCE))
    upto = fields.String(load_default=None, allow_none=True, validate=Matches(REFERENCE))
    count = fields.Integer(strict=True, required=True, validate=validate.Range(min=0, max=1000))
    digest = fields.String(required=True, validate=Matches(SHA256))
    entries = fields.List(fields.Nested(StatementEntry), required=True, validate=validate.Length(max=1000))
    signature = fields.String(required=True, validate=Matches(SIGNATURE))


CONTRACTS = (DossierSubmitV1, DossierCorrectV1, DossierWithdrawV1, WardStatementV1)
