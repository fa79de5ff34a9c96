"""What the gateway reads from its environment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import marshmallow
from environs import Env, validate

from chassis.settings import PREFIX, Settings, pem, read


@dataclass(frozen=True, kw_only=True)
class GatewaySettings(Settings):
    """Settings of the HTTP process.

    Attributes:
        private_key: PEM that signs sessions and call tokens; only the gateway has it.
        accounts_file: JSON list of accounts to seed, or None.
        public_url: base of the tracking links on receipts, without a trailing slash.
        office_dir: the office's data, for names of departments.
        rpc_deadline: seconds a caller waits for a service.
        session_hours: life of a signed-in session.
        proxies: how many reverse proxies in front may set X-Forwarded-*; 0 trusts none.
        rate_storage: URI of the store that counts requests; shared by workers when it is not memory://.
        rate_api, rate_sessions, rate_tracking: limits per subject, per address, per address.
        read_seconds: longest wait for a client's next bytes.
        body_seconds: longest time that a client may keep us waiting for one request; ``batch_seconds`` for a batch.
        http_workers: processes that answer HTTP; gunicorn reads it by itself.
        body_limit: bytes of a JSON body.
        batches: how many may be pushed at once in one process.
        batch_limit: bytes of a batch; ``batch_lines`` its lines, ``batch_line_limit`` bytes of one line,
            ``batch_calls`` its lines in work at once.
        attachment_limit: bytes of one file; intake reads the same variable.
        transfers: files that may be on their way in or out at once in one process.
        upload_seconds: longest time that a client may keep us waiting for one request with a file, or its answer.
    """

    private_key: str
    accounts_file: Path | None
    public_url: str
    office_dir: Path | None
    otlp_endpoint: str | None
    rpc_deadline: float
    session_hours: int
    proxies: int
    rate_storage: str
    rate_api: str
    rate_sessions: str
    rate_tracking: str
    http_workers: int
    read_seconds: float
    body_seconds: float
    batch_seconds: float
    body_limit: int
    batches: int
    batch_limit: int
    batch_lines: int
    batch_line_limit: int
    batch_calls: int
    attachment_limit: int = 50 * 1024 * 1024
    transfers: int = 8
    upload_seconds: float = 300.0


def load() -> GatewaySettings:
    """Read the environment.

    Raises:
        SettingsFaults: naming every missing or wrong variable.
    """
    return read("gateway", GatewaySettings, _more)


def _counts_together(env: Env) -> Callable[[int], None]:
    def check(workers: int) -> None:
        if workers > 1 and (env.str("HTTP_RATE_STORAGE", "") or "memory://").startswith("memory://"):
            raise marshmallow.ValidationError(
                f"each worker would count requests for itself: more than one needs {PREFIX}HTTP_RATE_STORAGE "
                "to name a store that they share, not memory://"
            )

    return check


def _more(env: Env) -> dict[str, Any]:
    positive = validate.Range(min=1)
    return {
        "private_key": pem(env, "IDENTITY_PRIVATE_KEY"),
        "accounts_file": env.path("ACCOUNTS_FILE", None),
        "public_url": (env.str("PUBLIC_URL", "http://127.0.0.1:8080") or "").rstrip("/"),
        "office_dir": env.path("OFFICE_DIR", None),
        "otlp_endpoint": env.str("OTLP_ENDPOINT", None),
        "rpc_deadline": env.float("RPC_DEADLINE", 5.0, validate=validate.Range(min=0.1, max=60)),
        "session_hours": env.int("HTTP_SESSION_HOURS", 8, validate=validate.Range(min=1, max=24)),
        "proxies": env.int("HTTP_PROXIES", 0, validate=validate.Range(min=0, max=5)),
        "rate_storage": env.str("HTTP_RATE_STORAGE", "memory://"),
        "rate_api": env.str("HTTP_RATE_API", "6000/minute"),
        "rate_sessions": env.str("HTTP_RATE_SESSIONS", "10/minute"),
        "rate_tracking": env.str("HTTP_RATE_TRACKING", "60/minute"),
        "http_workers": env.int("HTTP_WORKERS", 1, validate=[validate.Range(min=1, max=64), _counts_together(env)]),
        "read_seconds": env.float("HTTP_READ_SECONDS", 5.0, validate=validate.Range(min=0.1, max=60)),
        "body_seconds": env.float("HTTP_BODY_SECONDS", 20.0, validate=validate.Range(min=0.1, max=600)),
        "batch_seconds": env.float("HTTP_BATCH_SECONDS", 300.0, validate=validate.Range(min=0.1, max=3600)),
        "body_limit": env.int("HTTP_BODY_LIMIT", 1024 * 1024, validate=positive),
        "batches": env.int("HTTP_BATCHES", 4, validate=validate.Range(min=1, max=64)),
        "batch_limit": env.int("HTTP_BATCH_LIMIT", 1024 * 1024 * 1024, validate=positive),
        "batch_lines": env.int("HTTP_BATCH_LINES", 200_000, validate=positive),
        "batch_line_limit": env.int("HTTP_BATCH_LINE_LIMIT", 64 * 1024, validate=positive),
        "batch_calls": env.int("HTTP_BATCH_CALLS", 16, validate=validate.Range(min=1, max=32)),
        "attachment_limit": env.int("ATTACHMENT_LIMIT", 50 * 1024 * 1024, validate=positive),
        "transfers": env.int("HTTP_TRANSFERS", 8, validate=validate.Range(min=1, max=64)),
        "upload_seconds": env.float("HTTP_UPLOAD_SECONDS", 300.0, validate=validate.Range(min=0.1, max=3600)),
    }
