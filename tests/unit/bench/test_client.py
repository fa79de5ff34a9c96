"""The open-loop client charges a server for whom it lets wait."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.submit import client


class Slow(BaseHTTPRequestHandler):
    """A server that is too slow: it answers one request after the other, 0.1 s each; the third is refused."""

    protocol_version = "HTTP/1.1"
    turn = threading.Lock()
    keys: list[str] = []

    def do_POST(self) -> None:  # noqa: N802 - http.server's name
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.turn:
            time.sleep(0.1)
            self.keys.append(self.headers["Idempotency-Key"])
            status = 429 if len(self.keys) == 3 else 201
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as listening:
        Slow.keys.clear()
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


def test_latency_counts_from_the_moment_a_request_was_due(server):
    run = client.steady(server.server_port, {"a": 1}, {}, rate=100, seconds=0.1)

    # ten were due within 0.1 s and are answered in turn, one each 0.1 s: the last one waited for all the others
    assert len(run.latencies) == 9
    assert max(run.latencies) >= 0.8
    assert dict(run.others) == {"429": 1}


def test_each_request_has_a_key_of_its_own(server):
    client.steady(server.server_port, {"a": 1}, {}, rate=100, seconds=0.05)

    assert len(set(Slow.keys)) == 5
