"""Reading: one dossier, lists of them, and the procedures."""

from __future__ import annotations

from typing import Any

from chassis.errors import Refused
from chassis.identity import Identity
from chassis.rpc import rpc
from intake import domain
from intake.messages import calls, views
from intake.service.base import READERS, STAFF, Intake


class Reading(Intake):
    @rpc(roles=READERS)
    def get(self, caller: Identity, code: str) -> dict[str, Any]:
        _, dossier = self.dossiers.get(code)
        if not may_see(caller, dossier):
            raise Refused("unknown-dossier", 404)  # whether it exists is not theirs to know
        return views.view(dossier)

    @rpc(roles=READERS)
    def search(
        self,
        caller: Identity,
        state: int | None = None,
        department: str | None = None,
        procedure: str | None = None,
        ward: str | None = None,
        received_from: str | None = None,
        received_to: str | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> dict[str, Any]:
        filters = {"status": state, "department": department, "procedure": procedure, "ward": ward}
        filters = calls.own(caller, filters, STAFF)
        self.desk.check_units(department, ward, self.clock.now())
        span = calls.moment("received_from", received_from), calls.moment("received_to", received_to)
        page, following = self.dossiers.search(filters, *span, *calls.page(limit, after), self.clock.now())
        return {"items": [views.view(dossier) for dossier in page], "next": calls.cursor(following)}

    @rpc(roles=READERS)
    def procedures(self, caller: Identity, on: str | None = None) -> list[dict[str, Any]]:
        return [views.procedure(version) for version in self.desk.procedures(calls.day("on", on), self.clock.now())]

    @rpc(roles=READERS)
    def procedure(self, caller: Identity, code: str, on: str | None = None) -> dict[str, Any]:
        return views.procedure(self.desk.procedure(code, calls.day("on", on), self.clock.now()))


def may_see(caller: Identity, dossier: domain.Dossier) -> bool:
    if caller.roles & set(STAFF):
        return True
    if caller.unit is None:
        return False
    if "ward-officer" in caller.roles and caller.unit == dossier.receipt.ward:
        return True
    return "department-officer" in caller.roles and caller.unit == dossier.receipt.department
