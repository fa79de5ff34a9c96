"""Intake's own database: one module per collection."""

from intake.store.attachment_rows import Claimed
from intake.store.attachments import Attachments
from intake.store.bundles import Bundles
from intake.store.dossiers import Dossiers, Found
from intake.store.drafts import DraftStore
from intake.store.figures import BATCH, Figures
from intake.store.grid import CHUNK
from intake.store.payments import KeptPayments
from intake.store.procedures import Procedures
from intake.store.registers import Registers
from intake.store.rejections import Rejections
from intake.store.statements import Statements
from intake.store.streams import Streams
from intake.store.ward_changes import WardChanges

__all__ = [
    "BATCH",
    "CHUNK",
    "Attachments",
    "Bundles",
    "Claimed",
    "Dossiers",
    "DraftStore",
    "Figures",
    "Found",
    "KeptPayments",
    "Procedures",
    "Registers",
    "Rejections",
    "Statements",
    "Streams",
    "WardChanges",
]
