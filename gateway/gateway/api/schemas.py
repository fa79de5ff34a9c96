"""Shapes of requests and answers, by their names."""

from gateway.api.answer_schemas import (
    BatchOutcome,
    BatchProgress,
    Code,
    Dossier,
    DossierPage,
    DossierWithAssignment,
    Fault,
    ProblemDocument,
    Procedure,
    Receipt,
    Session,
    Tracking,
    TrackingStep,
)
from gateway.api.request_schemas import (
    BatchLine,
    DossierFilter,
    DossierSearch,
    ProcedureQuery,
    SignIn,
    Submission,
    TrackingQuery,
)

__all__ = [
    "BatchLine",
    "BatchOutcome",
    "BatchProgress",
    "Code",
    "Dossier",
    "DossierFilter",
    "DossierPage",
    "DossierSearch",
    "DossierWithAssignment",
    "Fault",
    "ProblemDocument",
    "Procedure",
    "ProcedureQuery",
    "Receipt",
    "Session",
    "SignIn",
    "Submission",
    "Tracking",
    "TrackingQuery",
    "TrackingStep",
]
