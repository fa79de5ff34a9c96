"""One line of a batch: check, submit, say what became of it."""

from __future__ import annotations

import uuid
from typing import Any

from marshmallow import ValidationError

from chassis import telemetry
from chassis.errors import Refused
from chassis.identity import Identity
from chassis.plain import NotJson, NotUtf8, decode
from gateway import texts
from gateway.api.schemas import BatchLine
from gateway.api.submitting import WARD_OFFICER, submit
from gateway.auth import Call
from gateway.lines import Line
from gateway.problems import flatten, row_in
from gateway.rpc import ServiceTimeout, ServiceUnavailable
from gateway.settings import GatewaySettings

_MOST_ERRORS = 20

_log = telemetry.logger(__name__)


class Handler:
    """Handles lines of one batch, in whatever thread.

    Args:
        call: makes RPC calls for ``identity``.
        language: of the faults it tells.
    """

    def __init__(self, call: Call, identity: Identity | None, language: str, settings: GatewaySettings) -> None:
        self._call = call
        self._identity = identity
        self._public_url = settings.public_url
        self._schema = BatchLine()
        self.language = language
        self.line_limit = settings.batch_line_limit

    def handle(self, line: Line) -> dict[str, Any]:
        """Return the outcome of ``line``: accepted, rejected (mend it) or failed (send it again later)."""
        if line.body is None:
            return self._rejected(line, None, "too-long", limit=self.line_limit)
        try:
            value = decode(line.body)
        except NotUtf8:
            return self._rejected(line, None, "bad-encoding")
        except NotJson:
            return self._rejected(line, None, "bad-json")
        if not isinstance(value, dict):
            return self._rejected(line, None, "bad-json")
        reference = value.get("reference")
        reference = reference[:64] if isinstance(reference, str) else None
        try:
            submission = self._schema.load(value)
        except ValidationError as error:
            return self._outcome(line, reference, "rejected", errors=self._told(list(flatten(error.messages))))
        return self._submit(line, submission)

    def _submit(self, line: Line, submission: dict[str, Any]) -> dict[str, Any]:
        reference: str = submission.pop("reference")
        if self._identity and WARD_OFFICER in self._identity.roles and not submission.get("ward_reference"):
            submission["ward_reference"] = reference
        try:
            # the key is the reference alone, so the line may come again in any batch
            key = f"batch:{reference}"
            receipt, replayed = submit(self._call, self._identity, key, submission, self._public_url)
        except Refused as error:
            if error.status >= 500:
                return self._failed(line, reference, "later")
            rows = [
                {"field": str(row.get("field", "")), "message": str(row.get("message", ""))} for row in error.errors
            ]
            if not rows:
                known = texts.known(self.language, f"problems/{error.code}")
                title = texts.say(self.language, f"problems/{error.code}/title") if known else error.code
                rows = [{"field": "body", "message": error.detail or title}]
            return self._outcome(line, reference, "rejected", errors=self._told(rows))
        except (ServiceUnavailable, ServiceTimeout):
            return self._failed(line, reference, "later")
        except Exception as error:  # noqa: BLE001 - one line's fault is told on that line; the others go on
            incident = str(uuid.uuid4())
            kind, places = type(error).__name__, telemetry.where(error)
            _log.error("batch line failed", incident=incident, line=line.number, error=kind, where=places)
            return self._failed(line, reference, "fault", incident=incident)
        known_receipt: dict[str, Any] = {
            name: receipt[name] for name in ("code", "received_at", "due_at") if name in receipt
        }
        if replayed:
            known_receipt["replayed"] = True
        return self._outcome(line, reference, "accepted", **known_receipt)

    def _told(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return [row_in(self.language, row) for row in rows[:_MOST_ERRORS]]

    def _rejected(self, line: Line, reference: str | None, key: str, **values: Any) -> dict[str, Any]:
        rows = [{"field": "line", "message": texts.say(self.language, f"lines/{key}", **values)}]
        return self._outcome(line, reference, "rejected", errors=rows)

    def _failed(self, line: Line, reference: str | None, key: str, **values: Any) -> dict[str, Any]:
        rows = [{"field": "line", "message": texts.say(self.language, f"lines/{key}", **values)}]
        return self._outcome(line, reference, "failed", errors=rows)

    def _outcome(self, line: Line, reference: str | None, outcome: str, **more: Any) -> dict[str, Any]:
        return {"line": line.number, "reference": reference, "outcome": outcome, **more}
