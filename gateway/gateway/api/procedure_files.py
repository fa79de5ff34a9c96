"""Files of procedures on their way in: taken from the request within their limit, and told with every fault."""

from __future__ import annotations

import base64
import json
from contextlib import closing
from typing import Any

from flask import Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from chassis.errors import Refused
from gateway import problems, texts
from gateway.problems import Problem

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Media type of a body that is one file, and the name it goes by.
RAW = {XLSX: "procedures.xlsx", "text/csv": "procedures.csv", "application/zip": "procedures.zip"}
MULTIPART = "multipart/form-data"
#: Bytes of the files together; a multipart body has a little more.
MOST_BYTES = 2 * 1024 * 1024
ENVELOPE = 16 * 1024
MOST_FILES = 10


def uploaded() -> list[dict[str, str]]:
    """Return the request's files as ``{"name", "content"}`` rows, the content in base64.

    Raises:
        Problem: 413 when they are too large, 415 for another media type, 422 when there is none.
    """
    if request.mimetype == MULTIPART:
        request.max_content_length = MOST_BYTES + ENVELOPE
        request.max_form_parts = MOST_FILES
        found = [_read(one) for _, one in request.files.items(multi=True)]
    elif request.mimetype in RAW:
        request.max_content_length = MOST_BYTES
        found = [(RAW[request.mimetype], _body())]
    else:
        raise Problem("wrong-content-type", 415, expected=", ".join((*RAW, MULTIPART)))
    if sum(len(content) for _, content in found) > MOST_BYTES:
        raise RequestEntityTooLarge
    if not any(content for _, content in found):
        raise Problem("invalid", 422, errors=[{"field": "file", "message": "Missing data for required field."}])
    return [{"name": name, "content": base64.b64encode(content).decode("ascii")} for name, content in found]


def _read(one: FileStorage) -> tuple[str, bytes]:
    with closing(one):  # a larger one lies in a temporary file
        return one.filename or "", one.read()


def _body() -> bytes:
    body = request.get_data()
    if request.content_length is None and len(body) >= MOST_BYTES:
        raise RequestEntityTooLarge  # werkzeug cuts a chunked body at the limit without a word
    return body


def told(refusal: Refused) -> Response:
    """Return the problem document of a refused file: every fault with its sheet, row and column."""
    language = texts.language()
    rows = [_row(language, row) for row in refusal.errors]
    body = problems.document(language, refusal.code, refusal.status) | {"errors": rows}
    response = Response(json.dumps(body, ensure_ascii=False), refusal.status, content_type=problems.CONTENT_TYPE)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    return response


def _row(language: str, row: Any) -> dict[str, Any]:
    said = problems.row_in(language, row)
    return {**{name: row.get(name) for name in ("sheet", "row", "column")}, **said}
