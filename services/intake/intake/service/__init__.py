"""Entrypoints of intake: read, decide, keep. One module per group of them."""

from intake.service.handling import Handling
from intake.service.reading import Reading
from intake.service.reception import Reception
from intake.service.results import Results

__all__ = ["IntakeService"]


class IntakeService(Reception, Handling, Results, Reading):
    """The one-stop desk on the bus."""
