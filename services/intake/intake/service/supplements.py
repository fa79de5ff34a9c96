"""Requests for supplement: the person answers, and a leader decides whether a department may ask again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.identity import Identity
from chassis.rpc import rpc
from intake import domain
from intake.messages import letters
from intake.messages.telling import Told
from intake.service.base import LEADERS
from intake.service.files import Filing
from motcua_contracts import acts


class Supplements(Filing):
    @rpc(roles=("clerk", "citizen"))
    def supplement(
        self, caller: Identity, key: str, code: str, components: list[Any], note: str | None = None
    ) -> dict[str, Any]:
        """Take in what the person was asked for."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            domain.stay(before.status, domain.Status.SUPPLEMENT_ASKED)  # before files are claimed
            after = domain.supplement(
                before,
                at=now,
                components=self.filed(body["components"], str(before.receipt.dossier_id), caller),
                note=body["note"] or "",
                calendar=self.desk.calendar,
                by=caller.subject,
            )
            if before.due_at is None:
                return letters.resubmitted(after)
            return letters.supplemented(after, before.due_at)

        given = {"components": components, "note": note}
        return self.act(caller, key, "supplement", code, given, acts.Supplying, decide)

    @rpc(roles=LEADERS)
    def decide_supplement(self, caller: Identity, key: str, code: str, **word: Any) -> dict[str, Any]:
        """Grant or decline a department's further request to the person."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            reason, by = body["reason"], caller.subject
            if not body["grant"]:
                return letters.supplement_declined(domain.decline_request(before, at=now, reason=reason, by=by), now)
            supply_by = self.desk.supply_by(before.receipt, now)
            calendar = self.desk.calendar
            return letters.supplement_asked(
                domain.grant_request(before, at=now, reason=reason, supply_by=supply_by, by=by, calendar=calendar)
            )

        return self.act(caller, key, "decide-supplement", code, word, acts.Deciding, decide)
