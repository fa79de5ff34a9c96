"""Settings of intake."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from environs import validate

from chassis.settings import Settings as Core
from chassis.settings import read


@dataclass(frozen=True, kw_only=True)
class Settings(Core):
    """Attributes: ``office_dir`` of YAML files; ``tracking_key`` makes the receipts' secrets, hex of 32 bytes or more."""

    office_dir: Path
    tracking_key: str


def load() -> Settings:
    return read(
        "intake",
        Settings,
        lambda env: {
            "office_dir": env.path("OFFICE_DIR"),
            "tracking_key": env.str("TRACKING_KEY", validate=validate.Regexp(r"^([0-9a-f]{2}){32,}$")),
        },
    )
