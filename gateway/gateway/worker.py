"""gunicorn's threaded worker: paced connections, problem documents for what its parser refuses, nothing personal logged."""

from __future__ import annotations

import json
from ssl import SSLError
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from chassis import telemetry
from gateway import problems, texts
from gateway.pacing import PacedParser, PacedSocket, Stalled
from gateway.wiring import held_by

_log = telemetry.logger(__name__)

#: The first that fits; as gunicorn answers them itself.
_STATUSES: tuple[tuple[type[BaseException], int], ...] = (
    (errors.InvalidResponseHeader, 500),
    (errors.InvalidResponseHeaderName, 500),
    (errors.ConfigurationProblem, 500),
    (Stalled, 408),
    (errors.LimitRequestLine, 414),
    (errors.LimitRequestHeaders, 431),
    (errors.ExpectationFailed, 417),
    (errors.UnsupportedTransferCoding, 501),
    (errors.ForbiddenProxyRequest, 403),
    (SSLError, 403),
    (errors.ParseException, 400),
)
_REASONS = {
    400: "Bad Request",
    403: "Forbidden",
    408: "Request Timeout",
    414: "URI Too Long",
    417: "Expectation Failed",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
}


#: Seconds in which a client may read an answer and close its end before the connection is cut.
_LINGER = 2.0
_LINGER_STALLED = 0.5


class Worker(ThreadWorker):
    """What ``worker_class`` names."""

    def handle(self, conn: Any) -> Any:
        """Handle one request of a connection, and close what is not kept, in a thread of the pool.

        gunicorn would close it in the thread that accepts connections, and let all wait while the client lingers.
        """
        if conn.parser is None:
            settings = held_by(self.wsgi).settings
            conn.sock = PacedSocket(conn.sock, settings.read_seconds, settings.body_seconds)
            conn.parser = PacedParser(self.cfg, conn.sock, conn.client)
        kept = super().handle(conn)
        if not kept and conn.sock.fileno() != -1:
            conn.sock.allow(_LINGER_STALLED if conn.sock.stalled else _LINGER)
            conn.close(graceful=True)
        if not kept:
            conn.close = _closed
        return kept

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that never reached the application, or that failed outside it.

        gunicorn's own answer is HTML, and its log line holds the address of the caller and of the page, so also the
        secret of a receipt.
        """
        status = next((status for kind, status in _STATUSES if isinstance(exc, kind)), 500)
        if status == 500:
            _log.error("request failed outside the application", error=type(exc).__name__, where=telemetry.where(exc))
        else:
            _log.warning("request refused", status=status, error=type(exc).__name__)
        try:
            util.write_nonblock(client, _answer(status))
        except OSError as error:
            _log.info("refused client is gone", error=type(error).__name__)


def _closed(graceful: bool = False) -> None:
    """Stand in for closing what is closed."""


def _answer(status: int) -> bytes:
    """Return a whole response; in Vietnamese, since the reader's language is not known."""
    body = json.dumps(problems.document("vi", problems.code_of(status), status), ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nConnection: close\r\nContent-Type: {problems.CONTENT_TYPE}\r\n"
        f"Content-Language: {texts.LANGUAGES[0]}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body
