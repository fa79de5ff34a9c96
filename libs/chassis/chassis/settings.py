"""Settings from the environment: read once at start, every fault told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import marshmallow
from environs import Env, EnvValidationError, validate

from chassis.telemetry import LEVELS

PREFIX = "MOTCUA_"


class SettingsFaults(Exception):
    """One or more settings are missing or wrong; the text lists all of them, names only."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the chassis needs of any process.

    Attributes:
        amqp_uri: broker URI with this process' own user.
        mongodb_uri: database server; ``database`` is this service's own database name.
        prefetch: un-acknowledged messages per queue.
        workers: handlers that run at once in this process.
        probe_port: port of health, readiness and metrics; 0 for none.
        clock_file: see ``chassis.clock``; demo and tests only.
        public_key: PEM that verifies the identity tokens of callers.
        retry_steps: how many retry queues the topology has.
        publish_deadline: seconds until an unconfirmed publish is given up and its connection dropped.
        drain_seconds: how long a stopping process waits for work in hand.
    """

    service: str
    amqp_uri: str
    mongodb_uri: str
    database: str
    prefetch: int
    workers: int
    probe_host: str
    probe_port: int
    log_level: str
    clock_file: Path | None
    public_key: str
    retry_steps: int
    publish_deadline: float
    drain_seconds: float


S = TypeVar("S", bound=Settings)


def read(service: str, into: type[S], more: Callable[[Env], dict[str, Any]] = lambda env: {}) -> S:
    """Return the settings of ``service``.

    Args:
        into: dataclass to fill.
        more: reads the service's own variables from the same ``Env`` (prefix already set).

    Raises:
        SettingsFaults: with every missing or wrong variable.
    """
    env = Env(prefix=PREFIX, eager=False)
    values: dict[str, Any] = {
        "service": service,
        "amqp_uri": env.str("AMQP_URI"),
        "mongodb_uri": env.str("MONGODB_URI"),
        "database": env.str("DATABASE", f"motcua_{service}"),
        "prefetch": env.int("PREFETCH", 20, validate=validate.Range(min=1, max=1000)),
        "workers": env.int("WORKERS", 20, validate=validate.Range(min=1, max=1000)),
        "probe_host": env.str("PROBE_HOST", "127.0.0.1"),
        "probe_port": env.int("PROBE_PORT", 0, validate=validate.Range(min=0, max=65535)),
        "log_level": env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(LEVELS)),
        "clock_file": env.path("CLOCK_FILE", None),
        "public_key": pem(env, "IDENTITY_PUBLIC_KEY"),
        "retry_steps": env.int("RETRY_STEPS", 7, validate=validate.Range(min=1, max=20)),
        "publish_deadline": env.float("PUBLISH_DEADLINE", 5.0, validate=validate.Range(min=0.1)),
        "drain_seconds": env.float("DRAIN_SECONDS", 7.0, validate=validate.Range(min=0, max=9)),
        **more(env),
    }
    try:
        env.seal()
    except EnvValidationError as error:
        said = dict(cast("Mapping[str, list[str]]", error.error_messages))
        faults = "; ".join(f"{name}: {', '.join(map(str, lines))}" for name, lines in sorted(said.items()))
        raise SettingsFaults(faults) from None
    return into(**values)


def pem(env: Env, name: str) -> str:
    """Read a PEM text, or the file that ``@path`` names."""
    value: str = env.str(name, validate=_readable)
    return Path(value[1:]).read_text() if value and value.startswith("@") and Path(value[1:]).is_file() else value


def _readable(value: str) -> None:
    if value.startswith("@") and not Path(value[1:]).is_file():
        raise marshmallow.ValidationError("names a file that is not there")
