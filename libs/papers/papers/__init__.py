"""The papers of a one-stop desk: PDF on A4 and sheets, drawn from an office's own templates and plain data."""

from papers.faults import BadPaper, Fault, PaperFaults
from papers.papers import Papers
from papers.shapes import SHAPES

#: Every kind of paper, by name: form numbers change from circular to circular.
KINDS = tuple(SHAPES)

__all__ = ["KINDS", "SHAPES", "BadPaper", "Fault", "PaperFaults", "Papers"]
