"""Servers that are already there, as the environment names them."""

import pytest

from motcua.stack import Given


@pytest.fixture
def named(monkeypatch):
    def name(**values):
        for variable in ("AMQP_URI", "RABBITMQ_API", "MONGODB_URI"):
            monkeypatch.delenv(f"MOTCUA_{variable}", raising=False)
        for variable, value in values.items():
            monkeypatch.setenv(f"MOTCUA_{variable}", value)
        return Given.from_environment()

    return name


def test_without_names_nothing_is_given(named):
    assert named() == Given()


def test_management_is_looked_for_beside_a_broker_that_is_named_alone(named):
    assert named(AMQP_URI="amqp://admin:word@broker:5671").rabbitmq_api == "http://admin:word@broker:15672"


def test_management_that_is_named_counts(named):
    given = named(AMQP_URI="amqp://admin:word@broker", RABBITMQ_API="http://root:other@manage:443")
    assert given.rabbitmq_api == "http://root:other@manage:443"


def test_management_without_its_broker_is_refused(named):
    with pytest.raises(ValueError, match="MOTCUA_AMQP_URI"):
        named(RABBITMQ_API="http://root:other@manage:443")
