"""Entrypoints of intake: read, decide, keep. One module per group of them."""

from intake.service.attachments import Attaching
from intake.service.bundles import Bundles
from intake.service.drafts import Drafts
from intake.service.evaluating import Evaluating
from intake.service.figures import FigureDesk
from intake.service.handling import Handling
from intake.service.money import Money
from intake.service.papers import Papers
from intake.service.procedures import ProcedureDesk
from intake.service.reading import Reading
from intake.service.registers import RegisterDesk
from intake.service.results import Results
from intake.service.supplements import Supplements
from intake.service.waking import Waking
from intake.service.ward_desk import WardDesk

__all__ = ["IntakeService"]


class IntakeService(
    Drafts,
    Bundles,
    WardDesk,
    Supplements,
    Handling,
    Waking,
    Results,
    Money,
    Papers,
    Evaluating,
    Reading,
    RegisterDesk,
    FigureDesk,
    ProcedureDesk,
    Attaching,
):
    """The one-stop desk on the bus."""
