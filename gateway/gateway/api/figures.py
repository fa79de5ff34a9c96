"""``/api/reports``: figures of periods, and periods that are closed."""

from __future__ import annotations

from typing import Any

from flask import Response

from gateway import auth
from gateway.api import sheets
from gateway.api.figure_schemas import (
    PERIOD,
    CellPage,
    CellQuery,
    Closed,
    Compared,
    Recounted,
    Report,
    ReportQuery,
    Windowed,
    WindowsQuery,
)
from gateway.api.replies import IDEMPOTENCY_KEY, REPLAYED, answer, problems, replay_headers
from gateway.api.report_table import table
from gateway.bodies import Resource
from gateway.problems import Problem
from papers.papers import MOST_ROWS

blueprint = Resource("reports", __name__, url_prefix="/api/reports", description="Reports (báo cáo)")
blueprint.before_request(auth.require)

_PERIOD = [
    {
        "in": "path",
        "name": "period",
        "required": True,
        "schema": {"type": "string", "maxLength": 20},
        "description": PERIOD,
        "example": "2026-M11",
    }
]


def _call(method: str, **arguments: Any) -> Any:
    return auth.calls()("intake", method, deadline=sheets.DEADLINE, **arguments)


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="readReport", responses={"200": sheets.files(Report)})
@blueprint.arguments(ReportQuery, location="query")
@blueprint.response(200, Report)
@problems(blueprint, 401, 403, 422, 429, 503, 504)
def read_report(asked: dict[str, Any]) -> Response:
    """Read a report

    `handling`: what came in, how it ended, what is left. `burden`: what each procedure asks of people, the most first.
    A closed period answers with the figures as they were closed; `restatements` are what changed since.
    """
    wanted = {name: asked[name] for name in ("kind", "period", "windows", "by")}
    report = _call("report", **wanted)
    if asked["format"] == "json":
        return answer(report)
    name, data = f"bao-cao-{asked['kind']}-{asked['period']}", table(report)
    if asked["format"] == "xlsx":
        return sheets.file(sheets.papers().workbook("report", data), sheets.XLSX, f"{name}.xlsx")
    if len(data["rows"]) > MOST_ROWS:
        raise Problem("report-too-long", 422, errors=[{"field": "format", "message": "Must be one of: json, xlsx."}])
    return sheets.file(sheets.papers().render("report", data), sheets.PDF, f"{name}.pdf")


@blueprint.route("/recount", methods=["GET"])
@blueprint.doc(operationId="recountReport")
@blueprint.arguments(Windowed, location="query")
@blueprint.response(200, Recounted)
@problems(blueprint, 401, 403, 422, 429, 503, 504)
def recount(asked: dict[str, Any]) -> Response:
    """Count a period anew

    From the events alone, and compare with the figures; `difference` is the first dossier that differs.
    """
    return answer(_call("figures_recount", **asked))


@blueprint.route("/closings", methods=["GET"], parameters=[])
@blueprint.doc(operationId="listClosings")
@blueprint.response(200, Closed(many=True))
@problems(blueprint, 401, 403, 429, 503, 504)
def list_closings() -> Response:
    """List closed periods

    The last one first.
    """
    return answer(_call("closings"))


@blueprint.route("/closings", methods=["POST"], parameters=[])
@blueprint.doc(operationId="closePeriod", parameters=[IDEMPOTENCY_KEY])
@blueprint.arguments(Windowed, example={"period": "2026-M11", "windows": "nd09"})
@blueprint.response(200, Closed, headers=REPLAYED)
@problems(blueprint, 400, 401, 403, 409, 413, 415, 422, 429, 503, 504)
def close_period(asked: dict[str, Any]) -> Response:
    """Close a period

    Once it is over, and once: its figures stay what they are now.
    """
    key = auth.idempotency_key()
    closed = _call("close_period", key=key, **asked)
    return answer(closed, 200, replay_headers(closed))


@blueprint.route("/closings/<string:period>/cells", methods=["GET"], parameters=_PERIOD)
@blueprint.doc(operationId="openCell")
@blueprint.arguments(CellQuery, location="query")
@blueprint.response(200, CellPage)
@problems(blueprint, 401, 403, 404, 422, 429, 503, 504)
def open_cell(asked: dict[str, Any], period: str) -> Response:
    """Open a number of a closed period

    To the dossiers behind it, in pages.
    """
    return answer(_call("closing_cell", period=period[:20], **asked))


@blueprint.route("/closings/<string:period>/reproduction", methods=["GET"], parameters=_PERIOD)
@blueprint.doc(operationId="reproduceClosing")
@blueprint.arguments(WindowsQuery, location="query")
@blueprint.response(200, Compared)
@problems(blueprint, 401, 403, 404, 422, 429, 503, 504)
def reproduce(asked: dict[str, Any], period: str) -> Response:
    """Compute a closed period anew

    From the events as they stood when it was closed, and compare.
    """
    return answer(_call("closing_reproduce", period=period[:20], **asked))
