"""What a stored document holds beside its aggregate: outgoing messages, marks of what was handled, the trace."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis import telemetry
from chassis.errors import AlreadyHandled, Refused

Document = dict[str, Any]

#: Seconds for which the process that wrote an outbox is alone in sending it.
LEASE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to send with a write: a CloudEvents envelope and where it goes."""

    exchange: str
    routing_key: str
    envelope: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cause:
    """What makes a write happen: a message, or a call with its idempotency key.

    Attributes:
        id: same id, same effect, at most once per aggregate.
        digest: of the call's body, so that a key used again for something else is noticed.
        correlation: id that ties together all that follows from one act of a person.
    """

    id: str
    digest: str | None = None
    correlation: str | None = None


def created(document: Mapping[str, Any], letters: Iterable[Letter] = (), cause: Cause | None = None) -> Document:
    """Return a new aggregate as it is stored, with its first messages; to be inserted at once, its lease has begun."""
    trace = trace_of(cause)
    entries = entries_of(letters, 0, cause, trace)
    stored: Document = {
        **document,
        "version": 1,
        "sequence": len(entries),
        "marks": [mark_of(cause)] if cause else [],
        "outbox": entries,
    }
    if trace:
        stored["trace"] = trace
    if entries:
        stored["outbox_due"] = time.time() + LEASE_SECONDS
    return stored


def trace_of(cause: Cause | None) -> Document:
    """Return what ties later messages, those of a due moment among them, to the act of ``cause``."""
    if cause is None:
        return {}
    return {"correlationid": cause.correlation or cause.id, "traceparent": telemetry.traceparent()}


def entries_of(
    letters: Iterable[Letter], sequence: int, cause: Cause | None, trace: Mapping[str, Any]
) -> list[Document]:
    ids = {"correlationid": trace.get("correlationid"), "causationid": cause.id if cause else None}
    ids["traceparent"] = telemetry.traceparent() or trace.get("traceparent")
    told = {name: value for name, value in ids.items() if value}
    return [
        {
            "exchange": letter.exchange,
            "routing_key": letter.routing_key,
            "envelope": {**letter.envelope, "sequence": number, **told},
        }
        for number, letter in enumerate(letters, start=sequence + 1)
    ]


def mark_of(cause: Cause) -> Document:
    return {"id": cause.id, "digest": cause.digest} if cause.digest else {"id": cause.id}


def check_mark(document: Document, cause: Cause) -> None:
    for mark in document["marks"]:
        if mark["id"] == cause.id:
            check_digest(mark.get("digest"), cause)
            raise AlreadyHandled(cause.id)


def check_digest(known: str | None, cause: Cause) -> None:
    """Refuse a key that comes again with another body (HTTP 422, as the Idempotency-Key draft asks)."""
    if known and cause.digest and known != cause.digest:
        raise Refused("idempotency-key-reused", 422, "The key was used before with another body.")
