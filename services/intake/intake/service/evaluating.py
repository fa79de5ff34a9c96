"""Evaluating: the person says how the dossier was handled, by what the receipt's QR code leads to."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chassis.errors import Refused
from chassis.identity import Identity
from chassis.rpc import rpc
from intake import domain
from intake.domain import evaluations as summing
from intake.domain.figures import Period
from intake.messages import calls, evaluations, figures, letters
from intake.messages.telling import Told
from intake.service.base import STAFF
from intake.service.figures import FigureDesk
from motcua_contracts import acts

#: Whoever holds a receipt; the gateway says it of those who have not signed in.
PUBLIC = "public"
#: Dossiers read at a time for a sum.
ROUND = 100


class Evaluating(FigureDesk):
    @rpc(roles=STAFF)
    def evaluations(
        self, caller: Identity, period: str, windows: str = "nd09", by: str = "department"
    ) -> dict[str, Any]:
        """Return how the dossiers that ended in a period were handled, summed up by desk, officer, department or month."""
        asked = figures.open_period(period, windows, by=(by, summing.BY))
        desk = self.desk.evaluation
        rows = summing.summed(self._ended(asked), by, desk.criteria, desk.bands)
        return {**figures.about(asked), "by": by, **evaluations.form(desk), "rows": rows}

    def _ended(self, period: Period) -> Iterator[domain.Dossier]:
        """Yield the dossiers with which the desk had done in a period, whole, in rounds of some hundred."""
        codes = []
        for dossier in self.figures.candidates(period, self.clock.now()):
            at = summing.ended_at(dossier)
            if at and period.holds(at):
                codes.append(str(dossier.code))
            if len(codes) == ROUND:
                yield from self.dossiers.whole(codes)
                codes = []
        yield from self.dossiers.whole(codes)

    @rpc(roles=(PUBLIC, *STAFF))
    def evaluation_form(self, caller: Identity) -> dict[str, Any]:
        """Return the criteria that a person judges, and the classes."""
        return evaluations.form(self.desk.evaluation)

    @rpc(roles=(PUBLIC,))
    def evaluate(self, caller: Identity, key: str, code: str, secret: str, **said: Any) -> dict[str, Any]:
        """Keep what the holder of the receipt says, once."""
        digest = hashlib.sha256(secret.encode()).hexdigest()

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            criteria, bands = self.desk.evaluation.criteria, self.desk.evaluation.bands
            calls.refuse_faulty(evaluations.faults(body["answers"], criteria))
            given = domain.score(before, body["answers"], criteria, bands)
            satisfaction, comment = body["satisfaction"], body["comment"]
            return letters.evaluated(domain.evaluate(before, given, satisfaction=satisfaction, comment=comment, at=now))

        def holder(dossier: domain.Dossier) -> bool:
            return hmac.compare_digest(digest, dossier.receipt.tracking_digest)

        dossier, replayed = self.acted(caller, key, "evaluate", code, said, acts.Evaluating, decide, holder)
        return evaluations.shown(dossier) | {"replayed": replayed}

    @rpc(roles=STAFF)
    def score(self, caller: Identity, code: str) -> dict[str, Any]:
        """Return how a dossier scores by what can be counted, and what the person said, if anything."""
        _, dossier = self.dossiers.get(code)
        if dossier.status not in domain.ENDED:
            fault = domain.Fault("status", "illegal-move", str(int(dossier.status)))
            raise Refused("illegal-move", 409, errors=calls.problems([fault]))
        desk = self.desk.evaluation
        return evaluations.scored(dossier, domain.score(dossier, {}, desk.criteria, desk.bands))
