"""Entrypoints of council: none yet; the process runs, answers its probes and can be scaled and watched."""

from __future__ import annotations

from chassis.service import Service
from council import settings


class CouncilService(Service):
    name = "council"
    load_settings = staticmethod(settings.load)
