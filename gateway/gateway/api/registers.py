"""``/api/registers``: the legal register of dossiers, as JSON in pages, as one sheet, or on paper in parts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from flask import Response, url_for

from gateway import auth
from gateway.api import sheets
from gateway.api.figure_schemas import RegisterPage, RegisterQuery
from gateway.api.replies import answer, problems
from gateway.bodies import Resource
from gateway.problems import Problem
from gateway.wiring import parts

blueprint = Resource("registers", __name__, url_prefix="/api/registers", description="Registers (sổ)")
blueprint.before_request(auth.require)

#: Parts have so many rows, as the service counts them.
PART = 250


@blueprint.route("/dossiers", methods=["GET"])
@blueprint.doc(operationId="readRegister", responses={"200": sheets.files(RegisterPage)})
@blueprint.arguments(RegisterQuery, location="query")
@blueprint.response(200, RegisterPage)
@problems(blueprint, 401, 403, 404, 422, 429, 503, 504)
def read_register(asked: dict[str, Any]) -> Response:
    """Read the register of dossiers

    Sổ theo dõi hồ sơ: every code of the span, in order, also of what was refused or withdrawn. `json` comes in pages
    (`after`), `xlsx` whole, `pdf` in parts of 250 rows (`part`; the headers `Register-Part` and `Register-Rows` say which).
    Who reads which rows is kept.
    """
    span = {name: asked[name] for name in ("field", "department") if asked[name] is not None}
    span |= {"first": asked["first"].isoformat(), "last": asked["last"].isoformat()}
    if asked["format"] == "json":
        return answer(auth.calls()("intake", "register_page", **span, limit=asked["limit"], after=asked["after"]))
    name = f"so-theo-doi-{span['first']}-{span['last']}"
    return _sheet(span, name) if asked["format"] == "xlsx" else _part(span, asked, name)


def _sheet(span: dict[str, Any], name: str) -> Response:
    # of a year it has 60,000 rows: they go to a file one by one, and the file goes out from the disk
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryFile())
        sheets.papers().long_register(made, _rows(span))
        made.seek(0)
        response = sheets.file(made, sheets.XLSX, f"{name}.xlsx")
        response.call_on_close(stack.pop_all().close)
    return response


def _rows(span: dict[str, Any]) -> Iterator[dict[str, Any]]:
    call, after = auth.calls(), None
    while True:
        page = call("intake", "register_page", deadline=sheets.DEADLINE, **span, limit=PART, after=after)
        yield from page["items"]
        if (after := page["next"]) is None:
            return


def _part(span: dict[str, Any], asked: dict[str, Any], name: str) -> Response:
    call, part, drawn = auth.calls(), asked["part"], sheets.papers()
    known = call("intake", "register_parts", deadline=sheets.DEADLINE, **span)
    count = len(known["parts"])
    if part > count:
        raise Problem("invalid", 422, errors=[{"field": "part", "message": f"Must be one of: 1-{count}."}])
    page = call("intake", "register_page", **span, limit=PART, after=known["parts"][part - 1])
    rows = page["items"]
    lines = f"{rows[0]['line']}-{rows[-1]['line']}" if rows else "0-0"
    data = {
        "volume": f"{part}/{count} (STT {lines} / {known['total']})",
        "period": {"first": span["first"], "last": span["last"]},
        "issued_at": parts().clock.now().isoformat(),
        "rows": rows,
    }
    headers = {"Register-Part": f"{part}/{count}", "Register-Rows": f"{lines}/{known['total']}"}
    if part < count:
        address = url_for(".read_register", **_query(asked), part=part + 1)
        headers["Link"] = f'<{address}>; rel="next"'
    return sheets.file(drawn.render("register", data), sheets.PDF, f"{name}-{part}.pdf", headers)


def _query(asked: dict[str, Any]) -> dict[str, Any]:
    kept = {name: asked[name] for name in ("field", "department", "format") if asked[name] is not None}
    return {"from": asked["first"].isoformat(), "to": asked["last"].isoformat(), **kept}
