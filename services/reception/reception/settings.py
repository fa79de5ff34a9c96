"""Settings of reception."""

from __future__ import annotations

from chassis.settings import Settings, read


def load() -> Settings:
    return read("reception", Settings)
