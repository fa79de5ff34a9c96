"""What kind of file is it? Never larger unpacked than we allow."""

import io
import zlib
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from office.spreadsheet.columns import MOST_BYTES, MOST_UNPACKED
from office.spreadsheet.csv_files import read_csv
from office.spreadsheet.faults import Place, SheetSource
from office.spreadsheet.tables import Table
from office.spreadsheet.xlsx import read_xlsx

_ZIP, _OLD_EXCEL = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_MOST_PARTS = 200


class _TooLarge(Exception):
    """The archive holds more than we unpack."""


def open_files(files: Mapping[str, bytes], source: SheetSource) -> dict[str, Table]:
    """Return the tables by sheet.

    Args:
        files: by name: one workbook (xlsx), one zip of CSV files, or CSV files named after their sheets.
    """
    if sum(len(content) for content in files.values()) > MOST_BYTES:
        source.accuse(Place(next(iter(files))), "file_too_large", most=MOST_BYTES // 1024)
        return {}
    tables: dict[str, Table] = {}
    for name, content in files.items():
        for table in _open(name, content, source):
            if table.sheet in tables:
                source.accuse(Place(table.sheet), "repeated_sheet")
            tables.setdefault(table.sheet, table)
    return tables


def _open(name: str, content: bytes, source: SheetSource) -> list[Table]:
    if content.startswith(_OLD_EXCEL):
        source.accuse(Place(name), "old_workbook")
        return []
    if not content.startswith(_ZIP):
        return read_csv(name, content, source)
    try:
        parts = _unpacked(content)
    except _TooLarge:
        source.accuse(Place(name), "unpacked_too_large", most=MOST_UNPACKED // 1024 // 1024)
        return []
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error, ValueError):
        # broken, of an unusual kind, or with a password
        source.accuse(Place(name), "unreadable_workbook")
        return []
    if "[Content_Types].xml" in parts:
        return read_xlsx(name, content, parts, source)
    return [table for member, text in parts.items() for table in read_csv(member, text, source)]


def _unpacked(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
        # zipfile reads no more of a member than its directory says, so these sizes hold
        if len(members) > _MOST_PARTS or sum(member.file_size for member in members) > MOST_UNPACKED:
            raise _TooLarge
        if any(member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for member in members):
            raise BadZipFile("an unusual compression")
        if len({member.filename for member in members}) != len(members):
            raise BadZipFile("two members of one name")
        return {member.filename: archive.read(member) for member in members}
