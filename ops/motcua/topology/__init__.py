"""The broker's topology: data in, RabbitMQ definitions out, and what stands on a broker compared with it."""

from motcua.topology.definitions import password_hash, render
from motcua.topology.management import Management, ManagementUnreachable, apply, credentials, signed_in_as
from motcua.topology.model import Members, Partner, Service, Topology, TopologyFault, load, member_codes
from motcua.topology.review import differences

__all__ = [
    "Management",
    "ManagementUnreachable",
    "Members",
    "Partner",
    "Service",
    "Topology",
    "TopologyFault",
    "apply",
    "credentials",
    "differences",
    "load",
    "member_codes",
    "password_hash",
    "render",
    "signed_in_as",
]
