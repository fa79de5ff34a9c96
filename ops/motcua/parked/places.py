"""Where a parked message came from, told by what the broker vouches for and never by a sender's headers alone.

A parked message's routing key is either the name of its work queue, written by a service of ours or by the desk, or the
first key, which the broker let its sender use. The work queue follows from it and from the topology. Headers tell more
only in the first case: in the second they are as the sender wrote them, and a sender that chose the queue or the key of
a replay would speak with another's voice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from motcua.topology import Topology
from motcua.topology.rights import CODE

PARTNERS = "partners"


@dataclass(frozen=True, slots=True)
class Home:
    """The queue that a parked message was read from.

    Attributes:
        queue: its work queue, a partner's queue or a request queue.
        type: type of the message; empty when only the first key could tell it.
        ours: whether the message's headers were written by us.
    """

    queue: str
    type: str
    ours: bool

    @property
    def is_request(self) -> bool:
        """Whether somebody waited for a reply to it."""
        return self.queue.startswith("rpc-")


class Places:
    """The parked queues of a topology and the queues behind them."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self.services = (*topology.services, PARTNERS)

    @property
    def types(self) -> frozenset[str]:
        """Every type that somebody reads, and the request queues."""
        services = self._topology.services.values()
        read = {kind for service in services for kind in service.reads}
        heard = {kind for partner in self._topology.partners.values() for kind in partner.hears}
        return frozenset(read | heard | {f"rpc-{service.name}" for service in services if service.rpc})

    def is_queue(self, name: str) -> bool:
        """Whether messages of a queue of that name can be parked."""
        return any(home.queue == name for service in self.services if (home := self.home(service, name)))

    def home(self, service: str, key: str) -> Home | None:
        """Return where a message in ``<service>.parked`` with the routing key ``key`` was read, None if nowhere."""
        return self._partner_home(key) if service == PARTNERS else self._service_home(service, key)

    def _service_home(self, name: str, key: str) -> Home | None:
        service = self._topology.services[name]
        if key == f"rpc-{name}" and service.rpc:
            return Home(key, key, ours=True)
        if key in service.work_queues:
            return Home(key, key.removeprefix(f"{name}."), ours=True)
        kind = self._kind(key)
        return Home(f"{name}.{kind}", kind, ours=False) if kind in service.reads else None

    def _partner_home(self, key: str) -> Home | None:
        for partner in self._topology.partners.values():
            if re.fullmatch(rf"{re.escape(partner.role)}\.{CODE}", key):
                return Home(key, "", ours=True)
            kind = self._kind(key)
            if kind in partner.hears:
                return Home(partner.queue(key.rpartition(".")[2]), kind, ours=False)
        return None

    def _kind(self, key: str) -> str:
        kind, _, code = key.rpartition(".")
        addressed = kind in self._topology.addressed and re.fullmatch(CODE, code)
        return kind if addressed else "" if key in self._topology.addressed else key
