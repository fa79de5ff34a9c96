"""The office as data: one folder of YAML files, read once, checked whole, asked by date."""

from office.errors import Fault, OfficeFaults, UnknownDepartment, UnknownField, UnknownProcedure, UnknownWard
from office.loader import load_office
from office.model import ComponentRule, Department, Field, Limit, ProcedureVersion, StepBudget, Ward
from office.office import Office
from office.text import accent_fold

__all__ = [
    "ComponentRule",
    "Department",
    "Fault",
    "Field",
    "Limit",
    "Office",
    "OfficeFaults",
    "ProcedureVersion",
    "StepBudget",
    "UnknownDepartment",
    "UnknownField",
    "UnknownProcedure",
    "UnknownWard",
    "Ward",
    "accent_fold",
    "load_office",
]
