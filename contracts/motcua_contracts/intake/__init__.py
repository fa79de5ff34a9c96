"""What intake says: the life of a dossier at the one-stop desk (Bộ phận Tiếp nhận và Trả kết quả)."""

from motcua_contracts.intake import handling, payments, reception, results, wards
from motcua_contracts.intake.handling import (
    DossierLatenessForecastV1,
    DossierOverdueV1,
    DossierPausedV1,
    DossierProcessingStartedV1,
    DossierRescheduledV1,
    DossierResumedV1,
)
from motcua_contracts.intake.payments import PaymentAnsweredV1
from motcua_contracts.intake.reception import (
    DossierCorrectedV1,
    DossierReceivedV1,
    DossierRefusedV1,
    DossierSubmittedV1,
    DossierSupplementAskedV1,
    DossierSupplementDeclinedV1,
    DossierSupplementedV1,
    DossierWithdrawnV1,
)
from motcua_contracts.intake.results import (
    DossierEvaluatedV1,
    DossierExemptedV1,
    DossierPaidV1,
    DossierReopenedV1,
    DossierResolvedV1,
    DossierResultKeptV1,
    DossierResultWaitingV1,
    DossierReturnedV1,
)
from motcua_contracts.intake.wards import (
    StatementAnsweredV1,
    SubmissionAnsweredV1,
    SubmissionChangedV1,
    SubmissionResendAskedV1,
)

CONTRACTS = (*wards.CONTRACTS, *reception.CONTRACTS, *handling.CONTRACTS, *results.CONTRACTS, *payments.CONTRACTS)

__all__ = [
    "CONTRACTS",
    "DossierCorrectedV1",
    "DossierEvaluatedV1",
    "DossierExemptedV1",
    "DossierLatenessForecastV1",
    "DossierOverdueV1",
    "DossierPaidV1",
    "DossierPausedV1",
    "DossierProcessingStartedV1",
    "DossierReceivedV1",
    "DossierRefusedV1",
    "DossierReopenedV1",
    "DossierRescheduledV1",
    "DossierResolvedV1",
    "DossierResultKeptV1",
    "DossierResultWaitingV1",
    "DossierResumedV1",
    "DossierReturnedV1",
    "DossierSubmittedV1",
    "DossierSupplementAskedV1",
    "DossierSupplementDeclinedV1",
    "DossierSupplementedV1",
    "DossierWithdrawnV1",
    "PaymentAnsweredV1",
    "StatementAnsweredV1",
    "SubmissionAnsweredV1",
    "SubmissionChangedV1",
    "SubmissionResendAskedV1",
]
