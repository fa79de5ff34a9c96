"""One AMQP connection with its own reply queue; it belongs to one thread and is thrown away after any trouble."""

from __future__ import annotations

import json
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import amqp
import kombu
from amqp.exceptions import AMQPError

EXCHANGE = "nameko-rpc"

#: What a broken connection raises; after any of these the link must be dropped.
BROKEN = (AMQPError, OSError, json.JSONDecodeError)

_KEEPALIVE = {
    # no AMQP heartbeats (an idle thread could not answer them): the kernel notices a peer that vanished
    socket.TCP_KEEPIDLE: 30,
    socket.TCP_KEEPINTVL: 10,
    socket.TCP_KEEPCNT: 3,
}


class Unroutable(Exception):
    """The broker has no queue for the request: the service was never set up there."""


class NotTaken(Exception):
    """The broker did not take the request in time, or refused it."""


class NoReply(Exception):
    """The broker took the request, but no reply came in time."""


@dataclass
class _Waiting:
    correlation_id: str
    tag: int
    taken: bool = False
    refused: bool = False
    returned: bool = False
    reply: bytes | None = field(default=None, repr=False)


class Link:
    """A connection, its channel in confirm mode and its exclusive reply queue.

    Args:
        uri: broker URI with the gateway's own user.
        end: monotonic moment by which the link must stand.

    Raises:
        OSError, AMQPError: the broker is away, frozen or refuses; nothing is left open.
    """

    def __init__(self, uri: str, end: float) -> None:
        self._waiting: _Waiting | None = None
        self._tag = 0
        self.reply_to = str(uuid.uuid4())
        parsed = kombu.Connection(
            uri,
            heartbeat=0,
            connect_timeout=_left(end),
            transport_options={"socket_settings": _KEEPALIVE},
        )
        # not kombu's connect(): it sleeps two seconds between tries of its own
        self._connection: amqp.Connection = parsed.transport.establish_connection()
        try:
            self._prepare(end)
        except BaseException:
            self.drop()
            raise

    def _prepare(self, end: float) -> None:
        self._limit(end)
        self._channel = channel = self._connection.channel()
        queue = f"rpc.reply-gateway-{self.reply_to}"
        steps: tuple[Callable[[], Any], ...] = (
            channel.confirm_select,
            lambda: channel.queue_declare(queue, durable=False, exclusive=True, auto_delete=True),
            lambda: channel.queue_bind(queue, EXCHANGE, self.reply_to),
            lambda: channel.basic_consume(queue, no_ack=True, exclusive=True, callback=self._on_reply),
        )
        for step in steps:
            self._limit(end)
            step()
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.events["basic_return"].add(self._on_return)

    def ask(
        self, routing_key: str, body: bytes, headers: dict[str, str], *, end: float, taken_by: float
    ) -> dict[str, Any]:
        """Send one request and return its reply, already decoded.

        Args:
            routing_key: ``<service>.<method>``.
            body: the JSON request.
            headers: AMQP headers.
            end: monotonic moment by which the reply must be here; the broker drops the request then.
            taken_by: monotonic moment by which the broker must have taken the request.

        Raises:
            Unroutable: no queue; the link stays good.
            NotTaken, NoReply, OSError, AMQPError: drop the link.
        """
        self._tag += 1
        waiting = self._waiting = _Waiting(str(uuid.uuid4()), self._tag)
        message = amqp.Message(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            reply_to=self.reply_to,
            correlation_id=waiting.correlation_id,
            expiration=str(max(1, int(_left(end) * 1000))),
            application_headers=headers,
        )
        self._limit(taken_by)
        # amqp's own confirm mode would take any acknowledgement for this one's, so the tag is kept here
        self._channel.basic_publish(message, EXCHANGE, routing_key, mandatory=True)
        while waiting.reply is None:
            if waiting.returned:
                raise Unroutable(routing_key)
            if waiting.refused:
                raise NotTaken(routing_key)
            until = end if waiting.taken else taken_by
            if time.monotonic() >= until:
                raise NoReply(routing_key) if waiting.taken else NotTaken(routing_key)
            try:
                self._connection.drain_events(timeout=_left(until))
            except TimeoutError:
                continue
        self._waiting = None
        reply = json.loads(waiting.reply)
        if not isinstance(reply, dict):
            raise json.JSONDecodeError("a reply must be an object", "", 0)
        return reply

    def drop(self) -> None:
        """Close the socket at once: an orderly close could block on a broker that is frozen."""
        self._connection.collect()

    def _limit(self, end: float) -> None:
        self._connection.transport.sock.settimeout(_left(end))

    def _on_reply(self, message: amqp.Message) -> None:
        waiting = self._waiting
        if waiting is not None and message.properties.get("correlation_id") == waiting.correlation_id:
            body = message.body
            waiting.reply = body.encode() if isinstance(body, str) else bytes(body)

    def _on_ack(self, tag: int, multiple: bool) -> None:
        waiting = self._waiting
        if waiting is not None and (tag == waiting.tag or (multiple and tag > waiting.tag)):
            waiting.taken = True

    def _on_nack(self, tag: int, multiple: bool) -> None:
        waiting = self._waiting
        if waiting is not None and (tag == waiting.tag or (multiple and tag > waiting.tag)):
            waiting.refused = True

    def _on_return(self, error: Exception, exchange: str, routing_key: str, message: amqp.Message) -> None:
        waiting = self._waiting
        if waiting is not None and message.properties.get("correlation_id") == waiting.correlation_id:
            waiting.returned = True


def _left(end: float) -> float:
    """Seconds until ``end``; never 0, which would make a socket non-blocking."""
    return max(0.001, end - time.monotonic())


def probe(uri: str, within: float) -> None:
    """Open and close a connection to the broker.

    Raises:
        OSError, AMQPError: it is not reachable within ``within`` seconds, or refuses.
    """
    end = time.monotonic() + within
    parsed = kombu.Connection(uri, heartbeat=0, connect_timeout=within)
    connection = parsed.transport.establish_connection()
    try:
        connection.transport.sock.settimeout(_left(end))
        connection.close()
    finally:
        connection.collect()
