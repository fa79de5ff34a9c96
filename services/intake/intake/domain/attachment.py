"""A file on its way into a dossier: taken in pieces, judged by its content, scanned, claimed. Rules only, no bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from intake.domain.filetype import clean_name, name_faults, type_of
from intake.domain.submission import Fault

#: The gateway asks for judgement as soon as the last byte is in; after so long we begin by ourselves.
JUDGE_AFTER = timedelta(seconds=10)
#: A claimed file's dossier must exist after so long, or the claim is void.
CONFIRM_AFTER = timedelta(hours=1)
SCAN_AGAIN, SCAN_AGAIN_AT_MOST = timedelta(seconds=2), timedelta(minutes=5)


class State(StrEnum):
    """Where an upload stands. ``unscanned`` is the end where the office has no scanner."""

    UPLOADING = "uploading"
    RECEIVED = "received"
    WAITING = "waiting-for-scan"
    UNSCANNED = "unscanned"
    CLEAN = "clean"
    REFUSED = "refused"
    INFECTED = "infected"
    REMOVED = "removed"


#: All bytes are in and of a kind that we take; a virus was not found, or not yet looked for.
USABLE = frozenset({State.WAITING, State.UNSCANNED, State.CLEAN})
#: Its bytes are to go.
LOST = frozenset({State.REFUSED, State.INFECTED, State.REMOVED})


class WrongOffset(Exception):
    """A piece does not begin where the last one ended; ``offset`` is where it must begin."""

    def __init__(self, offset: int) -> None:
        super().__init__(str(offset))
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Limits:
    """Attributes: bytes of a file; files and bytes of a dossier; unclaimed files of an account; life of such a file."""

    file_bytes: int
    dossier_files: int
    dossier_bytes: int
    account_files: int
    keep: timedelta


@dataclass(frozen=True, slots=True)
class Content:
    """What a look into the bytes found.

    Attributes:
        type: media type by content, or None where it is none of those that we take.
        fault: kind of fault for which such a file is refused.
        signed: an electronic signature is present. Whether it is valid was not looked at.
        signatures: how many; None where they were not counted.
    """

    type: str | None
    fault: str | None = None
    signed: bool = False
    signatures: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One uploaded file.

    Attributes:
        owner: subject of whoever sent it.
        name: for display only.
        type: media type that the name stands for, and after judgement the content too.
        size: bytes announced; ``received`` of them are in.
        work_at: when a machine must look at it again: judge, scan or take its bytes away.
        fault: kind of fault of a refused file; ``virus`` the scanner's name for what it found.
        dossier_id: of the dossier or draft that claimed it; ``confirm_at`` until that was seen to exist.
    """

    id: str
    owner: str
    name: str
    type: str
    size: int
    created_at: datetime
    expires_at: datetime
    state: State = State.UPLOADING
    received: int = 0
    work_at: datetime | None = None
    sha256: str | None = None
    signed: bool | None = None
    signatures: int | None = None
    fault: str | None = None
    virus: str | None = None
    scans: int = 0
    dossier_id: str | None = None
    confirm_at: datetime | None = None

    @property
    def wake_at(self) -> datetime | None:
        """The next moment at which something must be done about it."""
        waiting = [self.work_at, self.expires_at if self.dossier_id is None else self.confirm_at]
        return min((moment for moment in waiting if moment), default=None)


def begin_faults(raw_name: str, claimed: str, size: int, limits: Limits) -> list[Fault]:
    """Return what is wrong with an announced file, before a byte of it came."""
    faults = name_faults(clean_name(raw_name), claimed)
    if size < 1:
        faults.append(Fault("size", "file-empty"))
    if size > limits.file_bytes:
        faults.append(Fault("size", "file-too-large", str(limits.file_bytes)))
    return faults


def begin(key: str, owner: str, raw_name: str, size: int, now: datetime, limits: Limits) -> Attachment:
    """Return a file of which no byte is in yet; its announcement has no faults."""
    name = clean_name(raw_name)
    kind = type_of(name)
    assert kind is not None
    return Attachment(
        id=key, owner=owner, name=name, type=kind, size=size, created_at=now, expires_at=now + limits.keep
    )


def take(file: Attachment, offset: int, length: int, now: datetime) -> Attachment:
    """Return the file with one more piece.

    Raises:
        WrongOffset: the piece begins elsewhere, would be too long, or the file is whole.
    """
    if offset != file.received or file.state is not State.UPLOADING or offset + length > file.size:
        raise WrongOffset(file.received)
    file = replace(file, received=offset + length)
    if file.received == file.size:
        return replace(file, state=State.RECEIVED, work_at=now + JUDGE_AFTER)
    return file


def judge(file: Attachment, content: Content, sha256: str, now: datetime, *, scanner: bool) -> Attachment:
    """Return the whole file judged: refused where its content is not what its name says, or no office could open it."""
    fault = content.fault or (None if content.type == file.type else "file-content-disagrees")
    judged = replace(file, sha256=sha256, signed=content.signed, signatures=content.signatures)
    if fault:
        return replace(judged, state=State.REFUSED, fault=fault, work_at=now)
    if scanner:
        return replace(judged, state=State.WAITING, work_at=now)
    return replace(judged, state=State.UNSCANNED, work_at=None)


def scanned(file: Attachment, virus: str | None, now: datetime) -> Attachment:
    """Return the file after a scan, clean where ``virus`` is None."""
    if virus:
        return replace(file, state=State.INFECTED, virus=virus[:200], work_at=now)
    return replace(file, state=State.CLEAN, work_at=None)


def scan_later(file: Attachment, now: datetime) -> Attachment:
    """Return the file after a scan that could not be: tried again, after growing waits."""
    wait = min(SCAN_AGAIN * 2 ** min(file.scans, 16), SCAN_AGAIN_AT_MOST)
    return replace(file, scans=file.scans + 1, work_at=now + wait)


def claim_fault(
    file: Attachment | None, subject: str, *, any_owner: bool, dossier_id: str, draft_id: str | None = None
) -> str | None:
    """Return the kind of fault for which a dossier may not have the file, or None.

    Args:
        any_owner: the caller takes files of others too, as a clerk does for the person at the counter.
        draft_id: of the draft that becomes the dossier; what it holds goes over.
    """
    if file is None or file.state is State.REMOVED:
        return "attachment-unknown"
    if file.dossier_id is not None and file.dossier_id in (dossier_id, draft_id) and file.state in USABLE:
        return None
    if file.owner != subject and not any_owner:
        return "attachment-unknown"  # whether it exists is not theirs to know
    if file.state in (State.UPLOADING, State.RECEIVED):
        return "attachment-unfinished"
    if file.state not in USABLE:
        return f"attachment-{file.state}"
    return "attachment-taken" if file.dossier_id else None


def claim(file: Attachment, dossier_id: str, now: datetime) -> Attachment:
    """Return the file as the dossier's; claimed again by the same one, as it is."""
    if file.dossier_id == dossier_id:
        return file
    return replace(file, dossier_id=dossier_id, confirm_at=now + CONFIRM_AFTER)


def release(file: Attachment, now: datetime, limits: Limits) -> Attachment:
    """Return the file as nobody's, kept as long as a new one."""
    return replace(file, dossier_id=None, confirm_at=None, expires_at=now + limits.keep)


def confirmed(file: Attachment, exists: bool, now: datetime, limits: Limits) -> Attachment:
    """Return a claimed file after it was looked whether what claimed it ``exists``."""
    return replace(file, confirm_at=None) if exists else release(file, now, limits)


def unscanned(file: Attachment) -> Attachment:
    """Return a file that waited for a scanner which the office has no more."""
    return replace(file, state=State.UNSCANNED, work_at=None)
