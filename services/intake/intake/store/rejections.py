"""Refused ward submissions."""

from __future__ import annotations

from datetime import datetime

from pymongo import IndexModel

from chassis.documents import Documents
from chassis.errors import AlreadyHandled
from chassis.kept import Cause, Letter


class Rejections:
    """Ward submissions that could not be registered: one document per ward and message, with the answer to send."""

    COLLECTION = "rejections"
    INDEXES: list[IndexModel] = []

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def refuse_repeat(self, ward: str, cause: Cause) -> None:
        """Let a message that was refused stay refused, whatever has changed since.

        Raises:
            AlreadyHandled: it was.
        """
        if self._documents.load(f"{ward} {cause.id}") is not None:
            raise AlreadyHandled(cause.id)

    def problems_of(self, ward: str, cause: Cause) -> list[dict[str, str]] | None:
        """Return why a message was refused; None when it was not."""
        found = self._documents.load(f"{ward} {cause.id}")
        return None if found is None else found["problems"]

    def add(
        self, ward: str, reference: str, at: datetime, problems: list[dict[str, str]], letter: Letter, cause: Cause
    ) -> None:
        """Keep the refusal once per message.

        Raises:
            AlreadyHandled: the message was answered before.
        """
        told = {"ward": ward, "ward_reference": reference, "at": at, "problems": problems}
        self._documents.add({"_id": f"{ward} {cause.id}", **told}, [letter], cause)
