"""``render``: the topology as RabbitMQ definitions, as the management API takes and gives them.

Queues carry one argument, their type; limits, waiting times and dead-lettering are policies, so that a change never
meets a queue that was declared otherwise.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from motcua.topology import rights
from motcua.topology.model import Members, Service, Topology, TopologyFault

QUORUM = {"x-queue-type": "quorum"}
UNLIMITED = 1_000_000_000
"""A delivery limit that is none: RabbitMQ 4 sets 20 by default and drops the message where nothing dead-letters it,
and 3.10 does not take its -1."""


def password_hash(password: str, salt: bytes | None = None) -> str:
    """Return RabbitMQ's salted SHA-256 of a password (``rabbit_password_hashing_sha256``).

    Args:
        salt: 4 bytes; random when not given.
    """
    salt = secrets.token_bytes(4) if salt is None else salt
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def render(topology: Topology, members: Members, passwords: Mapping[str, str]) -> dict[str, Any]:
    """Return the definitions for ``POST /api/definitions`` (RabbitMQ 3.10 to 4).

    Args:
        members: codes of the members of each partner role, as ``topology.members(office)`` reads them.
        passwords: broker user to password, for every user of ``topology.users(members)``.

    Raises:
        TopologyFault: a code cannot be one, or a password is missing.
    """
    _check(topology, members, passwords)
    partners = [(topology.partners[role], code) for role, codes in members.items() for code in codes]
    services = topology.services.values()
    grants = {service.name: rights.service_permission(topology, service) for service in services}
    topics = {service.name: rights.service_topics(topology, service) for service in services}
    for partner, code in partners:
        grants[partner.user(code)] = rights.partner_permission(partner, code)
        topics[partner.user(code)] = rights.partner_topics(topology, partner, code)
    grants["operator"] = rights.EVERYTHING
    in_vhost = {"vhost": topology.vhost}
    return {
        "vhosts": [{"name": topology.vhost}],
        "users": [_user(name, passwords[name]) for name in grants],
        "permissions": [{"user": user} | in_vhost | grant for user, grant in grants.items()],
        "topic_permissions": [
            {"user": user, "exchange": exchange} | in_vhost | grant
            for user, entries in topics.items()
            for exchange, grant in entries.items()
        ],
        "policies": [policy | in_vhost for policy in _policies(topology)],
        "exchanges": [exchange | in_vhost for exchange in _exchanges(topology)],
        "queues": [queue | in_vhost for queue in _queues(topology, partners)],
        "bindings": [binding | in_vhost for binding in _bindings(topology, partners)],
    }


def _check(topology: Topology, members: Members, passwords: Mapping[str, str]) -> None:
    codes = [(role, code) for role, found in members.items() for code in found]
    faults = [f"{role} code {code!r}" for role, code in codes if not re.fullmatch(rights.CODE, code)]
    faults += [f"no password for {user}" for user in topology.users(members) if not passwords.get(user)]
    if faults:
        raise TopologyFault("; ".join(faults))


def _user(name: str, password: str) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": password_hash(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": ["administrator"] if name == "operator" else [],
    }


def _steps(topology: Topology, service: Service) -> list[str]:
    return [f"{service.name}.retry.{n}" for n in range(1, len(topology.retry_seconds) + 1)]


def _policies(topology: Topology) -> Iterable[dict[str, Any]]:
    """One policy per kind of queue; the patterns exclude each other, as RabbitMQ applies only one."""
    safe = {"overflow": "reject-publish", "dead-letter-strategy": "at-least-once", "max-length": topology.max_length}
    limited = safe | {"delivery-limit": topology.delivery_limit}

    def policy(name: str, pattern: str, definition: Mapping[str, Any], apply_to: str = "queues") -> dict[str, Any]:
        return {"name": name, "pattern": pattern, "apply-to": apply_to, "priority": 1, "definition": definition}

    yield policy("parked", r"^[a-z]+\.parked$", {"delivery-limit": UNLIMITED}, apply_to="queues")
    for service in topology.services.values():
        name, parked = re.escape(service.name), {"dead-letter-exchange": f"{service.name}.parked"}
        yield policy(f"{service.name}.work", rf"^{name}\.[a-z-]+\.[a-z-]+\.v[0-9]+$", limited | parked)
        # No dead-lettering: a request that expired is nobody's any more, and its body may hold personal data.
        yield policy(f"{service.name}.rpc", rf"^rpc-{name}$", {"max-length": topology.max_length})
        # A retried message whose key names no work queue of the service would be held for ever: park it.
        yield policy(
            f"{service.name}.again", rf"^{name}\.again$", {"alternate-exchange": f"{service.name}.parked"}, "exchanges"
        )
        for n, seconds in enumerate(topology.retry_seconds, start=1):
            wait = {"message-ttl": round(seconds * 1000), "dead-letter-exchange": f"{service.name}.again"}
            wait |= {"delivery-limit": UNLIMITED}
            yield policy(f"{service.name}.retry.{n}", rf"^{name}\.retry\.{n}$", safe | wait)
    roles = "|".join(re.escape(role) for role in topology.partners)
    aside = {"dead-letter-exchange": "partners.parked"}
    yield policy("partners", rf"^({roles})\.{rights.CODE}$", limited | aside)


def _exchanges(topology: Topology) -> Iterable[dict[str, Any]]:
    def exchange(name: str, kind: str, internal: bool = False) -> dict[str, Any]:
        fixed = {"durable": True, "auto_delete": False, "internal": internal, "arguments": {}}
        return {"name": name, "type": kind} | fixed

    yield from (exchange(name, "topic") for name in topology.topic_exchanges)
    yield exchange("partners.parked", "fanout", internal=True)
    for service in topology.services.values():
        yield from (exchange(name, "fanout") for name in _steps(topology, service))
        yield exchange(f"{service.name}.parked", "fanout")
        # Internal: only the retry queues' dead-lettering writes here. Through the default exchange instead, a service
        # could name any queue of the vhost in the routing key and put a message there.
        yield exchange(f"{service.name}.again", "direct", internal=True)


def _queues(topology: Topology, partners: Iterable[tuple[Any, str]]) -> Iterable[dict[str, Any]]:
    def queue(name: str, arguments: Mapping[str, str]) -> dict[str, Any]:
        return {"name": name, "durable": True, "auto_delete": False, "arguments": dict(arguments)}

    for service in topology.services.values():
        for name in (*service.work_queues, *_steps(topology, service), f"{service.name}.parked"):
            yield queue(name, QUORUM)
        if service.rpc:
            yield queue(f"rpc-{service.name}", {})
    yield from (queue(partner.queue(code), QUORUM) for partner, code in partners)
    yield queue("partners.parked", QUORUM)


def _bindings(topology: Topology, partners: Iterable[tuple[Any, str]]) -> Iterable[dict[str, Any]]:
    def bind(source: str, queue: str, key: str) -> dict[str, Any]:
        target = {"destination": queue, "destination_type": "queue"}
        return {"source": source, "routing_key": key, "arguments": {}} | target

    for service in topology.services.values():
        for kind, queue in zip(service.reads, service.work_queues, strict=True):
            key = f"{kind}.*" if kind in topology.addressed else kind
            yield bind(topology.exchange_of(kind), queue, key)
            yield bind(f"{service.name}.again", queue, queue)
        for name in (*_steps(topology, service), f"{service.name}.parked"):
            yield bind(name, name, "")
        if service.rpc:
            yield bind(topology.rpc_exchange, f"rpc-{service.name}", f"{service.name}.*")
    for partner, code in partners:
        for kind in partner.hears:
            yield bind(topology.exchange_of(kind), partner.queue(code), f"{kind}.{code}")
    yield bind("partners.parked", "partners.parked", "")
