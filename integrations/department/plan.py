"""How an office behaves: which course a dossier takes, and which answers are due after what was heard. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Course(StrEnum):
    """What the office will do with a dossier."""

    GRANT = "grant"
    DENY = "deny"
    RETURN = "return"  # asks for a supplement (bổ sung hồ sơ) in round 1, grants after it
    EXTEND = "extend"  # asks for more time (gia hạn), grants once that is decided
    SLOW = "slow"  # grants only after it was urged


class Answer(StrEnum):
    """One message of a department; the value is its type."""

    ACCEPTED = "assignment.accepted.v1"
    RESOLVED = "assignment.resolved.v1"
    RETURNED = "assignment.returned.v1"
    EXTENSION_ASKED = "assignment.extension-asked.v1"


ISSUED = "assignment.issued.v1"
RECALLED = "assignment.recalled.v1"
OVERDUE = "assignment.overdue.v1"
DECIDED = "assignment.extension-decided.v1"


def due_answers(course: Course, round_: int, heard: Collection[str]) -> tuple[Answer, ...]:
    """Return every answer that is due by now, in order; what was given before is among them.

    It depends on the set of types heard in this round, not on their order: an urging that overtook the dossier
    itself counts once the dossier is here.
    """
    if ISSUED not in heard:
        return ()
    urged = OVERDUE in heard
    match course:
        case Course.RETURN if round_ == 1:
            return (Answer.ACCEPTED, Answer.RETURNED)
        case Course.EXTEND if round_ == 1:
            asked = (Answer.ACCEPTED, Answer.EXTENSION_ASKED)
            return (*asked, Answer.RESOLVED) if urged or DECIDED in heard else asked
        case Course.SLOW:
            return (Answer.ACCEPTED, Answer.RESOLVED) if urged else (Answer.ACCEPTED,)
        case _:
            return (Answer.ACCEPTED, Answer.RESOLVED)


class BadPolicy(ValueError):
    """The policy file does not say what it must; the text names the place."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The habits of an office, read from JSON.

    Attributes:
        shares: course to weight; weights need not add up to anything.
        by_procedure: procedure code to its own shares.
        results: procedure code (or "default") to {"suffix", "title"}; the title may hold ``{procedure}``.
        denial: {"suffix", "title"}; the title may hold ``{procedure}`` and ``{reason}``.
        denial_reasons, returns, extension: the texts of the other answers.
    """

    shares: Mapping[Course, int]
    results: Mapping[str, Mapping[str, str]]
    denial: Mapping[str, str]
    denial_reasons: Sequence[str]
    returns: Sequence[Mapping[str, Any]]
    extension: Mapping[str, Any]
    officer: str | None = None
    by_procedure: Mapping[str, Mapping[Course, int]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Policy:
        """Read a policy.

        Raises:
            BadPolicy: unreadable, unknown or missing keys, unknown courses, weights that are not whole and positive.
        """
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            told["shares"] = _shares(told["shares"])
            told["by_procedure"] = {code: _shares(own) for code, own in told.get("by_procedure", {}).items()}
            policy = cls(**told)
            for name in ("suffix", "title"):
                _ = policy.results["default"][name], policy.denial[name]
            if not (policy.denial_reasons and policy.returns):
                raise ValueError("denial_reasons and returns need an entry each")
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadPolicy(f"{path}: {error}") from error
        return policy

    def course(self, dossier: str, procedure: str) -> Course:
        """Return the course of a dossier: by its code's hash, so that every run and every replica decides alike."""
        shares = self.by_procedure.get(procedure, self.shares)
        point = lot(dossier) % sum(shares.values())
        for course, weight in shares.items():
            if point < weight:
                return course
            point -= weight
        raise AssertionError("the point lies below the sum of the weights")


def lot(dossier: str, salt: str = "") -> int:
    """Return a large whole number that depends on nothing but its arguments."""
    return int.from_bytes(hashlib.sha256(f"{salt}{dossier}".encode()).digest()[:8])


def _shares(told: Mapping[str, Any]) -> dict[Course, int]:
    shares = {Course(name): weight for name, weight in told.items()}
    if any(type(weight) is not int or weight < 0 for weight in shares.values()) or not sum(shares.values()):
        raise ValueError("shares must be whole numbers from 0, one of them above 0")
    return shares
