"""Files over HTTP, with a service that is a fake: the protocol's own answers, and what is handed on."""

from __future__ import annotations

import base64
import hashlib
import io

import pytest

from chassis.errors import Refused
from gateway import tus
from gateway.api.attachments import disposition
from gateway.problems import Problem
from gateway.rpc import ServiceTimeout, ServiceUnavailable

KEY = "25315205-d582-53df-af01-e3d21f58ce53"
PLACE = f"/api/uploads/{KEY}"
TUS = {"Tus-Resumable": "1.0.0"}
STREAM = {**TUS, "Content-Type": "application/offset+octet-stream"}
NAME = f"filename {base64.b64encode('đơn.pdf'.encode()).decode()}"


class Intake:
    """One file of ``size`` bytes in a list of pieces."""

    def __init__(self, size, state="unscanned"):
        self.size, self.state, self.pieces = size, state, []

    @property
    def view(self):
        at = sum(len(piece) for piece in self.pieces)
        expires = "2026-12-02T01:00:00+00:00"
        return {"id": KEY, "name": "đơn.pdf", "type": "application/pdf", "size": self.size, "offset": at,
                "state": self.state, "expires_at": expires, "dossier_id": None, "sha256": "ab" * 32}  # fmt: skip

    def append(self, arguments):
        if arguments["offset"] != self.view["offset"]:
            raise AssertionError("a piece out of its place")
        self.pieces.append(base64.b64decode(arguments["data"]))
        return self.view


@pytest.fixture
def intake(desk):
    made = Intake(1_000_000)
    for method in ("upload_begin", "upload_state", "upload_finish"):
        desk.rpc.answers[f"intake.{method}"] = lambda _: made.view
    desk.rpc.answers["intake.upload_append"] = made.append
    desk.rpc.answers["intake.upload_remove"] = {"id": KEY}
    return made


@pytest.fixture
def patch(desk):
    def send(body, offset=0, place=PLACE, **headers):
        told = {**STREAM, **desk.token("citizen"), "Upload-Offset": str(offset), **headers}
        return desk.client.patch(place, data=body, headers=told)

    return send


@pytest.fixture
def begin(desk):
    def ask(length="100", metadata=NAME, **headers):
        told = {**TUS, **desk.token("citizen"), "Upload-Length": length, "Upload-Metadata": metadata, **headers}
        return desk.client.post("/api/uploads", headers=told)

    return ask


def test_an_announced_file_is_told_where_its_bytes_go(desk, intake, begin):
    answered = begin(**{"Idempotency-Key": "k-1"})

    assert answered.status_code == 201
    assert answered.headers["Location"] == PLACE
    assert answered.headers["Upload-Expires"] == "Wed, 02 Dec 2026 01:00:00 GMT"
    assert answered.headers["Tus-Resumable"] == "1.0.0"
    told = {"key": "k-1", "size": 100, "filename": "đơn.pdf", "filetype": ""}
    assert desk.rpc.calls == [("intake.upload_begin", told)]


@pytest.mark.parametrize(
    ("headers", "status", "field"),
    [
        ({"Upload-Length": "x"}, 422, "Upload-Length"),
        ({"Upload-Length": "-1"}, 422, "Upload-Length"),
        ({"Upload-Length": "²"}, 422, "Upload-Length"),
        ({"Upload-Length": ""}, 422, "Upload-Length"),
        ({"Upload-Metadata": "filename !!!"}, 422, "Upload-Metadata.filename"),
        ({"Upload-Metadata": "filename /w=="}, 422, "Upload-Metadata.filename"),
        ({"Idempotency-Key": " "}, 400, "Idempotency-Key"),
    ],
)
def test_a_header_that_says_nothing_is_named(begin, intake, headers, status, field):
    answered = begin(**{"Accept-Language": "vi", **headers})

    assert answered.status_code == status
    assert [row["field"] for row in answered.get_json()["errors"]] == [field]
    assert not answered.get_json()["errors"][0]["message"].startswith("Must")


def test_a_file_larger_than_the_limit_is_not_announced(desk, begin, intake):
    assert begin(str(51 * 1024 * 1024)).status_code == 413
    assert desk.rpc.calls == []


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "HEAD"])
def test_another_version_of_the_protocol_is_told_ours(desk, intake, method):
    place = "/api/uploads" if method == "POST" else PLACE
    answered = desk.client.open(place, method=method, headers={**desk.token("citizen"), "Tus-Resumable": "0.2.0"})

    assert answered.status_code == 412
    assert answered.headers["Tus-Version"] == "1.0.0"


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "HEAD", "GET"])
def test_without_a_token_there_are_no_uploads(desk, method):
    place = "/api/uploads" if method == "POST" else PLACE

    assert desk.client.open(place, method=method, headers=TUS).status_code == 401


def test_a_body_is_handed_on_in_pieces_and_then_looked_into(desk, intake, patch):
    body = bytes(range(256)) * 4000
    intake.size = len(body)

    answered = patch(body)

    assert (answered.status_code, answered.headers["Upload-Offset"]) == (204, str(len(body)))
    assert b"".join(intake.pieces) == body
    assert [len(piece) for piece in intake.pieces[:-1]] == [tus.PIECE] * (len(intake.pieces) - 1)
    assert [name for name, _ in desk.rpc.calls].count("intake.upload_finish") == 1


def test_part_of_a_file_is_not_looked_into(desk, intake, patch):
    assert patch(b"abc").headers["Upload-Offset"] == "3"
    assert "intake.upload_finish" not in [name for name, _ in desk.rpc.calls]
    head = desk.client.head(PLACE, headers={**TUS, **desk.token("citizen")})
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("3", "1000000")
    assert head.headers["Cache-Control"] == "no-store"


def test_a_whole_file_is_taken_even_if_nobody_can_look_into_it_now(desk, intake, patch):
    intake.size = 3
    for error in (ServiceTimeout("late"), ServiceUnavailable("away")):
        desk.rpc.answers["intake.upload_finish"] = error
        intake.pieces.clear()
        assert patch(b"abc").status_code == 204


def test_a_service_that_goes_away_is_told_as_such_and_what_was_taken_counts(desk, intake, patch):
    def once(arguments):
        if intake.pieces:
            raise ServiceUnavailable("away")
        return intake.append(arguments)

    desk.rpc.answers["intake.upload_append"] = once

    answered = patch(bytes(tus.PIECE * 2))

    assert (answered.status_code, answered.headers["Retry-After"]) == (503, "5")
    assert intake.view["offset"] == tus.PIECE


def test_bytes_elsewhere_are_told_where_the_file_stands(desk, intake, patch):
    intake.pieces.append(b"abc")
    answered = patch(b"x", offset=0)
    assert (answered.status_code, answered.headers["Upload-Offset"]) == (409, "3")

    desk.rpc.answers["intake.upload_append"] = Refused("wrong-offset", 409, "7")
    answered = patch(b"x", offset=3)
    assert (answered.status_code, answered.headers["Upload-Offset"]) == (409, "7")
    assert "7" in answered.get_json()["detail"]


def test_a_refused_content_is_told_by_field(desk, intake, patch):
    intake.size = 3
    row = {"field": "content", "kind": "file-encrypted", "message": "Tệp mã hóa.", "message_en": "Encrypted."}
    desk.rpc.answers["intake.upload_finish"] = Refused("attachment-refused", 422, errors=[row])

    answered = patch(b"abc", **{"Accept-Language": "en"})

    assert answered.status_code == 422
    assert answered.get_json()["errors"] == [{"field": "content", "kind": "file-encrypted", "message": "Encrypted."}]


def test_what_is_not_of_the_protocols_type_is_refused(patch, intake):
    assert patch(b"abc", **{"Content-Type": "application/json"}).status_code == 415


def test_more_than_the_file_has_left_is_refused(patch, intake):
    intake.size = 3

    assert patch(b"abcd").status_code == 413
    assert intake.pieces == []


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_a_body_with_its_digest_is_taken_whole_or_not_at_all(intake, patch, algorithm):
    body = bytes(tus.PIECE + 5)
    right = base64.b64encode(hashlib.new(algorithm, body).digest()).decode()

    assert patch(body + b"x", **{"Upload-Checksum": f"{algorithm} {right}"}).status_code == 460
    assert intake.pieces == []
    assert patch(body, **{"Upload-Checksum": f"{algorithm} {right}"}).status_code == 204
    assert intake.view["offset"] == len(body)


@pytest.mark.parametrize("said", ["md5 AAAA", "sha256", "sha256 !", ""])
def test_a_digest_that_cannot_be_checked_is_refused(intake, patch, said):
    assert patch(b"abc", **{"Upload-Checksum": said}).status_code == 400
    assert intake.pieces == []


def test_more_files_at_once_than_allowed_are_told_to_come_later(desk, intake, patch):
    places = desk.app.extensions["motcua"].transfers
    taken = 0
    while places.acquire(blocking=False):
        taken += 1

    answered = patch(b"abc")

    assert (answered.status_code, answered.headers["Retry-After"]) == (503, "10")
    for _ in range(taken):
        places.release()
    assert patch(b"abc").status_code == 204


def test_a_place_is_free_again_whatever_became_of_the_file(desk, intake, patch):
    places = desk.app.extensions["motcua"].transfers
    desk.rpc.answers["intake.attachment_read"] = Refused("attachment-infected", 410)
    for _ in range(20):
        assert patch(b"x", offset=99).status_code == 409
        assert desk.get(f"/api/attachments/{KEY}/content").status_code == 410

    assert all(places.acquire(blocking=False) for _ in range(8))


def test_an_id_that_is_none_names_nothing(desk, patch):
    assert patch(b"x", place="/api/uploads/abc").status_code == 404
    assert desk.get("/api/attachments/..%2f..").status_code == 404
    assert desk.rpc.calls == []


def test_a_file_comes_down_piece_by_piece_under_its_own_name(desk, intake):
    content = [b"a" * 10, b"b" * 10, b"c"]
    intake.size = 21

    def read(arguments):
        place = arguments["offset"] // 10
        return {**intake.view, "from": arguments["offset"], "data": base64.b64encode(content[place]).decode()}

    desk.rpc.answers["intake.attachment_read"] = read

    answered = desk.get(f"/api/attachments/{KEY}/content")

    assert answered.data == b"".join(content)
    assert answered.headers["Content-Length"] == "21"
    assert answered.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(bytes.fromhex('ab' * 32)).decode()}:"
    assert "no-store" in answered.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.pdf", "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"),
        ('a"b\\.pdf', "attachment; filename=\"a_b_.pdf\"; filename*=UTF-8''a%22b%5C.pdf"),
        ("đ;.pdf", "attachment; filename=\"_;.pdf\"; filename*=UTF-8''%C4%91%3B.pdf"),
    ],
)
def test_a_name_cannot_leave_its_header(name, header):
    assert disposition(name) == header


class Broken(io.BytesIO):
    """A connection that breaks when all that came is read."""

    def read(self, size=-1):
        if not (read := super().read(size)):
            raise TimeoutError
        return read


def test_what_came_before_a_break_is_handed_on(intake):
    found = []
    with pytest.raises(TimeoutError):
        found.extend(tus.pieces(Broken(bytes(tus.PIECE + 100))))
    pieces = tus.pieces(Broken(bytes(tus.PIECE + 100)))

    assert [len(next(pieces)), len(next(pieces))] == [tus.PIECE, 100]
    with pytest.raises(TimeoutError):
        next(pieces)


def test_metadata_may_have_keys_without_a_value():
    assert tus.metadata({"Upload-Metadata": f"private,{NAME} , filetype YQ=="}) == {
        "private": "", "filename": "đơn.pdf", "filetype": "a"
    }  # fmt: skip
    with pytest.raises(Problem):
        tus.metadata({"Upload-Metadata": "filename a"})
