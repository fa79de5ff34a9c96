"""What a file is, by its bytes: the one room that knows file formats. It runs, renders and unpacks nothing.

A file is read once from end to end, piece by piece. Of a package (zip) the table of contents and three small parts are
read, within limits, so that neither its size nor what it would unpack to costs memory.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import IO, Any, Protocol

from intake.domain.attachment import Content
from intake.domain.filetype import HEIC, JPEG, P7S, PDF, PNG, TIFF, XML
from intake.sniffing.markup import Markup
from intake.sniffing.package import look_into
from intake.sniffing.pdf import Pdf

_PIECE = 256 * 1024
_ZIP = b"PK\x03\x04"
#: ISO 14496-12 brands of still pictures in HEVC.
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # OID 1.2.840.113549.1.7.2, PKCS #7 signedData
_PEM = (b"-----BEGIN PKCS7-----", b"-----BEGIN CMS-----")
_HEADS = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"II*\0": TIFF, b"MM\0*": TIFF, b"%PDF-": PDF, _ZIP: "zip"}
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Watcher(Protocol):
    """Sees all bytes in turn and tells at the end what they are."""

    def feed(self, piece: bytes) -> None: ...

    def end(self) -> Content: ...


class _Nothing:
    """The head said it all."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def feed(self, piece: bytes) -> None:
        """Need no more."""

    def end(self) -> Content:
        return self._content


def examine(file: IO[bytes] | Any) -> tuple[Content, str]:
    """Return what a file is and the SHA-256 of its bytes, hexadecimal.

    Args:
        file: readable and seekable.
    """
    head = file.read(64)
    kind = _by_head(head)
    watcher: Watcher = _Nothing(Content(kind, signed=kind == P7S))
    if kind == PDF:
        watcher = Pdf()
    elif kind == XML:
        watcher = Markup()
    digest = hashlib.sha256()
    file.seek(0)
    for piece in iter(partial(file.read, _PIECE), b""):
        digest.update(piece)
        watcher.feed(piece)
    return look_into(file) if kind == "zip" else watcher.end(), digest.hexdigest()


def _by_head(head: bytes) -> str | None:
    for magic, kind in _HEADS.items():
        if head.startswith(magic):
            return kind
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return HEIC
    if head.startswith(_PEM) or (head[:1] == b"\x30" and _SIGNED_DATA in head[:24]):
        return P7S
    looks_like_xml = head.startswith(_BYTE_ORDER_MARKS) or head.lstrip(b" \t\r\n").startswith(b"<")
    return XML if looks_like_xml else None
