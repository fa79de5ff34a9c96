"""Reception: a dossier is submitted, received, completed, corrected, refused or withdrawn."""

from __future__ import annotations

from marshmallow import fields, validate

from motcua_contracts.intake.about import DossierContract
from motcua_contracts.vocabulary import (
    DEPARTMENT_CODE,
    WARD_CODE,
    Applicant,
    Component,
    Contact,
    Delivery,
    Matches,
    ProcedureRef,
    Representative,
    coded,
    instant,
    text,
)


class DossierSubmittedV1(DossierContract):
    """A dossier was sent in online or by post and waits for the desk to look at it: status 1.

    Said again when the person has supplied what the desk asked for before reception.
    Read by: notify, gateway. The desk answers within 8 working hours (NĐ 45/2020/NĐ-CP Đ.11): ``answer_by``.
    """

    TYPE = "dossier.submitted.v1"
    READERS = ("notify", "gateway")

    procedure = fields.Nested(ProcedureRef, required=True)
    channel = fields.Integer(strict=True, required=True, metadata={"description": "1 counter, 2 online, 3 post"})
    ward = coded(WARD_CODE, load_default=None, allow_none=True)
    submitted_at = instant(required=True)
    answer_by = instant(required=True)
    contact = fields.Nested(Contact, required=True)
    tracking_digest = fields.String(required=True, validate=Matches(r"^[0-9a-f]{64}$"))


class DossierReceivedV1(DossierContract):
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
    case = text(40, load_default=None, allow_none=True)
    representative = fields.Nested(Representative, load_default=None, allow_none=True)
    delivery = fields.Nested(Delivery, load_default=None, allow_none=True)
    fee_minor = fields.Integer(strict=True, load_default=None, allow_none=True, metadata={"unit": "đồng"})


class DossierCorrectedV1(DossierReceivedV1):
    """What was taken in wrongly at the desk is put right under the same code, with a fresh receipt.

    All of ``dossier.received.v1`` as it is now right, and why it was wrong. Read by: routing, notify, gateway. What a
    department has in hand is taken back (``assignment.recalled.v1``) and issued anew to the right one.
    """

    TYPE = "dossier.corrected.v1"
    READERS = ("routing", "notify", "gateway")

    corrected_at = instant(required=True)
    reason = text(2000, required=True)
    previous_due_at = instant(required=True)


class DossierSupplementAskedV1(DossierContract):
    """The person must complete the dossier (phiếu yêu cầu bổ sung, hoàn thiện): status 5, the clock stands.

    Read by: notify, gateway.
    """

    TYPE = "dossier.supplement-asked.v1"
    READERS = ("notify", "gateway")

    asked_at = instant(required=True)
    reason = text(2000, required=True)
    items = fields.List(text(300), required=True, validate=validate.Length(min=1, max=50))
    number = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=1))
    supply_by = instant(load_default=None, allow_none=True)
    legal_basis = text(500, load_default=None, allow_none=True)


class DossierSupplementDeclinedV1(DossierContract):
    """A department's further request for supplement was not granted: the dossier stays with it (status 4).

    The person is asked once; another time needs a leader's reason (NĐ 61/2018/NĐ-CP Đ.17). Read by: routing, gateway.
    """

    TYPE = "dossier.supplement-declined.v1"
    READERS = ("routing", "gateway")

    declined_at = instant(required=True)
    reason = text(2000, required=True)


class DossierSupplementedV1(DossierContract):
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


class DossierRefusedV1(DossierContract):
    """The desk does not take the dossier on (phiếu từ chối tiếp nhận giải quyết hồ sơ): status 3, never without words.

    Read by: routing, notify, gateway.
    """

    TYPE = "dossier.refused.v1"
    READERS = ("routing", "notify", "gateway")

    refused_at = instant(required=True)
    reason = text(2000, required=True)
    legal_basis = text(500, required=True)


class DossierWithdrawnV1(DossierContract):
    """The person took the dossier back: status 7. Read by: routing, notify, gateway."""

    TYPE = "dossier.withdrawn.v1"
    READERS = ("routing", "notify", "gateway")

    withdrawn_at = instant(required=True)
    reason = text(2000, required=True)


CONTRACTS = (
    DossierSubmittedV1,
    DossierReceivedV1,
    DossierCorrectedV1,
    DossierSupplementAskedV1,
    DossierSupplementDeclinedV1,
    DossierSupplementedV1,
    DossierRefusedV1,
    DossierWithdrawnV1,
)
