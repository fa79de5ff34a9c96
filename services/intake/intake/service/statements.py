"""Statements of wards: what they handed over on a day, compared with what the desk has, and signed by both ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.errors import AlreadyHandled, Refused
from chassis.identity import Identity
from chassis.inbox import inbox
from chassis.rpc import rpc
from chassis.service import Provided, Stored
from intake import store
from intake.domain.statements import compare
from intake.messages import calls, statements
from intake.service.base import call, cause_of
from intake.service.reception import check_ward
from intake.service.wards import Wards
from motcua_contracts.ward import WardStatementV1


class Statements(Wards):
    stated: store.Statements = Stored(store.Statements)
    statement_keys: statements.Keys = Provided(
        lambda settings: statements.Keys(settings.statement_key, settings.ward_keys)
    )

    @inbox(WardStatementV1)
    def on_ward_statement(self, message: Any, ward: str) -> None:
        with self._in_stream(message, ward):
            answer = self._compared(message.data, ward, message.id, self.clock.now())
            self.stated.add(ward, statements.wire(answer), [statements.answered(answer)], cause_of(message))

    @rpc(roles=("clerk", "ward-officer"))
    def state_for_ward(self, caller: Identity, key: str, ward: str, statement: Any) -> dict[str, Any]:
        """Compare a statement that a ward hands in over HTTP; a repeat brings the answer that was given."""
        check_ward(caller, ward)
        data = calls.load(WardStatementV1(), statement)
        cause = call(caller, key, [ward, statement])
        if before := self.stated.answer_of(ward, cause):
            return before
        answer = self._compared(data, ward, cause.id, self.clock.now())
        if answer["outcome"] == "rejected":
            raise Refused("invalid-submission", 422, errors=calls.problems(self._faults(data, ward)))
        told = statements.wire(answer)
        try:
            self.stated.add(ward, told, (), cause)
        except AlreadyHandled:
            return self.stated.answer_of(ward, cause) or told
        return told

    def _faults(self, data: dict[str, Any], ward: str) -> Any:
        return statements.faults(self.statement_keys, ward, data)

    def _compared(self, data: dict[str, Any], ward: str, id_: str, now: datetime) -> dict[str, Any]:
        if faults := self._faults(data, ward):
            return statements.rejected(self.statement_keys, ward, data, id_, faults, now)
        entries = {entry["ward_reference"]: entry["digest"] for entry in data["entries"]}
        feed = self.dossiers.feed
        found = compare(entries, feed.of_day(ward, data["day"]), feed.named(ward, entries), data["after"], data["upto"])
        return statements.compared(self.statement_keys, ward, data, id_, found, now)
