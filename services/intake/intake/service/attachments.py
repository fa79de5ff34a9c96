"""Attachments: files come in by pieces, are judged and scanned, wait for a dossier, and are read again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chassis import telemetry
from chassis.clock import Clock
from chassis.due import due
from chassis.errors import Refused
from chassis.identity import Identity
from chassis.kept import Document
from chassis.rpc import rpc
from chassis.service import Provided, Stored
from intake import store
from intake.domain import attachment as rules
from intake.domain.attachment import Attachment, Limits, State
from intake.domain.filetype import clean_name
from intake.domain.submission import Fault
from intake.messages import uploads
from intake.scanner import Scanner, ScannerAway, open_scanner
from intake.service.base import CALLS, READERS, Intake, may_see
from intake.settings import Settings
from intake.sniffing import examine

UPLOADERS = ("citizen", "clerk", "ward-officer")
#: Files wait for machines: their lives and retries go by real time, also while a demo plays another day.
_CLOCK = Clock()

_log = telemetry.logger(__name__)


def _limits(settings: Settings) -> Limits:
    return Limits(
        file_bytes=settings.attachment_limit,
        dossier_files=settings.attachments_per_dossier,
        dossier_bytes=settings.attachments_bytes,
        account_files=settings.uploads_per_account,
        keep=timedelta(days=settings.upload_days),
    )


class Attaching(Intake):
    drafts: store.DraftStore = Stored(store.DraftStore)
    attachments: store.Attachments = Stored(store.Attachments)
    limits: Limits = Provided(_limits)
    scanner: Scanner | None = Provided(lambda settings: open_scanner(settings.scanner))

    @rpc(roles=UPLOADERS)
    def upload_begin(self, caller: Identity, key: str, filename: Any, size: Any, filetype: Any = "") -> dict[str, Any]:
        uploads.announcement(filename, size, filetype, self.limits)
        name = str(uuid.uuid5(CALLS, f"upload {caller.subject} {key}"))
        if (found := self.attachments.find(name)) is None:
            if self.attachments.unclaimed(caller.subject) >= self.limits.account_files:
                most = str(self.limits.account_files)
                raise uploads.refused("too-many-uploads", [Fault("filename", "uploads-too-many", most)], 429)
            made = rules.begin(name, caller.subject, filename, size, _CLOCK.now(), self.limits)
            return uploads.view(self.attachments.add(made))
        if (found[1].size, found[1].name) != (size, clean_name(filename)):
            raise Refused("idempotency-key-reused", 422)
        return uploads.view(found[1])

    @rpc(roles=UPLOADERS)
    def upload_append(self, caller: Identity, upload: str, offset: Any, data: Any) -> dict[str, Any]:
        offset, piece = uploads.piece(offset, data, store.CHUNK)
        loaded, _ = self._own(caller, upload)
        try:
            return uploads.view(self.attachments.append(loaded, offset, piece, _CLOCK.now()))
        except rules.WrongOffset as wrong:
            raise Refused("wrong-offset", 409, str(wrong.offset)) from None

    @rpc(roles=UPLOADERS)
    def upload_finish(self, caller: Identity, upload: str) -> dict[str, Any]:
        loaded, file = self._own(caller, upload)
        if file.state is State.RECEIVED:
            file = self._judge(loaded, file)
        if file.state is State.REFUSED:
            raise uploads.refused("attachment-refused", uploads.content_faults(file))
        return uploads.view(file)

    @rpc(roles=UPLOADERS)
    def upload_state(self, caller: Identity, upload: str) -> dict[str, Any]:
        return uploads.view(self._own(caller, upload)[1])

    @rpc(roles=UPLOADERS)
    def upload_remove(self, caller: Identity, upload: str) -> dict[str, Any]:
        loaded, file = self._own(caller, upload)
        if file.dossier_id is not None:
            raise uploads.refused("attachment-taken", [Fault("id", "attachment-taken")], 409)
        self.attachments.remove(loaded, file)
        return {"id": upload}

    @rpc(roles=READERS)
    def attachment(self, caller: Identity, attachment: str) -> dict[str, Any]:
        return uploads.view(self._readable(caller, attachment)[1])

    @rpc(roles=READERS)
    def attachment_read(self, caller: Identity, attachment: str, offset: int) -> dict[str, Any]:
        loaded, file = self._readable(caller, attachment)
        if file.state is State.INFECTED:
            raise uploads.refused("attachment-infected", uploads.content_faults(file), 410)
        waits = file.state is State.WAITING and file.owner != caller.subject
        if waits or file.state not in rules.USABLE:
            raise Refused("attachment-not-ready", 409)
        if not isinstance(offset, int) or not 0 <= offset < file.size:
            raise uploads.refused("invalid-piece", [Fault("offset", "not-a-count")])
        content = self.attachments.open(loaded)
        content.seek(offset)
        return uploads.bytes_of(file, offset, content.read(store.CHUNK))

    def claim_attachments(
        self,
        ids: Sequence[str],
        dossier_id: str,
        caller: Identity,
        *,
        draft_id: str | None = None,
        fields: Sequence[str] | None = None,
    ) -> list[store.Claimed]:
        """Make uploaded files those of a dossier or draft, in the order given; harmless to repeat for the same one.

        Args:
            ids: as ``upload_begin`` gave them.
            dossier_id: the same at each try of the same submission. It need not exist yet; within an hour it must.
            draft_id: of the draft that becomes the dossier; what it holds goes over.
            fields: the path of each id in what the caller sent, for the faults; else ``attachments.<n>``.

        Raises:
            Refused: ``invalid-attachments`` with a row for each that it may not have.
        """
        faults = self.attachment_faults(ids, dossier_id, caller, draft_id=draft_id, fields=fields)
        if faults:
            raise uploads.refused("invalid-attachments", faults)
        return self.attachments.claim(ids, dossier_id, caller, _CLOCK.now(), draft_id)

    def attachment_faults(
        self,
        ids: Sequence[str],
        dossier_id: str,
        caller: Identity,
        *,
        draft_id: str | None = None,
        fields: Sequence[str] | None = None,
    ) -> list[Fault]:
        """Return why a dossier may not have these files; arguments as above."""
        return self.attachments.faults(
            ids, caller, dossier_id=dossier_id, limits=self.limits, draft_id=draft_id, fields=fields
        )

    def release_attachments(self, ids: Sequence[str], dossier_id: str) -> None:
        """Take files from a draft that no longer names them."""
        self.attachments.release(ids, dossier_id, _CLOCK.now(), self.limits)

    def _claimer_exists(self, key: str) -> bool:
        """Tell whether what claimed a file is there: a dossier, or a draft of anybody's."""
        for look in (self.dossiers.by_id, partial(self.drafts.get, owner=None)):
            try:
                look(key)
            except Refused:
                continue
            return True
        return False

    def _own(self, caller: Identity, key: str) -> tuple[Document, Attachment]:
        loaded, file = self.attachments.get(str(key))
        if file.owner != caller.subject:
            raise Refused("unknown-attachment", 404)  # whether it exists is not theirs to know
        return loaded, file

    def _readable(self, caller: Identity, key: str) -> tuple[Document, Attachment]:
        loaded, file = self.attachments.get(str(key))
        if not self._may_read(caller, file):
            raise Refused("unknown-attachment", 404)
        return loaded, file

    def _may_read(self, caller: Identity, file: Attachment) -> bool:
        if file.dossier_id is not None:
            try:
                return may_see(caller, self.dossiers.by_id(file.dossier_id)[1])
            except Refused:  # claimed, and its dossier is not written yet, or is a draft: still its owner's
                return file.owner == caller.subject
        return file.owner == caller.subject or "clerk" in caller.roles

    @due("attachments", real_time=True)
    def on_attachment_due(self, key: str) -> None:
        now = _CLOCK.now()
        if (found := self.attachments.any_state(key)) is None:
            return
        loaded, file = found
        if file.state is State.REMOVED:
            self.attachments.remove(loaded, file)
        elif file.work_at and file.work_at <= now:
            self._work(loaded, file, now)
        elif file.dossier_id is None and file.expires_at <= now:
            self.attachments.remove(loaded, file)
            _log.info("unclaimed upload removed", attachment=file.id, state=str(file.state))
        elif file.dossier_id and file.confirm_at and file.confirm_at <= now:
            self.attachments.save(
                loaded, rules.confirmed(file, self._claimer_exists(file.dossier_id), now, self.limits)
            )
        else:
            self.attachments.save(loaded, file)

    def _work(self, loaded: Document, file: Attachment, now: datetime) -> None:
        if file.state is State.RECEIVED:
            self._judge(loaded, file)
        elif file.state is State.WAITING:
            self._scan(loaded, file, now)
        else:
            self.attachments.drop_bytes(loaded, file)

    def _judge(self, loaded: Document, file: Attachment) -> Attachment:
        content, sha256 = examine(self.attachments.open(loaded))
        judged = rules.judge(file, content, sha256, _CLOCK.now(), scanner=self.scanner is not None)
        _log.info("attachment judged", attachment=file.id, state=str(judged.state), fault=judged.fault)
        return self.attachments.judged(loaded, judged)

    def _scan(self, loaded: Document, file: Attachment, now: datetime) -> None:
        if self.scanner is None:
            self.attachments.save(loaded, rules.unscanned(file))
            return
        pieces = iter(partial(self.attachments.open(loaded).read, store.CHUNK), b"")
        try:
            virus = self.scanner.scan(pieces)
        except ScannerAway as away:
            _log.warning("attachment waits for the scanner", attachment=file.id, because=str(away), scans=file.scans)
            self.attachments.save(loaded, rules.scan_later(file, now))
            return
        after = self.attachments.save(loaded, rules.scanned(file, virus, _CLOCK.now()))
        if after.virus:
            _log.error("attachment infected", attachment=file.id, virus=after.virus, dossier=file.dossier_id)
