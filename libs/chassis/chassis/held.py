"""Outboxes that this process is sending, and the wire form of what is in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.documents import Documents
from chassis.publisher import PERSISTENT, Outgoing

CONTENT_TYPE = "application/cloudevents+json"


def outgoing(entry: Mapping[str, Any]) -> Outgoing:
    """Return the wire form of one outbox entry."""
    envelope = entry["envelope"]
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    properties = {
        "content_type": CONTENT_TYPE,
        "content_encoding": "utf-8",
        "delivery_mode": PERSISTENT,
        "message_id": envelope["id"],
        "correlation_id": envelope.get("correlationid") or envelope["id"],
        "type": envelope["type"],
    }
    return Outgoing(entry["exchange"], entry["routing_key"], body, properties)


@dataclass(slots=True, eq=False)
class Held:
    """An outbox that this process sends.

    Attributes:
        document: as it was last written here.
        done: how many of its messages are confirmed.
        busy: one more is on its way.
    """

    documents: Documents
    document: Mapping[str, Any]
    done: int = 0
    busy: bool = False

    @property
    def name(self) -> tuple[str, Any]:
        return self.documents.collection.name, self.document["_id"]

    @property
    def ids(self) -> list[str]:
        return [entry["envelope"]["id"] for entry in self.document["outbox"]]


@dataclass(frozen=True, slots=True)
class Sent:
    """An outbox of which the first ``done`` messages are confirmed, as it was known then."""

    held: Held
    document: Mapping[str, Any]
    done: int
    unroutable: bool

    @property
    def unwritten(self) -> dict[str, Any]:
        """Return the filter that finds the document if nobody wrote since: then all that is in its outbox is sent."""
        return {name: self.document[name] for name in ("_id", "version")}

    @property
    def outdated(self) -> bool:
        """Whether more was written since, and is sent by the same holder: a later confirm clears it all."""
        return self.held.document is not self.document
