"""``Parked``: what can be told of a parked message without keeping its body."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from chassis.plain import NotJson, NotUtf8, decode
from chassis.wire import BODY_LIMIT, UNREADABLE
from motcua.parked.places import Home, Places
from motcua.parked.text import identifier, printable

REPLAYS, RUN, KEY = "x-replays", "x-replay-run", "x-routing-key"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked message.

    Attributes:
        id: its message id; ``sha256:…`` of its body when it has none that can be shown.
        type, subject: as the queue and the envelope tell; empty when they do not.
        service: whose parked queue it lies in.
        queue: the queue that it was read from; empty when no queue of the topology.
        reason: class of the exception, or the broker's word for it (``delivery_limit``, ``rejected``).
        because: the reason in words.
        since: when it was parked, UTC.
        attempts: tries that failed before.
        replays: how often it was put back.
        size, sha256: of the body; bytes, hexadecimal.
        key: the routing key that its sender was allowed to use; empty when unknown.
        run: the run that put it back last.
        stays: why it cannot be put back; None when it can.
    """

    id: str
    type: str
    subject: str
    service: str
    queue: str
    reason: str
    because: str
    since: datetime | None
    attempts: int
    replays: int
    size: int
    sha256: str
    key: str
    run: str | None
    stays: str | None

    def age(self, now: datetime) -> float:
        """Return seconds since it was parked; 0 when that is not known."""
        return max(0.0, (now - self.since).total_seconds()) if self.since else 0.0

    def facts(self) -> dict[str, Any]:
        """Return what lists, logs and the trail may hold of it, ready for JSON."""
        told = {name: value for name, value in asdict(self).items() if name not in ("run", "stays")}
        return told | {"since": self.since.isoformat(timespec="milliseconds") if self.since else None}


def read(places: Places, service: str, routing_key: str, properties: Mapping[str, Any], body: bytes) -> Parked:
    """Tell what a message in ``<service>.parked`` is.

    Args:
        routing_key: that it lies there under.
        properties: AMQP basic properties by amqp's names.
    """
    headers = properties.get("application_headers") or {}
    home = places.home(service, routing_key)
    ours = headers if home and home.ours else {}
    key = _first_key(places, service, home, routing_key, ours)
    first = places.home(service, key) if key else None
    reason, because, since = _parking(headers, ours)
    digest = hashlib.sha256(body).hexdigest()
    return Parked(
        id=identifier(properties.get("message_id")) or f"sha256:{digest[:16]}",
        type=(home.type if home else "") or (first.type if first else ""),
        subject=_subject(body),
        service=service,
        queue=home.queue if home else "",
        reason=reason,
        because=because,
        since=since,
        attempts=_count(headers, "x-attempt"),
        replays=_count(ours, REPLAYS),
        size=len(body),
        sha256=digest,
        key=key,
        run=identifier(ours.get(RUN)),
        stays=_stays(home, key, headers),
    )


def _first_key(places: Places, service: str, home: Home | None, routing_key: str, ours: Mapping[str, Any]) -> str:
    if home is None or home.is_request:
        return ""
    if not home.ours:
        return routing_key
    # a type that nobody is addressed by is its own key
    for told in (ours.get(KEY), home.type):
        first = places.home(service, told) if isinstance(told, str) and told else None
        if first and not first.ours and first.queue == home.queue:
            return str(told)
    return ""


def _parking(headers: Mapping[str, Any], ours: Mapping[str, Any]) -> tuple[str, str, datetime | None]:
    """Return reason, words and moment: from our own headers, else from those of the broker's latest dead-lettering."""
    if isinstance(ours.get("x-parked-error"), str):
        because = printable(str(ours.get("x-parked-because") or ""))
        return identifier(ours["x-parked-error"]) or UNKNOWN, because, _moment(ours.get("x-parked-at"))
    deaths = headers.get("x-death")
    death = deaths[0] if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else {}
    reason, queue = identifier(death.get("reason")), identifier(death.get("queue"))
    if not reason:
        return UNKNOWN, "no queue of this service takes its key", None
    return reason, f"{reason} from {queue or UNKNOWN}", _moment(death.get("time"))


def _stays(home: Home | None, key: str, headers: Mapping[str, Any]) -> str | None:
    if home is None:
        return "it came from no queue of the topology"
    if home.is_request:
        return "it is a request that nobody waits for any more"
    if headers.get(UNREADABLE) is True:
        return "its properties cannot be decoded"
    return None if key else "the key that its sender used is not known"


def _subject(body: bytes) -> str:
    if len(body) > BODY_LIMIT:
        return ""
    try:
        envelope = decode(body)
    except (NotJson, NotUtf8):
        return ""
    return identifier(envelope.get("subject")) or "" if isinstance(envelope, dict) else ""


def _count(headers: Mapping[str, Any], name: str) -> int:
    value = headers.get(name)
    return value if isinstance(value, int) and 0 <= value < 1_000_000 else 0


def _moment(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
