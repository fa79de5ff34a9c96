"""Parked messages as lines for people and as JSON; never a body, unless it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from chassis.plain import NotJson, NotUtf8, decode
from motcua.parked.desk import Taken
from motcua.parked.figures import Figures
from motcua.parked.message import Parked
from motcua.parked.text import printable

HEAD_BYTES = 64
HIDDEN = frozenset({"nameko.authorization"})
"""Headers whose value is somebody's credential."""

GROUP = "{:<10} {:<30} {:<22} {:>8} {:>8}"
EACH = "{:<38} {:<30} {:<26} {:<40} {:<18} {:>7} {:>8} {:>7}"
GROUP_HEAD = GROUP.format("SERVICE", "TYPE", "REASON", "COUNT", "OLDEST")
EACH_HEAD = EACH.format("ID", "TYPE", "SUBJECT", "QUEUE", "REASON", "AGE", "ATTEMPTS", "REPLAYS")


def age(since: datetime | None, now: datetime) -> str:
    """Return a span in its two largest units; ``?`` when the beginning is not known."""
    if since is None:
        return "?"
    seconds = max(0, int((now - since).total_seconds()))
    for size, unit, small, small_unit in ((86400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s")):
        if seconds >= size:
            return f"{seconds // size}{unit}{seconds % size // small}{small_unit}"
    return f"{seconds}s"


def group_lines(figures: Figures) -> Iterator[str]:
    """Yield one line per group, the largest first."""
    now = datetime.now(UTC)
    for (service, kind, reason), group in sorted(figures.groups.items(), key=lambda item: -item[1].count):
        yield GROUP.format(service, kind or "?", reason, group.count, age(group.oldest, now)).rstrip()


def group_rows(figures: Figures) -> Iterator[str]:
    """Yield one JSON object per group."""
    for (service, kind, reason), group in sorted(figures.groups.items()):
        row = {"service": service, "type": kind, "reason": reason, "count": group.count}
        yield json.dumps(row | {"oldest": group.oldest.isoformat() if group.oldest else None}, ensure_ascii=False)


def line(parked: Parked, now: datetime) -> str:
    """Return one message as one line."""
    told = (parked.id, parked.type or "?", parked.subject or "-", parked.queue or "?", parked.reason)
    return EACH.format(*told, age(parked.since, now), parked.attempts, parked.replays).rstrip()


def row(parked: Parked) -> str:
    """Return one message as a JSON object."""
    return json.dumps(parked.facts() | {"stays": parked.stays}, ensure_ascii=False)


def page(taken: Taken, *, body: bool) -> Iterator[str]:
    """Yield the lines that show one message.

    Args:
        body: also what the envelope carries, which is personal data.
    """
    parked = taken.parked
    for name, value in (parked.facts() | {"can be put back": parked.stays or "yes"}).items():
        yield f"{name:<16} {printable(str('' if value is None else value))}"
    properties = {name: value for name, value in taken.message.properties.items() if name != "application_headers"}
    yield "properties"
    yield from _values(properties)
    yield "headers"
    yield from _values(taken.message.properties.get("application_headers") or {})
    yield from _body(taken.body, whole=body)


def _values(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in sorted(values.items()):
        shown = "(a credential, not shown)" if name in HIDDEN else printable(str(value))
        yield f"  {printable(str(name), 128)}: {shown}"


def _body(body: bytes, *, whole: bool) -> Iterator[str]:
    try:
        envelope = decode(body)
    except (NotJson, NotUtf8) as fault:
        yield f"body cannot be read ({type(fault).__name__}), {len(body)} bytes"
        if whole:
            yield f"its first {min(len(body), HEAD_BYTES)} bytes, which may hold personal data"
            yield from (f"  {body[at : at + 16].hex(' ')}" for at in range(0, min(len(body), HEAD_BYTES), 16))
        return
    if not isinstance(envelope, dict):
        yield f"body is no envelope but a JSON {type(envelope).__name__}"
        envelope = {"data": envelope}
    if not whole:
        # by the names of the envelope: what else a stranger put beside `data` is a body, too
        envelope = {name: value for name, value in envelope.items() if name in _ENVELOPE and not _holds(value)}
        yield "envelope without its data (--body shows it)"
    else:
        yield "body; holds personal data"
    for text in json.dumps(envelope, ensure_ascii=False, indent=2).splitlines():
        yield printable(text, 100_000)


_ENVELOPE = frozenset(
    ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema")
    + ("sequence", "correlationid", "causationid", "traceparent")
)


def _holds(value: object) -> bool:
    return isinstance(value, (dict, list))
