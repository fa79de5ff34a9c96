"""The office as data: one folder of YAML files, read once, checked whole, asked by date."""

from office.errors import (
    Fault,
    OfficeFaults,
    UnknownDepartment,
    UnknownField,
    UnknownProcedure,
    UnknownProvider,
    UnknownWard,
)
from office.evaluation import Band, Criterion, Evaluation, load_evaluation
from office.loader import load_office
from office.model import Department, Field, Provider, Ward
from office.office import Office
from office.plain import from_plain, to_plain
from office.procedure import (
    CaseLimit,
    ComponentRule,
    FeeRule,
    FeeTier,
    Limit,
    ProcedureVersion,
    Publication,
    ResultKind,
    StepBudget,
)
from office.procedures import Procedures
from office.text import accent_fold

__all__ = [
    "Band",
    "CaseLimit",
    "ComponentRule",
    "Criterion",
    "Department",
    "Evaluation",
    "Fault",
    "FeeRule",
    "FeeTier",
    "Field",
    "Limit",
    "Office",
    "OfficeFaults",
    "ProcedureVersion",
    "Procedures",
    "Provider",
    "Publication",
    "ResultKind",
    "StepBudget",
    "UnknownDepartment",
    "UnknownField",
    "UnknownProcedure",
    "UnknownProvider",
    "UnknownWard",
    "Ward",
    "accent_fold",
    "from_plain",
    "load_evaluation",
    "load_office",
    "to_plain",
]
