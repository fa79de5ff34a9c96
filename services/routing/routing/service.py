"""Entrypoints of routing: read, decide, keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chassis.due import due
from chassis.errors import Refused
from chassis.identity import Identity
from chassis.inbox import inbox
from chassis.kept import Cause, Letter
from chassis.rpc import rpc
from chassis.service import Provided, Service, Stored
from motcua_contracts.department import (
    AssignmentAcceptedV1,
    AssignmentExtensionAskedV1,
    AssignmentResolvedV1,
    AssignmentReturnedV1,
)
from motcua_contracts.intake import DossierReceivedV1, DossierSupplementedV1
from office import Office, load_office
from routing import domain, messages, settings, store
from routing.domain import Assignment

#: No second try makes these right: they are parked with their reason for an operator to see.
HOPELESS = (domain.NotYours, domain.Over, store.UnknownAssignment)
Answered = tuple[Assignment, list[Letter]]
STAFF = frozenset({"clerk", "chief", "auditor"})


class RoutingService(Service):
    name = "routing"
    load_settings = staticmethod(settings.load)

    office: Office = Provided(lambda loaded: load_office(loaded.office_dir))
    assignments: store.Assignments = Stored(store.Assignments)

    @inbox(DossierReceivedV1)
    def on_dossier_received(self, message: Any) -> None:
        assignment, letters = self._issue_if_time(domain.assign(message.data))
        self.assignments.add(assignment, letters, _cause(message))

    @inbox(DossierSupplementedV1)
    def on_dossier_supplemented(self, message: Any) -> None:
        cause, data = _cause(message), message.data
        loaded, assignment = self.assignments.of_dossier(data["dossier_id"], cause)
        assignment = domain.take_up_again(
            assignment, components=data["components"], forward_at=data["forward_at"], due_at=data["due_at"]
        )
        self.assignments.save(loaded, *self._issue_if_time(assignment), cause)

    @inbox(AssignmentAcceptedV1, permanent=HOPELESS)
    def on_assignment_accepted(self, message: Any, department: str) -> None:
        def accept(assignment: Assignment, now: datetime) -> Answered:
            accepted = domain.told(domain.accept(assignment))
            return accepted, [messages.started(accepted, now)]

        self._answer(message, department, accept)

    @inbox(AssignmentResolvedV1, permanent=HOPELESS)
    def on_assignment_resolved(self, message: Any, department: str) -> None:
        def finish(assignment: Assignment, now: datetime) -> Answered:
            finished = domain.told(domain.finish(assignment, at=now))
            return finished, [messages.finished(finished, message.data, now)]

        self._answer(message, department, finish)

    @inbox(AssignmentReturnedV1, permanent=HOPELESS)
    def on_assignment_returned(self, message: Any, department: str) -> None:
        def send_back(assignment: Assignment, now: datetime) -> Answered:
            returned = domain.told(domain.send_back(assignment, at=now))
            return returned, [messages.sent_back(returned, message.data, now)]

        self._answer(message, department, send_back)

    @inbox(AssignmentExtensionAskedV1, permanent=HOPELESS)
    def on_assignment_extension_asked(self, message: Any, department: str) -> None:
        days, reason = message.data["working_days"], message.data["reason"]

        def decide(before: Assignment, now: datetime) -> Answered:
            after, decision = domain.decide_extension(before, working_days=days, now=now, calendar=self.office.calendar)
            letters = [messages.extension_decided(after, decision, reason, now)]
            if decision.granted:
                after = domain.told(after)
                letters.append(messages.extended(after, before.due_at, reason, now))
            return after, letters

        self._answer(message, department, decide)

    @due("assignments")
    def on_due(self, key: str) -> None:
        loaded, assignment = self.assignments.get(key)
        now = self.clock.now()
        letters: list[Letter] = []
        if assignment.wake_at and now >= assignment.wake_at:
            if assignment.state is domain.State.WAITING:
                assignment, letters = self._issue_if_time(assignment)
            else:
                assignment = domain.urge(assignment)
                letters = [messages.overdue(assignment, now)]
        self.assignments.save(loaded, assignment, letters)

    @rpc(roles=(*STAFF, "department-officer"))
    def get(self, caller: Identity, code: str) -> dict[str, Any]:
        try:
            assignment = self.assignments.by_code(code)
        except store.UnknownAssignment:
            raise Refused("unknown-assignment", 404) from None
        if not caller.roles & STAFF and caller.unit != assignment.department:
            raise Refused("unknown-assignment", 404)
        return messages.view(assignment)

    def _issue_if_time(self, assignment: Assignment) -> Answered:
        now = self.clock.now()
        if now < assignment.forward_at:
            return assignment, []
        issued = domain.issue(assignment, now=now)
        return issued, [messages.issued(issued, now)]

    def _answer(self, message: Any, department: str, decide: Callable[[Assignment, datetime], Answered]) -> None:
        cause = _cause(message)
        loaded, assignment = self.assignments.get(message.data["assignment_id"], cause)
        heard = domain.hear(assignment, department=department, sequence=message.sequence)
        try:
            after, letters = decide(domain.in_round(heard, message.data["round"]), self.clock.now())
        except (domain.IllegalMove, domain.Over) as refused:
            if message.sequence is None:
                raise
            # in its turn and still not possible: no wait will change that, and its successors must not wait for it;
            # counted but not marked, so that it is parked even if this process dies before it parks it
            self.assignments.save(loaded, heard, [])
            raise domain.Over(str(refused)) from None
        self.assignments.save(loaded, after, letters, cause)


def _cause(message: Any) -> Cause:
    return Cause(message.id, correlation=message.correlationid)
