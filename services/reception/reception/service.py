"""Entrypoints of reception: none yet; the process runs, answers its probes and can be scaled and watched."""

from __future__ import annotations

from chassis.service import Service
from reception import settings


class ReceptionService(Service):
    name = "reception"
    load_settings = staticmethod(settings.load)
