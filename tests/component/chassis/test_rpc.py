"""Calls over nameko's wire protocol: answered, refused, or parked; never the end of the process."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import toys
from kombu import Connection, Exchange, Queue

from chassis.identity import Identity, issue


@pytest.fixture
def answering(bus, run_service):
    toys.RpcToyService.calls.clear()
    return run_service(toys.RpcToyService)


class Caller:
    """A plain client of the wire protocol, as the gateway's user."""

    def __init__(self, broker, keys):
        self.keys, self.key = keys, str(uuid.uuid4())
        self.connection = Connection(broker.uri("gateway"))
        self.channel = self.connection.channel()
        exchange = Exchange("nameko-rpc", "topic", no_declare=True)
        name = f"rpc.reply-gateway-{self.key}"
        Queue(name, exchange, self.key, exclusive=True, auto_delete=True, durable=False)(self.channel).declare()
        self.queue = name

    def token(self, roles=("clerk",), audience="routing", ttl=60):
        identity = Identity("lan", frozenset(roles))
        now = datetime.now(UTC)
        return issue(identity, self.keys.private.read_text(), audience=audience, now=now, ttl=timedelta(seconds=ttl))

    def ask(self, bus, until, kwargs, method="routing.echo", token=None, **properties):
        headers = {"nameko.authorization": self.token() if token is None else token}
        correlation = str(uuid.uuid4())
        said = {"reply_to": self.key, "correlation_id": correlation, "content_type": "application/json"}
        bus.say(
            "gateway", "nameko-rpc", method, {"args": [], "kwargs": kwargs},
            **{**said, "application_headers": headers, **properties},
        )  # fmt: skip
        reply = until(lambda: self.channel.basic_get(self.queue, no_ack=True), what="a reply")
        assert reply.properties["correlation_id"] == correlation
        return json.loads(reply.body)


@pytest.fixture
def caller(broker, keys):
    made = Caller(broker, keys)
    yield made
    made.connection.collect()


def test_a_call_is_answered_with_its_callers_name(bus, until, answering, caller):
    assert caller.ask(bus, until, {"word": "xin chào"}) == {
        "result": {"word": "xin chào", "by": "lan"}, "error": None
    }  # fmt: skip


def test_a_refusal_travels_with_its_fields(bus, until, answering, caller):
    problem = caller.ask(bus, until, {"word": "refuse"})["error"]["problem"]
    assert problem == {
        "code": "not-so", "status": 409, "detail": "No.", "errors": [{"field": "word", "message": "not this"}]
    }  # fmt: skip


def test_a_fault_of_ours_tells_an_incident_and_nothing_else(bus, until, answering, caller):
    reply = caller.ask(bus, until, {"word": "break"})
    assert reply["error"]["problem"]["status"] == 500
    assert "citizen" not in json.dumps(reply)


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("", 401),
        ("not.a.token", 401),
        ({"audience": "intake"}, 401),
        ({"ttl": -1}, 401),
        ({"roles": ("auditor",)}, 403),
    ],
)
def test_a_caller_who_cannot_prove_a_role_is_refused(bus, until, answering, caller, token, status):
    token = caller.token(**token) if isinstance(token, dict) else token
    assert caller.ask(bus, until, {"word": "x"}, token=token)["error"]["problem"]["status"] == status
    assert toys.RpcToyService.calls == []


@pytest.mark.parametrize("kwargs", [{}, {"word": "x", "more": 1}])
def test_wrong_arguments_are_refused(bus, until, answering, caller, kwargs):
    assert caller.ask(bus, until, kwargs)["error"]["problem"]["status"] == 400


def test_an_unknown_method_is_refused(bus, until, answering, caller):
    assert caller.ask(bus, until, {}, method="routing.nothing")["error"]["problem"]["code"] == "no-such-method"


@pytest.mark.parametrize(
    ("body", "properties"),
    [
        (b"\xff", {"reply_to": "r", "correlation_id": "c"}),
        (b'{"args": [1], "kwargs": {}}', {"reply_to": "r", "correlation_id": "c"}),
        (b'{"args": [], "kwargs": {}}', {"correlation_id": "c"}),
        (b'{"args": [], "kwargs": {}}', {"reply_to": "r"}),
    ],
)
def test_a_request_that_cannot_be_answered_is_parked_and_the_service_lives(
    bus, until, answering, caller, body, properties
):
    bus.say("gateway", "nameko-rpc", "routing.echo", body, content_type="application/json", **properties)
    parked, headers = bus.hear("routing.parked")
    assert parked == body
    assert headers["x-parked-queue"] == "rpc-routing"
    assert caller.ask(bus, until, {"word": "still here"})["result"]["word"] == "still here"


def test_a_caller_who_has_gone_does_not_hold_up_the_service(bus, until, answering, caller):
    gone = str(uuid.uuid4())
    headers = {"nameko.authorization": caller.token()}
    said = {"reply_to": gone, "correlation_id": "c", "content_type": "application/json"}
    body = {"args": [], "kwargs": {"word": "gone"}}
    bus.say("gateway", "nameko-rpc", "routing.echo", body, application_headers=headers, **said)
    until(lambda: toys.RpcToyService.calls == ["gone"])
    assert caller.ask(bus, until, {"word": "next"})["result"]["word"] == "next"
    until(lambda: bus.depth("rpc-routing") == 0)
