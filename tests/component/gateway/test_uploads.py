"""Files over HTTP: gunicorn and intake as processes, broken connections, an independent client of the protocol."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

import eventlet
import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from motcua import leash

PIECE = 256 * 1024
PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n"
TUS = {"Tus-Resumable": "1.0.0"}
STREAM = {**TUS, "Content-Type": "application/offset+octet-stream"}


class Office:
    """A gateway and an intake, and somebody who sends files."""

    def __init__(self, gateway: Any, intake: Any) -> None:
        self.gateway, self.intake = gateway, intake
        self.who = gateway.bearer("citizen", subject="mai")

    def begin(self, size: int, name: str = "đơn xin.pdf", **headers: str) -> Any:
        said = f"filename {base64.b64encode(name.encode()).decode()}"
        told = {**TUS, "Upload-Length": str(size), "Upload-Metadata": said, **self.who, **headers}
        return self.gateway.ask("POST", "/api/uploads", b"", told)

    def send(self, place: str, offset: int, body: bytes, **headers: str) -> Any:
        return self.gateway.ask("PATCH", place, body, {**STREAM, **self.who, "Upload-Offset": str(offset), **headers})

    def head(self, place: str) -> Any:
        return self.gateway.ask("HEAD", place, headers={**TUS, **self.who})

    def offset(self, place: str) -> int:
        return int(self.head(place).headers["Upload-Offset"])

    def content(self, place: str, **who: Any) -> Any:
        path = place.replace("/uploads/", "/attachments/") + "/content"
        return self.gateway.ask("GET", path, headers=who or self.who)

    def content_when_free(self, place: str) -> Any:
        end = time.monotonic() + 60
        while (answered := self.content(place)).status == 503:
            assert time.monotonic() < end, "never let in"
            eventlet.sleep(0.2)
        return answered

    def break_off(self, place: str, offset: int, body: bytes, announced: int) -> None:
        """Send part of a body and cut the connection."""
        head = {**STREAM, **self.who, "Upload-Offset": str(offset), "Content-Length": str(announced), "Host": "x"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        with socket.create_connection(("127.0.0.1", self.gateway.port)) as link:
            link.sendall(f"PATCH {place} HTTP/1.1\r\n{lines}\r\n".encode() + body)

    def tus(self) -> TusClient:
        return TusClient(f"http://127.0.0.1:{self.gateway.port}/api/uploads", headers=dict(self.who))


@pytest.fixture
def intake(environment, tmp_path, broker):
    env = {
        **environment("intake", MOTCUA_ATTACHMENT_LIMIT=str(48 * 1024 * 1024)),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = leash.start(
        [sys.executable, "-m", "chassis.run", "intake.service:IntakeService"], log=tmp_path / "intake.log", env=env
    )
    yield process
    leash.end(process, grace=10)


@pytest.fixture
def office(broker, intake, run_gateway, until):
    broker.purge()
    gateway = run_gateway(
        broker.uri("gateway"), MOTCUA_RPC_DEADLINE="10", MOTCUA_ATTACHMENT_LIMIT=str(48 * 1024 * 1024)
    )
    made = Office(gateway, intake)
    until(lambda: made.begin(10).status == 201, within=30, what="intake answers")
    return made


def test_what_the_server_can_do_is_told_to_anybody(office):
    told = office.gateway.ask("OPTIONS", "/api/uploads")

    assert told.status == 204
    assert told.headers["Tus-Version"] == told.headers["Tus-Resumable"] == "1.0.0"
    assert told.headers["Tus-Extension"] == "creation,checksum,termination,expiration"
    assert told.headers["Tus-Max-Size"] == str(48 * 1024 * 1024)


def test_a_file_goes_up_and_comes_down_the_same(office):
    content = PDF + os.urandom(PIECE * 2 + 99)
    begun = office.begin(len(content))
    place = begun.headers["Location"]
    sent = office.send(place, 0, content)

    assert (begun.status, sent.status) == (201, 204)
    assert sent.headers["Upload-Offset"] == str(len(content))
    assert "GMT" in begun.headers["Upload-Expires"]
    state = office.gateway.ask("GET", place, headers=office.who).json
    assert (state["state"], state["name"], state["signed"]) == ("unscanned", "đơn xin.pdf", False)
    assert state["sha256"] == hashlib.sha256(content).hexdigest()
    down = office.content(place)
    assert (down.status, down.body) == (200, content)
    assert down.headers["Content-Type"] == "application/pdf"
    assert down.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%C4%91%C6%A1n%20xin.pdf" in down.headers["Content-Disposition"]
    assert down.headers["Content-Security-Policy"].startswith("sandbox")
    assert down.headers["X-Content-Type-Options"] == "nosniff"
    assert office.content(place, **office.gateway.bearer("citizen", subject="an")).status == 404


def test_what_came_before_a_connection_broke_is_kept(office, until):
    content = PDF + os.urandom(PIECE * 3)
    place = office.begin(len(content)).headers["Location"]
    cut = PIECE * 2 + 50_000

    office.break_off(place, 0, content[:cut], len(content))

    until(lambda: office.offset(place) > PIECE * 2, what="what was sent is in")
    stands = office.offset(place)
    assert stands <= cut
    assert office.send(place, stands, content[stands:]).status == 204
    assert office.content(place).body == content


def test_the_same_bytes_at_the_same_place_again_are_told_where_to_go_on(office):
    place = office.begin(1000).headers["Location"]
    assert office.send(place, 0, PDF).status == 204

    again = office.send(place, 0, PDF)

    assert (again.status, again.headers["Upload-Offset"]) == (409, str(len(PDF)))
    assert again.json["type"] == "urn:motcua:problem:wrong-offset"


def test_a_body_with_another_digest_is_not_kept(office):
    place = office.begin(len(PDF)).headers["Location"]
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    right = base64.b64encode(hashlib.sha256(PDF).digest()).decode()

    refused = office.send(place, 0, PDF, **{"Upload-Checksum": f"sha256 {wrong}"})
    unknown = office.send(place, 0, PDF, **{"Upload-Checksum": f"md5 {right}"})

    assert (refused.status, unknown.status) == (460, 400)
    assert unknown.json["errors"][0]["field"] == "Upload-Checksum"
    assert office.offset(place) == 0
    assert office.send(place, 0, PDF, **{"Upload-Checksum": f"sha256 {right}"}).status == 204


def test_too_much_is_refused_before_and_while_it_comes(office):
    assert office.begin(49 * 1024 * 1024).status == 413
    place = office.begin(len(PDF)).headers["Location"]
    assert office.send(place, 0, PDF + b"more").status == 413
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (PDF, b"more", b""))
    chunked = office.send(place, 0, body, **{"Transfer-Encoding": "chunked"})
    assert chunked.status == 413
    assert office.offset(place) == 0


@pytest.mark.parametrize(
    ("size", "name", "field"), [(10, "a.exe", "filename"), (10, "", "filename"), (0, "a.pdf", "size")]
)
def test_a_file_that_is_not_taken_is_refused_with_its_field(office, size, name, field):
    refused = office.begin(size, name)

    assert refused.status == 422
    assert [row["field"] for row in refused.json["errors"]] == [field]


def test_a_file_of_another_kind_is_refused_with_its_last_byte(office):
    content = b"<html><body>not a paper</body></html>"
    place = office.begin(len(content)).headers["Location"]

    refused = office.send(place, 0, content)

    assert refused.status == 422
    assert refused.json["errors"][0]["kind"] == "file-content-disagrees"
    assert office.content(place).status == 409


def test_a_removed_upload_is_gone(office):
    place = office.begin(100).headers["Location"]
    office.send(place, 0, PDF)

    assert office.gateway.ask("DELETE", place, headers={**TUS, **office.who}).status == 204
    assert office.head(place).status == 404


def test_an_independent_client_uploads_resumes_and_checks(office):
    content = PDF + os.urandom(PIECE * 2 + 5)
    metadata = {"filename": "giấy tờ.pdf", "filetype": "application/pdf"}
    first = office.tus().uploader(
        file_stream=io.BytesIO(content), chunk_size=100_000, metadata=metadata, upload_checksum=True
    )
    first.upload_chunk()

    second = office.tus().uploader(
        file_stream=io.BytesIO(content), chunk_size=PIECE, url=first.url, upload_checksum=True
    )
    assert second.offset == 100_000
    second.upload()

    assert office.content(first.url.removeprefix(f"http://127.0.0.1:{office.gateway.port}")).body == content
    with pytest.raises((TusCommunicationError, TusUploadFailed)):
        office.tus().uploader(file_stream=io.BytesIO(b"MZ"), chunk_size=10, metadata={"filename": "a.exe"}).upload()


def test_a_large_file_costs_neither_process_more_than_some_pieces(office):
    small, large = PDF + os.urandom(PIECE * 4), PDF + os.urandom(40 * 1024 * 1024)
    for content in (small, small):
        assert office.send(office.begin(len(content)).headers["Location"], 0, content).status == 204
    before = office.gateway.peak_kib(), peak_kib(office.intake.pid)
    place = office.begin(len(large)).headers["Location"]

    assert office.send(place, 0, large).status == 204
    after = office.gateway.peak_kib(), peak_kib(office.intake.pid)
    assert office.content(place).body == large
    down = office.gateway.peak_kib(), peak_kib(office.intake.pid)

    for name, peaks in (("up", after), ("down", down)):
        grown = [(now - then) * 1024 for now, then in zip(peaks, before, strict=True)]
        assert max(grown) < 24 * PIECE, f"memory grew with the file on its way {name}: {grown}"


def test_sixteen_senders_at_once_all_get_through(office):
    contents = [PDF + os.urandom(PIECE * 12 + number) for number in range(16)]
    places = [office.begin(len(content)).headers["Location"] for content in contents]
    before = peak_kib(office.intake.pid)

    def send(place: str, content: bytes) -> bytes:
        end = time.monotonic() + 120
        while (answered := office.send(place, office.offset(place), content[office.offset(place) :])).status == 503:
            assert time.monotonic() < end, "never let in"
            eventlet.sleep(0.2)
        assert answered.status == 204, answered.body
        return office.content_when_free(place).body

    pool = eventlet.GreenPool(16)
    assert list(pool.starmap(send, zip(places, contents, strict=True))) == contents
    grown = (peak_kib(office.intake.pid) - before) * 1024
    assert grown < sum(map(len, contents)) / 2, f"memory grew with the files: {grown}"


def peak_kib(pid: int) -> int:
    """Return the largest memory that a process has had resident so far, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
