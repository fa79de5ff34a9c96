"""Entrypoints of intake: read, decide, keep."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from chassis.due import due
from chassis.errors import AlreadyHandled, Refused
from chassis.identity import Identity
from chassis.inbox import inbox
from chassis.kept import Cause
from chassis.rpc import rpc
from chassis.service import Provided, Service, Stored
from intake import domain, settings, store
from intake.desk import Desk
from intake.messages import calls, letters, views
from motcua_contracts.routing import HandlingExtendedV1, HandlingFinishedV1, HandlingSentBackV1, HandlingStartedV1
from motcua_contracts.ward import DossierSubmitV1

COUNTER = 1
#: Names calls after their caller and key.
CALLS = uuid.UUID("b0a6e1de-3f0e-4a6c-8a51-7d1f0d2c9b44")
STAFF = ("clerk", "chief", "auditor")
PERMANENT = (Refused, domain.Past)


class IntakeService(Service):
    name = "intake"
    load_settings = staticmethod(settings.load)

    desk: Desk = Provided(Desk.open)
    dossiers: store.Dossiers = Stored(store.Dossiers)
    rejections: store.Rejections = Stored(store.Rejections)

    @inbox(DossierSubmitV1)
    def on_dossier_submit(self, message: Any, ward: str) -> None:
        data, reference = message.data, message.data["ward_reference"]
        cause = Cause(message.id, correlation=message.correlationid)
        keys = [_ward_key(ward, reference, data)]
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
        cause = _call(caller, key, [channel, submission])
        keys = [cause] if reference is None else [cause, _ward_key(str(ward), reference, data)]
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

    def _in_turn(self, message: Any) -> tuple[Any, domain.Dossier, Cause]:
        cause = _cause(message)
        loaded, dossier = self.dossiers.by_id(message.data["dossier_id"], cause)
        return loaded, domain.in_turn(dossier, message.data["step"]), cause

    @inbox(HandlingStartedV1, permanent=PERMANENT)
    def on_handling_started(self, message: Any) -> None:
        loaded, dossier, cause = self._in_turn(message)
        dossier = domain.start_processing(dossier)
        self.dossiers.save(loaded, dossier, [letters.processing_started(dossier, message.data["started_at"])], cause)

    @inbox(HandlingFinishedV1, permanent=PERMANENT)
    def on_handling_finished(self, message: Any) -> None:
        data = message.data
        loaded, dossier, cause = self._in_turn(message)
        dossier = domain.resolve(dossier, at=data["finished_at"], outcome=data["outcome"], result=data["result"])
        self.dossiers.save(loaded, dossier, [letters.resolved(dossier)], cause)

    @inbox(HandlingSentBackV1, permanent=PERMANENT)
    def on_handling_sent_back(self, message: Any) -> None:
        data = message.data
        loaded, dossier, cause = self._in_turn(message)
        at, calendar = data["sent_back_at"], self.desk.calendar
        dossier = domain.ask_supplement(dossier, at=at, reason=data["reason"], items=data["items"], calendar=calendar)
        self.dossiers.save(loaded, dossier, [letters.supplement_asked(dossier, at)], cause)

    @inbox(HandlingExtendedV1, permanent=PERMANENT)
    def on_handling_extended(self, message: Any) -> None:
        data = message.data
        loaded, before, cause = self._in_turn(message)
        at = self.clock.now()
        dossier = domain.reschedule(before, at=at, due_at=data["due_at"], reason=data["reason"])
        letter = letters.rescheduled(dossier, before.due_at, data["reason"], at)
        self.dossiers.save(loaded, dossier, [letter], cause)

    @due("dossiers")
    def on_due(self, key: str) -> None:
        now = self.clock.now()
        loaded, dossier = self.dossiers.by_id(key)
        passed = domain.overdue(dossier, now=now)
        told = [letters.overdue(passed, now)] if passed else []
        self.dossiers.save(loaded, passed or dossier, told)

    @rpc(roles=("clerk",))
    def supplement(
        self, caller: Identity, key: str, code: str, components: list[Any], note: str | None = None
    ) -> dict[str, Any]:
        cause = _call(caller, key, [code, components, note])
        try:
            loaded, before = self.dossiers.get(code, cause)
        except AlreadyHandled:
            return views.view(self.dossiers.get(code)[1], replayed=True)
        papers = calls.open_supplement(components, note)
        at = self.clock.now()
        try:
            after = domain.supplement(before, at=at, components=papers, note=note or "", calendar=self.desk.calendar)
        except domain.IllegalMove as illegal:
            raise _conflict(illegal) from None
        self.dossiers.save(loaded, after, [letters.supplemented(after, before.due_at, at)], cause)
        return views.view(after, replayed=False)

    @rpc(roles=("clerk",))
    def hand_over(
        self, caller: Identity, key: str, code: str, received_by: str, identity_checked: bool
    ) -> dict[str, Any]:
        cause = _call(caller, key, [code, received_by, identity_checked])
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
            raise _conflict(illegal) from None
        self.dossiers.save(loaded, dossier, [letters.returned(dossier)], cause)
        return views.view(dossier, replayed=False)

    @rpc(roles=(*STAFF, "ward-officer", "department-officer"))
    def get(self, caller: Identity, code: str) -> dict[str, Any]:
        _, dossier = self.dossiers.get(code)
        if not _may_see(caller, dossier):
            raise Refused("unknown-dossier", 404)  # whether it exists is not theirs to know
        return views.view(dossier)

    @rpc(roles=(*STAFF, "ward-officer", "department-officer"))
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

    @rpc(roles=(*STAFF, "ward-officer", "department-officer"))
    def procedures(self, caller: Identity, on: str | None = None) -> list[dict[str, Any]]:
        return [views.procedure(version) for version in self.desk.procedures(calls.day("on", on), self.clock.now())]

    @rpc(roles=(*STAFF, "ward-officer", "department-officer"))
    def procedure(self, caller: Identity, code: str, on: str | None = None) -> dict[str, Any]:
        return views.procedure(self.desk.procedure(code, calls.day("on", on), self.clock.now()))


def _cause(message: Any) -> Cause:
    return Cause(message.id, correlation=message.correlationid)


def _call(caller: Identity, key: str, body: Any) -> Cause:
    """Return the cause that a call with an idempotency key is; its id tells no reader of our messages who called."""
    return Cause(str(uuid.uuid5(CALLS, f"{caller.subject} {key}")), calls.digest(body))


def _ward_key(ward: str, reference: str, data: dict[str, Any]) -> Cause:
    """Return the name of a ward's case, the same whichever way it comes: by message or by the gateway."""
    return Cause(f"ward:{ward}:{reference}", calls.content(data))


def _conflict(illegal: domain.IllegalMove) -> Refused:
    rows = calls.problems([domain.Fault("status", "illegal-move", str(int(illegal.source)))])
    return Refused("illegal-move", 409, errors=rows)


def _may_see(caller: Identity, dossier: domain.Dossier) -> bool:
    if caller.roles & set(STAFF):
        return True
    if caller.unit is None:
        return False
    if "ward-officer" in caller.roles and caller.unit == dossier.receipt.ward:
        return True
    return "department-officer" in caller.roles and caller.unit == dossier.receipt.department
