"""Evaluation: the form that a person fills in, and what is shown of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from intake.domain import Dossier, Fault, Score
from office import Criterion, Evaluation


def form(evaluation: Evaluation) -> dict[str, Any]:
    """Return what a person is asked, in both languages, and the classes by points."""
    return {
        "criteria": [
            {"code": row.code, "name": row.name_vi, "name_en": row.name_en}
            for row in evaluation.criteria
            if row.by == "person"
        ],
        "bands": [
            {"code": row.code, "at_least": row.at_least, "name": row.name_vi, "name_en": row.name_en}
            for row in evaluation.bands
        ],
        "most": 2 * len(evaluation.criteria),
    }


def faults(answers: Mapping[str, int], criteria: Sequence[Criterion]) -> list[Fault]:
    """Return which criteria were left out, and which are none."""
    asked = [row.code for row in criteria if row.by == "person"]
    missing = [Fault(f"answers.{code}", "criterion-missing") for code in asked if code not in answers]
    return missing + [Fault(f"answers.{code}", "unknown-criterion") for code in answers if code not in asked]


def shown(dossier: Dossier) -> dict[str, Any]:
    """Return what the person is shown of the own evaluation."""
    said = dossier.evaluation or {}
    return {"code": dossier.code, **{name: said[name] for name in ("at", "total", "most", "band", "satisfaction")}}


def scored(dossier: Dossier, by_rule: Score) -> dict[str, Any]:
    """Return a dossier's score as the staff see it: ``by_rule`` without the person's part, ``evaluation`` with it."""
    return {
        "code": dossier.code,
        "by_rule": {"points": dict(by_rule.points), "total": by_rule.total},
        "evaluation": dossier.evaluation,
    }
