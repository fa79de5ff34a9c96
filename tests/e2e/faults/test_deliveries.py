"""Every message delivered more than once, and every message held so that others overtake it."""

import pytest
from faults.post_office import PostOffice

from motcua import topology

KINDS = {
    "each two or three times": {"copies": (2, 3), "hold_seconds": 0.3},
    "each late, so that others overtake it": {"copies": (1, 1), "hold_seconds": 2.0},
}


@pytest.mark.usefixtures("departments_of_all_kinds")
@pytest.mark.parametrize("kind", KINDS)
def test_messages_may_come_in_disorder(system, flow, ends_once, chance, kind):
    with PostOffice(system, **KINDS[kind], seed=chance.randrange(1000)) as office:
        with flow:
            flow.reach(15)
        ends_once(flow, office=office)
    if KINDS[kind]["copies"] != (1, 1):
        assert office.doubled > 100
    assert office.called_again > 10
    assert office.overtaken > 20
    definitions = system.definitions()
    assert topology.differences(definitions, system.api, system.passwords()) == []
