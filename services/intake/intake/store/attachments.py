"""Uploaded files: a record each, with the last bytes that came; the bytes before them are in GridFS."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import IO, Any

from bson.binary import Binary
from pymongo import ASCENDING, IndexModel

from chassis.documents import Documents
from chassis.errors import AlreadyHandled, Refused, StaleDocument
from chassis.identity import Identity
from chassis.kept import Document
from intake.domain import attachment as rules
from intake.domain.attachment import Attachment, Limits, State
from intake.domain.submission import Fault
from intake.store.attachment_rows import Claimed, claimed_of, to_attachment, to_row
from intake.store.grid import CHUNK, Grid


class Attachments:
    """One document per file (chassis.documents), with ``tail``: bytes that are taken but not in a chunk yet.

    A piece and the new offset are one write, so two writers cannot both be taken. Only bytes that were taken go into a
    chunk, so it does not matter who writes it or how often.
    """

    COLLECTION = "attachments"
    INDEXES = [
        # sparse: an upload in no dossier is in the first alone, one in a dossier in the second
        IndexModel([("unclaimed_of", ASCENDING)], sparse=True),
        IndexModel([("dossier_id", ASCENDING)], sparse=True),
    ]

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._grid = Grid(documents.collection.database)

    def add(self, file: Attachment) -> Attachment:
        """Keep a file that was announced; announced again, it is given as it is now."""
        try:
            self._documents.add({"_id": file.id, "tail": Binary(b""), "piece": None, **to_row(file)[0]})
        except AlreadyHandled:
            return self.get(file.id)[1]
        return file

    def find(self, key: str) -> tuple[Document, Attachment] | None:
        """Return the stored document and the file, removed ones excepted."""
        found = self._documents.load(key)
        if found is None or found["state"] == State.REMOVED:
            return None
        return found, to_attachment(found)

    def get(self, key: str) -> tuple[Document, Attachment]:
        """As ``find``.

        Raises:
            Refused: ``unknown-attachment``.
        """
        if (found := self.find(key)) is None:
            raise Refused("unknown-attachment", 404)
        return found

    def save(self, loaded: Document, file: Attachment, **more: Any) -> Attachment:
        """Keep the file's next state.

        Raises:
            StaleDocument: somebody wrote meanwhile; read and decide again.
        """
        fields, unset = to_row(file)
        self._documents.save(loaded, {**fields, **more}, unset=[name for name in unset if name in loaded])
        return file

    def append(self, loaded: Document, offset: int, data: bytes, now: datetime) -> Attachment:
        """Take one piece of at most ``CHUNK`` bytes. The piece that came last is taken again without effect.

        Raises:
            WrongOffset: the piece begins elsewhere.
            StaleDocument: another piece was taken meanwhile.
        """
        before = to_attachment(loaded)
        piece = f"{offset} {hashlib.sha256(data).hexdigest()}"
        if loaded["piece"] == piece:
            return before
        file = rules.take(before, offset, len(data), now)
        tail: bytes = bytes(loaded["tail"])
        if len(tail) >= CHUNK:
            self._grid.put(file.id, (offset - len(tail)) // CHUNK, tail[:CHUNK])
            tail = tail[CHUNK:]
        try:
            return self.save(loaded, file, tail=Binary(tail + data), piece=piece)
        except StaleDocument:
            if self.find(file.id) is None:
                self._grid.remove(file.id)  # it was removed meanwhile, maybe before the chunk was put
            raise

    def open(self, loaded: Document) -> IO[bytes]:
        """Return the bytes of a file of which all bytes are in, readable and seekable."""
        file, tail = to_attachment(loaded), bytes(loaded["tail"])
        if file.state is State.RECEIVED:
            first = (file.size - len(tail)) // CHUNK
            for start in range(0, len(tail), CHUNK):
                self._grid.put(file.id, first + start // CHUNK, tail[start : start + CHUNK])
            self._grid.finish(file.id, file.name, file.type, file.size, file.created_at)
        return self._grid.open(file.id, file.size)

    def judged(self, loaded: Document, file: Attachment) -> Attachment:
        """Keep the judgement; every byte is in a chunk now."""
        return self.save(loaded, file, tail=Binary(b""), piece=None)

    def remove(self, loaded: Document, file: Attachment) -> None:
        """Remove bytes and record. The record says so first, so that nobody claims or continues it meanwhile.

        Raises:
            StaleDocument: somebody did so before.
        """
        if file.state is not State.REMOVED:
            file = replace(file, state=State.REMOVED, work_at=file.wake_at)
            self.save(loaded, file, tail=Binary(b""), piece=None)
        self._grid.remove(file.id)
        self._documents.collection.delete_one({"_id": file.id, "state": State.REMOVED})

    def drop_bytes(self, loaded: Document, file: Attachment) -> None:
        """Remove the bytes of a refused or infected file, then note that it is done; the record stays."""
        self._grid.remove(file.id)
        self.save(loaded, replace(file, work_at=None), tail=Binary(b""), piece=None)

    def any_state(self, key: str) -> tuple[Document, Attachment] | None:
        """As ``find``, but removed ones too, whose bytes may still be there."""
        found = self._documents.load(key)
        return None if found is None else (found, to_attachment(found))

    def unclaimed(self, owner: str) -> int:
        """Return how many files of an account are in no dossier."""
        return self._documents.collection.count_documents({"unclaimed_of": owner})

    def of_dossier(self, dossier_id: str) -> list[Attachment]:
        """Return what a dossier has claimed, oldest first."""
        rows = self._documents.collection.find({"dossier_id": dossier_id}, {"tail": 0})
        return sorted((to_attachment(row) for row in rows), key=lambda file: (file.created_at, file.id))

    def dossier_id_of(self, key: str) -> str | None:
        """Return the dossier that claimed a file, or None."""
        found = self.find(key)
        return found[1].dossier_id if found else None

    def faults(
        self,
        ids: Sequence[str],
        by: Identity,
        *,
        dossier_id: str,
        limits: Limits,
        draft_id: str | None = None,
        fields: Sequence[str] | None = None,
    ) -> list[Fault]:
        """Return why a dossier may not have these files.

        Args:
            by: who names them; a clerk may name anybody's.
            draft_id: of the draft that becomes the dossier; what it holds goes over.
            fields: the path of each id, for its fault; else ``attachments.<n>``.
        """
        found = {key: self.find(key) for key in ids}
        files = {key: pair[1] for key, pair in found.items() if pair}
        faults = []
        for place, key in enumerate(ids):
            kind = _fault(files.get(key), by, dossier_id, draft_id)
            if key in ids[:place]:
                kind = "attachment-twice"
            if kind:
                faults.append(Fault(fields[place] if fields else f"attachments.{place}", kind))
        held = {file.id: file for file in self.of_dossier(dossier_id)} | files
        if len(held) > limits.dossier_files:
            faults.append(Fault("attachments", "attachments-too-many", str(limits.dossier_files)))
        if sum(file.size for file in held.values()) > limits.dossier_bytes:
            faults.append(Fault("attachments", "attachments-too-large", str(limits.dossier_bytes)))
        return faults

    def claim(
        self, ids: Sequence[str], dossier_id: str, by: Identity, now: datetime, draft_id: str | None = None
    ) -> list[Claimed]:
        """Make files those of one dossier, in the order given; harmless to repeat for the same dossier.

        A claim is void after an hour if the dossier does not exist then, so files may be claimed before it is written.

        Raises:
            Refused: ``attachment-not-claimable`` with the kind of fault as its detail; ``faults`` tells before.
            StaleDocument: somebody wrote meanwhile; claim again.
        """
        claimed = []
        for key in ids:
            found = self.find(key)
            file = found[1] if found else None
            kind = _fault(file, by, dossier_id, draft_id)
            if found is None or file is None or kind:
                raise Refused("attachment-not-claimable", 422, kind or "")
            taken = rules.claim(file, dossier_id, now)
            if taken != file:
                self.save(found[0], taken)
            claimed.append(claimed_of(taken))
        return claimed

    def release(self, ids: Sequence[str], dossier_id: str, now: datetime, limits: Limits) -> None:
        """Take files from a draft that no longer names them; those of another dossier are left alone."""
        for key in ids:
            if (found := self.find(key)) and found[1].dossier_id == dossier_id:
                self.save(found[0], rules.release(found[1], now, limits))


def _fault(file: Attachment | None, by: Identity, dossier_id: str, draft_id: str | None) -> str | None:
    any_owner = "clerk" in by.roles
    return rules.claim_fault(file, by.subject, any_owner=any_owner, dossier_id=dossier_id, draft_id=draft_id)
