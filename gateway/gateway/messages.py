"""What the projection keeps of each event: no name, no address, no reason in free words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.tracking import Fact
from motcua_contracts import BY_TYPE, Message

#: Fields of each event that tracking shows.
KEPT: Mapping[str, tuple[str, ...]] = {
    "dossier.received.v1": ("status", "procedure", "department", "received_at", "due_at"),
    "dossier.processing-started.v1": ("status", "department"),
    "dossier.supplement-asked.v1": ("status", "items"),
    "dossier.supplemented.v1": ("status", "due_at"),
    "dossier.rescheduled.v1": ("status", "due_at"),
    "dossier.overdue.v1": ("status", "due_at"),
    "dossier.resolved.v1": ("status", "resolved_at", "due_at", "on_time"),
    "dossier.returned.v1": ("status",),
    "assignment.issued.v1": ("department",),
    "notice.sent.v1": (),
}


def fact(message: Message) -> Fact:
    """Return what ``message`` tells tracking; positions count only in intake's own stream about the dossier."""
    sequence = message.sequence if BY_TYPE[message.type].OWNER == "intake" else None
    data = {name: _plain(message.data[name]) for name in KEPT[message.type]}
    return Fact(message.id, message.type, message.time, sequence, data)


def _plain(value: Any) -> Any:
    return {name: value[name] for name in ("code", "name")} if isinstance(value, Mapping) else value
