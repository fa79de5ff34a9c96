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
from motcua_contracts.intake import (
    DossierCorrectedV1,
    DossierPausedV1,
    DossierReceivedV1,
    DossierRefusedV1,
    DossierReopenedV1,
    DossierRescheduledV1,
    DossierResumedV1,
    DossierSupplementDeclinedV1,
    DossierSupplementedV1,
    DossierWithdrawnV1,
)
from office import Office, load_office
from routing import domain, messages, settings, store
from routing.domain import Assignment

#: No second try makes these right: they are parked with their reason for an operator to see.
HOPELESS = (domain.NotYours, domain.Over, store.UnknownAssignment)
UNPLACED = (domain.Unplaced,)
Answered = tuple[Assignment, list[Letter]]
STAFF = frozenset({"clerk", "chief", "deputy", "auditor"})


class RoutingService(Service):
    name = "routing"
    load_settings = staticmethod(settings.load)

    office: Office = Provided(lambda loaded: load_office(loaded.office_dir))
    assignments: store.Assignments = Stored(store.Assignments)

    @inbox(DossierReceivedV1)
    def on_dossier_received(self, message: Any) -> None:
        assignment, letters = self._issue_if_time(domain.assign(message.data, message.sequence or 0))
        self.assignments.add(assignment, letters, _cause(message))

    @inbox(DossierCorrectedV1, permanent=UNPLACED)
    def on_dossier_corrected(self, message: Any) -> None:
        data = message.data

        def correct(before: Assignment, sequence: int, now: datetime) -> Answered:
            after, letters = self._issue_if_time(domain.correct(before, data, sequence))
            recalled = messages.recalled(before, "corrected", data["reason"], now)
            return after, [recalled, *letters] if len(after.recalls) > len(before.recalls) else letters

        self._news(message, correct)

    @inbox(DossierSupplementedV1, permanent=UNPLACED)
    def on_dossier_supplemented(self, message: Any) -> None:
        data = message.data

        def take_up(before: Assignment, sequence: int, _now: datetime) -> Answered:
            new = {name: data[name] for name in ("components", "forward_at", "due_at")}
            return self._issue_if_time(domain.take_up_again(before, sequence=sequence, **new))

        self._news(message, take_up)

    @inbox(DossierSupplementDeclinedV1, permanent=UNPLACED)
    def on_dossier_supplement_declined(self, message: Any) -> None:
        def take_up(before: Assignment, sequence: int, now: datetime) -> Answered:
            return self._issue_if_time(domain.take_up_again(before, forward_at=now, sequence=sequence))

        self._news(message, take_up)

    @inbox(DossierReopenedV1, permanent=UNPLACED)
    def on_dossier_reopened(self, message: Any) -> None:
        data = message.data

        def take_up(before: Assignment, sequence: int, _now: datetime) -> Answered:
            new = {name: data[name] for name in ("forward_at", "due_at")}
            return self._issue_if_time(domain.take_up_again(before, sequence=sequence, **new))

        self._news(message, take_up)

    @inbox(DossierRefusedV1, permanent=UNPLACED)
    def on_dossier_refused(self, message: Any) -> None:
        self._ended(message, "refused")

    @inbox(DossierWithdrawnV1, permanent=UNPLACED)
    def on_dossier_withdrawn(self, message: Any) -> None:
        self._ended(message, "withdrawn")

    def _ended(self, message: Any, cause: str) -> None:
        """The desk has done with a dossier: what a department has of it is taken back."""
        reason, link = message.data["reason"], message.data["history"]
        if link and link["due_at"] is None:
            return  # it ended before the desk received it: no department ever heard of it

        def withdraw(before: Assignment, _sequence: int, now: datetime) -> Answered:
            after = domain.withdraw(before, at=now)
            letters = [messages.recalled(before, cause, reason, now)] if before.state in domain.OUT else []
            return after, letters

        self._news(message, withdraw)

    @inbox(DossierPausedV1, permanent=UNPLACED)
    def on_dossier_paused(self, message: Any) -> None:
        self._news(message, lambda before, sequence, _: (domain.set_clock(before, sequence, paused=True), []))

    @inbox(DossierResumedV1, permanent=UNPLACED)
    def on_dossier_resumed(self, message: Any) -> None:
        due_at = message.data["due_at"]
        self._news(message, lambda before, sequence, _: (domain.set_clock(before, sequence, due_at=due_at), []))

    @inbox(DossierRescheduledV1, permanent=UNPLACED)
    def on_dossier_rescheduled(self, message: Any) -> None:
        due_at = message.data["due_at"]
        self._news(
            message,
            lambda before, sequence, _: (domain.set_clock(before, sequence, due_at=due_at, extended=True), []),
        )

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
            if assignment.state in domain.OUT:
                assignment = domain.urge(assignment)
                letters = [messages.overdue(assignment, now)]
            else:
                assignment, letters = self._issue_if_time(assignment)
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
        if assignment.state is not domain.State.WAITING or now < assignment.forward_at:
            return assignment, []
        issued = domain.issue(assignment, now=now)
        return issued, [messages.issued(issued, now)]

    def _news(self, message: Any, decide: Callable[[Assignment, int, datetime], Answered]) -> None:
        """Apply what the desk tells of a dossier that has its assignment; news that overtook the first come again."""
        if message.sequence is None:
            raise domain.Unplaced(message.type)
        cause = _cause(message)
        loaded, before = self.assignments.of_dossier(message.data["dossier_id"], cause)
        self.assignments.save(loaded, *decide(before, message.sequence, self.clock.now()), cause)

    def _answer(self, message: Any, department: str, decide: Callable[[Assignment, datetime], Answered]) -> None:
        cause = _cause(message)
        loaded, assignment = self.assignments.get(message.data["assignment_id"], cause)
        heard = domain.hear(assignment, department=department, sequence=message.sequence)
        if domain.crossed(assignment, department=department, round_=message.data["round"]):
            self.assignments.save(loaded, heard, [], cause)
            return
        try:
            after, letters = decide(
                domain.in_round(heard, message.data["round"], department=department), self.clock.now()
            )
        except (domain.IllegalMove, domain.Over, domain.NotYours) as refused:
            if message.sequence is None:
                raise
            # in its turn and still not possible: no wait will change that, and its successors must not wait for it;
            # counted but not marked, so that it is parked even if this process dies before it parks it
            self.assignments.save(loaded, heard, [])
            raise (domain.Over(str(refused)) if isinstance(refused, domain.IllegalMove) else refused) from None
        self.assignments.save(loaded, after, letters, cause)


def _cause(message: Any) -> Cause:
    return Cause(message.id, correlation=message.correlationid)
