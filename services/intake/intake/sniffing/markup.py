"""XML: is it well-formed, and how many signatures has it (W3C XML Signature)?"""

from __future__ import annotations

from xml.parsers import expat

from intake.domain.attachment import Content
from intake.domain.filetype import XML

#: ``namespace name`` as expat joins them with the separator that is given to it.
_SIGNATURE = "http://www.w3.org/2000/09/xmldsig# Signature"
#: Bytes of one tag or one text that the parser may hold back before it tells of it.
_LONGEST = 1024 * 1024


class _NotTaken(Exception):
    """A document type, which may define entities without end."""


class Markup:
    """Reads XML as a stream; keeps no document."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._element
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._fed = 0
        self._fault: str | None = None
        self._broken = False
        self.signatures = 0

    def _element(self, name: str, _attributes: dict[str, str]) -> None:
        self.signatures += name == _SIGNATURE

    def _doctype(self, *_: object) -> None:
        raise _NotTaken

    def feed(self, piece: bytes) -> None:
        if self._fault or self._broken:
            return
        self._fed += len(piece)
        self._parse(piece, last=False)
        if self._fed - max(self._parser.CurrentByteIndex, 0) > _LONGEST:
            self._broken = True

    def _parse(self, piece: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except _NotTaken:
            self._fault = "file-doctype"
        except (expat.ExpatError, ValueError):  # ValueError: an encoding of several bytes that expat does not know
            self._broken = True

    def end(self) -> Content:
        if not (self._fault or self._broken):
            self._parse(b"", last=True)
        if self._broken:
            return Content(None)
        return Content(XML, self._fault, signed=self.signatures > 0, signatures=self.signatures)
