"""``/api/attachments``: uploaded files, read by their owner and by who may read their dossier."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

from flask import Response, request

from gateway import auth, pacing
from gateway.api.replies import answer, problems
from gateway.api.upload_schemas import UploadedFile
from gateway.api.uploads import ID_PATH, file_id, transfer
from gateway.bodies import Resource
from gateway.wiring import parts

#: Whatever a file is, a browser that shows it all the same runs nothing of it and asks nobody for anything.
POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"

blueprint = Resource("attachments", __name__, url_prefix="/api/attachments", description="Files of dossiers")
blueprint.before_request(auth.require)


@blueprint.route("/<upload>", methods=["GET"], parameters=ID_PATH)
@blueprint.doc(operationId="readAttachment")
@blueprint.response(200, UploadedFile)
@problems(blueprint, 401, 403, 404, 429, 503, 504)
def read_attachment(upload: str) -> Response:
    """What a file is

    Its owner sees it until a dossier names it, then whoever may read the dossier.
    """
    return answer(auth.calls()("intake", "attachment", attachment=file_id(upload)))


@blueprint.route("/<upload>/content", methods=["GET"], parameters=ID_PATH)
@blueprint.doc(operationId="downloadAttachment")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@problems(blueprint, 401, 403, 404, 409, 410, 429, 503, 504)
def download_attachment(upload: str) -> Response:
    """Download a file

    With its own type and, by RFC 6266, its name. A file that waits for its scan is told 409 to all but its owner, one in
    which a virus was found 410.
    """
    call, key = auth.calls(), file_id(upload)
    with ExitStack() as held:
        held.enter_context(transfer())
        first = call("intake", "attachment_read", attachment=key, offset=0)
        pacing.allow(request.environ, parts().settings.upload_seconds)
        response = Response(_content(call, key, first), content_type=first["type"])
        response.call_on_close(held.pop_all().close)
    response.headers.update(
        {
            "Content-Length": str(first["size"]),
            "Content-Disposition": disposition(first["name"]),
            "Content-Security-Policy": POLICY,
            "Cache-Control": "private, no-store",
            "Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(first['sha256'])).decode('ascii')}:",
        }
    )
    return response


def _content(call: auth.Call, key: str, first: dict[str, Any]) -> Iterator[bytes]:
    """Yield the file piece by piece; one that cannot be had breaks the answer off short of its length."""
    piece, size = first, first["size"]
    while True:
        data = base64.b64decode(piece["data"])
        yield data
        offset = piece["from"] + len(data)
        if offset >= size or not data:
            return
        piece = call("intake", "attachment_read", attachment=key, offset=offset)


def disposition(name: str) -> str:
    """Return the header that makes a browser save a file under a name (RFC 6266, RFC 8187)."""
    plain = "".join(letter if letter.isascii() and letter not in '"\\%' else "_" for letter in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
