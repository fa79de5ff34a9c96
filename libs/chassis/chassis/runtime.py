"""Where extensions find the settings and the clock of their process: nameko's own configuration."""

from __future__ import annotations

from typing import Any, cast

import nameko

from chassis.clock import Clock
from chassis.settings import Settings

KEY = "CHASSIS_SETTINGS"


def configuration(settings: Settings) -> dict[str, Any]:
    """Return nameko's configuration for a process."""
    return {KEY: settings, "AMQP_URI": settings.amqp_uri, "max_workers": settings.workers}


def settings() -> Settings:
    """Return the settings of this process."""
    return cast(Settings, nameko.config[KEY])


def clock() -> Clock:
    """Return a clock as the settings want it."""
    return Clock(settings().clock_file)
