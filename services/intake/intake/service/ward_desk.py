"""What wards do over HTTP, by the gateway: correct, withdraw, read the list of what happened to their dossiers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.errors import AlreadyHandled, Refused
from chassis.identity import Identity
from chassis.rpc import rpc
from chassis.service import Stored
from intake import domain, store
from intake.messages import acts as bodies
from intake.messages import calls, refusals, views, wards
from intake.messages.telling import Told
from intake.service.base import STAFF, call, shown_to, ward_case
from intake.service.reception import check_ward
from intake.service.wards import WardActs
from motcua_contracts import acts


class WardDesk(WardActs):
    ward_changes_list: store.WardChanges = Stored(store.WardChanges)

    @rpc(roles=("clerk", "ward-officer"))
    def correct_for_ward(
        self, caller: Identity, key: str, ward: str, ward_reference: str, **right: Any
    ) -> dict[str, Any]:
        """Put right what a ward handed over wrongly, until a department has accepted it."""

        def decide(before: domain.Dossier, now: datetime) -> Told:
            body = bodies.open_act(acts.Correcting, right)
            return self.corrected_by_ward(before, body, now, caller)

        return self._act_for(caller, key, ward, ward_reference, [wards.CORRECT, right], decide)

    @rpc(roles=("clerk", "ward-officer"))
    def withdraw_for_ward(
        self, caller: Identity, key: str, ward: str, ward_reference: str, **why: Any
    ) -> dict[str, Any]:
        """Give back what a ward handed over, until a department has accepted it."""

        def decide(before: domain.Dossier, now: datetime) -> Told:
            body = bodies.open_act(acts.Because, why)
            return self.withdrawn_by_ward(before, body["reason"], now, caller)

        return self._act_for(caller, key, ward, ward_reference, [wards.WITHDRAW, why], decide)

    def _act_for(
        self, caller: Identity, key: str, ward: str, reference: str, given: list[Any], decide: Any
    ) -> dict[str, Any]:
        check_ward(caller, ward)
        cause, case = call(caller, key, [ward, reference, *given]), ward_case(ward, reference)
        try:
            found = self.dossiers.of_ward(case, cause)
        except AlreadyHandled:
            return shown_to(caller, views.view(self._known(case)[1], replayed=True))
        if found is None:
            raise Refused("unknown-dossier", 404)
        loaded, before = found
        with refusals.told():
            after = self.dossiers.save(loaded, decide(before, self.clock.now()), cause)
        return shown_to(caller, views.view(after, replayed=False))

    def _known(self, case: str) -> Any:
        found = self.dossiers.of_ward(case)
        if found is None:
            raise Refused("unknown-dossier", 404)
        return found

    @rpc(roles=(*STAFF, "ward-officer"))
    def ward_changes(self, caller: Identity, ward: str, since: int = 0, limit: int = 100) -> dict[str, Any]:
        """Return what happened to a ward's dossiers after a place in the ward's list, oldest first."""
        if not caller.roles & set(STAFF):
            check_ward(caller, ward)
        size, _ = calls.page(limit, None)
        if not isinstance(since, int) or isinstance(since, bool) or not 0 <= since < 10**12:
            raise Refused("invalid-query", 422, errors=calls.problems([domain.Fault("since", "not-a-place")]))
        rows = self.ward_changes_list.since(ward, since, size + 1)
        return wards.changes(rows[:size], since, more=len(rows) > size)
