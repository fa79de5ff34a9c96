"""What every group of entrypoints of intake stands on."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from chassis.errors import AlreadyHandled, Refused
from chassis.identity import Identity
from chassis.kept import Cause
from chassis.service import Provided, Service, Stored
from intake import domain, settings, store
from intake.desk import Desk, years_known
from intake.messages import acts, calls, refusals, views
from intake.service.book import open_desk
from motcua_contracts.acts import Act

#: Names calls after their caller and key.
CALLS = uuid.UUID("b0a6e1de-3f0e-4a6c-8a51-7d1f0d2c9b44")
STAFF = ("clerk", "chief", "deputy", "auditor")
#: Who decides what the desk may not: the chief of the office and the deputies.
LEADERS = ("chief", "deputy")
#: Who reads dossiers: the staff all of them, the others those of their unit, a citizen his own.
READERS = (*STAFF, "ward-officer", "department-officer", "citizen")


class Intake(Service):
    name = "intake"
    load_settings = staticmethod(settings.load)

    desk: Desk = Provided(open_desk)
    dossiers: store.Dossiers = Stored(store.Dossiers, search_key=lambda settings: bytes.fromhex(settings.search_key))

    def seen(self, caller: Identity, code: str) -> domain.Dossier:
        """Return a dossier that the caller may see; what is not theirs is not there for them (404)."""
        _, dossier = self.dossiers.get(code)
        if not may_see(caller, dossier):
            raise Refused("unknown-dossier", 404)
        return dossier

    def act(
        self, caller: Identity, key: str, name: str, code: str, given: dict[str, Any], schema: type[Act], decide: Any
    ) -> dict[str, Any]:
        """Let a caller act on a dossier that he may see, and return how it is afterwards; see ``acted``."""
        dossier, replayed = self.acted(caller, key, name, code, given, schema, decide, partial(may_see, caller))
        return shown_to(caller, views.view(dossier, replayed=replayed))

    def acted(
        self,
        caller: Identity,
        key: str,
        name: str,
        code: str,
        given: dict[str, Any],
        schema: type[Act],
        decide: Any,
        sees: Callable[[domain.Dossier], bool],
    ) -> tuple[domain.Dossier, bool]:
        """Let a caller act on a dossier, once per key.

        Args:
            name: of the act; a key stands for one act on one dossier with one body.
            given: what came with the call; ``schema`` says what it may be.
            decide: ``(dossier, moment, loaded body) -> Told``.
            sees: whether the caller may know of the dossier.

        Returns:
            The dossier as it is afterwards, and whether the same key had its effect before.

        Raises:
            Refused: the body is faulty (422), the dossier is unknown to the caller (404), or the act is not possible (409).
        """
        cause = call(caller, key, [name, code, given])
        try:
            loaded, before = self.dossiers.get(code, cause)
        except AlreadyHandled:
            loaded, before = None, self.dossiers.get(code)[1]
        if not sees(before):
            raise Refused("unknown-dossier", 404)  # whether it exists is not theirs to know
        if loaded is None:
            return before, True
        body = acts.open_act(schema, given)
        with years_known(), refusals.told():
            told = decide(before, self.clock.now(), body)
            return self.dossiers.save(loaded, told, cause), False


def cause_of(message: Any) -> Cause:
    return Cause(message.id, correlation=message.correlationid)


def call(caller: Identity, key: str, body: Any) -> Cause:
    """Return the cause that a call with an idempotency key is; its id tells no reader of our messages who called."""
    return Cause(str(uuid.uuid5(CALLS, f"{caller.subject} {key}")), calls.digest(body))


def ward_key(ward: str, reference: str, data: dict[str, Any]) -> Cause:
    """Return the name of a ward's case, the same whichever way it comes: by message or by the gateway."""
    return Cause(ward_case(ward, reference), calls.content(data))


def ward_case(ward: str, reference: str) -> str:
    return f"ward:{ward}:{reference}"


def shown_to(caller: Identity, seen: dict[str, Any]) -> dict[str, Any]:
    """Return a view as the caller may have it."""
    return seen if caller.roles & set(STAFF) else views.outside(seen)


def may_see(caller: Identity, dossier: domain.Dossier) -> bool:
    if caller.roles & set(STAFF):
        return True
    receipt = dossier.receipt
    if "citizen" in caller.roles and receipt.owner is not None and receipt.owner == caller.subject:
        return True
    if caller.unit is None:
        return False
    if "ward-officer" in caller.roles and caller.unit == receipt.ward:
        return True
    return "department-officer" in caller.roles and caller.unit == receipt.department
