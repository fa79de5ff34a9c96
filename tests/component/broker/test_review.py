"""Comparing a broker with the topology."""

import pytest

from motcua import topology


@pytest.fixture
def api(broker):
    yield topology.Management(broker.api)
    topology.apply(broker.definitions, broker.api)


def test_broker_is_as_the_topology_says_after_applying(broker):
    topology.apply(broker.definitions, broker.api)

    assert topology.differences(broker.definitions, broker.api, broker.passwords) == []


def test_each_change_on_the_broker_is_named(broker, api):
    api.call("DELETE", "topic-permissions/motcua/notify/nameko-rpc")
    api.call("PUT", "queues/motcua/left.over", body={"durable": True})
    api.call(
        "PUT",
        "policies/motcua/notify.work",
        body={"pattern": "^notify", "definition": {"max-length": 5}, "priority": 1},
    )
    api.call("PUT", "users/guest", body={"password": "guest", "tags": ""})

    found = topology.differences(broker.definitions, broker.api, broker.passwords | {"intake": "another"})
    api.call("DELETE", "queues/motcua/left.over")

    assert "topic_permissions: notify nameko-rpc is missing" in found
    assert "queues: left.over is not in the topology" in found
    assert "policies: notify.work differs in definition" in found
    assert "users: guest is still there" in found
    assert "users: intake has another password" in found


def test_api_that_does_not_answer_is_said_clearly():
    with pytest.raises(topology.ManagementUnreachable, match="rabbitmq_management"):
        topology.apply({}, "http://operator:x@127.0.0.1:9")


def test_api_that_refuses_is_said_clearly(broker):
    with pytest.raises(topology.ManagementUnreachable, match="401"):
        topology.apply({}, topology.signed_in_as(broker.api, "operator", "wrong"))
