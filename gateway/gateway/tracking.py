"""What a person sees of a dossier, folded from the facts that events told. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

RECEIVED = "dossier.received.v1"
SUPPLEMENT_ASKED = "dossier.supplement-asked.v1"
RESOLVED = "dossier.resolved.v1"
ISSUED = "assignment.issued.v1"

#: National status codes in which the clock stands (facts 1.2: 5, 6 and 8 pause it).
PAUSED = frozenset({5, 6, 8})
#: National status codes in which a passed appointment means overdue; afterwards it is late or over.
RUNNING = frozenset({1, 2, 4})
#: National status codes in which the papers lie with the department.
AT_DEPARTMENT = frozenset({4})


@dataclass(frozen=True, slots=True)
class Fact:
    """One event about a dossier, without personal data.

    Attributes:
        id: of the event; a repeat has the same.
        type: of the event.
        at: aware UTC instant of the fact.
        sequence: position in the stream of intake about the dossier; None for other senders.
        data: the few fields of the event that this page shows.
    """

    id: str
    type: str
    at: datetime
    sequence: int | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the history. ``department``, ``due_at`` and ``items`` where the event has them."""

    type: str
    at: datetime
    department: str | None
    due_at: datetime | None
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tracked:
    """A dossier as its holder may see it.

    Attributes:
        status: national code, 1 to 10; other numbers are possible.
        department: code of the department that settles it.
        with_department: whether the papers lie there now.
        overdue: the appointment has passed and the clock runs. An attribute, not a status.
        late: the result came after its appointment.
        to_supply: papers asked for, while the status is 5.
    """

    code: str
    procedure_code: str
    procedure_name: str
    status: int
    department: str
    with_department: bool
    received_at: datetime
    due_at: datetime
    resolved_at: datetime | None
    overdue: bool
    late: bool
    paused: bool
    to_supply: tuple[str, ...]
    history: tuple[Step, ...]


def fold(code: str, facts: Iterable[Fact], now: datetime) -> Tracked | None:
    """Return the dossier that ``facts`` tell of, in whatever order they came; None before its receipt is known.

    Args:
        now: aware UTC instant at which the page is read.
    """
    told = sorted(facts, key=lambda fact: (fact.at, fact.sequence or 0))
    own = sorted((fact for fact in told if fact.sequence is not None), key=lambda fact: fact.sequence or 0)
    received = next((fact for fact in own if fact.type == RECEIVED), None)
    if received is None:
        return None
    status = int(_last(own, "status"))
    due_at: datetime = _last(own, "due_at")
    resolved = next((fact for fact in reversed(own) if fact.type == RESOLVED), None)
    asked = next((fact for fact in reversed(own) if fact.type == SUPPLEMENT_ASKED), None)
    issued = next((fact for fact in reversed(told) if fact.type == ISSUED), None)
    overdue = status in RUNNING and now > due_at
    return Tracked(
        code=code,
        procedure_code=received.data["procedure"]["code"],
        procedure_name=received.data["procedure"]["name"],
        status=status,
        department=(issued or received).data["department"],
        with_department=status in AT_DEPARTMENT or (status == 2 and issued is not None),
        received_at=received.data["received_at"],
        due_at=due_at,
        resolved_at=resolved.data["resolved_at"] if resolved else None,
        overdue=overdue,
        late=resolved is not None and not resolved.data["on_time"],
        paused=status in PAUSED,
        to_supply=tuple(asked.data["items"]) if asked is not None and status == 5 else (),
        history=tuple(_step(fact) for fact in reversed(told)),
    )


def _last(facts: list[Fact], name: str) -> Any:
    return next(fact.data[name] for fact in reversed(facts) if name in fact.data)


def _step(fact: Fact) -> Step:
    return Step(
        fact.type,
        fact.at,
        fact.data.get("department"),
        fact.data.get("due_at"),
        tuple(fact.data.get("items", ())),
    )
