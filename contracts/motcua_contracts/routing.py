"""What routing says: work brought to departments (phòng ban) and what came of it."""

from __future__ import annotations

from marshmallow import fields, validate

from motcua_contracts.base import Contract
from motcua_contracts.vocabulary import (
    DEPARTMENT_CODE,
    DOSSIER_CODE,
    WARD_CODE,
    Applicant,
    Component,
    ProcedureRef,
    Representative,
    Result,
    coded,
    instant,
    text,
)


class _AssignmentContract(Contract):
    """What each message about an assignment carries.

    ``round`` counts how often the dossier was issued: 1 first, one more after a supplement, a recall or a new beginning;
    an answer repeats its round.
    """

    OWNER = "routing"

    assignment_id = fields.UUID(required=True)
    round = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))
    code = coded(DOSSIER_CODE, required=True)
    department = coded(DEPARTMENT_CODE, required=True)


class AssignmentIssuedV1(_AssignmentContract):
    """A department has a dossier to settle by ``due_at``.

    Routing key ``assignment.issued.v1.<department>``, delivered to the queue ``department.<department>``.
    Read by: the department, gateway. Answer with ``assignment.accepted.v1`` and then one of resolved or returned.
    """

    TYPE = "assignment.issued.v1"
    ADDRESS = "department"
    READERS = ("department", "gateway")

    dossier_id = fields.UUID(required=True)
    procedure = fields.Nested(ProcedureRef, required=True)
    ward = coded(WARD_CODE, load_default=None, allow_none=True)
    issued_at = instant(required=True)
    due_at = instant(required=True)
    applicant = fields.Nested(Applicant, required=True)
    representative = fields.Nested(Representative, load_default=None, allow_none=True)
    components = fields.List(fields.Nested(Component), required=True)


class AssignmentRecalledV1(_AssignmentContract):
    """The department need not work on this round any more: the dossier was withdrawn, or put right by the desk.

    What was put right is issued anew, in a later round, to the department that it now belongs to: the same or another.
    An answer to the recalled round that is already on its way is ignored.
    Routing key ``assignment.recalled.v1.<department>``, delivered to the queue ``department.<department>``.
    Read by: the department.
    """

    TYPE = "assignment.recalled.v1"
    ADDRESS = "department"
    READERS = ("department",)

    recalled_at = instant(required=True)
    cause = fields.String(required=True, metadata={"description": "withdrawn, refused or corrected; open"})
    reason = text(2000, required=True)


class AssignmentOverdueV1(_AssignmentContract):
    """The deadline of an assignment passed; the department is urged. Read by: the department."""

    TYPE = "assignment.overdue.v1"
    ADDRESS = "department"
    READERS = ("department",)

    due_at = instant(required=True)


class AssignmentExtensionDecidedV1(_AssignmentContract):
    """The answer to a request for more time. Read by: the department.

    ``reason`` says why it was refused: asked later than one day before expiry, or already extended once
    (NĐ 61/2018 Đ.19: at most one new appointment).
    """

    TYPE = "assignment.extension-decided.v1"
    ADDRESS = "department"
    READERS = ("department",)

    granted = fields.Boolean(required=True)
    due_at = instant(required=True)
    reason = text(2000, required=True)


class _HandlingContract(_AssignmentContract):
    """What intake hears of the handling of a dossier.

    ``step`` counts these messages of one dossier from 1 without a gap, whatever their type: apply them in that order.
    """

    READERS = ("intake",)

    dossier_id = fields.UUID(required=True)
    step = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))


class HandlingStartedV1(_HandlingContract):
    """The department accepted the assignment. Read by: intake."""

    TYPE = "handling.started.v1"

    started_at = instant(required=True)


class HandlingFinishedV1(_HandlingContract):
    """The department settled the dossier. Read by: intake."""

    TYPE = "handling.finished.v1"

    finished_at = instant(required=True)
    outcome = fields.String(required=True, metadata={"description": "granted or denied; open"})
    result = fields.Nested(Result, required=True)


class HandlingSentBackV1(_HandlingContract):
    """The department found the dossier unfit and says what must be completed. Read by: intake."""

    TYPE = "handling.sent-back.v1"

    sent_back_at = instant(required=True)
    reason = text(2000, required=True)
    items = fields.List(text(300), required=True, validate=validate.Length(min=1, max=50))


class HandlingExtendedV1(_HandlingContract):
    """More time was granted, once. Read by: intake."""

    TYPE = "handling.extended.v1"

    previous_due_at = instant(required=True)
    due_at = instant(required=True)
    reason = text(2000, required=True)


CONTRACTS = (
    AssignmentIssuedV1,
    AssignmentRecalledV1,
    AssignmentOverdueV1,
    AssignmentExtensionDecidedV1,
    HandlingStartedV1,
    HandlingFinishedV1,
    HandlingSentBackV1,
    HandlingExtendedV1,
)
