"""``/api/drafts``: a submission grows step by step until it is sent in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response
from marshmallow import INCLUDE, fields

from gateway import auth, tracing
from gateway.api.replies import IDEMPOTENCY_KEY, REPLAYED, answer, problems
from gateway.api.request_schemas import Strict
from gateway.api.schemas import Receipt
from gateway.api.submitting import as_receipt
from gateway.bodies import Resource

blueprint = Resource("drafts", __name__, url_prefix="/api/drafts", description="Drafts (bản nháp) of submissions")
blueprint.before_request(auth.require)

_DRAFT = {
    "in": "path",
    "name": "draft",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
    "description": "as `draft` of the answer names it",
}
_EXAMPLE = {"submission": {"procedure": "2.000815", "applicant": {"name": "Nguyễn Thị Mai"}}}


class DraftIn(Strict):
    """What there is of a submission so far."""

    submission = fields.Dict(required=True, metadata={"description": "as `Submission`; what is missing may come later"})


class Draft(Strict):
    """A draft; ``code`` once it was sent in."""

    class Meta:
        unknown = INCLUDE

    draft = fields.UUID(required=True)
    submission = fields.Dict(required=True)
    code = fields.String(required=True, allow_none=True)
    updated_at = fields.AwareDateTime(required=True)
    kept_until = fields.AwareDateTime(required=True)


@blueprint.route("", methods=["POST"], parameters=[])
@blueprint.doc(operationId="createDraft", parameters=[IDEMPOTENCY_KEY])
@blueprint.arguments(DraftIn, example=_EXAMPLE)
@blueprint.response(201, Draft)
@problems(blueprint, 400, 401, 403, 409, 413, 415, 422, 429, 503, 504)
def create_draft(given: dict[str, Any]) -> Response:
    """Begin a draft

    What is there must be right; what is missing may come later. A draft that nobody touches for 60 days goes.
    """
    key = auth.idempotency_key()
    return answer(auth.calls()("intake", "create_draft", key=key, submission=given["submission"]), 201)


@blueprint.route("", methods=["GET"], parameters=[])
@blueprint.doc(operationId="listDrafts")
@blueprint.response(200, Draft(many=True))
@problems(blueprint, 401, 403, 429, 503, 504)
def list_drafts() -> Response:
    """List your drafts

    Those not sent in yet, the last touched first.
    """
    return answer(auth.calls()("intake", "list_drafts"))


@blueprint.route("/<uuid:draft>", methods=["GET"], parameters=[_DRAFT])
@blueprint.doc(operationId="readDraft")
@blueprint.response(200, Draft)
@problems(blueprint, 401, 403, 404, 429, 503, 504)
def read_draft(draft: Any) -> Response:
    """Read a draft

    Also one that was sent in: `code` says which dossier it is.
    """
    return answer(auth.calls()("intake", "read_draft", draft=str(draft)))


@blueprint.route("/<uuid:draft>", methods=["PUT"], parameters=[_DRAFT])
@blueprint.doc(operationId="saveDraft", parameters=[IDEMPOTENCY_KEY])
@blueprint.arguments(DraftIn, example=_EXAMPLE)
@blueprint.response(200, Draft)
@problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503, 504)
def save_draft(given: dict[str, Any], draft: Any) -> Response:
    """Write a draft anew

    The whole of it, until it is sent in.
    """
    key = auth.idempotency_key()
    return answer(auth.calls()("intake", "save_draft", key=key, draft=str(draft), submission=given["submission"]))


@blueprint.route("/<uuid:draft>", methods=["DELETE"], parameters=[_DRAFT])
@blueprint.doc(operationId="removeDraft", parameters=[IDEMPOTENCY_KEY])
@blueprint.response(204)
@problems(blueprint, 400, 401, 403, 404, 429, 503, 504)
def remove_draft(draft: Any) -> Response:
    """Remove a draft

    What was sent in stays a dossier.
    """
    key = auth.idempotency_key()
    auth.calls()("intake", "remove_draft", key=key, draft=str(draft))
    return Response(status=204)


@blueprint.route("/<uuid:draft>/submission", methods=["POST"], parameters=[_DRAFT])
@blueprint.doc(operationId="submitDraft", parameters=[IDEMPOTENCY_KEY])
@blueprint.response(201, Receipt)
@blueprint.alt_response(200, schema=Receipt, headers=REPLAYED, description="Sent in before", success=True)
@problems(blueprint, 400, 401, 403, 404, 409, 422, 429, 503, 504)
def submit_draft(draft: Any) -> Response:
    """Send a draft in

    Once, whatever is repeated. The dossier is registered (status 1) until the desk has looked at it.
    """
    key = auth.idempotency_key()
    receipt, replayed = as_receipt(auth.calls()("intake", "submit_draft", key=key, draft=str(draft)))
    tracing.about(receipt["code"])
    headers = {"Location": f"/api/dossiers/{quote(receipt['code'])}"}
    return answer(receipt, 200 if replayed else 201, headers | ({"Idempotent-Replayed": "true"} if replayed else {}))
