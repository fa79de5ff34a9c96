"""PDF: is it encrypted, is it signed?"""

from __future__ import annotations

import re

from intake.domain.attachment import Content
from intake.domain.filetype import PDF

#: Longer than anything looked for, so that what lies across two pieces is found.
_OVERLAP = 256
#: A signature's range of bytes; an empty signature field has none. It is written last and cannot lie in a compressed
#: stream, since its numbers are filled in when the file is whole (ISO 32000-1, 12.8.1).
_BYTE_RANGE = re.compile(rb"/ByteRange\s{0,16}\[[\s\d]{7,160}\]")
_SIGNATURE = re.compile(rb"/Type\s{0,16}/(?:Sig|DocTimeStamp)\b")
_ENCRYPTED = re.compile(rb"/Encrypt\s{0,16}(?:\d{1,10}\s{1,16}\d{1,5}\s{1,16}R\b|<<)")


class Pdf:
    """Counts signature dictionaries. A document without their mark is taken as unsigned."""

    def __init__(self) -> None:
        self._before = b""
        self._ranges = 0
        self._marked = False
        self._encrypted = False

    def feed(self, piece: bytes) -> None:
        window = self._before + piece
        seen = len(self._before)
        self._ranges += sum(match.end() > seen for match in _BYTE_RANGE.finditer(window))
        self._marked = self._marked or _SIGNATURE.search(window) is not None
        self._encrypted = self._encrypted or _ENCRYPTED.search(window) is not None
        self._before = window[-_OVERLAP:]

    def end(self) -> Content:
        if self._encrypted:
            return Content(PDF, "file-encrypted")
        count = self._ranges if self._marked else 0
        return Content(PDF, signed=count > 0, signatures=count)
