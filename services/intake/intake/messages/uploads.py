"""Calls about uploaded files: what they bring, and what they are shown."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from chassis.errors import Refused
from intake.domain import attachment as rules
from intake.domain.attachment import Attachment
from intake.domain.submission import Fault
from intake.messages.calls import problems


def refused(code: str, faults: list[Fault], status: int = 422) -> Refused:
    return Refused(code, status, errors=problems(faults))


def piece(offset: Any, data: Any, longest: int) -> tuple[int, bytes]:
    """Return where a piece begins and its bytes.

    Args:
        data: base64 of at most ``longest`` bytes.

    Raises:
        Refused: ``invalid-piece``.
    """
    faults = [] if _count(offset) else [Fault("offset", "not-a-count")]
    try:
        raw = base64.b64decode(data, validate=True)
        if not 1 <= len(raw) <= longest:
            faults.append(Fault("data", "piece-length", str(longest)))
    except (TypeError, ValueError, binascii.Error):
        raw = b""
        faults.append(Fault("data", "not-base64"))
    if faults:
        raise refused("invalid-piece", faults)
    return offset, raw


def announcement(filename: Any, size: Any, filetype: Any, limits: rules.Limits) -> None:
    """Check an announced file.

    Raises:
        Refused: ``invalid-upload``, every field and its faults.
    """
    faults = [Fault(name, "not-a-text") for name, value in _texts(filename, filetype) if not isinstance(value, str)]
    if not _count(size):
        faults.append(Fault("size", "not-a-count"))
    faults = faults or rules.begin_faults(filename, filetype, size, limits)
    if faults:
        raise refused("invalid-upload", faults)


def _texts(filename: Any, filetype: Any) -> list[tuple[str, Any]]:
    return [("filename", filename), ("filetype", filetype)]


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def view(file: Attachment) -> dict[str, Any]:
    """Return a file as its owner and readers of its dossier see it."""
    return {
        "id": file.id,
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "offset": file.received,
        "state": str(file.state),
        "sha256": file.sha256,
        "signed": file.signed,
        "signatures": file.signatures,
        "created_at": file.created_at,
        "expires_at": file.expires_at if file.dossier_id is None else None,
        "dossier_id": file.dossier_id,
        "errors": problems(content_faults(file)),
    }


def content_faults(file: Attachment) -> list[Fault]:
    """Return why a file was refused, or what was found in it."""
    if file.fault:
        return [Fault("content", file.fault, file.type)]
    return [Fault("content", "attachment-infected", file.virus)] if file.virus else []


def bytes_of(file: Attachment, offset: int, data: bytes) -> dict[str, Any]:
    """Return a piece of a file on its way out."""
    return {**view(file), "from": offset, "data": base64.b64encode(data).decode("ascii")}
