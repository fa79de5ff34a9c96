"""What intake tells the ward systems (10 phường) about what they sent."""

from __future__ import annotations

from marshmallow import fields, validate

from motcua_contracts.base import Contract
from motcua_contracts.vocabulary import (
    DOSSIER_CODE,
    STATUS_METADATA,
    WARD_CODE,
    Matches,
    Problem,
    coded,
    instant,
    text,
)


class SubmissionAnsweredV1(Contract):
    """A ward's submission was registered, or refused with every fault named; likewise its correction or withdrawal.

    Routing key ``submission.answered.v1.<ward>``, delivered to the queue ``ward.<ward>``. Read by: the ward.
    Absent, ``about`` is submit. ``command_id`` is the envelope id of the command that is answered.
    """

    TYPE = "submission.answered.v1"
    OWNER = "intake"
    ADDRESS = "ward"
    READERS = ("ward",)

    ward = coded(WARD_CODE, required=True)
    ward_reference = text(64, required=True)
    outcome = fields.String(required=True, metadata={"description": "accepted or rejected; open"})
    code = coded(DOSSIER_CODE, load_default=None, allow_none=True)
    received_at = instant(load_default=None, allow_none=True)
    due_at = instant(load_default=None, allow_none=True)
    problems = fields.List(fields.Nested(Problem), load_default=list)
    about = text(20, load_default=None, allow_none=True, metadata={"description": "submit, correct or withdraw; open"})
    command_id = text(128, load_default=None, allow_none=True)


class SubmissionResendAskedV1(Contract):
    """Commands of a ward's stream are missing: the ward sends them again as they were, under the same ids.

    Routing key ``submission.resend-asked.v1.<ward>``, delivered to the queue ``ward.<ward>``. Read by: the ward.
    Positions ``from`` to ``to``, both among them. Told again, at growing intervals, until they have come.
    """

    TYPE = "submission.resend-asked.v1"
    OWNER = "intake"
    ADDRESS = "ward"
    READERS = ("ward",)

    ward = coded(WARD_CODE, required=True)
    stream = fields.UUID(required=True)
    first = fields.Integer(strict=True, required=True, data_key="from", validate=validate.Range(min=1))
    last = fields.Integer(strict=True, required=True, data_key="to", validate=validate.Range(min=1))
    asked_at = instant(required=True)


class SubmissionChangedV1(Contract):
    """Something happened to a dossier that the ward sent: its status feed.

    Routing key ``submission.changed.v1.<ward>``, delivered to the queue ``ward.<ward>``. Read by: the ward.
    ``position`` counts the links of the dossier's history: the higher is the later, whatever order they arrive in. Not
    every link is told (the first is told by ``submission.answered.v1``), so positions have gaps.
    """

    TYPE = "submission.changed.v1"
    OWNER = "intake"
    ADDRESS = "ward"
    READERS = ("ward",)

    ward = coded(WARD_CODE, required=True)
    ward_reference = text(64, required=True)
    code = coded(DOSSIER_CODE, required=True)
    status = fields.Integer(strict=True, required=True, metadata=STATUS_METADATA)
    kind = text(40, required=True)
    position = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))
    changed_at = instant(required=True)
    due_at = instant(load_default=None, allow_none=True)


class StatementAnsweredV1(Contract):
    """How what a ward stated of a day compares with what the district has, signed.

    Routing key ``statement.answered.v1.<ward>``, delivered to the queue ``ward.<ward>``. Read by: the ward.
    ``count`` and ``digest`` are of what the district has of the page. ``missing``: stated, and not at the district;
    ``unstated``: at the district for that day, and not stated; ``different``: their contents differ. At most 1000 of each.
    ``signature`` is Ed25519 over ``motcua_contracts.ward.signed``, base64url; absent where the office has no key.
    """

    TYPE = "statement.answered.v1"
    OWNER = "intake"
    ADDRESS = "ward"
    READERS = ("ward",)

    ward = coded(WARD_CODE, required=True)
    day = fields.Date(required=True)
    after = text(64, load_default=None, allow_none=True)
    upto = text(64, load_default=None, allow_none=True)
    statement_id = text(128, required=True)
    outcome = text(20, required=True, metadata={"description": "equal, different or rejected; open"})
    count = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(min=0))
    digest = fields.String(load_default=None, allow_none=True, validate=Matches(r"^[0-9a-f]{64}$"))
    missing = fields.List(text(64), load_default=list)
    unstated = fields.List(text(64), load_default=list)
    different = fields.List(text(64), load_default=list)
    problems = fields.List(fields.Nested(Problem), load_default=list)
    answered_at = instant(required=True)
    signature = fields.String(load_default=None, allow_none=True, validate=Matches(r"^[A-Za-z0-9_-]{86}$"))


CONTRACTS = (SubmissionAnsweredV1, SubmissionChangedV1, SubmissionResendAskedV1, StatementAnsweredV1)
