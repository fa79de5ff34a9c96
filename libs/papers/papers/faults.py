"""What is wrong with an office's templates, and what is wrong with the data of one paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of a folder of templates: file name, 1-based line (0: the whole file), what is wrong."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class PaperFaults(ValueError):
    """The templates cannot be used as they stand; ``str()`` lists every fault, one a line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class BadPaper(ValueError):
    """The data do not have the shape of their kind. ``errors`` maps the field's path to what is wrong with it."""

    def __init__(self, kind: str, errors: Mapping[str, str]) -> None:
        self.kind = kind
        self.errors = dict(errors)
        super().__init__("\n".join(f"{kind}: {path}: {message}" for path, message in self.errors.items()))
