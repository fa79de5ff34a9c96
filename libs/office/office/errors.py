"""What is wrong with an office's files, and what an office does not know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: file name, 1-based line, path inside the file (``procedures[3].limit``), text in both languages."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class OfficeFaults(ValueError):
    """The folder cannot be used as it stands; ``str()`` lists every fault, one a line, so one reading mends all."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class _Unknown(LookupError):
    kind = "code"

    def __init__(self, code: str, on: date | None = None) -> None:
        when = f" on {on.isoformat()}" if on else ""
        super().__init__(f"no {self.kind} {code}{when}")
        self.code = code
        self.on = on


class UnknownProcedure(_Unknown):
    """The office had no procedure of that code in force on that day: refuse, or ask for another date."""

    kind = "procedure"


class UnknownDepartment(_Unknown):
    """The office had no department of that code on that day."""

    kind = "department"


class UnknownWard(_Unknown):
    """The office had no ward of that code on that day; ward codes are reused, so the date matters."""

    kind = "ward"


class UnknownProvider(_Unknown):
    """The office had no payment provider of that code on that day."""

    kind = "provider"


class UnknownField(_Unknown):
    """The office has no field of work (lĩnh vực) of that code."""

    kind = "field"
