"""Waking: what the desk does by itself when a moment has come."""

from __future__ import annotations

from datetime import datetime

from chassis.due import due
from intake import domain
from intake.domain import forecast
from intake.messages import letters
from intake.messages.telling import Told
from intake.service.base import Intake


class Waking(Intake):
    @due("dossiers")
    def on_due(self, key: str) -> None:
        """Forecast lateness, tell of a passed appointment, remind of a result that waits."""
        now = self.clock.now()
        loaded, dossier = self.dossiers.by_id(key)
        told = Told(dossier)
        if dossier.status in domain.RUNNING:
            if dossier.look_at and now >= dossier.look_at:
                told = self._forecast(dossier, now)
            if passed := domain.overdue(told.dossier, now=now):
                told = told.then(lambda _: passed, lambda after: letters.overdue(after, now))
        elif dossier.status is domain.Status.RESOLVED and dossier.remind_at and now >= dossier.remind_at:
            desk = self.desk
            reminded = domain.remind(
                dossier, at=now, after=desk.remind_after, kept_after=desk.kept_after, calendar=desk.calendar
            )
            told = letters.reminded(reminded, now)
        self.dossiers.save(loaded, told)

    def _forecast(self, dossier: domain.Dossier, now: datetime) -> Told:
        calendar, due_at = self.desk.calendar, dossier.deadline.due_at
        again_at = forecast.next_look(due_at, now, calendar)
        looked = domain.looked_at(dossier, again_at=again_at)
        if dossier.apology or dossier.deadline.extended or now >= due_at:
            return Told(looked)
        expected_at = self._expected_end(dossier, now)
        if expected_at is None or expected_at <= due_at:
            return Told(looked)
        proposed = forecast.new_appointment(expected_at, calendar)
        return letters.forecast(
            domain.draft_apology(dossier, at=now, expected_at=expected_at, proposed_due_at=proposed)
        )

    def _expected_end(self, dossier: domain.Dossier, now: datetime) -> datetime | None:
        """Return when the dossier will probably be ready, by how long its like waited and were worked on."""
        calendar = self.desk.calendar
        finished = self.dossiers.finished(dossier.receipt.procedure["code"], now)
        accepting, working = forecast.spans(finished, calendar)
        if dossier.started_at and dossier.status is domain.Status.PROCESSING:
            return forecast.expected_end(dossier.started_at, now, working, calendar)
        accepted_at = forecast.expected_end(dossier.receipt.received_at, now, accepting, calendar)
        if accepted_at is None:
            return None
        return forecast.expected_end(accepted_at, accepted_at, working, calendar)
