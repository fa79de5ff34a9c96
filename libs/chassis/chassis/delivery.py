"""What was delivered: read as plain JSON, copied byte for byte to where it goes next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kombu.message import Message as Delivery

from chassis.plain import HalfCharacter, NotJson, NotUtf8, decode
from chassis.publisher import PERSISTENT, Outgoing
from chassis.wire import BODY_LIMIT

CONTENT_TYPES = frozenset({"application/cloudevents+json", "application/json"})
#: Headers by which the desk for parked messages goes begin with one of these.
OURS = ("x-parked-", "x-replay")


class Unreadable(ValueError):
    """The body is not JSON in UTF-8 of an accepted content type and size."""


def read_json(delivery: Delivery) -> Any:
    """Decode a body as plain JSON: no revived objects, no other encodings.

    Raises:
        Unreadable: says what is wrong, never what the body holds.
    """
    if delivery.content_type not in CONTENT_TYPES:
        raise Unreadable("content type is not accepted")
    body = body_of(delivery)
    if len(body) > BODY_LIMIT:
        raise Unreadable(f"body is larger than {BODY_LIMIT} bytes")
    try:
        return decode(body)
    except HalfCharacter:
        raise Unreadable("body holds half a character") from None
    except NotUtf8:
        raise Unreadable("body is not UTF-8") from None
    except NotJson:
        raise Unreadable("body is not JSON") from None


def body_of(delivery: Delivery) -> bytes:
    """Return the body as it came over the wire."""
    body = delivery.body
    return body.encode() if isinstance(body, str) else bytes(body)


def routing_key(delivery: Delivery, service: str) -> str:
    """Return the key that the sender was allowed to use.

    A message from ``<service>.again``, an internal exchange, was brought back by the broker from a retry queue; one from
    the default exchange by an operator. Both tell the first key in a header; anywhere else that header is only the
    sender's word.
    """
    told = (delivery.headers or {}).get("x-routing-key")
    if brought_back(delivery, service) and isinstance(told, str):
        return told
    return str(delivery.delivery_info["routing_key"])


def brought_back(delivery: Delivery, service: str) -> bool:
    """Whether we wrote the headers: it came back from waiting, or an operator put it back."""
    return delivery.delivery_info["exchange"] in ("", f"{service}.again")


def replays(delivery: Delivery, service: str) -> int:
    """Return how often an operator put the message back; a sender's own word for it counts nothing."""
    return number(delivery, "x-replays") if brought_back(delivery, service) else 0


def again(delivery: Delivery, service: str, queue: str, step: int, **headers: Any) -> Outgoing:
    """Return ``delivery`` as it goes to retry queue ``step``, which brings it back to ``queue``."""
    kept = {**_headers(delivery, service), **headers, "x-routing-key": routing_key(delivery, service)}
    kept.setdefault("x-first-at", _now())
    # the retry queue dead-letters with the routing key it was given: the name of the work queue
    return _copy(delivery, f"{service}.retry.{step}", queue, kept)


def parked(delivery: Delivery, service: str, queue: str, error: BaseException | None, because: str) -> Outgoing:
    """Return ``delivery`` as it goes to the parked queue of ``service``: same body, same headers, and why."""
    headers = {
        **_headers(delivery, service),
        "x-parked-because": because,
        "x-parked-error": type(error).__name__,
        "x-parked-at": _now(),
        "x-parked-queue": queue,
        "x-routing-key": routing_key(delivery, service),
    }
    return _copy(delivery, f"{service}.parked", queue, headers)


def _headers(delivery: Delivery, service: str) -> dict[str, Any]:
    """Return the headers without those that only we may write, where a sender wrote them."""
    told = dict(delivery.headers or {})
    if brought_back(delivery, service):
        return told
    return {name: value for name, value in told.items() if not name.startswith(OURS)}


def _copy(delivery: Delivery, exchange: str, key: str, headers: dict[str, Any]) -> Outgoing:
    kept = {
        name: value
        for name, value in delivery.properties.items()
        if name not in ("application_headers", "expiration", "user_id") and value is not None
    }
    kept.update(application_headers=headers, delivery_mode=PERSISTENT)
    return Outgoing(exchange, key, body_of(delivery), kept)


def number(delivery: Delivery, header: str) -> int:
    """Return a count from a header; whatever else somebody put there is none."""
    value = (delivery.headers or {}).get(header)
    return value if isinstance(value, int) and 0 <= value < 1_000_000 else 0


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
