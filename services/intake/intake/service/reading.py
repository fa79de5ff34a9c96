"""Reading: one dossier, and lists of them."""

from __future__ import annotations

from typing import Any

from chassis.identity import Identity
from chassis.rpc import rpc
from intake.messages import calls, queries, reckoning, views
from intake.service.base import READERS, STAFF, Intake, shown_to


class Reading(Intake):
    @rpc(roles=READERS)
    def history(self, caller: Identity, code: str) -> dict[str, Any]:
        return views.history(self.seen(caller, code))

    @rpc(roles=READERS)
    def deadline(self, caller: Identity, code: str) -> dict[str, Any]:
        """Return why the appointment is what it is: the ledger of the clock, and each day of the limit."""
        dossier = self.seen(caller, code)
        return reckoning.deadline(dossier, self.desk.explain(dossier))

    @rpc(roles=READERS)
    def get(self, caller: Identity, code: str) -> dict[str, Any]:
        return shown_to(caller, views.view(self.seen(caller, code)))

    @rpc(roles=READERS)
    def search(self, caller: Identity, limit: int = 50, after: str | None = None, **wanted: Any) -> dict[str, Any]:
        """Return a page of dossiers, newest first; ``wanted`` as ``messages.queries.FILTERS``, all of which must hold.

        ``more``: the page ended early to stay quick. ``next`` goes on; another condition would find it sooner.
        """
        now = self.clock.now()
        query = queries.open_query(caller, wanted, staff=STAFF, agency=self.desk.agency_code)
        self.desk.check_units(query.department, query.ward, now)
        page, following, more = self.dossiers.search(query, *calls.page(limit, after), now)
        items = [queries.listed(shown_to(caller, views.view(dossier))) for dossier in page]
        return {"items": items, "next": calls.cursor(following), "more": more}
