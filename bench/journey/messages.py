"""The messages of one journey, made from the golden examples: the same fields and bytes for all who are compared."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"
WARD, DEPARTMENT = "26734", "KT"
CONTENT_TYPE = "application/cloudevents+json"

Message = dict[str, Any]


class Golden:
    """The golden example of each message type, read once."""

    def __init__(self, folder: Path = EXAMPLES) -> None:
        files = [path for path in folder.glob("*/*.json") if path.parent.name != "invalid"]
        self._examples = {path.stem: json.loads(path.read_text("utf-8")) for path in files}

    def make(self, type_: str, journey: str, **data: Any) -> Message:
        """Return a message of the journey with an id of its own; ``data`` replaces fields of the example's."""
        example: Message = self._examples[type_]
        return {**example, "id": str(uuid.uuid4()), "correlationid": journey, "data": {**example["data"], **data}}

    def submission(self, journey: str) -> Message:
        """Return a ward's submission, complete by the sample office's rules."""
        # yesterday: not in the future on whatever hour the office plays, and not too old
        submitted_at = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        message = self.make("dossier.submit.v1", journey, ward=WARD, ward_reference=journey, submitted_at=submitted_at)
        return {**message, "subject": journey}

    def answers(self, issued: Message) -> tuple[Message, Message]:
        """Return what a department says to an assignment: that it takes it, and later its result."""
        told = issued["data"]
        same = {"assignment_id": told["assignment_id"], "round": told["round"], "department": DEPARTMENT}
        both = [
            self.make(f"assignment.{word}.v1", issued["correlationid"], **same) for word in ("accepted", "resolved")
        ]
        accepted, resolved = (
            {**message, "subject": issued["subject"], "sequence": number, "causationid": issued["id"]}
            for number, message in enumerate(both, start=1)
        )
        return accepted, resolved


def encode(message: Message) -> bytes:
    """Return the bytes to publish."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
