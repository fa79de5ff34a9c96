"""Papers: what is printed, from the dossier as it is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chassis.errors import AlreadyHandled, Refused
from chassis.identity import Identity
from chassis.rpc import rpc
from intake import domain
from intake.domain import papers
from intake.domain.papers import CONTROL_SLIP
from intake.messages import sheets
from intake.messages.telling import Told
from intake.service.base import LEADERS, STAFF, Intake, call, may_see

#: A look at the apology that lies drafted, before somebody signs it.
APOLOGY_DRAFT = "apology-draft"
DRAFT_READERS = frozenset({"clerk", *LEADERS})
#: The control slip goes from office to office, never to the person.
SLIP_READERS = frozenset({*STAFF, "department-officer"})


class Papers(Intake):
    @rpc(roles=(*STAFF, "citizen", "department-officer"))
    def paper(self, caller: Identity, code: str, paper: str) -> dict[str, Any]:
        """Return what a paper says, to be looked at: ``{kind, data, copy, draft}``, as ``papers.Papers.render`` takes it.

        ``copy``: as the next print would be marked; a paper that nobody has printed yet is not. The staff see every paper,
        a citizen those of his own dossier, a department the control slip of what it handles. ``apology-draft`` is for the
        desk and who signs.
        """
        _, dossier = self.dossiers.get(code)
        if paper == APOLOGY_DRAFT and dossier.apology and caller.roles & DRAFT_READERS:
            return _sheet(sheets.apology_draft(dossier, self.desk.office), draft=True)
        if paper == CONTROL_SLIP:
            return self._control_slip(caller, dossier)
        found = _found(caller, dossier, paper)
        return self._said(dossier, found, prints=found.prints + 1)

    @rpc(roles=("clerk",))
    def print_paper(self, caller: Identity, key: str, code: str, paper: str) -> dict[str, Any]:
        """Return what a paper says, to be printed: the original at first, copies from then on; see ``paper``.

        A repeat with the same key, after a jam or a lost answer, gives the same print again. The control slip is printed
        as it stands, as often as it is needed; it has no copies.
        """
        cause = call(caller, key, ["print", code, paper])
        if paper == CONTROL_SLIP:
            return self._control_slip(caller, self.dossiers.get(code)[1])
        try:
            loaded, dossier = self.dossiers.get(code, cause)
        except AlreadyHandled:
            dossier = self.dossiers.get(code)[1]
            found = _found(caller, dossier, paper)
            return self._said(dossier, found, prints=found.prints_of.get(cause.id, found.prints))
        counted = replace(dossier, papers=papers.printed(dossier.papers, paper, cause.id))
        found = _found(caller, counted, paper)
        said = self._said(counted, found, prints=found.prints)
        self.dossiers.save(loaded, Told(counted), cause)
        return said

    def _control_slip(self, caller: Identity, dossier: domain.Dossier) -> dict[str, Any]:
        if not may_see(caller, dossier):
            raise Refused("unknown-dossier", 404)
        if dossier.due_at is None or not caller.roles & SLIP_READERS:
            raise Refused("unknown-paper", 404)
        return _sheet(sheets.control_slip(dossier, self.desk.office, now=self.clock.now()))

    def _said(self, dossier: domain.Dossier, paper: domain.Paper, *, prints: int) -> dict[str, Any]:
        secret, _ = self.desk.tracking(dossier.receipt.dossier_id)
        said = sheets.sheet(dossier, paper, self.desk.office, qr=f"/t/{dossier.code}/{secret}")
        return _sheet(said, copy=prints - 1 if prints > 1 else None)


def _found(caller: Identity, dossier: domain.Dossier, paper_id: str) -> domain.Paper:
    """Return a paper of a dossier that the caller may know of, if he may read it."""
    if not may_see(caller, dossier):
        raise Refused("unknown-dossier", 404)
    found = next((paper for paper in dossier.papers if paper.id == paper_id), None)
    own = "citizen" in caller.roles and dossier.receipt.owner == caller.subject
    if found is None or not (own or caller.roles & set(STAFF)):
        raise Refused("unknown-paper", 404)
    return found


def _sheet(said: dict[str, Any], *, copy: int | None = None, draft: bool = False) -> dict[str, Any]:
    return {**said, "copy": copy, "draft": draft}
