"""Results: what goes out to the person."""

from __future__ import annotations

from typing import Any

from chassis.errors import AlreadyHandled, Refused
from chassis.identity import Identity
from chassis.rpc import rpc
from intake import domain
from intake.messages import calls, letters, views
from intake.service.base import Intake, call, conflict


class Results(Intake):
    @rpc(roles=("clerk",))
    def hand_over(
        self, caller: Identity, key: str, code: str, received_by: str, identity_checked: bool
    ) -> dict[str, Any]:
        cause = call(caller, key, [code, received_by, identity_checked])
        if not identity_checked:
            rows = calls.problems([domain.Fault("identity_checked", "identity-not-checked")])
            raise Refused("identity-not-checked", 422, errors=rows)
        try:
            loaded, dossier = self.dossiers.get(code, cause)
        except AlreadyHandled:
            return views.view(self.dossiers.get(code)[1], replayed=True)
        try:
            dossier = domain.hand_over(dossier, at=self.clock.now(), received_by=received_by)
        except domain.IllegalMove as illegal:
            raise conflict(illegal) from None
        self.dossiers.save(loaded, dossier, [letters.returned(dossier)], cause)
        return views.view(dossier, replayed=False)
