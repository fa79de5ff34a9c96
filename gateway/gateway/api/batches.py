"""``/api/batches``: many submissions as NDJSON, answered by a report line for each; progress can be asked for."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Response, request

from gateway import auth, pacing, texts
from gateway.api.batch_line import Handler
from gateway.api.replies import View, answer, problems
from gateway.api.schemas import BatchOutcome, BatchProgress
from gateway.bodies import Resource
from gateway.draining import drain
from gateway.problems import Problem
from gateway.pushing import Client, Limits, Progress, Run
from gateway.wiring import parts

NDJSON = "application/x-ndjson"
NAME = r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$"
RETRY_AFTER = "30"

blueprint = Resource("batches", __name__, url_prefix="/api/batches", description="Many submissions at once")
blueprint.before_request(auth.require)

_LINE = {
    "reference": "PTD-2018-000123",
    "procedure": "2.000815",
    "applicant": {"name": "Nguyễn Thị Mai"},
    "components": [{"code": "ban-chinh", "copy": 0, "quantity": 1}],
}
_OUTCOMES = (
    {"line": 1, "reference": "PTD-2018-000123", "outcome": "accepted", "code": "000.01.01.H29-180102-0001"},
    {"line": 2, "reference": None, "outcome": "rejected", "errors": [{"field": "reference", "message": "…"}]},
    {"summary": {"lines": 2, "accepted": 1, "rejected": 1, "failed": 0, "replayed": 0, "truncated": False}},
)
_PATH = [
    {
        "in": "path",
        "name": "name",
        "required": True,
        "schema": {"type": "string", "pattern": NAME},
        "description": "the sender's own name of the push, unique among the account's pushes",
        "example": "2018-01-02-sang",
    }
]


def _ndjson(rows: Any) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _push(operation: str) -> Callable[[View], View]:
    """Document a push."""

    def decorate(view: View) -> View:
        view = problems(blueprint, 401, 404, 413, 415, 429, 503)(view)
        view = blueprint.response(
            200, BatchOutcome, content_type=NDJSON, example=_ndjson(_OUTCOMES),
            description="A line for each line, in order, then a line with the summary",
            headers={"Location": {"schema": {"type": "string"}, "description": "where to ask for the progress"}},
        )(view)  # fmt: skip
        body = {
            "required": True,
            "description": "One submission a line, each with the sender's own `reference`.",
            "content": {NDJSON: {"schema": {"type": "string"}, "example": _ndjson([_LINE])}},
        }
        documented: View = blueprint.doc(operationId=operation, requestBody=body)(view)
        return documented

    return decorate


@blueprint.route("", methods=["POST"])
@_push("pushBatch")
def push_batch() -> Response:
    """Push a batch

    As `PUT /api/batches/{name}`, under a name that the answer's `Location` tells.
    """
    return _pushed(str(uuid.uuid4()))


@blueprint.route("/<name>", methods=["PUT"], parameters=_PATH)
@_push("pushNamedBatch")
def push_named_batch(name: str) -> Response:
    """Push a batch under a name

    Lines are handled while they come, and told while they are handled. Good lines go through, bad ones are reported by
    line. A line repeated in this or a later batch is answered with the code it has, never registered twice; so a push
    that was cut off is sent again whole. `failed` lines are to be sent again later.
    """
    return _pushed(_checked(name))


@blueprint.route("/<name>", methods=["GET"], parameters=_PATH)
@blueprint.doc(operationId="getBatch")
@blueprint.response(200, BatchProgress)
@problems(blueprint, 401, 404, 429, 503)
def get_batch(name: str) -> Response:
    """How far a push has come

    Also while it runs, and for thirty days after. An account sees its own pushes.
    """
    identity = auth.caller()
    found = parts().batches.find(identity.subject, _checked(name)) if identity else None
    if found is None:
        raise Problem("not-found", 404)
    return answer(BatchProgress().dump(found))


def _checked(name: str) -> str:
    if re.fullmatch(NAME, name) is None:
        raise Problem("not-found", 404)
    return name


def _pushed(name: str) -> Response:
    if request.mimetype != NDJSON:
        raise Problem("wrong-content-type", 415, expected=NDJSON)
    made, identity = parts(), auth.caller()
    settings, environ = made.settings, request.environ
    if identity is None:
        raise Problem("not-signed-in", 401)
    request.max_content_length = settings.batch_limit
    stream = request.stream  # 413 when it says of itself that it is too long
    handler = Handler(auth.calls(), identity, texts.language(), settings)
    if not made.pushes.acquire(blocking=False):
        raise Problem("busy", 503, headers={"Retry-After": RETRY_AFTER})
    try:
        run = Run(
            stream,
            handler.handle,
            made.pool,
            Limits(settings.batch_lines, settings.batch_line_limit, settings.batch_calls),
            Progress(made.batches, identity.subject, name),
            Client(partial(pacing.writable, environ), partial(drain, environ["wsgi.input"]), made.pushes.release),
            handler.language,
        )
    except BaseException:
        made.pushes.release()
        raise
    pacing.allow(environ, settings.batch_seconds)
    response = Response(run.report(), content_type=f"{NDJSON}; charset=utf-8")
    response.call_on_close(run.close)
    response.headers["Location"] = f"/api/batches/{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    # the report is to be seen as it grows, also through a buffering proxy
    response.headers["X-Accel-Buffering"] = "no"
    return response
