"""Handling: what routing tells of the departments' work, and what time itself does."""

from __future__ import annotations

from typing import Any

from chassis.due import due
from chassis.errors import Refused
from chassis.inbox import inbox
from chassis.kept import Cause
from intake import domain
from intake.messages import letters
from intake.service.base import Intake, cause_of
from motcua_contracts.routing import HandlingExtendedV1, HandlingFinishedV1, HandlingSentBackV1, HandlingStartedV1

PERMANENT = (Refused, domain.Past)


class Handling(Intake):
    def _in_turn(self, message: Any) -> tuple[Any, domain.Dossier, Cause]:
        cause = cause_of(message)
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
