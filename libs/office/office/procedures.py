"""All versions of all procedures: which one holds on a day, for the public and for the staff."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from office.procedure import ProcedureVersion
from office.versions import Versions, holds_on


@dataclass(frozen=True, slots=True)
class Procedures:
    """``every`` version there is, and those that are ``published``: these never overlap within one code."""

    every: Versions[ProcedureVersion]
    published: Versions[ProcedureVersion]

    @classmethod
    def of(cls, rows: Iterable[ProcedureVersion]) -> "Procedures":
        """Index ``rows``; their order is kept."""
        kept = tuple(rows)
        return cls(Versions.of(kept), Versions.of(row for row in kept if row.published))

    def find(self, code: str, on: date) -> ProcedureVersion | None:
        """Return the published version of ``code`` that holds on ``on``, or None: dossiers are received under no other."""
        return self.published.find(code, on)

    def look_up(self, code: str, on: date) -> ProcedureVersion | None:
        """Return what ``find`` does, else the latest draft or withdrawn version for that day; for the staff."""
        held = [row for row in self.every.by_code.get(code, ()) if holds_on(row, on)]
        return self.find(code, on) or (held[-1] if held else None)

    def on(self, day: date) -> tuple[ProcedureVersion, ...]:
        """Return the published versions that hold on ``day``."""
        return self.published.all_on(day)

    def __iter__(self) -> Iterator[ProcedureVersion]:
        return iter(self.every)
