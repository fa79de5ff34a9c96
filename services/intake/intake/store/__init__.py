"""Intake's own database: one module per collection."""

from intake.store.dossiers import Dossiers, Found
from intake.store.rejections import Rejections

__all__ = ["Dossiers", "Found", "Rejections"]
