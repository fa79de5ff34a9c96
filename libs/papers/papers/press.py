"""From a page of HTML to PDF: the one room that knows weasyprint."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from papers.faults import Fault, PaperFaults
from papers.fence import Fence, Refused
from papers.pictures import Pictures

SHEET = "paper.css"
#: Tagged, with language and title, as readers for the blind need it (ISO 14289-1).
VARIANT = "pdf/ua-1"
_FAMILIES = re.compile(r"font-family:\s*([^;}]+)")


class Press:
    """Sets pages with the folder's style sheet.

    One page at a time: the work is Python's own, so threads would only take turns, and the fonts and the style sheet,
    read once, can be shared.

    Raises:
        PaperFaults: the style sheet is missing, or weasyprint cannot read all of it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._fonts = FontConfiguration()
        path = folder / SHEET
        if not path.is_file():
            raise PaperFaults([Fault(SHEET, 0, "missing")])
        with self._lock, complaints() as told, self._fenced(SHEET):
            self._style = CSS(filename=str(path), font_config=self._fonts, url_fetcher=Fence(folder, {}))
        if told:
            raise PaperFaults([Fault(SHEET, _line(text), text) for text in told])

    def typeset(self, name: str, html: str, pictures: Pictures) -> bytes:
        """Return a page as PDF; equal pages give equal bytes.

        Args:
            name: of the template, for faults.

        Raises:
            PaperFaults: the page shows what it may not, or what is not there.
        """
        return self._typeset(name, html, pictures)[0]

    def prove(self, name: str, html: str, pictures: Pictures) -> list[Fault]:
        """Set a page and return all that weasyprint has to say against it, and fonts that are not the style sheet's."""
        with complaints() as told:
            _, families = self._typeset(name, html, pictures)
        faults = [Fault(name, 0, text) for text in told]
        css = (self._folder / SHEET).read_text("utf-8")
        named = [
            (match.start(), family.strip(" '\"\n"))
            for match in _FAMILIES.finditer(css)
            for family in match[1].split(",")
        ]
        for family in sorted(families - {family for _, family in named}):
            line = css[: named[0][0]].count("\n") + 1 if named else 0
            wanted = ", ".join(dict.fromkeys(family for _, family in named)) or "no font is named"
            faults.append(Fault(SHEET, line, f"{name} was set in {family}, not in {wanted}: install its package"))
        return faults

    def _typeset(self, name: str, html: str, pictures: Pictures) -> tuple[bytes, set[str]]:
        fence = Fence(self._folder, pictures)
        with self._lock, self._fenced(name):
            page = HTML(string=html, base_url=f"{self._folder.resolve()}/", url_fetcher=fence)
            document = page.render(stylesheets=[self._style], font_config=self._fonts)
            made: bytes = document.write_pdf(pdf_variant=VARIANT)
        return made, {font.family for font in document.fonts.values()}

    @contextmanager
    def _fenced(self, name: str) -> Iterator[None]:
        try:
            yield
        except FatalURLFetchingError as error:
            raise PaperFaults([_asked(self._folder, name, error.__cause__)]) from error


def _asked(folder: Path, name: str, cause: BaseException | None) -> Fault:
    """Return the fault of a refused address, at the first line that has it, or else its last part."""
    if not isinstance(cause, Refused):
        return Fault(name, 0, str(cause))
    paths = sorted([*folder.glob("*.html"), folder / SHEET], key=lambda path: path.name != name)
    lines = [(path.name, at, text) for path in paths for at, text in enumerate(path.read_text("utf-8").splitlines(), 1)]
    last = cause.url.rstrip("/").rpartition("/")[2]
    for wanted in (cause.url, last if len(last) > 3 else cause.url):
        for file, at, text in lines:
            if wanted in text:
                return Fault(file, at, str(cause))
    return Fault(name, 0, str(cause))


def _line(text: str) -> int:
    place = re.search(r"\bat (\d+):\d+", text)
    return int(place[1]) if place else 0


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Collect what weasyprint warns of in this thread."""
    told: list[str] = []
    thread = threading.get_ident()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
                told.append(record.getMessage())

    listener = Listener(logging.WARNING)
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
    try:
        yield told
    finally:
        logger.removeHandler(listener)
