"""Who may touch what: permissions and topic permissions of every broker user.

RabbitMQ checks three regular expressions per user and vhost (configure, write, read) on names of exchanges and queues,
and two more (write, read) per topic exchange on routing and binding keys. A user without a topic entry for an exchange
may use every key there, so each user gets an entry for each topic exchange.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from motcua.topology.model import Partner, Service, Topology

NOTHING = "^$"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
CODE = "[A-Za-z0-9]+"  # partners' codes, as the contracts have them

Permission = dict[str, str]


def any_of(names: Iterable[str]) -> str:
    """Return the regular expression that matches exactly these names; none of them when empty."""
    escaped = [re.escape(name).replace(r"\-", "-") for name in names]
    return f"^({'|'.join(escaped)})$" if escaped else NOTHING


def _matching(patterns: Iterable[str]) -> str:
    joined = "|".join(patterns)
    return f"^({joined})$" if joined else NOTHING


def _escaped(name: str) -> str:
    return re.escape(name).replace(r"\-", "-")


def service_permission(topology: Topology, service: Service) -> Permission:
    """Return configure, write and read of one service."""
    steps = range(1, len(topology.retry_seconds) + 1)
    writes = [f"{service.name}.retry.{n}" for n in steps] + [f"{service.name}.parked"]
    reads = list(service.work_queues)
    if service.publishes:
        writes.append(service.events)
    if service.rpc:
        reads.append(f"rpc-{service.name}")
    if service.rpc or service.calls:
        writes.append(topology.rpc_exchange)
    configure, write, read = [], [_escaped(name) for name in writes], [_escaped(name) for name in reads]
    if service.calls:
        reply = rf"rpc\.reply-{_escaped(service.name)}-{UUID}"
        configure.append(reply)
        write.append(reply)  # binding a queue is a write on it
        read += [reply, _escaped(topology.rpc_exchange)]
    return {"configure": _matching(configure), "write": _matching(write), "read": _matching(read)}


def service_topics(topology: Topology, service: Service) -> dict[str, Permission]:
    """Return write and read per topic exchange of one service."""
    topics = {exchange: {"write": NOTHING, "read": NOTHING} for exchange in topology.topic_exchanges}
    if service.publishes:
        keys = [_escaped(k) + (rf"\.{CODE}" if k in topology.addressed else "") for k in service.publishes]
        topics[service.events]["write"] = _matching(keys)
    calls = [rf"{_escaped(callee)}\.[a-z_]+" for callee in service.calls]
    replies = [UUID] if service.rpc else []
    topics[topology.rpc_exchange]["write"] = _matching(calls + replies)
    if service.calls:
        topics[topology.rpc_exchange]["read"] = f"^{UUID}$"
    return topics


def partner_permission(partner: Partner, code: str) -> Permission:
    """Return configure, write and read of one member of a partner role."""
    return {"configure": NOTHING, "write": any_of([partner.exchange]), "read": any_of([partner.queue(code)])}


def partner_topics(topology: Topology, partner: Partner, code: str) -> dict[str, Permission]:
    """Return write and read per topic exchange of one member of a partner role."""
    topics = {exchange: {"write": NOTHING, "read": NOTHING} for exchange in topology.topic_exchanges}
    topics[partner.exchange]["write"] = any_of(f"{kind}.{code}" for kind in partner.says)
    return topics


EVERYTHING: Permission = {"configure": ".*", "write": ".*", "read": ".*"}
