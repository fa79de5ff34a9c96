"""Bodies of strangers read as plain JSON, and messages copied byte for byte to where they go next."""

import json
from datetime import UTC, datetime

import pytest

from chassis.delivery import (
    BODY_LIMIT,
    CONTENT_TYPES,
    Unreadable,
    again,
    number,
    parked,
    read_json,
    replays,
    routing_key,
)
from chassis.telemetry import where

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


@pytest.mark.parametrize("size", [BODY_LIMIT - 1, BODY_LIMIT])
def test_body_up_to_the_limit_is_read(delivery, size):
    body = b'"' + b"a" * (size - 2) + b'"'

    assert len(read_json(delivery(body))) == size - 2


@pytest.mark.parametrize("body", [b'"' + b"a" * (BODY_LIMIT - 1) + b'"', "é" * (BODY_LIMIT // 2 + 1), b" " * 2**24])
def test_larger_body_is_refused_unread(delivery, body):
    with pytest.raises(Unreadable, match="larger than 1048576 bytes"):
        read_json(delivery(body))


def test_limit_is_a_mebibyte_of_bytes_and_not_of_characters(delivery):
    assert BODY_LIMIT == 2**20
    assert len(read_json(delivery('"' + "a" * (2**20 - 2) + '"'))) == 2**20 - 2
    with pytest.raises(Unreadable, match="larger"):
        read_json(delivery('"' + "ế" * (2**20 // 3) + '"'))


HALVES = ["d800", "DBFF", "dc00", "DFFF"]


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize(
    "body",
    [
        '"\\u{}"',
        '"a\\u{}b"',
        '{{"\\u{}": 1}}',
        '{{"a": [{{"b": "\\u{}"}}]}}',
        '"\\u{0}\\u{0}"',
        '"\\ud83d\\ude00 \\u{}"',
    ],
    ids=["alone", "inside", "as a name", "deep", "twice", "after a pair"],
)
def test_half_a_character_is_refused_wherever_it_stands(delivery, body, half):
    with pytest.raises(Unreadable, match="half a character"):
        read_json(delivery(body.format(half).encode()))


def test_halves_in_the_wrong_order_are_no_character(delivery):
    with pytest.raises(Unreadable, match="half a character"):
        read_json(delivery(b'"\\ude00\\ud83d"'))


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\uD83D\\uDE00"', "😀"),
        (b'"\\\\ud800"', "\\ud800"),
        (b'"\\ud7ff\\ue000"', "\ud7ff\ue000"),
        ('"😀"'.encode(), "😀"),
        (b'"\\u1ed3"', "ồ"),
    ],
    ids=["pair", "pair in capitals", "a backslash and letters", "neighbours", "plain", "escaped letter"],
)
def test_whole_character_however_it_is_written_is_read(delivery, body, value):
    assert read_json(delivery(body)) == value


def test_routing_key_of_a_sender_is_the_brokers_word_and_not_the_headers(delivery):
    forged = delivery(headers={"x-routing-key": "a.b.v1.KT"}, exchange="a.events", routing_key="a.b.v1.TP")

    assert routing_key(forged, "toy") == "a.b.v1.TP"


@pytest.mark.parametrize("exchange", ["", "toy.again"])
def test_routing_key_of_what_came_back_is_the_first_one(delivery, exchange):
    back = delivery(headers={"x-routing-key": "a.b.v1.TP"}, exchange=exchange, routing_key="toy.a.b.v1")

    assert routing_key(back, "toy") == "a.b.v1.TP"


@pytest.mark.parametrize("exchange", ["other.again", "toy.again.x", "toy", "again"])
def test_header_is_not_believed_from_any_other_exchange(delivery, exchange):
    odd = delivery(headers={"x-routing-key": "a.b.v1.KT"}, exchange=exchange, routing_key="a.b.v1.TP")

    assert routing_key(odd, "toy") == "a.b.v1.TP"


@pytest.mark.parametrize("told", [None, 7, b"a.b.v1.KT", ["a"]])
def test_header_that_is_no_text_is_not_believed(delivery, told):
    back = delivery(headers={"x-routing-key": told}, exchange="", routing_key="toy.a.b.v1")

    assert routing_key(back, "toy") == "toy.a.b.v1"


@pytest.mark.parametrize("header", ["x-attempt", "x-waits"])
@pytest.mark.parametrize(("told", "count"), [(3, 3), (0, 0), (None, 0), ("3", 0), (-1, 0), (10**9, 0), (2.5, 0)])
def test_tries_are_counted_from_a_sane_header_only(delivery, header, told, count):
    assert number(delivery(headers={header: told, "x-other": 9}), header) == count


@pytest.mark.parametrize("headers", [None, {}])
def test_message_without_headers_was_never_tried(delivery, headers):
    message = delivery()
    message.headers = headers

    assert number(message, "x-attempt") == 0
    assert routing_key(message, "toy") == "a.b.v1"


@pytest.fixture
def outgoing(delivery):
    """Return a function that parks a body for a reason."""

    def park(body, error=None, because="why", **more):
        return parked(delivery(body, **more), "toy", "toy.a.b.v1", error, because)

    return park


@pytest.mark.parametrize("body", [b"\xff\x00 no json", b"", b'{ "a" :1}', memoryview(b"\x01\x02")])
def test_parked_body_is_the_same_byte_for_byte(outgoing, body):
    assert outgoing(body, Unreadable("x")).body == bytes(body)


def test_parked_message_goes_to_the_parked_queue_of_its_service(outgoing):
    message = outgoing(b"{}", Unreadable("x"))

    assert (message.exchange, message.routing_key) == ("toy.parked", "toy.a.b.v1")


def test_parked_message_keeps_its_headers_and_adds_why_when_and_where_from(outgoing):
    before = datetime.now(UTC)

    parking = outgoing(b"{}", KeyError("secret"), "no such key", headers={"own": 1, "x-attempt": 7})
    headers = parking.properties["application_headers"]

    moment = datetime.fromisoformat(headers.pop("x-parked-at"))
    assert moment.tzinfo is not None
    assert abs((moment - before).total_seconds()) < 5
    assert headers == {
        "own": 1,
        "x-attempt": 7,
        "x-parked-because": "no such key",
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


def test_message_that_came_back_is_parked_under_its_firstrouting_key(outgoing):
    back = outgoing(b"{}", Unreadable("x"), headers={"x-routing-key": "a.b.v1.TP"}, exchange="toy.again")

    assert back.properties["application_headers"]["x-routing-key"] == "a.b.v1.TP"


@pytest.fixture
def retried(delivery):
    """Return a function that sends a delivery to a retry queue."""

    def retry(body=b"{}", step=3, headers=None, **more):
        told = more.pop("told", {"x-attempt": 3})
        return again(delivery(body, headers=headers, **more), "toy", "toy.a.b.v1", step, **told)

    return retry


@pytest.mark.parametrize("body", [b'{ "a" :1}', b"\xff\x00 no json", memoryview(b"\x01\x02")])
def test_message_tried_again_is_the_same_byte_for_byte(retried, body):
    assert retried(body).body == bytes(body)


@pytest.mark.parametrize("step", [1, 7])
def test_retry_queue_of_the_step_brings_it_back_to_its_work_queue(retried, step):
    message = retried(step=step)

    assert (message.exchange, message.routing_key) == (f"toy.retry.{step}", "toy.a.b.v1")
    assert message.properties["delivery_mode"] == 2


def test_retry_remembers_first_key_first_moment_and_what_the_sender_said(retried):
    first = retried(headers={"own": 1}).properties["application_headers"]
    second = retried(headers=first, exchange="toy.again", routing_key="toy.a.b.v1", told={"x-attempt": 4}).properties

    moment = datetime.fromisoformat(first["x-first-at"])
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 5
    assert first == {"own": 1, "x-attempt": 3, "x-routing-key": "a.b.v1", "x-first-at": first["x-first-at"]}
    assert second["application_headers"] == first | {"x-attempt": 4}


def test_sender_cannot_give_itself_another_key_by_being_tried_again(retried):
    forged = retried(headers={"x-routing-key": "a.b.v1.KT"}, exchange="a.events", routing_key="a.b.v1.TP")

    assert forged.properties["application_headers"]["x-routing-key"] == "a.b.v1.TP"


def failing(error):
    """Return ``error`` as it is after it was raised."""
    try:
        raise error
    except type(error) as raised:
        return raised


def test_place_of_an_error_is_files_lines_and_names_only():
    frames = where(failing(ValueError(WORD)))

    assert frames[-1].startswith("test_delivery.py:")
    assert frames[-1].endswith(" failing")
    assert WORD not in " ".join(frames)


def test_place_of_a_deep_error_is_its_last_frames():
    def dive(depth):
        return dive(depth - 1) if depth else 1 / 0

    with pytest.raises(ZeroDivisionError) as error:
        dive(50)

    assert len(where(error.value)) == 8


def test_error_that_was_never_raised_has_no_place():
    assert where(ValueError(WORD)) == []


@pytest.mark.parametrize("exchange", ["", "toy.again"])
def test_replays_are_counted_of_what_came_back(delivery, exchange):
    assert replays(delivery(headers={"x-replays": 2}, exchange=exchange), "toy") == 2


@pytest.mark.parametrize("exchange", ["a.events", "other.again", "toy.parked"])
def test_sender_cannot_say_that_its_message_was_replayed(delivery, exchange):
    assert replays(delivery(headers={"x-replays": 2}, exchange=exchange), "toy") == 0


def test_headers_by_which_the_desk_goes_are_not_taken_from_a_sender(retried, outgoing):
    forged = {"x-parked-error": "Past", "x-replays": 9, "x-replay-run": "r", "own": 1}

    tried, parking = retried(headers=forged), outgoing(b"{}", Unreadable("x"), headers=forged)

    assert set(tried.properties["application_headers"]) == {"own", "x-attempt", "x-routing-key", "x-first-at"}
    assert parking.properties["application_headers"]["x-parked-error"] == "Unreadable"
    assert not {"x-replays", "x-replay-run"} & set(parking.properties["application_headers"])


def test_replays_stay_known_while_the_message_is_tried_and_when_it_is_parked_again(retried, outgoing):
    ours = {"x-replays": 1, "x-replay-run": "r", "x-routing-key": "a.b.v1"}

    tried, parking = retried(headers=ours, exchange=""), outgoing(b"{}", headers=ours, exchange="toy.again")

    for message in (tried, parking):
        assert message.properties["application_headers"]["x-replays"] == 1
        assert message.properties["application_headers"]["x-replay-run"] == "r"
