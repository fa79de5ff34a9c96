"""Who hears what. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

NAMESPACE = UUID("0d7d6d49-37c7-4c2e-9c4e-0b5b7a3d1c66")

#: What a letter may carry of its event, beside name, code and procedure: never an identity number, nor an address.
TOLD: Mapping[str, tuple[str, ...]] = {
    "dossier.submitted.v1": ("submitted_at", "answer_by"),
    "dossier.received.v1": ("received_at", "due_at"),
    "dossier.corrected.v1": ("reason", "due_at"),
    "dossier.supplement-asked.v1": ("reason", "items", "supply_by", "legal_basis"),
    "dossier.refused.v1": ("reason", "legal_basis"),
    "dossier.withdrawn.v1": ("withdrawn_at",),
    "dossier.paused.v1": ("cause", "reason", "owed_minor", "legal_basis"),
    "dossier.resumed.v1": ("reason", "due_at"),
    "dossier.rescheduled.v1": ("reason", "due_at", "previous_due_at"),
    "dossier.overdue.v1": ("due_at",),
    "dossier.resolved.v1": ("result",),
    "dossier.result-waiting.v1": ("since", "number"),
    "dossier.result-kept.v1": ("kept_at",),
    "dossier.reopened.v1": ("reason", "due_at"),
}
#: Facts that have a line of their own below the text when they are there, in this order.
LINES = ("owed_minor", "supply_by", "legal_basis", "delivery")
#: Facts with a line for each of their values; another value than these has that of the first.
CHOICES: Mapping[str, tuple[str, ...]] = {"delivery": ("counter", "post", "electronic")}
#: The fact that tells apart the letters on one kind of event, and its values that have a letter of their own.
VARIANTS: Mapping[str, tuple[str, frozenset[str]]] = {"dossier.paused.v1": ("cause", frozenset({"fee"}))}
#: Of a lateness the person hears one message: the apology with a new appointment, rather than that the old one passed.
APOLOGY, PASSED = "dossier.rescheduled.v1", "dossier.overdue.v1"

#: Pauses between tries at the mail server; after the last the notice has failed and a person must look.
PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600))
#: The longest talk with a mail server has fewer steps than this: connect, greet twice, TLS, sign in, letter, good-bye.
MOST_STEPS = 12


class State(StrEnum):
    """State of a notice (thông báo). ``replaced``: another notice tells it better."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    NO_ADDRESS = "no-address"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person wants to hear of one dossier.

    Attributes:
        delivery: how the result comes: counter, post, electronic or another word.
        sequence: of the event that told it; a later one counts.
    """

    dossier_id: UUID
    code: str
    procedure: str
    name: str
    email: str | None
    language: str
    delivery: str = "counter"
    sequence: int = 0


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

    @property
    def letter(self) -> str:
        """Key of the letter's texts."""
        fact, values = VARIANTS.get(self.occasion, ("", frozenset()))
        value = self.facts.get(fact)
        return f"{self.occasion}.{value}" if value in values else self.occasion


def facts_of(occasion: str, data: Mapping[str, Any], contact: Contact) -> dict[str, Any]:
    """Return what the letter on an event tells of its data; what the event does not have is left out."""
    facts = {name: data[name] for name in TOLD[occasion] if data[name] is not None}
    if "result" in facts:
        ways = CHOICES["delivery"]
        way = contact.delivery if contact.delivery in ways else ways[0]
        facts |= {"result": data["result"]["title"], "delivery": way}
    return facts


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


def replaced(notice_: Notice) -> Notice:
    """Return a notice that is not sent, since an apology with a new appointment tells of the same lateness."""
    return replace(notice_, state=State.REPLACED, wake_at=None)


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
