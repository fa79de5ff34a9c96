"""What intake says: the life of a dossier at the one-stop desk (Bộ phận Tiếp nhận và Trả kết quả)."""

from __future__ import annotations

from marshmallow import fields, validate

from motcua_contracts.base import Contract
from motcua_contracts.vocabulary import (
    DEPARTMENT_CODE,
    DOSSIER_CODE,
    STATUS_METADATA,
    WARD_CODE,
    Applicant,
    Component,
    Contact,
    Matches,
    Problem,
    ProcedureRef,
    Result,
    coded,
    instant,
    text,
)


class SubmissionAnsweredV1(Contract):
    """A ward's submission was registered, or refused with every fault named.

    Routing key ``submission.answered.v1.<ward>``, delivered to the queue ``ward.<ward>``. Read by: the ward.
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


class _DossierContract(Contract):
    """What each message about a dossier carries; ``status`` is the national code after the fact."""

    OWNER = "intake"

    dossier_id = fields.UUID(required=True)
    code = coded(DOSSIER_CODE, required=True)
    status = fields.Integer(strict=True, required=True, metadata=STATUS_METADATA)


class DossierReceivedV1(_DossierContract):
    """A complete dossier was received and has its code and appointment (giấy tiếp nhận và hẹn trả kết quả).

    Routing key ``dossier.received.v1``. Read by: routing, notify, gateway.
    Carries personal data that the department needs to work; readers keep only what their task needs.
    """

    TYPE = "dossier.received.v1"
    READERS = ("routing", "notify", "gateway")

    procedure = fields.Nested(ProcedureRef, required=True)
    department = coded(DEPARTMENT_CODE, required=True)
    channel = fields.Integer(strict=True, required=True, metadata={"description": "1 counter, 2 online, 3 post"})
    ward = coded(WARD_CODE, load_default=None, allow_none=True)
    received_at = instant(required=True)
    forward_at = instant(required=True)
    due_at = instant(required=True)
    applicant = fields.Nested(Applicant, required=True)
    contact = fields.Nested(Contact, required=True)
    components = fields.List(fields.Nested(Component), required=True)
    tracking_digest = fields.String(
        required=True, validate=Matches(r"^[0-9a-f]{64}$"),
        metadata={"description": "SHA-256 of the receipt's secret, hex; the secret itself is only on the receipt"},
    )  # fmt: skip


class DossierProcessingStartedV1(_DossierContract):
    """The department has accepted the dossier: status 4. Read by: gateway."""

    TYPE = "dossier.processing-started.v1"
    READERS = ("gateway",)

    department = coded(DEPARTMENT_CODE, required=True)
    started_at = instant(required=True)


class DossierSupplementAskedV1(_DossierContract):
    """The person must complete the dossier (phiếu yêu cầu bổ sung, hoàn thiện): status 5, the clock stands.

    Read by: notify, gateway.
    """

    TYPE = "dossier.supplement-asked.v1"
    READERS = ("notify", "gateway")

    asked_at = instant(required=True)
    reason = text(2000, required=True)
    items = fields.List(text(300), required=True, validate=validate.Length(min=1, max=50))


class DossierSupplementedV1(_DossierContract):
    """The person supplied what was asked; the clock runs on to a new appointment. Read by: routing, gateway.

    ``components`` are the papers handed in now; those of the reception stay as they were.
    """

    TYPE = "dossier.supplemented.v1"
    READERS = ("routing", "gateway")

    supplied_at = instant(required=True)
    forward_at = instant(required=True)
    previous_due_at = instant(required=True)
    due_at = instant(required=True)
    components = fields.List(fields.Nested(Component), required=True)
    note = text(2000, minimum=0, load_default=None, allow_none=True)


class DossierRescheduledV1(_DossierContract):
    """The appointment was moved once, with apology and reason (phiếu xin lỗi và hẹn lại ngày trả kết quả).

    Read by: notify, gateway. Source: NĐ 61/2018 Đ.19.
    """

    TYPE = "dossier.rescheduled.v1"
    READERS = ("notify", "gateway")

    previous_due_at = instant(required=True)
    due_at = instant(required=True)
    reason = text(2000, required=True)


class DossierOverdueV1(_DossierContract):
    """The appointment passed without a result. Overdue is an attribute of the deadline: the status stays.

    Read by: notify, gateway.
    """

    TYPE = "dossier.overdue.v1"
    READERS = ("notify", "gateway")

    due_at = instant(required=True)
    department = coded(DEPARTMENT_CODE, required=True)


class DossierResolvedV1(_DossierContract):
    """The result lies at the desk: status 9. Read by: notify, gateway."""

    TYPE = "dossier.resolved.v1"
    READERS = ("notify", "gateway")

    resolved_at = instant(required=True)
    due_at = instant(required=True)
    on_time = fields.Boolean(required=True)
    outcome = fields.String(required=True, metadata={"description": "granted or denied; open"})
    result = fields.Nested(Result, required=True)


class DossierReturnedV1(_DossierContract):
    """The result was handed to the person against the receipt: status 10. Read by: gateway."""

    TYPE = "dossier.returned.v1"
    READERS = ("gateway",)

    returned_at = instant(required=True)


CONTRACTS = (
    SubmissionAnsweredV1,
    DossierReceivedV1,
    DossierProcessingStartedV1,
    DossierSupplementAskedV1,
    DossierSupplementedV1,
    DossierRescheduledV1,
    DossierOverdueV1,
    DossierResolvedV1,
    DossierReturnedV1,
)
