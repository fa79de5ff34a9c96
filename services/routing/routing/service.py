"""Entrypoints of routing: read, decide, keep."""

from __future__ import annotations

from typing import Any

from chassis.documents import Cause
from chassis.due import due
from chassis.errors import Refused
from chassis.identity import Identity
from chassis.inbox import inbox
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

#: No second try makes these right: they are parked with their reason for an operator to see.
HOPELESS = (domain.NotYours, domain.Over, store.UnknownAssignment)
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
        loaded, assignment, cause = self._answered(message, department)
        assignment = domain.told(domain.accept(assignment))
        letter = messages.started(assignment, self.clock.now())
        self.assignments.save(loaded, assignment, [letter], cause)

    @inbox(AssignmentResolvedV1, permanent=HOPELESS)
    def on_assignment_resolved(self, message: Any, department: str) -> None:
        loaded, assignment, cause = self._answered(message, department)
        now = self.clock.now()
        assignment = domain.told(domain.finish(assignment, at=now))
        self.assignments.save(loaded, assignment, [messages.finished(assignment, message.data, now)], cause)

    @inbox(AssignmentReturnedV1, permanent=HOPELESS)
    def on_assignment_returned(self, message: Any, department: str) -> None:
        loaded, assignment, cause = self._answered(message, department)
        now = self.clock.now()
        assignment = domain.told(domain.send_back(assignment, at=now))
        self.assignments.save(loaded, assignment, [messages.sent_back(assignment, message.data, now)], cause)

    @inbox(AssignmentExtensionAskedV1, permanent=HOPELESS)
    def on_assignment_extension_asked(self, message: Any, department: str) -> None:
        loaded, before, cause = self._answered(message, department)
        now, data = self.clock.now(), message.data
        assignment, decision = domain.decide_extension(
            before, working_days=data["working_days"], now=now, calendar=self.office.calendar
        )
        letters = [messages.extension_decided(assignment, decision, data["reason"], now)]
        if decision.granted:
            assignment = domain.told(assignment)
            letters.append(messages.extended(assignment, before.due_at, data["reason"], now))
        self.assignments.save(loaded, assignment, letters, cause)

    @due("assignments")
    def on_due(self, key: str) -> None:
        loaded, assignment = self.assignments.get(key)
        now = self.clock.now()
        letters: list[Any] = []
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

    def _issue_if_time(self, assignment: domain.Assignment) -> tuple[domain.Assignment, list[Any]]:
        now = self.clock.now()
        if now < assignment.forward_at:
            return assignment, []
        issued = domain.issue(assignment, now=now)
        return issued, [messages.issued(issued, now)]

    def _answered(self, message: Any, department: str) -> tuple[Any, domain.Assignment, Cause]:
        cause, data = _cause(message), message.data
        loaded, assignment = self.assignments.get(data["assignment_id"], cause)
        assignment = domain.answer_of(
            assignment, department=department, round_=data["round"], sequence=message.sequence
        )
        return loaded, assignment, cause


def _cause(message: Any) -> Cause:
    return Cause(message.id, correlation=message.correlationid)
