"""Refused ward submissions."""

from __future__ import annotations

from datetime import datetime

from pymongo import IndexModel

from chassis.documents import Documents
from chassis.kept import Cause, Letter


class Rejections:
    """Ward submissions that could not be registered: one document per ward and message, with the answer to send."""

    COLLECTION = "rejections"
    INDEXES: list[IndexModel] = []

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def add(
        self, ward: str, reference: str, at: datetime, problems: list[dict[str, str]], letter: Letter, cause: Cause
    ) -> None:
        """Keep the refusal once per message.

        Raises:
            AlreadyHandled: the message was answered before.
        """
        told = {"ward": ward, "ward_reference": reference, "at": at, "problems": problems}
        self._documents.add({"_id": f"{ward} {cause.id}", **told}, [letter], cause)
