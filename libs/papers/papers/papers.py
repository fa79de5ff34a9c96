"""An office's papers: what the gateway asks for a PDF or a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from papers import sheets
from papers.faults import BadPaper, Fault, PaperFaults
from papers.press import Press
from papers.samples import SAMPLES, sparse
from papers.shapes import SHAPES, load
from papers.templates import Templates

BOOKS = frozenset({"register", "report"})

MOST_ROWS = 250
"""Rows of one PDF. Each takes some 17 ms and a third of a megabyte while it is set; a book is bound in parts anyway."""


class Papers:
    """The papers of one office. Made once; its methods can be called from any thread.

    Args:
        folder: templates, texts, style sheet and pictures of the office (``infra/office/papers``).

    Raises:
        PaperFaults: a file is missing or cannot be read; every fault with file and line.
    """

    def __init__(self, folder: Path) -> None:
        self._templates = Templates(folder, tuple(SHAPES))
        # a register takes seconds: it has a press of its own, so that nobody at the counter waits for it
        self._press, self._book_press = Press(folder), Press(folder)

    def render(self, kind: str, data: Mapping[str, Any], *, copy: int | None = None, draft: bool = False) -> bytes:
        """Return a paper as PDF on A4; equal data give equal bytes.

        Args:
            kind: one of ``papers.KINDS``.
            data: as ``papers.SHAPES[kind]`` says.
            copy: which reprint it is, from 1, marked on every page; None for the first print.
            draft: whether it is not signed yet; marked on every page.

        Raises:
            BadPaper: the data are not of the kind's shape, or are more rows than ``MOST_ROWS``.
            PaperFaults: the template cannot be filled with them, or shows what it may not.
        """
        if copy is not None and copy < 1:
            raise BadPaper(kind, {"copy": "From 1."})
        loaded = load(kind, data)
        if len(getattr(loaded, "rows", ())) > MOST_ROWS:
            raise BadPaper(kind, {"rows": f"At most {MOST_ROWS}: print it in parts, or take the sheet."})
        press = self._book_press if kind in BOOKS else self._press
        return press.typeset(
            f"{kind}.html", *self._templates.fill(kind, {"data": loaded, "copy": copy, "draft": draft})
        )

    def workbook(self, kind: str, data: Mapping[str, Any]) -> bytes:
        """Return the register or a report as a sheet (xlsx), of the same data as the PDF.

        Raises:
            BadPaper: another kind, or data that are not of its shape.
        """
        return sheets.workbook(kind, data, self._templates.texts["vi"])

    def long_register(self, file: IO[bytes], rows: Iterable[Mapping[str, Any]]) -> None:
        """Write the register as a sheet (xlsx) of any length, row by row (``sheets.long_register``)."""
        sheets.long_register(file, rows, self._templates.texts["vi"])

    def title(self, kind: str) -> str:
        """Return what the office calls a kind of paper."""
        return str(self._templates.texts["vi"]["kinds"][kind]["title"])

    def check(self, *kinds: str) -> None:
        """Set kinds of paper, all if none is named, with golden data: full, and with every optional field null.

        Raises:
            PaperFaults: whatever would go wrong at the counter, by file and line.
        """
        faults: list[Fault] = []
        for kind in kinds or SAMPLES:
            try:
                for data, copy in ((sparse(kind), None), (sparse(kind), 2), (SAMPLES[kind], None), (SAMPLES[kind], 2)):
                    page = self._templates.fill(kind, {"data": load(kind, data), "copy": copy, "draft": copy is None})
                faults += self._press.prove(f"{kind}.html", *page)
            except PaperFaults as error:
                faults += error.faults
        if faults:
            raise PaperFaults(faults)
