"""Bytes of files in GridFS, written and read chunk by chunk, so that any reader of GridFS can read them.

GridFS' own library has a writer that holds a file open from its first byte to its last, so it cannot go on after a broken
connection or in another process, and a reader that fetches up to 16 MB at once. Its layout is public
(docs/decisions/0019).
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

BUCKET = "attachments"
CHUNK = 256 * 1024

_FILES_INDEX = IndexModel([("filename", ASCENDING), ("uploadDate", ASCENDING)])
_CHUNKS_INDEX = IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], unique=True)


class Incomplete(Exception):
    """A chunk is not there, or shorter than it must be; names the file and the chunk's number."""


class Grid:
    """The bucket ``attachments`` of intake's database."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._files: Collection[dict[str, Any]] = database[f"{BUCKET}.files"]
        self._chunks: Collection[dict[str, Any]] = database[f"{BUCKET}.chunks"]
        # by the layout's own definition, and before any traffic (docs/decisions/0004)
        self._files.create_indexes([_FILES_INDEX])
        self._chunks.create_indexes([_CHUNKS_INDEX])

    def put(self, key: str, number: int, data: bytes) -> None:
        """Write one chunk; written again it is left as it is, since a chunk's bytes never change."""
        try:
            self._chunks.update_one(
                {"files_id": key, "n": number}, {"$setOnInsert": {"data": Binary(data)}}, upsert=True
            )
        except DuplicateKeyError:
            return  # another process wrote the same bytes in the same moment

    def finish(self, key: str, name: str, kind: str, length: int, at: datetime) -> None:
        """Make the chunks a file that readers can open; harmless to repeat."""
        row = {"length": length, "chunkSize": CHUNK, "uploadDate": at, "filename": name}
        self._files.replace_one({"_id": key}, {**row, "metadata": {"contentType": kind}}, upsert=True)

    def open(self, key: str, length: int) -> io.BufferedReader:
        """Return the bytes of a file of which all chunks are there, readable and seekable; one chunk is held at a time."""
        return io.BufferedReader(_Chunks(self._chunks, key, length), CHUNK)

    def remove(self, key: str) -> None:
        """Remove all bytes of a file, finished or not; harmless to repeat."""
        self._files.delete_one({"_id": key})
        self._chunks.delete_many({"files_id": key})


class _Chunks(io.RawIOBase):
    """A file's chunks as one stream of bytes."""

    def __init__(self, chunks: Collection[dict[str, Any]], key: str, length: int) -> None:
        self._collection, self._key, self._length = chunks, key, length
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + (0, self._at, self._length)[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._length:
            return 0
        number, within = divmod(self._at, CHUNK)
        found = self._collection.find_one({"files_id": self._key, "n": number}, {"data": 1})
        data = memoryview(found["data"])[within : within + len(buffer)] if found else b""
        if not data:
            raise Incomplete(f"{self._key} {number}")
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
