"""What each user may say, hear, bind and declare, tried on a real broker."""

import uuid

import pika
import pytest
import requests
from pika.exceptions import ChannelClosedByBroker, ProbableAccessDeniedError, ProbableAuthenticationError

from motcua import topology

ACCESS_REFUSED = 403
A_REPLY = "6f1c2f6e-6a53-4b6c-9d0c-0f6a5c1d2e3f"

USERS = (
    "intake", "routing", "reception", "council", "notify", "gateway",
    "department-TP", "department-KT", "ward-26734", "ward-26737", "provider-KBNN", "provider-PAYGOV",
)  # fmt: skip

MAY_SAY = {
    "intake": {
        ("intake.events", "submission.answered.v1.26734"),
        ("intake.events", "submission.changed.v1.26734"),
        ("intake.events", "payment.answered.v1.KBNN"),
        ("intake.events", "dossier.withdrawn.v1"),
        ("intake.events", "dossier.received.v1"),
        ("intake.events", "dossier.returned.v1"),
        ("nameko-rpc", A_REPLY),
        ("intake.retry.1", "intake.dossier.submit.v1"),
        ("intake.parked", "intake.dossier.submit.v1"),
    },
    "routing": {
        ("routing.events", "assignment.issued.v1.TP"),
        ("routing.events", "assignment.recalled.v1.TP"),
        ("routing.events", "handling.started.v1"),
        ("nameko-rpc", A_REPLY),
        ("routing.retry.7", "routing.dossier.received.v1"),
        ("routing.parked", "routing.dossier.received.v1"),
    },
    "reception": {("reception.parked", "x")},
    "council": {("council.parked", "x")},
    "notify": {("notify.events", "notice.sent.v1"), ("notify.parked", "notify.dossier.received.v1")},
    "gateway": {
        ("nameko-rpc", "intake.submit"),
        ("nameko-rpc", "routing.get"),
        ("gateway.parked", "gateway.dossier.received.v1"),
    },
    "department-TP": {
        ("department.events", "assignment.accepted.v1.TP"),
        ("department.events", "assignment.extension-asked.v1.TP"),
    },
    "department-KT": {("department.events", "assignment.accepted.v1.KT")},
    "ward-26734": {("intake.commands", "dossier.submit.v1.26734")},
    "ward-26737": {("intake.commands", "dossier.submit.v1.26737")},
    "provider-KBNN": {("intake.commands", "payment.record.v1.KBNN")},
    "provider-PAYGOV": {("intake.commands", "payment.record.v1.PAYGOV")},
}

FORBIDDEN_TO_ALL = {
    ("", "intake.dossier.submit.v1"),
    ("amq.topic", "dossier.received.v1"),
    ("amq.direct", "x"),
    ("intake.events", "dossier.invented.v1"),
    ("intake.events", "submission.answered.v1"),
    ("intake.events", "submission.answered.v1.26734.26737"),
    ("intake.events", "payment.answered.v1"),
    ("intake.commands", "payment.record.v1"),
    ("intake.commands", "payment.record.v1.26734"),
    ("intake.commands", "payment.record.v1.KBNN.PAYGOV"),
    ("intake.commands", "dossier.submit.v1.KBNN"),
    ("intake.commands", "dossier.submit.v1"),
    ("intake.commands", "dossier.submit.v1.26734.26737"),
    ("department.events", "assignment.accepted.v1"),
    ("department.events", "assignment.accepted.v1.TPX"),
    ("nameko-rpc", "notify.send"),
    ("nameko-rpc", "#"),
    ("partners.parked", "x"),
    ("intake.again", "intake.dossier.submit.v1"),
}

MAY_HEAR = {
    "intake": {
        "intake.dossier.submit.v1", "intake.payment.record.v1", "intake.handling.started.v1", "intake.handling.finished.v1",
        "intake.handling.sent-back.v1", "intake.handling.extended.v1", "rpc-intake",
        "intake.dossier.correct.v1", "intake.dossier.withdraw.v1", "intake.ward.statement.v1",
    },
    "routing": {
        "routing.dossier.received.v1", "routing.dossier.corrected.v1", "routing.dossier.supplement-declined.v1",
        "routing.dossier.supplemented.v1", "routing.dossier.refused.v1", "routing.dossier.withdrawn.v1",
        "routing.dossier.paused.v1",
        "routing.dossier.resumed.v1", "routing.dossier.rescheduled.v1", "routing.dossier.reopened.v1",
        "routing.assignment.accepted.v1",
        "routing.assignment.resolved.v1", "routing.assignment.returned.v1", "routing.assignment.extension-asked.v1",
        "rpc-routing",
    },
    "reception": set(),
    "council": set(),
    "notify": {
        "notify.dossier.submitted.v1", "notify.dossier.received.v1", "notify.dossier.corrected.v1",
        "notify.dossier.refused.v1", "notify.dossier.withdrawn.v1", "notify.dossier.paused.v1",
        "notify.dossier.resumed.v1", "notify.dossier.supplement-asked.v1", "notify.dossier.rescheduled.v1",
        "notify.dossier.overdue.v1", "notify.dossier.resolved.v1", "notify.dossier.result-waiting.v1",
        "notify.dossier.result-kept.v1", "notify.dossier.reopened.v1",
    },
    "gateway": {
        "gateway.dossier.submitted.v1", "gateway.dossier.corrected.v1", "gateway.dossier.supplement-declined.v1",
        "gateway.dossier.refused.v1", "gateway.dossier.withdrawn.v1", "gateway.dossier.paused.v1",
        "gateway.dossier.resumed.v1", "gateway.dossier.lateness-forecast.v1", "gateway.dossier.result-waiting.v1",
        "gateway.dossier.result-kept.v1", "gateway.dossier.reopened.v1", "gateway.dossier.paid.v1",
        "gateway.dossier.exempted.v1", "gateway.dossier.evaluated.v1",
        "gateway.dossier.received.v1", "gateway.dossier.processing-started.v1", "gateway.dossier.supplement-asked.v1",
        "gateway.dossier.supplemented.v1", "gateway.dossier.rescheduled.v1", "gateway.dossier.overdue.v1",
        "gateway.dossier.resolved.v1", "gateway.dossier.returned.v1", "gateway.assignment.issued.v1",
        "gateway.notice.sent.v1",
    },
    "department-TP": {"department.TP"},
    "department-KT": {"department.KT"},
    "ward-26734": {"ward.26734"},
    "ward-26737": {"ward.26737"},
    "provider-KBNN": {"provider.KBNN"},
    "provider-PAYGOV": {"provider.PAYGOV"},
}  # fmt: skip


@pytest.fixture(scope="module")
def connect(broker):
    """Return a connection of a user, the same one for the whole module."""
    connections = {}

    def of(user):
        if user not in connections:
            connections[user] = pika.BlockingConnection(pika.URLParameters(broker.uri(user)))
        return connections[user]

    yield of
    for connection in connections.values():
        connection.close()
    broker.purge()


def allowed(connection, act):
    """Whether the broker lets a user do something; any other refusal than 403 is an error."""
    channel = connection.channel()
    try:
        channel.confirm_delivery()
        act(channel)
    except ChannelClosedByBroker as closed:
        if closed.reply_code != ACCESS_REFUSED:
            raise
        return False
    channel.close()
    return True


def says(exchange, key):
    return lambda channel: channel.basic_publish(exchange, key, b"{}")


def hears(queue):
    return lambda channel: channel.basic_consume(queue, lambda *_: None)


def binds(queue, exchange, key):
    return lambda channel: channel.queue_bind(queue, exchange, key)


@pytest.mark.parametrize("user", USERS)
def test_user_says_only_what_is_its_own_to_say(connect, user):
    everything = set().union(*MAY_SAY.values()) | FORBIDDEN_TO_ALL

    said = {(exchange, key) for exchange, key in everything if allowed(connect(user), says(exchange, key))}

    assert said == MAY_SAY[user]


@pytest.mark.parametrize("user", USERS)
def test_user_hears_only_its_own_queues_and_nobody_the_parked_or_waiting_ones(connect, broker, user):
    queues = [queue["name"] for queue in broker.definitions["queues"]]

    heard = {queue for queue in queues if allowed(connect(user), hears(queue))}

    assert heard == MAY_HEAR[user]


@pytest.mark.parametrize("user", USERS)
def test_user_declares_and_deletes_nothing(connect, user):
    own = next(iter(MAY_HEAR[user]), "intake.dossier.submit.v1")
    tries = {
        "a queue with a name": lambda channel: channel.queue_declare("mine", durable=True),
        "a queue that the broker names": lambda channel: channel.queue_declare("", exclusive=True),
        "a reply queue of another": lambda channel: channel.queue_declare("rpc.reply-intake-1", exclusive=True),
        "an exchange": lambda channel: channel.exchange_declare("mine", "topic"),
        "deleting its own queue": lambda channel: channel.queue_delete(own),
        "deleting an exchange": lambda channel: channel.exchange_delete("intake.events"),
    }

    assert [name for name, act in tries.items() if allowed(connect(user), act)] == []


@pytest.mark.parametrize("user", [user for user in USERS if MAY_HEAR[user]])
@pytest.mark.parametrize("exchange", ["nameko-rpc", "intake.events", "intake.commands", "department.events"])
def test_user_binds_its_queues_to_nothing(connect, user, exchange):
    for queue in MAY_HEAR[user]:
        for key in ("#", "*", "intake.*", "dossier.received.v1", A_REPLY):
            assert not allowed(connect(user), binds(queue, exchange, key)), (queue, key)


def test_gateway_has_reply_queues_with_keys_that_nobody_can_guess(connect):
    reply = str(uuid.uuid4())
    queue = f"rpc.reply-gateway-{reply}"

    def declare_bind_and_hear(channel):
        channel.queue_declare(queue, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, "nameko-rpc", reply)
        hears(queue)(channel)

    assert allowed(connect("gateway"), declare_bind_and_hear)


@pytest.mark.parametrize(
    ("exchange", "key"),
    [("nameko-rpc", key) for key in ("#", "*", "*.*", "intake.#", "intake.submit", "routing.get")]
    + [("intake.events", "#"), ("intake.events", A_REPLY), ("intake.commands", "#"), ("amq.topic", "#")],
)
def test_gateway_reply_queue_cannot_listen_to_others(connect, exchange, key):
    queue = f"rpc.reply-gateway-{uuid.uuid4()}"

    def declare_and_bind(channel):
        channel.queue_declare(queue, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, exchange, key)

    assert not allowed(connect("gateway"), declare_and_bind)


@pytest.mark.parametrize("name", ["rpc.reply-gateway-", "rpc.reply-gateway-1", "intake.dossier.submit.v1"])
def test_gateway_declares_only_reply_queues(connect, name):
    assert not allowed(connect("gateway"), lambda channel: channel.queue_declare(name, durable=True))


@pytest.mark.parametrize(
    ("user", "password"), [("guest", "guest"), ("intake", "guest"), ("nobody", "x"), ("intake", "")]
)
def test_stranger_cannot_sign_in(broker, user, password):
    parameters = pika.ConnectionParameters(
        broker.host, broker.port, "motcua", pika.PlainCredentials(user, password), connection_attempts=1
    )

    with pytest.raises(ProbableAuthenticationError):
        pika.BlockingConnection(parameters)


def test_user_cannot_enter_another_vhost(broker):
    with pytest.raises((ProbableAccessDeniedError, pika.exceptions.ConnectionClosedByBroker)):
        pika.BlockingConnection(pika.URLParameters(broker.uri("intake").replace("/motcua", "/%2F")))


def test_operator_reads_what_is_parked(connect):
    assert allowed(connect("operator"), hears("intake.parked"))


@pytest.mark.parametrize("user", ["intake", "ward-26734", "provider-KBNN", "gateway"])
def test_user_has_no_access_to_the_management_api(broker, user):
    url = topology.signed_in_as(broker.api, user, broker.passwords[user])

    assert requests.get(f"{url}/api/whoami", timeout=10).status_code == 401
