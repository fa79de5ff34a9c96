"""What the role "department" (cơ quan chuyên môn) says. Whoever holds a department's credentials speaks these."""

from __future__ import annotations

from marshmallow import fields, validate

from motcua_contracts.base import Contract
from motcua_contracts.vocabulary import DEPARTMENT_CODE, Result, coded, instant, text


class _AnswerContract(Contract):
    """What each answer carries: the assignment and the round it answers, and who answers.

    Routing key ``<type>.<department>`` on ``department.events``; the broker lets a department use its own code only,
    and routing refuses an answer about an assignment of another department.
    """

    OWNER = "department"
    ADDRESS = "department"
    READERS = ("routing",)

    assignment_id = fields.UUID(required=True)
    round = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))
    department = coded(DEPARTMENT_CODE, required=True)
    officer = text(200, load_default=None, allow_none=True)


class AssignmentAcceptedV1(_AnswerContract):
    """The department took the assignment on. Read by: routing."""

    TYPE = "assignment.accepted.v1"

    accepted_at = instant(required=True)


class AssignmentResolvedV1(_AnswerContract):
    """The department settled the dossier: granted, or denied with its reason in the result. Read by: routing."""

    TYPE = "assignment.resolved.v1"

    resolved_at = instant(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(["granted", "denied"]))
    result = fields.Nested(Result, required=True)


class AssignmentReturnedV1(_AnswerContract):
    """The dossier is not fit: what the person must complete, and why. Read by: routing."""

    TYPE = "assignment.returned.v1"

    returned_at = instant(required=True)
    reason = text(2000, required=True)
    items = fields.List(text(300), required=True, validate=validate.Length(min=1, max=50))


class AssignmentExtensionAskedV1(_AnswerContract):
    """The department asks for more time, at the latest one day before expiry (NĐ 61/2018 Đ.19). Read by: routing."""

    TYPE = "assignment.extension-asked.v1"

    asked_at = instant(required=True)
    working_days = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=30))
    reason = text(2000, required=True)


CONTRACTS = (AssignmentAcceptedV1, AssignmentResolvedV1, AssignmentReturnedV1, AssignmentExtensionAskedV1)
