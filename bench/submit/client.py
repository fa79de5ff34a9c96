"""An open-loop HTTP client: it sends at a fixed rate, whatever the answers take.

The latency of a request counts from the moment at which it was due, so a server that stalls is charged for all that had
to wait meanwhile (no coordinated omission).
"""

from __future__ import annotations

import http.client
import json
import queue
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

TIMEOUT_SECONDS = 30
#: Requests under way at once: a second's worth at the highest rates, so that the client is never what waits.
SENDERS = 64
CREATED = 201


@dataclass
class Run:
    """What came of one run.

    Attributes:
        latencies: seconds of each request that was answered with 201.
        others: how many ended otherwise, by status or by the name of the error.
    """

    latencies: list[float] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)


def steady(port: int, body: dict[str, Any], headers: dict[str, str], *, rate: float, seconds: float) -> Run:
    """POST ``body`` to ``/api/dossiers`` of this machine ``rate`` times a second, each with a key of its own."""
    run, due = Run(), queue.SimpleQueue[float | None]()
    content = json.dumps(body).encode()
    told = {"Content-Type": "application/json", **headers}

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        while (moment := due.get()) is not None:
            ended = _post(connection, content, {**told, "Idempotency-Key": str(uuid.uuid4())})
            if ended == str(CREATED):
                run.latencies.append(time.monotonic() - moment)
            else:
                run.others[ended] += 1
        connection.close()

    senders = [threading.Thread(target=send, daemon=True) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    began = time.monotonic()
    for number in range(round(rate * seconds)):
        moment = began + number / rate
        time.sleep(max(0.0, moment - time.monotonic()))
        due.put(moment)
    for _ in senders:
        due.put(None)
    for sender in senders:
        sender.join()
    return run


def _post(connection: http.client.HTTPConnection, content: bytes, headers: dict[str, str]) -> str:
    """Return the status, or the name of the error."""
    for attempt in (1, 2):
        try:
            connection.request("POST", "/api/dossiers", content, headers)
            answer = connection.getresponse()
            answer.read()
            return str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            # a connection kept alive may have been closed by the server between two requests: once more, same key
            if attempt == 2 or not isinstance(error, ConnectionError | http.client.RemoteDisconnected):
                return type(error).__name__
    raise AssertionError("two attempts always return")
