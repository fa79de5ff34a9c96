"""Bodies of strangers read as plain JSON, and messages parked byte for byte."""

import json
from datetime import UTC, datetime

import pytest

from chassis.inbox import CONTENT_TYPES, Unreadable, _attempt, _routing_key, parked, read_json

WORD = "hồ-sơ-bí-mật"


@pytest.mark.parametrize("content_type", sorted(CONTENT_TYPES))
@pytest.mark.parametrize("body", [b'{"a": "\xc3\xa9"}', '{"a": "é"}', memoryview(b'{"a": "\xc3\xa9"}')])
def test_json_in_utf_8_is_read(delivery, content_type, body):
    assert read_json(delivery(body, content_type)) == {"a": "é"}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-python-serialize",
        "application/x-yaml",
        "application/JSON",
        "application/data",
    ],
)
def test_other_content_type_is_refused_before_the_body_is_looked_at(delivery, content_type):
    with pytest.raises(Unreadable, match="content type"):
        read_json(delivery(b"\xff", content_type))


@pytest.mark.parametrize("body", [b"\xff\xfe{\x00}\x00", "é".encode("latin-1"), b'"\xed\xa0\x80"'])
def test_body_in_another_encoding_is_refused(delivery, body):
    with pytest.raises(Unreadable, match="not UTF-8"):
        read_json(delivery(body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": 1} {"b": 2}',
        b"NaN",
        b'{"a": NaN}',
        b"[Infinity]",
        b"[-Infinity]",
        b"9" * 5000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_body_that_is_not_json_is_refused(delivery, body):
    with pytest.raises(Unreadable, match="not JSON"):
        read_json(delivery(body))


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000]
)
def test_deep_nesting_is_refused_and_kills_nothing(delivery, body):
    with pytest.raises(Unreadable, match="not JSON"):
        read_json(delivery(body))


def test_body_that_asks_to_become_an_object_stays_plain(delivery):
    body = {
        "__type__": {"__type__": "uuid", "__value__": "x"},
        "a": {"__type__": "datetime", "__value__": "2018-08-23T00:00:00"},
        "b": {"__type__": "uuid", "__value__": "5d2952e0-516e-54e9-a856-08fc38202f7f"},
        "py/object": "os.system",
    }

    assert read_json(delivery(json.dumps(body).encode())) == body


@pytest.mark.parametrize("body", [f'{{"{WORD}": '.encode(), WORD.encode("utf-16"), f'["{WORD}", NaN]'.encode()])
def test_refusal_never_holds_what_the_body_holds(delivery, body):
    with pytest.raises(Unreadable) as error:
        read_json(delivery(body))

    assert WORD not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_routing_key_of_a_sender_is_the_brokers_word_and_not_the_headers(delivery):
    forged = delivery(headers={"x-routing-key": "a.b.v1.KT"}, exchange="a.events", routing_key="a.b.v1.TP")

    assert _routing_key(forged, "toy") == "a.b.v1.TP"


@pytest.mark.parametrize("exchange", ["", "toy.again"])
def test_routing_key_of_what_came_back_is_the_first_one(delivery, exchange):
    back = delivery(headers={"x-routing-key": "a.b.v1.TP"}, exchange=exchange, routing_key="toy.a.b.v1")

    assert _routing_key(back, "toy") == "a.b.v1.TP"


@pytest.mark.parametrize("exchange", ["other.again", "toy.again.x", "toy", "again"])
def test_header_is_not_believed_from_any_other_exchange(delivery, exchange):
    odd = delivery(headers={"x-routing-key": "a.b.v1.KT"}, exchange=exchange, routing_key="a.b.v1.TP")

    assert _routing_key(odd, "toy") == "a.b.v1.TP"


@pytest.mark.parametrize("told", [None, 7, b"a.b.v1.KT", ["a"]])
def test_header_that_is_no_text_is_not_believed(delivery, told):
    back = delivery(headers={"x-routing-key": told}, exchange="", routing_key="toy.a.b.v1")

    assert _routing_key(back, "toy") == "toy.a.b.v1"


@pytest.mark.parametrize(("told", "number"), [(3, 3), (None, 0), ("3", 0), (-1, 0), (10**9, 0), (2.5, 0)])
def test_attempts_are_counted_from_a_sane_header_only(delivery, told, number):
    assert _attempt(delivery(headers={"x-attempt": told})) == number


@pytest.fixture
def outgoing(delivery):
    """Return a function that parks a body for a reason."""

    def park(body, error, **more):
        return parked(delivery(body, **more), "toy", "toy.a.b.v1", error)

    return park


@pytest.mark.parametrize("body", [b"\xff\x00 no json", b"", b'{ "a" :1}', memoryview(b"\x01\x02")])
def test_parked_body_is_the_same_byte_for_byte(outgoing, body):
    assert outgoing(body, Unreadable("x")).body == bytes(body)


def test_parked_message_goes_to_the_parked_queue_of_its_service(outgoing):
    message = outgoing(b"{}", Unreadable("x"))

    assert (message.exchange, message.routing_key) == ("toy.parked", "toy.a.b.v1")


def test_parked_message_keeps_its_headers_and_adds_why_when_and_where_from(outgoing):
    before = datetime.now(UTC)

    headers = outgoing(b"{}", KeyError("a"), headers={"own": 1, "x-attempt": 7}).properties["application_headers"]

    moment = datetime.fromisoformat(headers.pop("x-parked-at"))
    assert moment.tzinfo is not None
    assert abs((moment - before).total_seconds()) < 5
    assert headers == {
        "own": 1,
        "x-attempt": 7,
        "x-parked-because": "KeyError: 'a'",
        "x-parked-error": "KeyError",
        "x-parked-queue": "toy.a.b.v1",
        "x-routing-key": "a.b.v1",
    }


def test_parked_message_keeps_its_properties_but_not_those_of_its_first_sending(outgoing):
    properties = outgoing(
        b"{}",
        Unreadable("x"),
        message_id="m-1",
        correlation_id="c-1",
        reply_to="r",
        expiration="1000",
        user_id="somebody",
        priority=None,
        delivery_mode=1,
        application_headers={"old": 1},
    ).properties

    assert {name: value for name, value in properties.items() if name != "application_headers"} == {
        "message_id": "m-1",
        "correlation_id": "c-1",
        "reply_to": "r",
        "delivery_mode": 2,
        "content_type": "application/json",
        "content_encoding": "utf-8",
    }


def test_message_that_came_back_is_parked_under_its_first_routing_key(outgoing):
    back = outgoing(b"{}", Unreadable("x"), headers={"x-routing-key": "a.b.v1.TP"}, exchange="toy.again")

    assert back.properties["application_headers"]["x-routing-key"] == "a.b.v1.TP"


def test_long_reason_is_cut_so_that_the_broker_takes_it(outgoing):
    headers = outgoing(b"{}", Unreadable("x" * 100_000)).properties["application_headers"]

    assert len(headers["x-parked-because"]) == 1000
