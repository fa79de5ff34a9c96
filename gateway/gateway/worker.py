"""gunicorn's threaded worker: paced connections, problem documents for what its parser refuses, nothing personal logged."""

from __future__ import annotations

import json
from ssl import SSLError
from typing import Any

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

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


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """What ``worker_class`` names."""

    def handle(self, conn: Any) -> Any:
        """Handle one request of a connection, in a thread of the pool."""
        if conn.parser is None:
            settings = held_by(self.wsgi).settings
            conn.sock = PacedSocket(conn.sock, settings.read_seconds, settings.body_seconds)
            conn.parser = PacedParser(self.cfg, conn.sock, conn.client)
        return super().handle(conn)

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


def _answer(status: int) -> bytes:
    """Return a whole response; in Vietnamese, since the reader's language is not known."""
    body = json.dumps(problems.document("vi", problems.code_of(status), status), ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nConnection: close\r\nContent-Type: {problems.CONTENT_TYPE}\r\n"
        f"Content-Language: {texts.LANGUAGES[0]}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body
