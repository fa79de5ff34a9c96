"""Reception: submissions come in (of ward systems: ``service.wards``), and the desk receives, asks, refuses or corrects."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.errors import Refused
from chassis.identity import Identity
from chassis.kept import Cause
from chassis.rpc import rpc
from intake import domain, store
from intake.domain.submission import ONLINE
from intake.messages import calls, letters, views
from intake.messages.telling import Told
from intake.service.base import CALLS, call, ward_key
from intake.service.files import Filing
from motcua_contracts import acts


@dataclass(frozen=True)
class Handed:
    """Something handed in: its data, and who hands it in.

    Attributes:
        owner: subject of the citizen whose own it is.
        receive: whether it is received at once.
        draft: that it grew in.
    """

    data: dict[str, Any]
    ward: str | None
    reference: str | None
    channel: int
    by: Identity
    owner: str | None = None
    receive: bool = True
    draft: str | None = None


def check_ward(caller: Identity, ward: str | None) -> None:
    """Refuse (403) to hand in for a ward that is not the caller's: a citizen does for none, an officer for the own."""
    if "clerk" in caller.roles:
        return
    if (ward is not None) if "citizen" in caller.roles else (ward is None or ward != caller.unit):
        raise Refused("forbidden", 403, errors=calls.problems([domain.Fault("ward", "not-your-ward")]))


class Reception(Filing):
    @rpc(roles=("clerk", "ward-officer", "citizen"))
    def submit(self, caller: Identity, key: str, channel: int, submission: Any, receive: bool = True) -> dict[str, Any]:
        """Register what is handed in; what a citizen sends, and what a clerk holds back, the desk looks at first."""
        data = calls.open_submission(submission)
        ward, reference = data["ward"], data["ward_reference"]
        staff, citizen = "clerk" in caller.roles, "citizen" in caller.roles
        check_ward(caller, ward)
        # what an earlier release did not ask leaves the digest of its calls as it was
        cause = call(caller, key, [channel, submission] if receive else [channel, submission, "register"])
        keys = [cause] if reference is None else [cause, ward_key(str(ward), reference, data)]
        owner = None if staff or not citizen else caller.subject
        if owner:
            channel, receive = ONLINE, False
        handed = Handed(data, ward, reference, channel, caller, owner, receive)
        dossier, replayed = self.register(keys, cause, handed, self.clock.now())
        return views.receipt(dossier, self.desk.tracking(dossier.receipt.dossier_id)[0], replayed=replayed)

    def register(self, keys: list[Cause], cause: Cause, handed: Handed, now: datetime) -> tuple[domain.Dossier, bool]:
        """Return the dossier that was handed in, and whether it was registered before."""
        if before := self.dossiers.find_submission(keys):
            return before, True
        # named after the submission, so that a try that died after it took the files finds them its own
        key = uuid.uuid5(CALLS, f"dossier {keys[0].id}")
        receipt = self.desk.receipt(
            key,
            handed.data,
            ward=handed.ward,
            reference=handed.reference,
            channel=handed.channel,
            now=now,
            owner=handed.owner,
            complete=handed.receive,
        )
        papers = self.filed(receipt.components, str(key), handed.by, handed.draft)
        receipt = replace(receipt, components=tuple(papers))
        made = domain.register(receipt, answer_by=self.desk.answer_by(now))
        tell: Callable[[domain.Dossier], Told] = letters.submitted
        if handed.receive:
            made = self._received(made, now, handed.by.subject)
            tell = letters.received
        try:
            dossier = self.dossiers.register(
                made, self.desk.agency_code, day=domain.local_day(now), keys=keys, cause=cause, tell=tell
            )
        except store.Found as found:
            return found.dossier, True
        return dossier, False

    def _received(self, dossier: domain.Dossier, at: datetime, by: str) -> domain.Dossier:
        appointment = self.desk.appointment(dossier.receipt, at)
        return domain.receive(dossier, appointment, self.desk.lines(dossier.receipt), at=at, by=by)

    @rpc(roles=("clerk",))
    def receive(self, caller: Identity, key: str, code: str, **found: Any) -> dict[str, Any]:
        """Take on what was registered, with the papers that the desk found."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            domain.stay(before.status, domain.Status.REGISTERED)  # before files are claimed
            given = {name: value for name, value in body.items() if value is not None}
            whole = self.desk.checked(before, self.with_files(given, before, caller))
            return letters.received(self._received(domain.with_receipt(before, whole), now, caller.subject))

        return self.act(caller, key, "receive", code, found, acts.Receiving, decide)

    @rpc(roles=("clerk",))
    def ask_supplement(self, caller: Identity, key: str, code: str, **asked: Any) -> dict[str, Any]:
        """Ask the person to complete what was handed in, before it is received."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            supply_by = self.desk.supply_by(before.receipt, now)
            after = domain.ask_at_reception(before, at=now, supply_by=supply_by, by=caller.subject, **body)
            return letters.supplement_asked(after)

        return self.act(caller, key, "ask-supplement", code, asked, acts.Asking, decide)

    @rpc(roles=("clerk",))
    def refuse(self, caller: Identity, key: str, code: str, **why: Any) -> dict[str, Any]:
        """Refuse to take a dossier on, with reason and law."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            return letters.refused(domain.refuse(before, at=now, by=caller.subject, **body))

        return self.act(caller, key, "refuse", code, why, acts.ByLaw, decide)

    @rpc(roles=("clerk", "citizen"))
    def withdraw(self, caller: Identity, key: str, code: str, **why: Any) -> dict[str, Any]:
        """Give the dossier back to the person who asks for it."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            return letters.withdrawn(domain.withdraw(before, at=now, by=caller.subject, **body))

        return self.act(caller, key, "withdraw", code, why, acts.Because, decide)

    @rpc(roles=("clerk",))
    def correct(self, caller: Identity, key: str, code: str, **right: Any) -> dict[str, Any]:
        """Put right what was taken in wrongly, under the same code."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            domain.stay(before.status, domain.Status.REGISTERED, domain.Status.RECEIVED)  # before files are claimed
            return self.corrected(before, self.with_files(body, before, caller), now, caller)

        return self.act(caller, key, "correct", code, right, acts.Correcting, decide)

    def corrected(self, before: domain.Dossier, body: dict[str, Any], now: datetime, by: Identity) -> Told:
        """Return the dossier with what ``body`` says put right, as it is told."""
        given = {name: value for name, value in body.items() if value is not None and name != "reason"}
        receipt = self.desk.checked(before, given, complete=before.due_at is not None)
        begun_at = before.deadline.started_at if before.due_at else before.receipt.received_at
        after = domain.correct(
            before,
            receipt,
            self.desk.appointment(receipt, begun_at),
            self.desk.lines(receipt),
            at=now,
            reason=body["reason"],
            by=by.subject,
            calendar=self.desk.calendar,
        )
        return letters.corrected(after, before.due_at) if before.due_at else letters.submitted(after, now)
