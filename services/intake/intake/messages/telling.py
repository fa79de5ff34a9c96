"""How an act is told: one event, one link of the history, and a line in the ward's feed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.kept import Letter
from intake.domain import Dossier
from intake.domain.papers import headed
from motcua_contracts import Contract, history
from motcua_contracts.base import schema_of
from motcua_contracts.intake import SubmissionChangedV1
from motcua_contracts.vocabulary import HistoryEntry

SOURCE = "/motcua/intake"


@dataclass(frozen=True, slots=True)
class Told:
    """A dossier with its history grown by what was told of it, and the letters that tell it."""

    dossier: Dossier
    letters: tuple[Letter, ...] = ()

    def then(self, act: Callable[[Dossier], Dossier], tell: Callable[[Dossier], Told]) -> Told:
        """Return what is told when a further act follows in the same write."""
        after = tell(act(self.dossier))
        return Told(after.dossier, (*self.letters, *after.letters))


def tell(
    dossier: Dossier, contract: type[Contract], data: Mapping[str, Any], at: datetime, *, feed: bool = True
) -> Told:
    """Return the dossier after an act with its event, sealed into the history.

    Args:
        data: what the contract asks for beside id, code and status.
        at: aware instant of the act.
        feed: whether the ward that sent the dossier hears of it in its status feed.
    """
    code, kind = str(dossier.code), contract.TYPE.removeprefix("dossier.").removesuffix(".v1")
    head = {"dossier_id": dossier.receipt.dossier_id, "code": code, "status": int(dossier.status)}
    envelope = contract.seal({**head, **data}, source=SOURCE, subject=code, time=at)
    entry = history.link(
        code,
        dossier.history[-1] if dossier.history else None,
        at=at,
        kind=kind,
        status=int(dossier.status),
        due_at=dossier.due_at,
        told=history.content(envelope["data"]),
    )
    shown = schema_of(HistoryEntry).dump(entry)
    envelope["data"]["history"] = {name: value for name, value in shown.items() if value is not None}
    told = [Letter(contract.exchange(), contract.routing_key(envelope), envelope)]
    if feed and dossier.receipt.ward_reference:
        told.append(_to_ward(dossier, entry))
    papers = headed(dossier.papers, entry["digest"])
    return Told(replace(dossier, history=(*dossier.history, entry), papers=papers), tuple(told))


def letter(contract: type[Contract], data: Mapping[str, Any], subject: str, at: datetime) -> Letter:
    """Return a message that is no act on a dossier."""
    envelope = contract.seal(data, source=SOURCE, subject=subject, time=at)
    return Letter(contract.exchange(), contract.routing_key(envelope), envelope)


def _to_ward(dossier: Dossier, entry: Mapping[str, Any]) -> Letter:
    data = {
        "ward": dossier.receipt.ward,
        "ward_reference": dossier.receipt.ward_reference,
        "code": dossier.code,
        "status": entry["status"],
        "kind": entry["kind"],
        "position": entry["position"],
        "changed_at": entry["at"],
        "due_at": entry["due_at"],
    }
    return letter(SubmissionChangedV1, data, str(dossier.code), entry["at"])
