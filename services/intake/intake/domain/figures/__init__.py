"""Figures of the desk: what a period's report counts, from the dossiers and, apart from that, from what was told of them."""

from intake.domain.figures.events import told
from intake.domain.figures.life import lived
from intake.domain.figures.mark import BURDEN, BY, HANDLING, Mark, cells, counts
from intake.domain.figures.period import ND09, WINDOWS, Period, at_work, halves
from intake.domain.figures.tally import Row, Tally

__all__ = [
    "BURDEN",
    "BY",
    "HANDLING",
    "ND09",
    "WINDOWS",
    "Mark",
    "Period",
    "Row",
    "Tally",
    "at_work",
    "cells",
    "counts",
    "halves",
    "lived",
    "told",
]
