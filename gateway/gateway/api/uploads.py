"""``/api/uploads``: files in pieces that survive a broken connection, by the tus protocol (version 1.0.0)."""

from __future__ import annotations

import base64
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, request

from chassis import telemetry
from chassis.errors import Refused
from gateway import auth, pacing, tus
from gateway.api.replies import View, answer, problems
from gateway.api.upload_schemas import UploadedFile
from gateway.bodies import Resource
from gateway.problems import Problem
from gateway.rpc import ServiceTimeout, ServiceUnavailable
from gateway.wiring import parts

RETRY_AFTER = "10"
#: Seconds for which a whole file may be looked into; if it takes longer, intake goes on by itself.
FINISH_DEADLINE = 30.0

blueprint = Resource("uploads", __name__, url_prefix="/api/uploads", description="Files, by tus 1.0.0 (resumable)")

_log = telemetry.logger(__name__)


def header(name: str, description: str, example: str, *, required: bool = True) -> dict[str, Any]:
    """Return the documentation of a request header."""
    shape = {"in": "header", "name": name, "required": required, "schema": {"type": "string"}}
    return {**shape, "description": description, "example": example}


_VERSION = header("Tus-Resumable", "version of the protocol", tus.VERSION)
_OFFSET = header("Upload-Offset", "bytes; where the body begins, which is where the upload stands", "0")
_CHECKSUM = header(
    "Upload-Checksum", "digest of this body; it is taken whole or not at all", "sha256 <base64>", required=False
)
_LENGTH = header("Upload-Length", "bytes of the whole file", "52428")
_METADATA = header(
    "Upload-Metadata", "`filename` and, if known, `filetype`, each followed by its base64", "filename ZG9uLnBkZg=="
)
_KEY = header("Idempotency-Key", "names the upload, so that announcing it twice is harmless", "don-1", required=False)
ID_PATH = [
    {"in": "path", "name": "upload", "required": True, "schema": {"type": "string", "format": "uuid"},
     "description": "id of the file"},
]  # fmt: skip


@blueprint.before_request
def _admit() -> None:
    if request.method == "OPTIONS":
        return
    auth.require()
    if request.method != "GET":
        tus.require_version(request.headers)


@blueprint.after_request
def _speak(response: Response) -> Response:
    response.headers["Tus-Resumable"] = tus.VERSION
    return response


@contextmanager
def transfer() -> Iterator[None]:
    """Hold one of the places for files under way, so that they leave threads to everybody else.

    Raises:
        Problem: 503, all are taken.
    """
    places = parts().transfers
    if not places.acquire(blocking=False):
        raise Problem("busy-transfers", 503, headers={"Retry-After": RETRY_AFTER})
    try:
        yield
    finally:
        places.release()


def _told(view: dict[str, Any], status: int, **more: str) -> Response:
    headers = {"Upload-Offset": str(view["offset"]), "Cache-Control": "no-store", **more}
    if view["expires_at"]:
        headers["Upload-Expires"] = tus.http_date(view["expires_at"])
    return Response(status=status, headers=headers)


def _empty(status: int, description: str) -> Callable[[View], View]:
    documented: Callable[[View], View] = blueprint.response(status, description=description)
    return documented


@blueprint.route("", methods=["OPTIONS"])
@blueprint.doc(operationId="uploadOptions", security=[])
@_empty(204, "What the server can do, in `Tus-*` headers")
def upload_options() -> Response:
    """What uploads may be

    Versions, extensions, largest size.
    """
    return Response(status=204, headers=tus.offered(parts().settings.attachment_limit))


@blueprint.route("", methods=["POST"], parameters=[_VERSION, _LENGTH, _METADATA, _KEY])
@blueprint.doc(operationId="beginUpload")
@_empty(201, "Announced; `Location` is where its bytes go")
@problems(blueprint, 400, 401, 403, 412, 413, 422, 429, 503, 504)
def begin_upload() -> Response:
    """Announce a file

    Its name, type and size are checked before a byte is sent.
    """
    size, said = tus.number(request.headers, "Upload-Length"), tus.metadata(request.headers)
    if size > (limit := parts().settings.attachment_limit):
        raise Problem("upload-too-large", 413, limit=limit)
    key = auth.idempotency_key() if "Idempotency-Key" in request.headers else str(uuid.uuid4())
    told = {"filename": said.get("filename") or said.get("name", ""), "filetype": said.get("filetype", "")}
    view = auth.calls()("intake", "upload_begin", key=key, size=size, **told)
    return _told(view, 201, Location=f"/api/uploads/{view['id']}")


@blueprint.route("/<upload>", methods=["GET"], parameters=ID_PATH)
@blueprint.doc(operationId="getUpload")
@blueprint.response(200, UploadedFile)
@problems(blueprint, 401, 403, 404, 429, 503, 504)
def get_upload(upload: str) -> Response:
    """How far a file has come

    As JSON; `HEAD` tells it in the protocol's headers. An account sees its own uploads.
    """
    view = _state(auth.calls(), upload)
    if request.method == "HEAD":
        return _told(view, 200, **{"Upload-Length": str(view["size"])})
    return answer(view)


@blueprint.route("/<upload>", methods=["PATCH"], parameters=[*ID_PATH, _VERSION, _OFFSET, _CHECKSUM])
@blueprint.doc(
    operationId="continueUpload",
    requestBody={"required": True, "content": {tus.PIECE_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
)
@_empty(204, "Taken; `Upload-Offset` is where the next bytes begin")
@problems(blueprint, 400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 429, 460, 503, 504)
def continue_upload(upload: str) -> Response:
    """Send bytes of a file

    From where it stands, as many as one likes. What came before a connection broke is kept: ask `HEAD` where to go on.
    With the last byte the content is looked into; a file that is not what its name says is refused (422).
    """
    if request.mimetype != tus.PIECE_TYPE:
        raise Problem("wrong-content-type", 415, expected=tus.PIECE_TYPE)
    offset, wanted = tus.number(request.headers, "Upload-Offset"), tus.checksum(request.headers)
    call = auth.calls()
    with transfer():
        view = _state(call, upload)
        if offset != view["offset"]:
            raise _elsewhere(view["offset"])
        left = view["size"] - offset
        if (request.content_length or 0) > left:
            raise Problem("upload-too-large", 413, limit=view["size"])
        request.max_content_length = left + 1  # at the limit itself werkzeug calls a body too large
        pacing.allow(request.environ, parts().settings.upload_seconds)
        append = _append(call, upload)
        if wanted is None:
            view = append(view, request.stream)
        else:
            with tempfile.TemporaryFile() as whole:
                for piece in tus.pieces(request.stream):
                    whole.write(piece)
                whole.seek(0)
                if not wanted.holds(whole):
                    raise Problem("checksum-mismatch", 460)
                whole.seek(0)
                view = append(view, whole)
        return _told(_finished(call, upload, view), 204)


@blueprint.route("/<upload>", methods=["DELETE"], parameters=[*ID_PATH, _VERSION])
@blueprint.doc(operationId="removeUpload")
@_empty(204, "Gone")
@problems(blueprint, 401, 403, 404, 409, 412, 429, 503, 504)
def remove_upload(upload: str) -> Response:
    """Remove a file

    Whole or not, as long as no dossier names it.
    """
    auth.calls()("intake", "upload_remove", upload=file_id(upload))
    return Response(status=204)


def file_id(text: str) -> str:
    """Return an id as it is written, or end the request with 404: what cannot be an id names nothing."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise Problem("unknown-attachment", 404) from None


def _state(call: auth.Call, upload: str) -> dict[str, Any]:
    view: dict[str, Any] = call("intake", "upload_state", upload=file_id(upload))
    return view


def _append(call: auth.Call, upload: str) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """Return what hands a body on, piece by piece, from where a file stands to where it stands then."""

    def append(view: dict[str, Any], body: Any) -> dict[str, Any]:
        for piece in tus.pieces(body):
            told = {"offset": view["offset"], "data": base64.b64encode(piece).decode("ascii")}
            if view["offset"] + len(piece) > view["size"]:
                raise Problem("upload-too-large", 413, limit=view["size"])
            try:
                view = call("intake", "upload_append", upload=file_id(upload), **told)
            except Refused as refused:
                if refused.code != "wrong-offset":
                    raise
                raise _elsewhere(int(refused.detail)) from None
        return view

    return append


def _elsewhere(offset: int) -> Problem:
    return Problem("wrong-offset", 409, headers={"Upload-Offset": str(offset)}, offset=offset)


def _finished(call: auth.Call, upload: str, view: dict[str, Any]) -> dict[str, Any]:
    if view["offset"] < view["size"]:
        return view
    try:
        found: dict[str, Any] = call("intake", "upload_finish", deadline=FINISH_DEADLINE, upload=file_id(upload))
    except (ServiceTimeout, ServiceUnavailable) as error:
        # every byte is kept; intake looks into it by itself, and the file's state tells what became of it
        _log.info("whole file answered before it was looked into", because=type(error).__name__)
        return view
    return found
