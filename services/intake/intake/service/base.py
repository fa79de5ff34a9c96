"""What every group of entrypoints of intake stands on."""

from __future__ import annotations

import uuid
from typing import Any

from chassis.errors import Refused
from chassis.identity import Identity
from chassis.kept import Cause
from chassis.service import Provided, Service, Stored
from intake import domain, settings, store
from intake.desk import Desk
from intake.messages import calls

#: Names calls after their caller and key.
CALLS = uuid.UUID("b0a6e1de-3f0e-4a6c-8a51-7d1f0d2c9b44")
STAFF = ("clerk", "chief", "auditor")
#: Who reads dossiers: the staff all of them, the others those of their unit.
READERS = (*STAFF, "ward-officer", "department-officer")


class Intake(Service):
    name = "intake"
    load_settings = staticmethod(settings.load)

    desk: Desk = Provided(Desk.open)
    dossiers: store.Dossiers = Stored(store.Dossiers)


def cause_of(message: Any) -> Cause:
    return Cause(message.id, correlation=message.correlationid)


def call(caller: Identity, key: str, body: Any) -> Cause:
    """Return the cause that a call with an idempotency key is; its id tells no reader of our messages who called."""
    return Cause(str(uuid.uuid5(CALLS, f"{caller.subject} {key}")), calls.digest(body))


def ward_key(ward: str, reference: str, data: dict[str, Any]) -> Cause:
    """Return the name of a ward's case, the same whichever way it comes: by message or by the gateway."""
    return Cause(f"ward:{ward}:{reference}", calls.content(data))


def conflict(illegal: domain.IllegalMove) -> Refused:
    rows = calls.problems([domain.Fault("status", "illegal-move", str(int(illegal.source)))])
    return Refused("illegal-move", 409, errors=rows)
