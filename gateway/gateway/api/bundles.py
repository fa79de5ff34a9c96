"""``/api/wards/<ward>/bundles``: what a ward hands over as a signed file, and the file that answers it."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from typing import IO, Any

from flask import Response, request

from gateway import auth, bundles, pacing
from gateway.api.batches import NDJSON
from gateway.api.replies import View, problems
from gateway.api.uploads import transfer
from gateway.api.wards import WARD_PATH, known_ward
from gateway.bodies import Resource
from gateway.problems import Problem
from gateway.wiring import parts

#: Seconds for one call that obeys a portion of lines, or that signs the answers.
DEADLINE = 30.0
_PIECE = 64 * 1024
_PAGE = 100

blueprint = Resource("bundles", __name__, url_prefix="/api/wards", description="What wards hand over as files")
blueprint.before_request(auth.require)

_ID = "7d7b8f0e-5a41-4c39-9a3c-3c1a5b0d2f10"
_BUNDLE_PATH = [
    *WARD_PATH,
    {
        "in": "path",
        "name": "bundle",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
        "description": "the id in the bundle's first line",
        "example": _ID,
    },
]
_BODY = {
    "required": True,
    "description": "First line: the header; then messages as over AMQP, one a line; last line: the ward's signature.",
    "content": {
        NDJSON: {
            "schema": {"type": "string"},
            "example": f'{{"bundle":"{_ID}","ward":"26734","made_at":"2018-08-23T10:00:00Z","count":1}}\n'
            '{"specversion":"1.0","type":"dossier.submit.v1"}\n'
            f'{{"signature":"{"A" * 86}"}}\n',
        }
    },
}


def _answers(view: View) -> View:
    documented: View = blueprint.response(
        200,
        {"type": "string"},
        content_type=NDJSON,
        description="First line: the header; then `submission.answered.v1` for each line, in order; last: the signature.",
    )(view)
    return documented


@blueprint.route("/<string:ward>/bundles", methods=["POST"], parameters=WARD_PATH)
@blueprint.doc(operationId="pushBundle", requestBody=_BODY)
@_answers
@problems(blueprint, 401, 403, 408, 413, 415, 422, 429, 503, 504)
def push_bundle(ward: str) -> Response:
    """Hand a bundle over

    A file of the ward's messages, signed with its statement key; by the ward, or by a clerk who got it on a stick. What
    came by message or in a bundle before is not done twice, so a bundle that was cut off is sent again whole. A file that
    is torn, changed or another ward's is refused whole; a faulty line is answered `rejected`, and the others go on.
    """
    ward = known_ward(ward)
    if request.mimetype != NDJSON:
        raise Problem("wrong-content-type", 415, expected=NDJSON)
    settings, call = parts().settings, auth.calls()
    request.max_content_length = bundles.MOST_BYTES + 1  # at the limit itself werkzeug calls a body too large
    if (request.content_length or 0) > bundles.MOST_BYTES:
        raise bundles.too_large(settings.batch_line_limit)
    with transfer(), tempfile.TemporaryFile() as kept:
        pacing.allow(request.environ, settings.upload_seconds)
        framed = bundles.read(request.stream, kept, settings.batch_line_limit)
        given = {name: getattr(framed, name) for name in ("header", "lines", "digest", "signature")}
        bundle = call("intake", "open_bundle", ward=ward, **given)["bundle"]
        line = 1
        for portion in bundles.portions(kept):
            told = {"ward": ward, "bundle": bundle, "first": line, "lines": portion}
            line = call("intake", "take_bundle_lines", deadline=DEADLINE, **told)
        return _file(call, ward, bundle)


@blueprint.route("/<string:ward>/bundles/<string:bundle>", methods=["GET"], parameters=_BUNDLE_PATH)
@blueprint.doc(operationId="getBundleAnswers")
@_answers
@problems(blueprint, 401, 403, 404, 409, 429, 503, 504)
def get_bundle_answers(ward: str, bundle: str) -> Response:
    """The answers to a bundle

    The same file as when it was handed over.
    """
    try:
        id_ = str(uuid.UUID(bundle))
    except ValueError:
        raise Problem("unknown-bundle", 404) from None
    return _file(auth.calls(), known_ward(ward), id_)


def _file(call: auth.Call, ward: str, bundle: str) -> Response:
    whole = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the response
    try:
        for line in _lines(call, ward, bundle):
            whole.write(f"{line}\n".encode())
    except BaseException:
        whole.close()
        raise
    response = Response(_pieces(whole), mimetype=NDJSON)
    response.call_on_close(whole.close)
    response.headers["Content-Disposition"] = f'attachment; filename="{bundle}.answers.ndjson"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _lines(call: auth.Call, ward: str, bundle: str) -> Iterator[str]:
    ends: dict[str, str] = call("intake", "bundle_ends", deadline=DEADLINE, ward=ward, bundle=bundle)
    yield ends["header"]
    after, more = 0, True
    while more:
        told = {"ward": ward, "bundle": bundle, "after": after, "limit": _PAGE}
        page: dict[str, Any] = call("intake", "bundle_answers", **told)
        yield from page["lines"]
        after, more = after + len(page["lines"]), page["more"]
    yield ends["trailer"]


def _pieces(whole: IO[bytes]) -> Iterator[bytes]:
    with whole:
        whole.seek(0)
        while piece := whole.read(_PIECE):
            yield piece
