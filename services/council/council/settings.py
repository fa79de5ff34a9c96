"""Settings of council."""

from __future__ import annotations

from chassis.settings import Settings, read


def load() -> Settings:
    return read("council", Settings)
