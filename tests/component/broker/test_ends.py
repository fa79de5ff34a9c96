"""Where messages end: back from waiting, parked, returned to the sender; on a real broker."""

import time
import uuid

import pika
import pytest
from pika.exceptions import UnroutableError


@pytest.fixture
def operator(broker):
    """A channel of the operator; every queue is empty before and after."""
    broker.purge()
    with pika.BlockingConnection(pika.URLParameters(broker.uri("operator"))) as connection:
        yield connection.channel()
    broker.purge()


@pytest.fixture
def channel_of(broker):
    """Return a confirming channel of a user."""
    connections = []

    def open_channel(user):
        connections.append(pika.BlockingConnection(pika.URLParameters(broker.uri(user))))
        channel = connections[-1].channel()
        channel.confirm_delivery()
        return channel

    yield open_channel
    for connection in connections:
        connection.close()


def take(channel, queue, within=10.0):
    """Return the next message of a queue as (method, properties, body)."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        found = channel.basic_get(queue)
        if found[0] is not None:
            return found
        time.sleep(0.02)
    raise AssertionError(f"nothing in {queue} within {within} s")


def put(channel, exchange, key, body=b"{}", **properties):
    made = pika.BasicProperties(delivery_mode=2, message_id=str(uuid.uuid4()), **properties)
    channel.basic_publish(exchange, key, body, made, mandatory=True)


def test_message_comes_back_to_its_work_queue_after_its_wait(operator, channel_of):
    routing = channel_of("routing")
    began = time.monotonic()
    put(routing, "routing.retry.2", "routing.dossier.received.v1", b"again", headers={"x-attempt": 2})

    method, properties, body = take(routing, "routing.dossier.received.v1")

    assert time.monotonic() - began >= 0.1
    assert (body, properties.headers["x-attempt"]) == (b"again", 2)
    assert method.routing_key == "routing.dossier.received.v1"


def test_waiting_message_cannot_reach_a_queue_of_another_service(operator, channel_of):
    put(channel_of("routing"), "routing.retry.1", "intake.dossier.submit.v1", b"forged")

    _, _, body = take(operator, "routing.parked")

    assert body == b"forged"
    assert operator.queue_declare("intake.dossier.submit.v1", passive=True).method.message_count == 0


def test_message_that_comes_back_unanswered_too_often_is_parked(operator, channel_of):
    put(channel_of("ward-26734"), "intake.commands", "dossier.submit.v1.26734", b"poison")
    intake = channel_of("intake")
    deliveries = 0
    while deliveries < 100:
        method, _, _ = intake.basic_get("intake.dossier.submit.v1")
        if method is None:
            break
        deliveries += 1
        intake.basic_nack(method.delivery_tag, requeue=True)

    method, _, body = take(operator, "intake.parked")

    assert deliveries == 21
    assert (body, method.routing_key) == (b"poison", "dossier.submit.v1.26734")


@pytest.mark.parametrize(
    ("sender", "exchange", "key", "reader", "queue", "parked"),
    [
        ("routing", "routing.events", "handling.started.v1", "intake", "intake.handling.started.v1", "intake.parked"),
        ("routing", "routing.events", "assignment.overdue.v1.TP", "department-TP", "department.TP", "partners.parked"),
        ("intake", "intake.events", "submission.answered.v1.26734", "ward-26734", "ward.26734", "partners.parked"),
    ],
)
def test_rejected_message_is_parked_byte_for_byte(operator, channel_of, sender, exchange, key, reader, queue, parked):
    put(channel_of(sender), exchange, key, b"\xff\x00 not json")
    channel = channel_of(reader)
    method, _, _ = take(channel, queue)

    channel.basic_reject(method.delivery_tag, requeue=False)

    assert take(operator, parked)[2] == b"\xff\x00 not json"


def test_message_to_a_member_that_is_not_there_is_returned_to_its_sender(channel_of):
    with pytest.raises(UnroutableError):
        put(channel_of("intake"), "intake.events", "submission.answered.v1.99999")


def test_addressed_message_reaches_its_member_alone(operator, channel_of):
    put(channel_of("routing"), "routing.events", "assignment.issued.v1.TP", b"yours")

    assert take(channel_of("department-TP"), "department.TP")[2] == b"yours"
    assert take(channel_of("gateway"), "gateway.assignment.issued.v1")[2] == b"yours"
    assert operator.queue_declare("department.KT", passive=True).method.message_count == 0


def test_confirmed_message_survives_the_death_of_the_broker(broker):
    broker.purge()
    with pika.BlockingConnection(pika.URLParameters(broker.uri("ward-26737"))) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        put(channel, "intake.commands", "dossier.submit.v1.26737", b"kept")
    broker.kill()
    broker.start()

    with pika.BlockingConnection(pika.URLParameters(broker.uri("intake"))) as connection:
        assert take(connection.channel(), "intake.dossier.submit.v1")[2] == b"kept"
    broker.purge()
