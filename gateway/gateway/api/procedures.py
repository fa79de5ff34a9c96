"""``/api/procedures``: what can be applied for, with papers, fee and time limit; brought up to date from a workbook."""

from __future__ import annotations

import base64
import re
from typing import Any

from flask import Response

from chassis.errors import Refused
from gateway import auth, texts
from gateway.api import procedure_files as files
from gateway.api.procedure_schemas import (
    Guidance,
    GuidanceQuery,
    ImportAnswer,
    ImportList,
    ImportPage,
    ImportQuery,
    ProcedureDetail,
    ProcedureFilter,
    counted,
)
from gateway.api.replies import IDEMPOTENCY_KEY, PROCEDURE_PATH, REPLAYED, answer, problems, replay_headers
from gateway.api.request_schemas import ProcedureQuery
from gateway.bodies import Resource
from gateway.problems import Problem
from motcua_contracts.vocabulary import PROCEDURE_CODE

blueprint = Resource(
    "procedures", __name__, url_prefix="/api/procedures", description="Procedures (thủ tục hành chính)"
)
blueprint.before_request(auth.require)

#: Seconds worth waiting for a large workbook to be read.
IMPORT_DEADLINE = 30.0

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BODY = {
    "required": True,
    "description": "A workbook (xlsx), a zip of CSV files, the sheet `procedures` as CSV, or several files as form data.",
    "content": {
        **dict.fromkeys(files.RAW, _BINARY),
        files.MULTIPART: {
            "schema": {
                "type": "object",
                "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
            }
        },
    },
}


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="listProcedures")
@blueprint.arguments(ProcedureFilter, location="query")
@blueprint.response(200, ProcedureDetail(many=True))
@problems(blueprint, 401, 403, 422, 429, 503, 504)
def list_procedures(query: dict[str, Any]) -> Response:
    """List procedures

    Those in force on the day `on`, the best match of `q` first.
    """
    wanted = {name: value for name, value in query.items() if name != "on"}
    return answer(auth.calls()("intake", "procedures", on=_day(query), **wanted))


@blueprint.route("/imports", methods=["POST"])
@blueprint.doc(operationId="importProcedures", parameters=[IDEMPOTENCY_KEY], requestBody=_BODY)
@blueprint.arguments(ImportQuery, location="query")
@blueprint.response(200, ImportAnswer, headers=REPLAYED)
@problems(blueprint, 400, 401, 403, 413, 415, 422, 429, 503, 504)
def import_procedures(query: dict[str, Any]) -> Response:
    """Import procedures

    All of the file or, when it has a fault, nothing: 422 names every fault with `sheet`, `row` and `column`. Versions that
    hold or held are never changed in place; a new one ends the open one the day before. Every replica follows within
    seconds. For the operator and the chief of the office.
    """
    key, sent = auth.idempotency_key(), files.uploaded()
    try:
        made = auth.calls()(
            "intake", "import_procedures", deadline=IMPORT_DEADLINE, key=key, files=sent, dry_run=query["dry_run"]
        )
    except Refused as refusal:
        if refusal.code != "invalid-import":
            raise
        return files.told(refusal)
    shown = dict(made)
    return answer(shown, headers=replay_headers(shown))


@blueprint.route("/imports", methods=["GET"])
@blueprint.doc(operationId="listProcedureImports")
@blueprint.arguments(ImportPage, location="query")
@blueprint.response(200, ImportList)
@problems(blueprint, 401, 403, 422, 429, 503, 504)
def list_imports(query: dict[str, Any]) -> Response:
    """List imports

    Who imported what and when, the latest first; for leaders, operator and auditor.
    """
    return answer(auth.calls()("intake", "procedure_imports", **query))


@blueprint.route("/export", methods=["GET"])
@blueprint.doc(operationId="exportProcedures")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=files.XLSX)
@problems(blueprint, 401, 403, 429, 503, 504)
def export_procedures() -> Response:
    """Export procedures

    Every version as a workbook, in the shape that is imported; for the office's staff.
    """
    made = auth.calls()("intake", "export_procedures")
    response = Response(base64.b64decode(made["content"]), content_type=files.XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="procedures.xlsx"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/<string:code>", methods=["GET"], parameters=PROCEDURE_PATH)
@blueprint.doc(operationId="readProcedure")
@blueprint.arguments(ProcedureQuery, location="query")
@blueprint.response(200, ProcedureDetail)
@problems(blueprint, 401, 403, 404, 422, 429, 503, 504)
def read_procedure(query: dict[str, Any], code: str) -> Response:
    """Read a procedure

    As it is in force on the day `on`: papers, fee, time limit.
    """
    return answer(auth.calls()("intake", "procedure", code=_code(code), on=_day(query)))


@blueprint.route("/<string:code>/guidance", methods=["GET"], parameters=PROCEDURE_PATH)
@blueprint.doc(operationId="guideToProcedure")
@blueprint.arguments(GuidanceQuery, location="query")
@blueprint.response(200, Guidance)
@problems(blueprint, 401, 403, 404, 422, 429, 503, 504)
def guide(query: dict[str, Any], code: str) -> Response:
    """Guidance for a person

    What to bring, how long it takes, what it costs, where; the appointment is that of a dossier handed in now.
    """
    told = auth.calls()(
        "intake",
        "guidance",
        code=_code(code),
        on=_day(query),
        language=texts.language(),
        case=query.get("case"),
        quantities=counted(query.get("quantities")),
    )
    return answer(told)


def _code(code: str) -> str:
    if len(code) > 64 or re.fullmatch(PROCEDURE_CODE.rstrip("$"), code) is None:
        raise Problem("not-found", 404)
    return code


def _day(query: dict[str, Any]) -> str | None:
    day = query.get("on")
    return day.isoformat() if day else None
