"""Settings of routing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chassis.settings import Settings as Core
from chassis.settings import read


@dataclass(frozen=True, kw_only=True)
class Settings(Core):
    """Attributes: ``office_dir`` of YAML files, for the working calendar."""

    office_dir: Path


def load() -> Settings:
    return read("routing", Settings, lambda env: {"office_dir": env.path("OFFICE_DIR")})
