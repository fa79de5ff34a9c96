"""Reports: what is asked for, checked, and the figures with the names that people read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from chassis.errors import Refused
from intake.domain import Dossier, Fault
from intake.domain.figures import BURDEN, BY, HANDLING, WINDOWS, Mark, Period, Tally
from intake.messages import calls
from intake.messages.paper_parts import shown
from office import Office, UnknownDepartment

KINDS = ("handling", "burden")
#: Columns whose numbers open to the dossiers behind them.
COLUMNS = tuple(dict.fromkeys((*HANDLING, *BURDEN)))
#: Restatements that one answer lists.
MOST = 200

_MARK = tuple(field.name for field in fields(Mark))


def open_period(period: Any, windows: Any, **choices: tuple[Any, Iterable[str]]) -> Period:
    """Return the period that a caller names.

    Args:
        choices: further arguments by their names, each with what it may be.

    Raises:
        Refused: ``invalid-query``, each wrong argument by its name.
    """
    asked = {"windows": (windows, WINDOWS), **choices}
    faults = [Fault(name, "not-one-of", ", ".join(may)) for name, (value, may) in asked.items() if value not in may]
    found = None
    try:
        found = Period.of(str(period), windows if windows in WINDOWS else WINDOWS[0])
    except ValueError:
        faults.append(Fault("period", "not-a-period"))
    if faults or found is None:
        raise Refused("invalid-query", 422, errors=calls.problems(faults))
    return found


def open_after(after: Any) -> int:
    """Return the row that a page begins with; raise ``Refused`` for what no page before it has given."""
    if after is None:
        return 0
    if not isinstance(after, str) or not (after.isascii() and after.isdigit() and len(after) <= 9):
        raise Refused("invalid-query", 422, errors=calls.problems([Fault("after", "not-a-cursor")]))
    return int(after)


def refuse(code: str, field: str, kind: str) -> Refused:
    """Return the refusal (409) of what cannot be done with a period."""
    return Refused(code, 409, errors=calls.problems([Fault(field, kind)]))


def about(period: Period) -> dict[str, Any]:
    """Return which period figures are of; first and last day are both counted."""
    return {
        "period": period.name,
        "windows": period.windows,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
    }


def tables(tally: Tally, office: Office, on: date) -> dict[str, dict[str, Any]]:
    """Return all reports of a period, their rows with the names of ``on``."""
    made = tally.tables()
    for kind in KINDS:
        for by in BY:
            made[kind][by]["rows"] = [
                {"name": _name(by, row["key"], office, on), **row} for row in made[kind][by]["rows"]
            ]
    return made


def _name(by: str, key: str, office: Office, on: date) -> str | None:
    """Return what a row is called; None for a channel, whose name is the reader's, and for what the office does not know."""
    if by == "field":
        return next((row.name_vi for row in office.fields() if row.code == key), None)
    if by == "procedure":
        version = office.all_procedures.find(key, on)
        return version.name_vi if version else None
    if by == "department":
        try:
            return office.department(key, on).name_vi
        except UnknownDepartment:
            return None
    return None


def kept(mark: Mark, dossier: Dossier) -> dict[str, Any]:
    """Return the row of a closed period for a dossier: its mark, and where its history stood."""
    head = {
        "links": len(dossier.history),
        "head": dossier.history[-1]["digest"],
        "corrections": len(dossier.corrections),
    }
    return asdict(mark) | head


def mark_of(row: Mapping[str, Any]) -> Mark:
    """Return the mark that a row of a closed period keeps."""
    return Mark(**{name: row[name] for name in _MARK})


class Heads:
    """SHA-256 over code, number of events and head of the history of each dossier, in the order of the rows."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()

    def add(self, code: str, links: int, head: str) -> None:
        self._sum.update(f"{code} {links} {head}\n".encode())

    @property
    def digest(self) -> str:
        return self._sum.hexdigest()


def digest_of(closing: Mapping[str, Any]) -> str:
    """Return the digest of a closed period: SHA-256 over its name, moment, heads and all its figures as JSON."""
    names = ("period", "windows", "closed_at", "heads", "dossiers", "tables")
    return calls.digest(shown({name: closing[name] for name in names}))


def closed(closing: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a period was closed."""
    names = ("period", "windows", "first", "last", "closed_at", "by", "dossiers", "heads", "digest")
    made: dict[str, Any] = shown({name: closing[name] for name in names})
    return made


def restatement(code: str, old: Mapping[str, Any] | None, new: Mark | None, dossier: Dossier | None) -> dict[str, Any]:
    """Return what a dossier would add to a closed period now, and why that differs."""
    links = dossier.history[old["links"] if old else 0 :] if dossier else ()
    corrections = dossier.corrections[old["corrections"] if old else 0 :] if dossier else ()
    moments: list[datetime] = [*(link["at"] for link in links), *(row["at"] for row in corrections)]
    why = [*(link["kind"] for link in links), *(["corrected"] if corrections else [])]
    made: dict[str, Any] = shown(
        {
            "code": code,
            "since": min(moments, default=None),
            "why": list(dict.fromkeys(why)),
            "before": said(mark_of(old) if old else None),
            "now": said(new),
        }
    )
    return made


def said(mark: Mark | None) -> dict[str, Any] | None:
    """Return what a dossier adds, as it is shown."""
    return {name: value for name, value in asdict(mark).items() if name != "code"} if mark else None
