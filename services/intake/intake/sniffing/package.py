"""Packages (zip): Office Open XML and OpenDocument, by their tables of contents."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import IO, Any

from intake.domain.attachment import Content
from intake.domain.filetype import DOCX, ODT, XLSX
from intake.sniffing.markup import Markup

#: Bytes of a table of contents, some thousands of parts; and of a part that is read.
_TABLE = 512 * 1024
_PART = 1024 * 1024
_MAIN = {b"wordprocessingml.document.main+xml": DOCX, b"spreadsheetml.sheet.main+xml": XLSX}
_ODF_SIGNATURES = "META-INF/documentsignatures.xml"
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    ValueError,
    OverflowError,
    EOFError,
    KeyError,
    struct.error,
    zlib.error,
)


class _TooLarge(ValueError):
    """A table or a part is larger than any honest file's."""


class _Bounded:
    """A file that refuses large reads: zipfile reads a table of contents at once, however large it says it is."""

    def __init__(self, file: Any) -> None:
        self.seek, self.tell, self._read = file.seek, file.tell, file.read

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _TABLE:
            if size >= 0:
                raise _TooLarge
            here = self.tell()
            end = self.seek(0, 2) or self.tell()
            self.seek(here)
            if (size := end - here) > _TABLE:
                raise _TooLarge
        data: bytes = self._read(size)
        return data


def look_into(file: IO[bytes] | Any) -> Content:
    """Return what a package is; nothing but small parts that say so is unpacked."""
    try:
        with zipfile.ZipFile(_Bounded(file)) as package:
            return _look(package)
    except _BROKEN:
        return Content(None)


def _look(package: zipfile.ZipFile) -> Content:
    names = package.namelist()
    if any(part.flag_bits & 1 for part in package.infolist()):
        return Content(None, "file-encrypted")
    if "[Content_Types].xml" in names:
        return _office_open(names, _part(package, "[Content_Types].xml"))
    if "mimetype" in names and _part(package, "mimetype").strip() == ODT.encode():
        return _open_document(package, names)
    return Content(None)


def _office_open(names: list[str], types: bytes) -> Content:
    kind = next((kind for main, kind in _MAIN.items() if main in types), None)
    # macroEnabled main parts have other names than those above, so a renamed docm is of no kind; this says why
    if b"macroenabled" in types.lower() or any(name.casefold().endswith("vbaproject.bin") for name in names):
        return Content(kind, "file-macros")
    count = sum(name.startswith("_xmlsignatures/") and name.endswith(".xml") for name in names)
    return Content(kind, signed=count > 0, signatures=count)


def _open_document(package: zipfile.ZipFile, names: list[str]) -> Content:
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        return Content(ODT, "file-macros")
    if b"encryption-data" in _part(package, "META-INF/manifest.xml"):
        return Content(ODT, "file-encrypted")
    if _ODF_SIGNATURES not in names:
        return Content(ODT, signed=False, signatures=0)
    signatures = Markup()
    signatures.feed(_part(package, _ODF_SIGNATURES))
    signatures.end()
    return Content(ODT, signed=signatures.signatures > 0, signatures=signatures.signatures)


def _part(package: zipfile.ZipFile, name: str) -> bytes:
    """Return a small part; only of the two kinds of packing that unpack no more than is asked for."""
    if package.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _TooLarge
    with package.open(name) as part:
        data = part.read(_PART + 1)
    if len(data) > _PART:
        raise _TooLarge
    return data
