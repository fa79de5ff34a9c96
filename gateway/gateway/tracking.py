"""What a person sees of a dossier, folded from the facts that events told. Pure: no clock, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.chain import Chain, link_up

SUBMITTED, RECEIVED, CORRECTED = "dossier.submitted.v1", "dossier.received.v1", "dossier.corrected.v1"
SUPPLEMENTED, REOPENED = "dossier.supplemented.v1", "dossier.reopened.v1"
RESOLVED, KEPT, RETURNED = "dossier.resolved.v1", "dossier.result-kept.v1", "dossier.returned.v1"
ISSUED, STARTED = "assignment.issued.v1", "dossier.processing-started.v1"

#: Events that say which department settles the dossier.
PLACING = frozenset({RECEIVED, CORRECTED, ISSUED, STARTED})
#: Events with an appointment that takes the place of an earlier one.
MOVING = frozenset(
    {CORRECTED, SUPPLEMENTED, REOPENED, "dossier.resumed.v1", "dossier.rescheduled.v1"},
)
#: The office's own affair until it becomes another event; kept, since the history has a link for each act.
INTERNAL = frozenset({"dossier.lateness-forecast.v1", "dossier.supplement-declined.v1"})
#: National status codes in which the clock stands (facts 1.2: 5, 6 and 8 pause it).
PAUSED = frozenset({5, 6, 8})
#: National status codes in which a passed appointment means overdue; afterwards it is late or over.
RUNNING = frozenset({1, 2, 4})
#: National status codes in which the papers lie with the department.
AT_DEPARTMENT = frozenset({4})
#: National status codes that the person is given a reason for.
REASONED = frozenset({3, 5, 6, 8})
REGISTERED, SUPPLEMENT_ASKED, FEE_ASKED, READY, HANDED_OVER = 1, 5, 6, 9, 10


@dataclass(frozen=True, slots=True)
class Fact:
    """One event about a dossier, without personal data.

    Attributes:
        id: of the event; a repeat has the same.
        type: of the event.
        at: aware UTC instant of the fact.
        sequence: position in the stream of intake about the dossier; None for other senders.
        data: the few fields of the event that this page shows.
        entry: the link that it added to the dossier's history (motcua_contracts.vocabulary.HistoryEntry), if it did.
    """

    id: str
    type: str
    at: datetime
    sequence: int | None
    data: dict[str, Any]
    entry: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the history. ``department``, ``due_at`` and ``items`` where the event has them."""

    type: str
    at: datetime
    department: str | None
    due_at: datetime | None
    items: tuple[str, ...]

    @property
    def sets_appointment(self) -> bool:
        """Whether ``due_at`` takes the place of an earlier appointment."""
        return self.type in MOVING and self.due_at is not None


@dataclass(frozen=True, slots=True)
class Tracked:
    """A dossier as its holder may see it.

    Attributes:
        status: national code, 1 to 10; other numbers are possible.
        department: code of the department that settles it; None before reception.
        with_department: whether the papers lie there now.
        received_at: None before reception, as ``due_at``.
        answer_by: until when the desk looks at what was sent in, while the status is 1.
        overdue: the appointment has passed and the clock runs. An attribute, not a status.
        late: the result came after its appointment.
        to_supply: papers asked for, while the status is 5; ``supply_by``: until when.
        reason: why it was refused, must be completed, paid for or stands still, while it is so; ``legal_basis`` with it.
        owed_minor: what is to be paid in đồng, while the status is 6.
        delivery: how the person gets the result: counter, post, electronic or another word.
        kept: nobody came for the result, and it is kept.
        returned_by: how it was handed over; ``postal_code``: of the item that carried it.
        history: what happened, the latest first, without what is the office's own affair.
        chain: the hash-chained history, every act of the desk.
    """

    code: str
    procedure_code: str
    procedure_name: str
    status: int
    department: str | None
    with_department: bool
    received_at: datetime | None
    due_at: datetime | None
    answer_by: datetime | None
    resolved_at: datetime | None
    overdue: bool
    late: bool
    paused: bool
    to_supply: tuple[str, ...]
    supply_by: datetime | None
    reason: str | None
    legal_basis: str | None
    owed_minor: int | None
    delivery: str
    kept: bool
    returned_by: str | None
    postal_code: str | None
    history: tuple[Step, ...]
    chain: Chain


def fold(code: str, facts: Iterable[Fact], now: datetime) -> Tracked | None:
    """Return the dossier that ``facts`` tell of, in whatever order they came; None before its first news is known.

    Args:
        facts: in the order in which they came; of two that tell one link of the history differently, the first counts.
        now: aware UTC instant at which the page is read.
    """
    came = list(facts)
    told = sorted(came, key=lambda fact: (fact.at, fact.sequence or 0))
    own = sorted((fact for fact in came if fact.sequence is not None), key=lambda fact: fact.sequence or 0)
    basis = _latest(own, SUBMITTED, RECEIVED, CORRECTED)
    if basis is None:
        return None
    status = int(_last(own, "status"))
    due_at: datetime | None = _last(own, "due_at")
    issued = _latest(told, ISSUED)
    result = _latest(own, RESOLVED, REOPENED)
    resolved = result if result is not None and result.type == RESOLVED else None
    returned = _latest(own, RETURNED) if status == HANDED_OVER else None
    halt = _halt(own, status)
    return Tracked(
        code=code,
        procedure_code=basis.data["procedure"]["code"],
        procedure_name=basis.data["procedure"]["name"],
        status=status,
        department=_last([fact for fact in told if fact.type in PLACING], "department"),
        with_department=status in AT_DEPARTMENT or (status == 2 and _forwarded(own, issued)),
        received_at=_last(own, "received_at"),
        due_at=due_at,
        answer_by=_last(own, "answer_by") if status == REGISTERED else None,
        resolved_at=resolved.data["resolved_at"] if resolved else None,
        overdue=status in RUNNING and due_at is not None and now > due_at,
        late=resolved is not None and not resolved.data["on_time"],
        paused=status in PAUSED,
        to_supply=tuple(halt.get("items") or ()),
        supply_by=halt.get("supply_by"),
        reason=halt.get("reason"),
        legal_basis=halt.get("legal_basis"),
        owed_minor=_last(own, "owed_minor") if status == FEE_ASKED else None,
        delivery=(basis.data.get("delivery") or {}).get("method", "counter"),
        kept=status == READY and _kept(own),
        returned_by=returned.data.get("method") if returned else None,
        postal_code=returned.data.get("tracking_code") if returned else None,
        history=tuple(_step(fact) for fact in reversed(told) if fact.type not in INTERNAL),
        chain=link_up(code, (fact.entry for fact in came if fact.entry is not None)),
    )


def _last(facts: list[Fact], name: str) -> Any:
    """Return the latest value of a field that some fact has."""
    return next((fact.data[name] for fact in reversed(facts) if fact.data.get(name) is not None), None)


def _latest(facts: list[Fact], *types: str) -> Fact | None:
    return next((fact for fact in reversed(facts) if fact.type in types), None)


def _halt(own: list[Fact], status: int) -> dict[str, Any]:
    """Return what was told with the act that brought the dossier into a status which the person is given a reason for."""
    if status not in REASONED:
        return {}
    acts = (fact.data for fact in reversed(own) if fact.data.get("status") == status)
    return next((data for data in acts if "reason" in data or "items" in data), {})


def _forwarded(own: list[Fact], issued: Fact | None) -> bool:
    """Tell whether the department got the papers since they last came to the desk."""
    came = _latest(own, RECEIVED, SUPPLEMENTED, REOPENED)
    return issued is not None and (came is None or issued.at >= came.at)


def _kept(own: list[Fact]) -> bool:
    latest = _latest(own, RESOLVED, KEPT)
    return latest is not None and latest.type == KEPT


def _step(fact: Fact) -> Step:
    return Step(
        fact.type,
        fact.at,
        fact.data.get("department"),
        fact.data.get("due_at"),
        tuple(fact.data.get("items") or ()),
    )
