"""Handling: what routing tells of the departments' work, what time itself does, and what leaders do about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.errors import Refused
from chassis.identity import Identity
from chassis.inbox import inbox
from chassis.kept import Cause
from chassis.rpc import rpc
from intake import domain
from intake.messages import letters
from intake.messages.telling import Told
from intake.service.base import LEADERS, Intake, cause_of
from motcua_contracts import acts
from motcua_contracts.routing import HandlingExtendedV1, HandlingFinishedV1, HandlingSentBackV1, HandlingStartedV1


class UnknownDossier(Exception):
    """News of a dossier that the desk never had: no later try makes it known."""


PERMANENT = (domain.Past, UnknownDossier)
DEPARTMENT_BASIS = "Nghị định 61/2018/NĐ-CP Điều 19"


class Handling(Intake):
    def _heard(self, message: Any, decide: Any) -> None:
        """Apply the next message of a dossier's handling; one that crossed with a refusal or withdrawal is only counted."""
        cause: Cause = cause_of(message)
        try:
            loaded, dossier = self.dossiers.by_id(message.data["dossier_id"], cause)
        except Refused as unknown:
            raise UnknownDossier(unknown.code) from None
        dossier = domain.in_turn(dossier, message.data["step"])
        told = Told(dossier) if dossier.status in domain.OVER else decide(dossier, message.data)
        self.dossiers.save(loaded, told, cause)

    @inbox(HandlingStartedV1, permanent=PERMANENT)
    def on_handling_started(self, message: Any) -> None:
        def decide(dossier: domain.Dossier, data: dict[str, Any]) -> Told:
            at = data["started_at"]
            return letters.processing_started(domain.start_processing(dossier, at=at), at)

        self._heard(message, decide)

    @inbox(HandlingFinishedV1, permanent=PERMANENT)
    def on_handling_finished(self, message: Any) -> None:
        def decide(dossier: domain.Dossier, data: dict[str, Any]) -> Told:
            at, outcome, result = data["finished_at"], data["outcome"], data["result"]
            remind_at = self.desk.remind_at(at)
            return letters.resolved(domain.resolve(dossier, at=at, outcome=outcome, result=result, remind_at=remind_at))

        self._heard(message, decide)

    @inbox(HandlingSentBackV1, permanent=PERMANENT)
    def on_handling_sent_back(self, message: Any) -> None:
        def decide(dossier: domain.Dossier, data: dict[str, Any]) -> Told:
            after = domain.ask_for_department(
                dossier,
                at=data["sent_back_at"],
                reason=data["reason"],
                items=data["items"],
                legal_basis=DEPARTMENT_BASIS,
                supply_by=self.desk.supply_by(dossier.receipt, data["sent_back_at"]),
                by=f"department:{dossier.receipt.department}",
                calendar=self.desk.calendar,
            )
            return Told(after) if after.pending else letters.supplement_asked(after)

        self._heard(message, decide)

    @inbox(HandlingExtendedV1, permanent=PERMANENT)
    def on_handling_extended(self, message: Any) -> None:
        def decide(before: domain.Dossier, data: dict[str, Any]) -> Told:
            stale = before.due_at is None or data["due_at"] <= before.due_at
            if stale or before.deadline.extended or before.status not in domain.RUNNING:
                # crossed with a leader's signature, a pause or what came after it: routing hears of the desk's own date
                return Told(before)
            by = f"department:{before.receipt.department}"
            after = domain.reschedule(before, at=self.clock.now(), due_at=data["due_at"], reason=data["reason"], by=by)
            return letters.rescheduled(after, before.deadline.due_at)

        self._heard(message, decide)

    @rpc(roles=LEADERS)
    def sign_apology(self, caller: Identity, key: str, code: str, **word: Any) -> dict[str, Any]:
        """Sign the drafted apology: the appointment moves, and the person is told, once."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            calendar = self.desk.calendar
            after = domain.sign_apology(before, at=now, by=caller.subject, calendar=calendar, **body)
            return letters.rescheduled(after, before.deadline.due_at)

        return self.act(caller, key, "sign-apology", code, word, acts.Signing, decide)

    @rpc(roles=LEADERS)
    def set_aside_apology(self, caller: Identity, key: str, code: str) -> dict[str, Any]:
        """Set the drafted apology aside: the dossier will be ready in time after all."""

        def decide(before: domain.Dossier, _now: datetime, _body: dict[str, Any]) -> Told:
            return Told(domain.set_aside_apology(before))

        return self.act(caller, key, "set-aside-apology", code, {}, acts.Act, decide)

    @rpc(roles=("clerk", *LEADERS))
    def pause(self, caller: Identity, key: str, code: str, **why: Any) -> dict[str, Any]:
        """Stop the clock: for a fee that is owed, or because handling must stand."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            return letters.paused(domain.pause(before, at=now, calendar=self.desk.calendar, by=caller.subject, **body))

        return self.act(caller, key, "pause", code, why, acts.Pausing, decide)

    @rpc(roles=("clerk", *LEADERS))
    def resume(self, caller: Identity, key: str, code: str, **why: Any) -> dict[str, Any]:
        """Let the clock run on."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            after = domain.resume(before, at=now, calendar=self.desk.calendar, by=caller.subject, **body)
            return letters.resumed(after, before.deadline.due_at)

        return self.act(caller, key, "resume", code, why, acts.Because, decide)
