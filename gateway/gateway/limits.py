"""How many requests an account or an address may make."""

from __future__ import annotations

import time
from collections.abc import Sequence

from flask import Blueprint, Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded

from gateway import auth, problems
from gateway.settings import GatewaySettings


def by_address() -> str:
    """Return the address that the request comes from."""
    return f"address:{request.remote_addr}"


def install(
    app: Flask,
    settings: GatewaySettings,
    *,
    secured: Sequence[Blueprint],
    sessions: Sequence[Blueprint],
    public: Sequence[Blueprint],
) -> None:
    """Count the requests of each group of blueprints; over the limit ends as 429 with Retry-After."""
    limiter = Limiter(
        by_address,
        app=app,
        storage_uri=settings.rate_storage,
        # its headers would put Retry-After on every answer, also over that of a 503
        headers_enabled=False,
        # a counting store that is away must not close the office
        in_memory_fallback_enabled=not settings.rate_storage.startswith("memory://"),
    )
    groups = (
        (secured, settings.rate_api, "api", auth.subject_or_address),
        (sessions, settings.rate_sessions, "sessions", by_address),
        (public, settings.rate_tracking, "tracking", by_address),
    )
    for blueprints, limit, scope, key in groups:
        for blueprint in blueprints:
            limiter.shared_limit(limit, scope=scope, key_func=key)(blueprint)

    def exceeded(error: RateLimitExceeded) -> Response:
        current = limiter.current_limit
        seconds = max(1, current.reset_at - int(time.time())) if current else 60
        return problems.respond("too-many-requests", 429, headers={"Retry-After": str(seconds)})

    app.register_error_handler(RateLimitExceeded, exceeded)
