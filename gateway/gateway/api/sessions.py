"""``/api/sessions``: sign in with the built-in account store."""

from __future__ import annotations

from typing import Any

from flask import Response

from chassis import telemetry
from gateway import auth
from gateway.api.replies import answer, problems
from gateway.api.schemas import Session, SignIn
from gateway.bodies import Resource
from gateway.problems import Problem
from gateway.wiring import parts

blueprint = Resource("sessions", __name__, url_prefix="/api/sessions", description="Sign in")

_log = telemetry.logger(__name__)


@blueprint.route("", methods=["POST"])
@blueprint.doc(security=[], operationId="signIn")
@blueprint.arguments(SignIn, example={"username": "clerk.one", "password": "correct horse battery staple"})
@blueprint.response(201, Session)
@problems(blueprint, 400, 401, 413, 415, 422, 429, 503)
def sign_in(given: dict[str, Any]) -> Response:
    """Sign in

    Answers with a signed token to send as `Authorization: Bearer`.
    """
    identity = parts().accounts.check(given["username"], given["password"])
    if identity is None:
        _log.warning("sign-in refused")
        raise Problem("wrong-credentials", 401, headers={"WWW-Authenticate": 'Bearer realm="motcua"'})
    token, ends = auth.open_session(identity)
    body = {
        "token": token,
        "expires_at": ends.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "roles": sorted(identity.roles),
        "unit": identity.unit,
    }
    return answer(body, 201)
