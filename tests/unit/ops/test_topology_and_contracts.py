"""The topology and the published contracts say the same."""

from pathlib import Path

import pytest

from motcua import topology
from motcua_contracts import ALL

PLAN = topology.load(Path(__file__).parents[3] / "infra" / "rabbitmq" / "topology.yaml")
TYPES = {contract.TYPE: contract for contract in ALL}


def readers(kind):
    services = {name for name, service in PLAN.services.items() if kind in service.reads}
    return services | {role for role, partner in PLAN.partners.items() if kind in partner.hears}


def test_topology_names_exactly_the_published_types():
    said = {kind for service in PLAN.services.values() for kind in service.publishes}
    said |= {kind for partner in PLAN.partners.values() for kind in partner.says}

    assert said == set(TYPES)


@pytest.mark.parametrize("kind", TYPES)
def test_type_travels_on_the_exchange_that_its_contract_names(kind):
    assert PLAN.exchange_of(kind) == TYPES[kind].exchange()


@pytest.mark.parametrize("kind", TYPES)
def test_type_is_read_by_those_that_its_contract_names(kind):
    assert readers(kind) == set(TYPES[kind].READERS)


@pytest.mark.parametrize("kind", TYPES)
def test_type_is_addressed_exactly_when_its_contract_is(kind):
    assert (kind in PLAN.addressed) == (TYPES[kind].ADDRESS is not None)


@pytest.mark.parametrize("kind", [kind for kind, contract in TYPES.items() if contract.KIND == "event"])
def test_event_is_said_by_its_owner(kind):
    owner = TYPES[kind].OWNER

    assert kind in (PLAN.services[owner].publishes if owner in PLAN.services else PLAN.partners[owner].says)
