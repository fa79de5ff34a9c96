"""Handling: the department works, the clock stops and runs on, the appointment stands, moves or passes."""

from __future__ import annotations

from marshmallow import fields

from motcua_contracts.intake.about import DossierContract
from motcua_contracts.vocabulary import DEPARTMENT_CODE, coded, instant, text


class DossierProcessingStartedV1(DossierContract):
    """The department has accepted the dossier: status 4. Read by: gateway."""

    TYPE = "dossier.processing-started.v1"
    READERS = ("gateway",)

    department = coded(DEPARTMENT_CODE, required=True)
    started_at = instant(required=True)


class DossierPausedV1(DossierContract):
    """The clock stands: a fee is owed (status 6) or handling was stopped (status 8), and why.

    Read by: routing, notify, gateway.
    """

    TYPE = "dossier.paused.v1"
    READERS = ("routing", "notify", "gateway")

    paused_at = instant(required=True)
    cause = fields.String(required=True, metadata={"description": "fee or stopped; open"})
    reason = text(2000, required=True)
    legal_basis = text(500, load_default=None, allow_none=True)
    owed_minor = fields.Integer(strict=True, load_default=None, allow_none=True, metadata={"unit": "đồng"})


class DossierResumedV1(DossierContract):
    """The clock runs on to a new appointment: status 4 again. Read by: routing, notify, gateway."""

    TYPE = "dossier.resumed.v1"
    READERS = ("routing", "notify", "gateway")

    resumed_at = instant(required=True)
    previous_due_at = instant(required=True)
    due_at = instant(required=True)
    reason = text(2000, required=True)


class DossierLatenessForecastV1(DossierContract):
    """The dossier will hardly be ready in time: an apology with a new appointment lies ready to be signed.

    Nothing has moved yet: a leader signs it (``dossier.rescheduled.v1`` tells the person, once) or sets it aside.
    Read by: gateway.
    """

    TYPE = "dossier.lateness-forecast.v1"
    READERS = ("gateway",)

    forecast_at = instant(required=True)
    due_at = instant(required=True)
    expected_at = instant(required=True)
    proposed_due_at = instant(required=True)
    department = coded(DEPARTMENT_CODE, required=True)


class DossierRescheduledV1(DossierContract):
    """The appointment was moved once, with apology and reason (phiếu xin lỗi và hẹn lại ngày trả kết quả).

    Read by: routing, notify, gateway. Source: NĐ 61/2018 Đ.19.
    """

    TYPE = "dossier.rescheduled.v1"
    READERS = ("routing", "notify", "gateway")

    previous_due_at = instant(required=True)
    due_at = instant(required=True)
    reason = text(2000, required=True)


class DossierOverdueV1(DossierContract):
    """The appointment passed without a result. Overdue is an attribute of the deadline: the status stays.

    Read by: notify, gateway.
    """

    TYPE = "dossier.overdue.v1"
    READERS = ("notify", "gateway")

    due_at = instant(required=True)
    department = coded(DEPARTMENT_CODE, required=True)


CONTRACTS = (
    DossierProcessingStartedV1,
    DossierPausedV1,
    DossierResumedV1,
    DossierLatenessForecastV1,
    DossierRescheduledV1,
    DossierOverdueV1,
)
