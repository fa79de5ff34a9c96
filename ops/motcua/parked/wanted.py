"""``Wanted``: which parked messages a command is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import click

from motcua.parked.message import Parked
from motcua.parked.places import Places

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Age(click.ParamType[float]):
    """A span such as ``90s``, ``30m``, ``2h``, ``3d``; seconds inside."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"(\d{1,6})([smhd])", str(value))
        if not found:
            self.fail(f"{value!r} must be a number with s, m, h or d, such as 90s, 30m, 2h or 3d", param, ctx)
        return float(found[1]) * _UNITS[found[2]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a message must be to be meant; None and empty for whatever it is.

    Attributes:
        ids: one of these.
        services: parked in one of these services' queues.
        reason: its class, or a part of its words in any case.
        older, younger: seconds that it must have been parked for, more or less than.
    """

    ids: frozenset[str] = frozenset()
    services: tuple[str, ...] = ()
    type: str | None = None
    queue: str | None = None
    reason: str | None = None
    older: float | None = None
    younger: float | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def takes(self, parked: Parked) -> bool:
        """Whether this message is meant. A moment that is not known is neither old nor young."""
        if (self.ids and parked.id not in self.ids) or (self.services and parked.service not in self.services):
            return False
        if (self.type and parked.type != self.type) or (self.queue and parked.queue != self.queue):
            return False
        if self.reason and self.reason != parked.reason and self.reason.casefold() not in parked.because.casefold():
            return False
        if self.older is None and self.younger is None:
            return True
        age = parked.age(self.now)
        old = self.older is None or age >= self.older
        return parked.since is not None and old and (self.younger is None or age < self.younger)


def checked(wanted: Wanted, places: Places) -> Wanted:
    """Return ``wanted`` with every service when it names none.

    Raises:
        click.BadParameter: it asks for what the topology does not have.
    """
    for service in wanted.services:
        if service not in places.services:
            raise click.BadParameter(f"{service!r} is none of {', '.join(places.services)}", param_hint="SERVICE")
    if wanted.type and wanted.type not in places.types:
        known = ", ".join(sorted(places.types))
        raise click.BadParameter(f"nobody reads {wanted.type!r}; read are {known}", param_hint="--type")
    if wanted.queue and not places.is_queue(wanted.queue):
        raise click.BadParameter(f"{wanted.queue!r} is no queue that messages are read from", param_hint="--queue")
    values = {name: getattr(wanted, name) for name in wanted.__slots__}
    return Wanted(**values | {"services": tuple(dict.fromkeys(wanted.services)) or places.services})
