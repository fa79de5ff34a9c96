"""An uploaded file as a document, and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from chassis.kept import Document
from intake.domain import attachment as rules
from intake.domain.attachment import Attachment, State


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file as its dossier names it. ``signed``: an electronic signature is present, which nobody verified."""

    id: str
    name: str
    type: str
    size: int
    sha256: str
    signed: bool


def claimed_of(file: Attachment) -> Claimed:
    """Return a judged file as its dossier names it."""
    assert file.sha256 is not None
    assert file.signed is not None
    return Claimed(file.id, file.name, file.type, file.size, file.sha256, file.signed)


def to_row(file: Attachment) -> tuple[Document, list[str]]:
    """Return the file as stored, and the names of sparse fields that it must not have now."""
    fields = {name: value for name, value in asdict(file).items() if name != "id"}
    fields["state"] = str(file.state)
    sparse = {
        "dossier_id": fields.pop("dossier_id"),
        "unclaimed_of": file.owner if file.dossier_id is None and file.state not in rules.LOST else None,
        "wake_at": file.wake_at,
    }
    present = {name: value for name, value in sparse.items() if value is not None}
    return fields | present, [name for name in sparse if name not in present]


_NAMES = tuple(Attachment.__dataclass_fields__)


def to_attachment(row: Document) -> Attachment:
    """Return the file that a document holds; its bytes are not part of it."""
    known = {name: row[name] for name in _NAMES if name in row}
    return Attachment(**{**known, "id": row["_id"], "state": State(row["state"])})
