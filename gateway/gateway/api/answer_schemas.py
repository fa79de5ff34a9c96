"""Shapes of what goes out."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from motcua_contracts import vocabulary
from motcua_contracts.vocabulary import DEPARTMENT_CODE, DOSSIER_CODE, PROCEDURE_CODE, coded


class Open(Schema):
    """Base of what goes out; answers may gain fields within a version."""


class Fault(Open):
    """One fault: the field's path, and what is wrong with it."""

    field = fields.String(required=True, metadata={"example": "components.0.code"})
    message = fields.String(required=True, metadata={"example": "Thiếu thông tin bắt buộc."})
    kind = fields.String(metadata={"description": "word for programs, where a service names the kind of fault"})


class ProblemDocument(Open):
    """Problem details (RFC 9457)."""

    type = fields.String(required=True, metadata={"format": "uri", "example": "urn:motcua:problem:invalid"})
    title = fields.String(required=True, metadata={"example": "Dữ liệu chưa đúng"})
    status = fields.Integer(required=True, metadata={"example": 422})
    detail = fields.String(metadata={"example": "Một hoặc nhiều trường chưa đúng."})
    instance = fields.String(metadata={"format": "uri", "description": "urn:motcua:incident:<id> of a 500"})
    errors = fields.List(fields.Nested(Fault))


class Session(Open):
    """A signed token for ``Authorization: Bearer``."""

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    roles = fields.List(fields.String(), required=True)
    unit = fields.String(required=True, allow_none=True, metadata={"description": "code of the ward or department"})


class Procedure(Open):
    """A procedure (thủ tục hành chính), named."""

    code = coded(PROCEDURE_CODE, required=True)
    name = fields.String(required=True)


class Receipt(Open):
    """Receipt with appointment (giấy tiếp nhận hồ sơ và hẹn trả kết quả)."""

    dossier_id = fields.UUID(required=True)
    code = coded(DOSSIER_CODE, required=True)
    status = fields.Integer(required=True, metadata=vocabulary.STATUS_METADATA)
    procedure = fields.Nested(Procedure, required=True)
    department = coded(DEPARTMENT_CODE, required=True)
    received_at = fields.AwareDateTime(required=True)
    forward_at = fields.AwareDateTime(allow_none=True)
    due_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "null while registered only"}
    )
    answer_by = fields.AwareDateTime(
        allow_none=True, metadata={"description": "until when the desk looks at what is registered only"}
    )
    history_head = fields.String(metadata={"description": "digest that the receipt's QR code carries (decision 21)"})
    fee_minor = fields.Integer(required=True, allow_none=True, metadata={"unit": "đồng"})
    tracking_secret = fields.String(
        required=True, metadata={"description": "tracking code (mã tra cứu), printed on the receipt"}
    )
    tracking_url = fields.URL(required=True)
    qr_url = fields.URL(required=True, metadata={"description": "SVG picture of the receipt's QR code"})


class Dossier(Open):
    """A dossier as intake shows it; further fields as the caller's role allows."""

    dossier_id = fields.UUID()
    code = coded(DOSSIER_CODE, required=True)
    status = fields.Integer(required=True, metadata=vocabulary.STATUS_METADATA)
    procedure = fields.Nested(Procedure)
    department = coded(DEPARTMENT_CODE)
    received_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)


class DossierWithAssignment(Dossier):
    """A dossier with what routing knows of its assignment."""

    assignment = fields.Dict(
        allow_none=True,
        metadata={"description": "null when there is none, it is hidden from the caller, or routing is away"},
    )


class DossierPage(Open):
    """One page of a list; ``next`` is the cursor of the page after it."""

    items = fields.List(fields.Nested(Dossier), required=True)
    next = fields.String(required=True, allow_none=True)
    more = fields.Boolean(
        metadata={
            "description": "The page ended early, so as to stay quick; `next` goes on. A further condition finds it sooner."
        }
    )


class Code(Open):
    """A code with its text in the reader's language."""

    code = fields.String(required=True)
    text = fields.String(required=True)


class TrackingStep(Open):
    """A line of the history."""

    type = fields.String(required=True, metadata={"example": "dossier.received.v1"})
    text = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class HistoryLink(Open):
    """One link of the hash-chained history; instants as they go into its digest (decision 21)."""

    position = fields.Integer(required=True)
    at = fields.String(required=True, metadata={"example": "2026-11-25T01:15:00.000Z"})
    kind = fields.String(required=True, metadata={"example": "received"})
    status = fields.Integer(required=True, metadata=vocabulary.STATUS_METADATA)
    due_at = fields.String(required=True, allow_none=True)
    content = fields.String(required=True, metadata={"description": "SHA-256 of the event's data, hex"})
    previous = fields.String(required=True)
    digest = fields.String(required=True)


class ReceiptCheck(Open):
    """What the head on a printed receipt says of the history."""

    verdict = fields.String(
        required=True,
        metadata={"description": "fits, waits, broken, unknown or no-history; open", "example": "fits"},
    )
    position = fields.Integer(required=True, allow_none=True)
    text = fields.String(required=True)


class History(Open):
    """The hash-chained history: each act of the desk is a link, and anyone can recompute it."""

    entries = fields.List(fields.Nested(HistoryLink), required=True)
    length = fields.Integer(required=True)
    missing = fields.Integer(
        required=True, allow_none=True, metadata={"description": "first position that is still on its way"}
    )
    broken_at = fields.Integer(
        required=True, allow_none=True, metadata={"description": "first position that does not follow; null if sound"}
    )
    receipt = fields.Nested(ReceiptCheck, required=True, allow_none=True)


class Tracking(Open):
    """Where a dossier is; nothing personal. What is null before reception has a value from then on."""

    code = coded(DOSSIER_CODE, required=True)
    procedure = fields.Nested(Procedure, required=True)
    status = fields.Nested(Code, required=True)
    hint = fields.String(required=True, metadata={"description": "what the person must do now, or may expect"})
    place = fields.String(required=True)
    department = fields.Nested(Code, required=True, allow_none=True)
    received_at = fields.AwareDateTime(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    answer_by = fields.AwareDateTime(required=True, allow_none=True)
    resolved_at = fields.AwareDateTime(required=True, allow_none=True)
    overdue = fields.Boolean(required=True)
    late = fields.Boolean(required=True)
    paused = fields.Boolean(required=True)
    clock = fields.String(
        required=True, allow_none=True, metadata={"description": "why the time limit stands still; null while it runs"}
    )
    to_supply = fields.List(fields.String(), required=True)
    supply_by = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    legal_basis = fields.String(required=True, allow_none=True)
    owed_minor = fields.Integer(required=True, allow_none=True, metadata={"unit": "đồng"})
    history = fields.List(fields.Nested(TrackingStep), required=True)
    chain = fields.Nested(History, required=True)


class BatchOutcome(Open):
    """What became of one line."""

    line = fields.Integer(required=True)
    reference = fields.String(required=True, allow_none=True)
    outcome = fields.String(
        required=True, validate=validate.OneOf(["accepted", "rejected", "failed"]),
        metadata={"description": "accepted: registered, now or before; rejected: mend it; failed: send it again later"},
    )  # fmt: skip
    code = coded(DOSSIER_CODE)
    received_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    replayed = fields.Boolean(metadata={"description": "the line was registered before"})
    errors = fields.List(fields.Nested(Fault))


class BatchProgress(Open):
    """How far a push has come: the counts of its latest run."""

    name = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf(["running", "done", "interrupted"]),
        metadata={"description": "interrupted: not read to its end; send it again whole"},
    )  # fmt: skip
    truncated = fields.Boolean(
        required=True, metadata={"description": "over a limit: the lines after it were not handled"}
    )
    lines = fields.Integer(required=True, metadata={"description": "handled so far"})
    accepted = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    replayed = fields.Integer(required=True, metadata={"description": "of the accepted: registered before"})
    began_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
