"""``topology.yaml`` read and checked: services, partner roles, limits, and the names made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Members = Mapping[str, Sequence[str]]
"""Partner role to the codes of its members."""


class TopologyFault(Exception):
    """The topology or the office's codes cannot be used; the text names every fault."""


@dataclass(frozen=True, slots=True)
class Service:
    """One of our services: what it reads, says, answers and calls."""

    name: str
    reads: tuple[str, ...]
    publishes: tuple[str, ...]
    rpc: bool
    calls: tuple[str, ...]

    @property
    def events(self) -> str:
        """Name of the topic exchange that only this service writes."""
        return f"{self.name}.events"

    @property
    def work_queues(self) -> tuple[str, ...]:
        """Names of its work queues, one per message type."""
        return tuple(f"{self.name}.{kind}" for kind in self.reads)


@dataclass(frozen=True, slots=True)
class Partner:
    """A role of outside parties; everything it says and hears ends with the member's code.

    Attributes:
        members: the office's file that lists them, for instance ``wards.yaml``.
    """

    role: str
    members: str
    exchange: str
    says: tuple[str, ...]
    hears: tuple[str, ...]

    def user(self, code: str) -> str:
        """Name of the member's broker user."""
        return f"{self.role}-{code}"

    def queue(self, code: str) -> str:
        """Name of the queue that only this member reads."""
        return f"{self.role}.{code}"


@dataclass(frozen=True, slots=True)
class Topology:
    """What ``topology.yaml`` says."""

    vhost: str
    retry_seconds: tuple[float, ...]
    delivery_limit: int
    max_length: int
    rpc_exchange: str
    services: Mapping[str, Service]
    partners: Mapping[str, Partner]

    @property
    def addressed(self) -> frozenset[str]:
        """Types whose routing key ends with a partner's code."""
        return frozenset(kind for partner in self.partners.values() for kind in (*partner.says, *partner.hears))

    @property
    def topic_exchanges(self) -> tuple[str, ...]:
        """Every topic exchange of the vhost, sorted."""
        own = {service.events for service in self.services.values() if service.publishes}
        return tuple(sorted(own | {partner.exchange for partner in self.partners.values()} | {self.rpc_exchange}))

    def exchange_of(self, kind: str) -> str:
        """Return the exchange that carries a message type.

        Raises:
            TopologyFault: nobody says it.
        """
        for service in self.services.values():
            if kind in service.publishes:
                return service.events
        for partner in self.partners.values():
            if kind in partner.says:
                return partner.exchange
        raise TopologyFault(f"nobody says {kind}")

    def members(self, office: Path) -> Members:
        """Return the codes of each partner role's members, from the office's own data.

        Raises:
            TopologyFault: a file has no list of codes.
        """
        return {role: member_codes(office / partner.members) for role, partner in self.partners.items()}

    def users(self, members: Members) -> tuple[str, ...]:
        """Every broker user: the services, the members of the partner roles, and ``operator``."""
        partners = (self.partners[role].user(code) for role, codes in members.items() for code in codes)
        return (*self.services, *partners, "operator")

    def with_retry(self, seconds: Sequence[float]) -> Topology:
        """Return the same topology with another ladder; tests use a fast one."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return Topology(**values | {"retry_seconds": tuple(seconds)})


def load(path: Path) -> Topology:
    """Read ``topology.yaml``.

    Raises:
        TopologyFault: the file is not YAML, misses an entry, or reads what nobody says.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        topology = Topology(
            vhost=document["vhost"],
            retry_seconds=tuple(float(step) for step in document["retry_seconds"]),
            delivery_limit=int(document["delivery_limit"]),
            max_length=int(document["max_length"]),
            rpc_exchange=document["rpc_exchange"],
            services={name: _service(name, entry) for name, entry in document["services"].items()},
            partners={role: _partner(role, entry) for role, entry in document["partners"].items()},
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise TopologyFault(f"{path}: {type(error).__name__}: {error}") from error
    faults = list(_faults(topology))
    if faults:
        raise TopologyFault(f"{path}: " + "; ".join(faults))
    return topology


def member_codes(path: Path) -> tuple[str, ...]:
    """Read the codes of an office file (for instance ``wards.yaml``), each once, in the file's order.

    The file holds a list of entries with ``code``, or a mapping with one such list. Codes that are no longer valid keep
    their queue and user: a late answer to an old dossier must still arrive.

    Raises:
        TopologyFault: no such list.
    """
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    lists = document.values() if isinstance(document, dict) else [document]
    for entries in lists:
        if isinstance(entries, list) and entries and all(isinstance(e, dict) and "code" in e for e in entries):
            return tuple(dict.fromkeys(str(entry["code"]) for entry in entries))
    raise TopologyFault(f"{path}: no list of entries with a code")


def _service(name: str, entry: Mapping[str, Any]) -> Service:
    lists = {key: tuple(entry.get(key) or ()) for key in ("reads", "publishes", "calls")}
    return Service(name=name, rpc=bool(entry["rpc"]), **lists)


def _partner(role: str, entry: Mapping[str, Any]) -> Partner:
    return Partner(role, entry["members"], entry["exchange"], says=tuple(entry["says"]), hears=tuple(entry["hears"]))


def _faults(topology: Topology) -> Iterable[str]:
    services, partners = topology.services.values(), topology.partners.values()
    said = [kind for service in services for kind in service.publishes]
    said += [kind for partner in partners for kind in partner.says]
    heard = {kind for service in services for kind in service.reads} | {k for p in partners for k in p.hears}
    yield from (f"{kind} is said by more than one" for kind in sorted({k for k in said if said.count(k) > 1}))
    yield from (f"{kind} is read but nobody says it" for kind in sorted(heard - set(said)))
    yield from (f"{kind} is said but nobody reads it" for kind in sorted(set(said) - heard))
    for service in services:
        called = (topology.services.get(callee) for callee in service.calls)
        yield from (f"{service.name} calls one that answers none" for callee in called if not (callee and callee.rpc))
    if not topology.retry_seconds or min(topology.retry_seconds) <= 0:
        yield "retry_seconds needs steps longer than 0"
