"""``differences``: what stands on a broker, compared with the topology."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from motcua.topology.definitions import password_hash
from motcua.topology.management import Management

_KEYS = {
    "permissions": ("user",),
    "topic_permissions": ("user", "exchange"),
    "policies": ("name",),
    "exchanges": ("name",),
    "queues": ("name",),
    "bindings": ("source", "destination", "destination_type", "routing_key"),
}
_COMPARED = {
    "permissions": ("configure", "write", "read"),
    "topic_permissions": ("write", "read"),
    "policies": ("pattern", "apply-to", "priority", "definition"),
    "exchanges": ("type", "durable", "auto_delete", "internal", "arguments"),
    "queues": ("durable", "auto_delete", "arguments"),
    "bindings": ("arguments",),
}


def differences(definitions: Mapping[str, Any], url: str, passwords: Mapping[str, str]) -> list[str]:
    """Return one line per thing that is missing, different, or there without being in the topology.

    Args:
        definitions: as :func:`motcua.topology.render` made them.
        url: management API with administrator credentials.
        passwords: broker user to password; compared with the hashes on the broker.

    Raises:
        ManagementUnreachable: the API does not answer, or refuses.
    """
    actual = Management(url).call("GET", "definitions")
    vhost = definitions["vhosts"][0]["name"]
    found = list(_users(actual["users"], definitions["users"], passwords))
    for kind, keys in _KEYS.items():
        here = {_key(e, keys): e for e in actual.get(kind, []) if e["vhost"] == vhost}
        wanted = {_key(e, keys): e for e in definitions[kind]}
        found += [f"{kind}: {' '.join(key)} is missing" for key in wanted.keys() - here.keys()]
        found += [f"{kind}: {' '.join(key)} is not in the topology" for key in here.keys() - wanted.keys()]
        for key in wanted.keys() & here.keys():
            changed = [n for n in _COMPARED[kind] if _plain(n, here[key].get(n)) != _plain(n, wanted[key].get(n))]
            found += [f"{kind}: {' '.join(key)} differs in {name}" for name in changed]
    return sorted(found)


def _key(entry: Mapping[str, Any], keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(entry[key]) for key in keys)


def _plain(name: str, value: Any) -> Any:
    if name == "arguments":  # RabbitMQ 4 names the type of classic queues, too
        return {key: item for key, item in value.items() if (key, item) != ("x-queue-type", "classic")}
    return value


def _users(actual: Any, wanted: Any, passwords: Mapping[str, str]) -> Iterable[str]:
    here = {user["name"]: user for user in actual}
    for user in wanted:
        name = user["name"]
        if name not in here:
            yield f"users: {name} is missing"
            continue
        salt = base64.b64decode(here[name]["password_hash"])[:4]
        if password_hash(passwords[name], salt) != here[name]["password_hash"]:
            yield f"users: {name} has another password"
    if "guest" in here:
        yield "users: guest is still there"
