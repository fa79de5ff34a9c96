"""Who hears what. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

NAMESPACE = UUID("0d7d6d49-37c7-4c2e-9c4e-0b5b7a3d1c66")

#: Pauses between tries at the mail server; after the last the notice has failed and a person must look.
PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600))
#: The longest talk with a mail server has fewer steps than this: connect, greet twice, TLS, sign in, letter, good-bye.
MOST_STEPS = 12


class State(StrEnum):
    """State of a notice (thông báo)."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    NO_ADDRESS = "no-address"


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person wants to hear of one dossier."""

    dossier_id: UUID
    code: str
    procedure: str
    name: str
    email: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one person.

    Attributes:
        id: made from the message that told the fact: the same fact is one notice however often it is told.
        occasion: type of that message; the key of the text.
        facts: what the text needs, times as aware instants.
        wake_at: when to try (again); None when it has ended.
    """

    id: UUID
    dossier_id: UUID
    code: str
    occasion: str
    email: str | None
    language: str
    facts: Mapping[str, Any]
    state: State = State.QUEUED
    attempts: int = 0
    wake_at: datetime | None = None
    sent_at: datetime | None = None


def lease(step: timedelta) -> timedelta:
    """Return for how long the process that took a notice is alone in sending it.

    Args:
        step: the longest that one step of the talk with the mail server may take.
    """
    return MOST_STEPS * step


def notice(
    contact: Contact, *, message_id: str, occasion: str, facts: Mapping[str, Any], now: datetime, alone: timedelta
) -> Notice:
    """Return the notice to ``contact``; without an address it has ended at once."""
    told = {"name": contact.name, "procedure": contact.procedure, "code": contact.code, **facts}
    made = Notice(
        id=uuid5(NAMESPACE, message_id),
        dossier_id=contact.dossier_id,
        code=contact.code,
        occasion=occasion,
        email=contact.email,
        language=contact.language,
        facts=told,
    )
    return replace(made, wake_at=now + alone) if contact.email else replace(made, state=State.NO_ADDRESS)


def take(notice_: Notice, *, now: datetime, alone: timedelta) -> Notice:
    """Take a notice to send it now."""
    return replace(notice_, wake_at=now + alone)


def sent(notice_: Notice, *, at: datetime) -> Notice:
    return replace(notice_, state=State.SENT, attempts=notice_.attempts + 1, wake_at=None, sent_at=at)


def not_sent(notice_: Notice, *, at: datetime, hopeless: bool) -> Notice:
    """Return the notice after a failed try: later again, or failed when ``hopeless`` or tried often enough."""
    attempts = notice_.attempts + 1
    if hopeless or attempts > len(PAUSES):
        return replace(notice_, state=State.FAILED, attempts=attempts, wake_at=None)
    return replace(notice_, attempts=attempts, wake_at=at + PAUSES[attempts - 1])
