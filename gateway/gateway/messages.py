"""What the projection keeps of each event: no name, no address, and free words only where the person must act on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.tracking import Fact
from motcua_contracts import BY_TYPE, Contract, ContractError, Message, history

_RECEIPT = ("status", "procedure", "department", "received_at", "due_at", "delivery")

#: Fields of each event that tracking shows.
KEPT: Mapping[str, tuple[str, ...]] = {
    "dossier.submitted.v1": ("status", "procedure", "submitted_at", "answer_by"),
    "dossier.received.v1": _RECEIPT,
    "dossier.corrected.v1": _RECEIPT,
    "dossier.supplement-asked.v1": ("status", "items", "reason", "legal_basis", "supply_by"),
    "dossier.supplement-declined.v1": ("status",),
    "dossier.supplemented.v1": ("status", "due_at"),
    "dossier.refused.v1": ("status", "reason", "legal_basis"),
    "dossier.withdrawn.v1": ("status",),
    "dossier.processing-started.v1": ("status", "department"),
    "dossier.paused.v1": ("status", "reason", "legal_basis", "owed_minor"),
    "dossier.resumed.v1": ("status", "due_at"),
    "dossier.lateness-forecast.v1": ("status",),
    "dossier.rescheduled.v1": ("status", "due_at"),
    "dossier.overdue.v1": ("status", "due_at"),
    "dossier.resolved.v1": ("status", "resolved_at", "due_at", "on_time"),
    "dossier.returned.v1": ("status", "method", "tracking_code"),
    "dossier.result-waiting.v1": ("status",),
    "dossier.result-kept.v1": ("status", "kept_at"),
    "dossier.reopened.v1": ("status", "due_at"),
    "dossier.paid.v1": ("status", "owed_minor"),
    "dossier.exempted.v1": ("status", "owed_minor"),
    "dossier.evaluated.v1": ("status",),
    "assignment.issued.v1": ("department",),
    "notice.sent.v1": (),
}

#: What is kept of a field that holds more: how the result is sent, but not where to.
_NARROWED: Mapping[str, tuple[str, ...]] = {"procedure": ("code", "name"), "delivery": ("method",)}


def fact(message: Message) -> Fact:
    """Return what ``message`` tells tracking; positions count only in intake's own stream about the dossier."""
    sequence = message.sequence if BY_TYPE[message.type].OWNER == "intake" else None
    data = {name: _narrowed(name, message.data[name]) for name in KEPT[message.type]}
    return Fact(message.id, message.type, message.time, sequence, data, message.data.get("history"))


def _narrowed(name: str, value: Any) -> Any:
    return {part: value[part] for part in _NARROWED[name]} if name in _NARROWED and value is not None else value


def true_to_history(contract: type[Contract]) -> type[Contract]:
    """Return ``contract`` as the projection reads it: an event that its own link of the history denies breaks it.

    So the link's ``content`` stands for data that were seen here, although they are not kept. Such an event is parked
    with the field that denies it.
    """

    def open_(_cls: type[Contract], envelope: Any) -> Message:
        message = contract.open(envelope)
        if (entry := message.data.get("history")) is not None:
            # as it came, not as it was loaded: a field that is new to this reader is part of what was told
            found = {
                "content": history.content(envelope["data"]),
                "kind": contract.TYPE.removeprefix("dossier.").removesuffix(".v1"),
                "status": message.data["status"],
            }
            if denied := [name for name, value in found.items() if entry[name] != value]:
                raise ContractError(
                    contract.TYPE, {f"data.history.{name}": ["not that of the event"] for name in denied}
                )
        return message

    return type(contract.__name__, (contract,), {"open": classmethod(open_)})
