"""Shapes of requests and answers, by their names."""

from gateway.api.answer_schemas import (
    BatchOutcome,
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
    HandOver,
    ProcedureQuery,
    SignIn,
    Submission,
    Supplement,
    TrackingQuery,
)

__all__ = [
    "BatchLine",
    "BatchOutcome",
    "Code",
    "Dossier",
    "DossierFilter",
    "DossierPage",
    "DossierWithAssignment",
    "Fault",
    "HandOver",
    "ProblemDocument",
    "Procedure",
    "ProcedureQuery",
    "Receipt",
    "Session",
    "SignIn",
    "Submission",
    "Supplement",
    "Tracking",
    "TrackingQuery",
    "TrackingStep",
]
