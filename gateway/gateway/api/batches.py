"""``/api/batches``: many submissions as NDJSON, answered by a report line for each."""

from __future__ import annotations

import contextvars
import json
import tempfile
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future
from typing import IO, Any

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from gateway import auth, texts
from gateway.api.batch_line import Handler
from gateway.api.replies import problems
from gateway.api.schemas import BatchOutcome
from gateway.bodies import Resource
from gateway.lines import read_lines
from gateway.pacing import allow
from gateway.problems import Problem
from gateway.wiring import parts

NDJSON = "application/x-ndjson"
_IN_MEMORY = 1024 * 1024

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


def _ndjson(rows: Any) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="pushBatch",
    requestBody={
        "required": True,
        "description": "One submission a line, each with the sender's own `reference`.",
        "content": {NDJSON: {"schema": {"type": "string"}, "example": _ndjson([_LINE])}},
    },
)
@blueprint.response(
    200, BatchOutcome, content_type=NDJSON, example=_ndjson(_OUTCOMES),
    description="A line for each line, in order, then a line with the summary",
)  # fmt: skip
@problems(blueprint, 401, 413, 415, 429)
def push_batch() -> Response:
    """Push a batch

    Good lines go through, bad ones are reported by line. A line repeated in this or a later batch is answered with the
    code it has, never registered twice. `failed` lines are to be sent again later.
    """
    if request.mimetype != NDJSON:
        raise Problem("wrong-content-type", 415, expected=NDJSON)
    settings = parts().settings
    handler = Handler(auth.calls(), auth.caller(), texts.language(), settings)
    spool = _receive(settings.batch_limit, settings.batch_seconds)
    response = Response(_report(spool, handler, settings.batch_lines, settings.batch_calls, parts().pool))
    response.content_type = f"{NDJSON}; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    # the report is to be seen as it grows, also through a buffering proxy
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(spool.close)
    return response


def _receive(limit: int, seconds: float) -> IO[bytes]:
    """Take the whole body in before answering: a client that reads nothing until it has sent all would block."""
    request.max_content_length = limit
    allow(request.environ, seconds)
    spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the response
    try:
        while piece := request.stream.read(64 * 1024):
            spool.write(piece)
    except RequestEntityTooLarge:
        spool.close()
        raise
    spool.seek(0)
    return spool


def _report(spool: IO[bytes], handler: Handler, most: int, at_once: int, pool: Any) -> Iterator[str]:
    """Yield the report: lines are handled ``at_once``, told in order."""
    counts: Counter[str] = Counter()
    under_way: deque[Future[dict[str, Any]]] = deque()
    lines = 0
    truncated = False

    def told(future: Future[dict[str, Any]]) -> str:
        outcome = future.result()
        counts[outcome["outcome"]] += 1
        counts["replayed"] += outcome.get("replayed", False)
        return json.dumps(outcome, ensure_ascii=False) + "\n"

    try:
        for line in read_lines(spool, handler.line_limit):
            if lines == most:
                truncated = True
                break
            lines += 1
            # each line in a copy of its own: its log lines carry the trace and the caller
            under_way.append(pool.submit(contextvars.copy_context().run, handler.handle, line))
            if len(under_way) >= at_once:
                yield told(under_way.popleft())
        while under_way:
            yield told(under_way.popleft())
    finally:
        for future in under_way:  # the client went away: what has not begun need not begin
            future.cancel()
        spool.close()
    names = ("accepted", "rejected", "failed", "replayed")
    summary: dict[str, Any] = {"lines": lines} | {name: counts[name] for name in names} | {"truncated": truncated}
    if truncated:
        summary["detail"] = texts.say(handler.language, "lines/too-many", limit=most)
    yield json.dumps({"summary": summary}, ensure_ascii=False) + "\n"
