"""``/api/dossiers/<code>/papers``: the papers of a dossier as PDF, and its hash-chained history."""

from __future__ import annotations

from typing import Any

from flask import Response

from chassis.errors import Refused
from gateway import auth
from gateway.api.replies import DOSSIER_PATH, IDEMPOTENCY_KEY, answer, dossier_code, problems
from gateway.bodies import Resource
from gateway.wiring import parts

blueprint = Resource("papers", __name__, url_prefix="/api/dossiers", description="Papers (phiếu) as PDF")
blueprint.before_request(auth.require)

PDF = "application/pdf"
_PAPER = {
    "in": "path",
    "name": "paper",
    "required": True,
    "schema": {"type": "string", "pattern": "^[a-z-]{1,40}(-[0-9]{1,4})?$"},
    "description": "as `papers` of the dossier names it, or control-slip; to be read only: apology-draft",
    "example": "receipt-1",
}
_FILE = {"description": "The paper", "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}


@blueprint.route("/<string:code>/papers/<string:paper>", methods=["GET"], parameters=[*DOSSIER_PATH, _PAPER])
@blueprint.doc(operationId="readPaper", responses={"200": _FILE})
@problems(blueprint, 401, 403, 404, 429, 503, 504)
def read_paper(code: str, paper: str) -> Response:
    """Read a paper

    As PDF on A4; marked as a copy once it was printed, and as a draft while it is not signed (apology-draft).
    """
    return _pdf(auth.calls()("intake", "paper", code=dossier_code(code), paper=paper[:64]), code, paper)


@blueprint.route("/<string:code>/papers/<string:paper>/prints", methods=["POST"], parameters=[*DOSSIER_PATH, _PAPER])
@blueprint.doc(operationId="printPaper", parameters=[IDEMPOTENCY_KEY], responses={"200": _FILE})
@problems(blueprint, 400, 401, 403, 404, 409, 422, 429, 503, 504)
def print_paper(code: str, paper: str) -> Response:
    """Print a paper

    The first print is the original, every further one is marked as a copy; repeated with the same key, the same again.
    """
    key = auth.idempotency_key()
    return _pdf(auth.calls()("intake", "print_paper", key=key, code=dossier_code(code), paper=paper[:64]), code, paper)


@blueprint.route("/<string:code>/history", methods=["GET"], parameters=DOSSIER_PATH)
@blueprint.doc(operationId="readHistory")
@blueprint.response(200)
@problems(blueprint, 401, 403, 404, 429, 503, 504)
def read_history(code: str) -> Response:
    """Read the hash-chained history

    As the desk itself has it; the public page has it from the events.
    """
    return answer(auth.calls()("intake", "history", code=dossier_code(code)))


def _pdf(sheet: dict[str, Any], code: str, paper: str) -> Response:
    made = parts()
    if made.papers is None:
        raise Refused("papers-away", 503)
    data = dict(sheet["data"])
    if "qr" in data:
        data["qr"] = f"{made.settings.public_url}{data['qr']}"
    made_of = {"copy": sheet["copy"], "draft": sheet.get("draft", False)}
    response = Response(made.papers.render(sheet["kind"], data, **made_of), mimetype=PDF)
    response.headers["Content-Disposition"] = f'inline; filename="{code}-{paper}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
