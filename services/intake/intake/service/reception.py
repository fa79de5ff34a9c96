"""Reception: submissions come in, by message and by call, and are completed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from chassis.errors import AlreadyHandled, Refused
from chassis.identity import Identity
from chassis.inbox import inbox
from chassis.kept import Cause
from chassis.rpc import rpc
from chassis.service import Stored
from intake import domain, store
from intake.messages import calls, letters, views
from intake.service.base import Intake, call, conflict, ward_key
from motcua_contracts.ward import DossierSubmitV1

COUNTER = 1


class Reception(Intake):
    rejections: store.Rejections = Stored(store.Rejections)

    @inbox(DossierSubmitV1)
    def on_dossier_submit(self, message: Any, ward: str) -> None:
        data, reference = message.data, message.data["ward_reference"]
        cause = Cause(message.id, correlation=message.correlationid)
        keys = [ward_key(ward, reference, data)]
        now = self.clock.now()
        try:
            if ward != data["ward"]:
                raise Refused("forbidden", 403, errors=calls.problems([domain.Fault("ward", "not-your-ward")]))
            dossier, replayed = self._register(keys, cause, data, ward, reference, COUNTER, now)
        except Refused as refused:
            if refused.status >= 500:  # our own fault, not the ward's: tried again later
                raise
            problems = refused.errors or calls.problems([domain.Fault("ward_reference", "reference-reused")])
            answer = letters.rejected(ward, reference, problems, now)
            self.rejections.add(ward, reference, now, problems, answer, cause)
            return
        if replayed:
            loaded, dossier = self.dossiers.by_id(dossier.receipt.dossier_id, cause)
            self.dossiers.save(loaded, dossier, [letters.accepted(dossier, now)], cause)

    @rpc(roles=("clerk", "ward-officer"))
    def submit(self, caller: Identity, key: str, channel: int, submission: Any) -> dict[str, Any]:
        data = calls.open_submission(submission)
        ward, reference = data["ward"], data["ward_reference"]
        if "clerk" not in caller.roles and (ward is None or ward != caller.unit):
            raise Refused("forbidden", 403, errors=calls.problems([domain.Fault("ward", "not-your-ward")]))
        cause = call(caller, key, [channel, submission])
        keys = [cause] if reference is None else [cause, ward_key(str(ward), reference, data)]
        dossier, replayed = self._register(keys, cause, data, ward, reference, channel, self.clock.now())
        secret, _ = self.desk.tracking(dossier.receipt.dossier_id)
        forward_at = self.desk.calendar.forward_at(dossier.receipt.received_at)
        return views.receipt(dossier, secret, forward_at=forward_at, replayed=replayed)

    def _register(
        self,
        keys: list[Cause],
        cause: Cause,
        data: dict[str, Any],
        ward: str | None,
        reference: str | None,
        channel: int,
        now: datetime,
    ) -> tuple[domain.Dossier, bool]:
        if before := self.dossiers.find_submission(keys):
            return before, True
        made = self.desk.receive(uuid.uuid4(), data, ward=ward, reference=reference, channel=channel, now=now)
        day = domain.local_day(now)
        try:
            dossier = self.dossiers.register(
                made, self.desk.agency_code, day=day, keys=keys, cause=cause, letters=letters.received
            )
        except store.Found as found:
            return found.dossier, True
        return dossier, False

    @rpc(roles=("clerk",))
    def supplement(
        self, caller: Identity, key: str, code: str, components: list[Any], note: str | None = None
    ) -> dict[str, Any]:
        cause = call(caller, key, [code, components, note])
        try:
            loaded, before = self.dossiers.get(code, cause)
        except AlreadyHandled:
            return views.view(self.dossiers.get(code)[1], replayed=True)
        papers = calls.open_supplement(components, note)
        at = self.clock.now()
        try:
            after = domain.supplement(before, at=at, components=papers, note=note or "", calendar=self.desk.calendar)
        except domain.IllegalMove as illegal:
            raise conflict(illegal) from None
        self.dossiers.save(loaded, after, [letters.supplemented(after, before.due_at, at)], cause)
        return views.view(after, replayed=False)
