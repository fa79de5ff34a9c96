"""Files that the gateway draws for registers and reports."""

from __future__ import annotations

from typing import IO, Any

from flask import Response, send_file
from marshmallow import Schema

from chassis.errors import Refused
from gateway.wiring import parts
from papers import Papers

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Seconds worth waiting for: the figures of a year are counted from 60,000 dossiers.
DEADLINE = 120.0

_BINARY = {"schema": {"type": "string", "format": "binary"}}


def files(schema: type[Schema]) -> dict[str, Any]:
    """Return the documented answer of what comes as JSON of a schema, as a sheet and as a paper."""
    return {"description": "OK", "content": {"application/json": {"schema": schema}, PDF: _BINARY, XLSX: _BINARY}}


def papers() -> Papers:
    """Return what draws; raise ``Refused`` (503) where there is no office."""
    made = parts().papers
    if made is None:
        raise Refused("papers-away", 503)
    return made


def file(content: bytes | IO[bytes], media: str, name: str, headers: dict[str, Any] | None = None) -> Response:
    """Return a file that no cache keeps."""
    response = Response(content, mimetype=media) if isinstance(content, bytes) else send_file(content, mimetype=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers.extend(headers or {})
    return response
