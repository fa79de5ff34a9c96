"""evaluation.yaml: by what the handling of a dossier is scored (NĐ 61/2018/NĐ-CP Đ.30, 31)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, validates_schema

from office import checks, shapes
from office.errors import OfficeFaults
from office.procedure_schema import WORD
from office.reading import blame_shape
from office.source import read_source

RULES = ("late", "rescheduled", "bodies", "trips", "offline")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion (tiêu chí), worth 2, 1 or 0 points.

    ``by`` says who gives them: the person, or a rule that counts ``rule`` in the dossier: up to ``two`` it gives 2 points,
    up to ``one`` it gives 1.
    """

    code: str
    by: str
    name_vi: str
    name_en: str
    rule: str | None = None
    two: int = 0
    one: int = 0


@dataclass(frozen=True, slots=True)
class Band:
    """A class (xếp loại) by the sum of points."""

    code: str
    at_least: int
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an office scores by; ``bands`` from the best on."""

    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...]


class CriterionSchema(shapes.Group):
    code = shapes.code(WORD, "bad_word")
    by = shapes.choice("person", "rule")
    name_vi = shapes.text()
    name_en = shapes.text()
    rule = shapes.choice(*RULES, load_default=None)
    two = shapes.number(0, load_default=0)
    one = shapes.number(0, load_default=0)

    @validates_schema
    def rule_fits(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a rule that is not named, and one where the person decides."""
        if (data["by"] == "rule") != (data["rule"] is not None):
            raise ValidationError("required" if data["by"] == "rule" else "unknown", "rule")


class BandSchema(shapes.Group):
    code = shapes.code(WORD, "bad_word")
    at_least = shapes.number(0)
    name_vi = shapes.text()
    name_en = shapes.text()


class EvaluationSchema(shapes.Group):
    """evaluation.yaml."""

    criteria = shapes.Many(CriterionSchema)
    bands = shapes.Many(BandSchema)


def load_evaluation(directory: str | Path) -> Evaluation:
    """Read ``evaluation.yaml`` of an office.

    Raises:
        OfficeFaults: something is wrong; all of it is listed, with file and line.
    """
    source = read_source(Path(directory) / "evaluation.yaml")
    blame_shape(source, EvaluationSchema())
    if not source.faults:
        for name in ("criteria", "bands"):
            rows = source.data[name]
            checks.check_repeated_codes(source, (((name, at, "code"), row["code"]) for at, row in enumerate(rows)))
    if source.faults:
        raise OfficeFaults(source.faults)
    loaded = EvaluationSchema().load(source.data)
    bands = sorted((Band(**row) for row in loaded["bands"]), key=lambda band: -band.at_least)
    return Evaluation(tuple(Criterion(**row) for row in loaded["criteria"]), tuple(bands))
