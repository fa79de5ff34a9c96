"""Settings of notify."""

from __future__ import annotations

from dataclasses import dataclass

from environs import validate

from chassis.settings import Settings as Core
from chassis.settings import read


@dataclass(frozen=True, kw_only=True)
class Settings(Core):
    """Attributes: the mail server, the seconds that one step of its talk may take, the sender's address, and the base
    of links to the tracking page.
    """

    smtp_host: str
    smtp_port: int
    smtp_user: str | None
    smtp_password: str | None
    smtp_tls: bool
    smtp_timeout: float
    smtp_from: str
    public_url: str


def load() -> Settings:
    return read(
        "notify",
        Settings,
        lambda env: {
            "smtp_host": env.str("SMTP_HOST"),
            "smtp_port": env.int("SMTP_PORT", 25, validate=validate.Range(min=1, max=65535)),
            "smtp_user": env.str("SMTP_USER", None),
            "smtp_password": env.str("SMTP_PASSWORD", None),
            "smtp_tls": env.bool("SMTP_TLS", False),
            "smtp_timeout": env.float("SMTP_TIMEOUT", 10.0, validate=validate.Range(min=0.1)),
            "smtp_from": env.str("SMTP_FROM", validate=validate.Email()),
            "public_url": env.str("PUBLIC_URL", "http://127.0.0.1:8080"),
        },
    )
