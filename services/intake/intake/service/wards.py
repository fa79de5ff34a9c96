"""What ward systems say: submissions, corrections and withdrawals, and the streams that these stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from chassis import telemetry
from chassis.clock import Clock
from chassis.due import due
from chassis.errors import AlreadyHandled, Refused
from chassis.identity import Identity
from chassis.inbox import inbox
from chassis.kept import Cause, Document
from chassis.service import Stored
from intake import domain, store
from intake.domain.submission import COUNTER
from intake.domain.wards import with_department
from intake.messages import calls, letters, refusals, wards
from intake.messages.telling import Told
from intake.service.base import cause_of, ward_case, ward_key
from intake.service.reception import Handed, Reception
from motcua_contracts.ward import DossierCorrectV1, DossierSubmitV1, DossierWithdrawV1

#: What a correction may say, beside its reason.
CORRECTED = ("procedure", "case", "components", "quantities", "applicant", "representative", "delivery")

Act = Callable[[domain.Dossier, datetime], Told]

_log = telemetry.logger(__name__)


class Early(Exception):
    """A command about a submission that has not come: it may have overtaken it, so it is tried again."""


def check_own(dossier: domain.Dossier) -> None:
    """Refuse (409) a ward's act on a dossier that is no longer the ward's."""
    if with_department(dossier):
        status = str(int(dossier.status))
        raise Refused("not-possible", 409, errors=calls.problems([domain.Fault("status", "with-department", status)]))


def check_told(right: dict[str, Any]) -> None:
    """Refuse (422) a correction that corrects nothing."""
    if all(right.get(name) is None for name in CORRECTED):
        raise Refused(
            "invalid-submission", 422, errors=calls.problems([domain.Fault("correction", "nothing-corrected")])
        )


class WardActs(Reception):
    def corrected_by_ward(self, before: domain.Dossier, right: dict[str, Any], now: datetime, by: Identity) -> Told:
        """Return the dossier as the ward says that it is right, with the files that the ward names."""
        check_own(before)
        check_told(right)
        return self.corrected(before, self.with_files(right, before, by), now, by)

    def withdrawn_by_ward(self, before: domain.Dossier, reason: str, now: datetime, by: Identity) -> Told:
        check_own(before)
        return letters.withdrawn(domain.withdraw(before, at=now, reason=reason, by=by.subject))


class Wards(WardActs):
    rejections: store.Rejections = Stored(store.Rejections)
    streams: store.Streams = Stored(store.Streams)

    @inbox(DossierSubmitV1)
    def on_dossier_submit(self, message: Any, ward: str) -> None:
        data, reference = message.data, message.data["ward_reference"]
        cause, now = cause_of(message), self.clock.now()
        with self._in_stream(message, ward):
            try:
                handed = Handed(data, ward, reference, COUNTER, _system(message, ward))
                dossier, replayed = self.register([ward_key(ward, reference, data)], cause, handed, now)
            except Refused as refused:
                problems = _told(refused)
                answer = letters.rejected(ward, reference, problems, now)
                self.rejections.add(ward, reference, now, problems, answer, cause)
                return
            if replayed:
                loaded, dossier = self.dossiers.by_id(dossier.receipt.dossier_id, cause)
                self.dossiers.save(loaded, Told(dossier, (letters.accepted(dossier, now),)), cause)

    @inbox(DossierCorrectV1)
    def on_dossier_correct(self, message: Any, ward: str) -> None:
        right = {name: message.data[name] for name in ("reason", *CORRECTED)}

        def decide(before: domain.Dossier, now: datetime) -> Told:
            return self.corrected_by_ward(before, right, now, _system(message, ward))

        self._obey(message, ward, wards.CORRECT, decide)

    @inbox(DossierWithdrawV1)
    def on_dossier_withdraw(self, message: Any, ward: str) -> None:
        def decide(before: domain.Dossier, now: datetime) -> Told:
            return self.withdrawn_by_ward(before, message.data["reason"], now, _system(message, ward))

        self._obey(message, ward, wards.WITHDRAW, decide)

    @due(store.Streams.COLLECTION, real_time=True)
    def on_stream_due(self, key: str) -> None:
        """Ask a ward again for commands of a stream that have not come."""
        told_at = self.clock.now()
        asked = self.streams.ask(
            key, Clock().now(), lambda ward, stream, hole: wards.resend_asked(ward, stream, hole, told_at)
        )
        for hole in asked:
            _log.warning("commands asked for again", stream=key, first=hole.first, last=hole.last, before=hole.askings)

    def _obey(self, message: Any, ward: str, about: str, decide: Act) -> None:
        """Do what a ward commands with a dossier of its own, once, and answer it."""
        reference, cause, now = message.data["ward_reference"], cause_of(message), self.clock.now()
        with self._in_stream(message, ward):
            try:
                _system(message, ward)
                self.rejections.refuse_repeat(ward, cause)
                loaded, before = self._submitted(message, ward, cause)
                with refusals.told():
                    told = decide(before, now)
                answer = wards.obeyed(told.dossier, about, message.id, now)
                self.dossiers.save(loaded, replace(told, letters=(*told.letters, answer)), cause)
            except Refused as refused:
                problems = _told(refused)
                answer = wards.refused(ward, reference, problems, about, message.id, now)
                self.rejections.add(ward, reference, now, problems, answer, cause)

    def _submitted(self, message: Any, ward: str, cause: Cause) -> tuple[Document, domain.Dossier]:
        """Return what the ward submitted under the reference that a command names.

        Raises:
            Early: it may still come.
            Refused: all that the ward said before has come, and it is not among it.
        """
        reference, stream = message.data["ward_reference"], message.data["stream"]
        # first the stream: what it knows to have come has had its effect
        whole = stream and self.streams.whole_before(ward, str(stream["id"]), stream["position"])
        found = self.dossiers.of_ward(ward_case(ward, reference), cause)
        if found is None and whole:
            faults = [domain.Fault("ward_reference", "unknown-reference")]
            raise Refused("unknown-dossier", 404, errors=calls.problems(faults))
        if found is None:
            raise Early("the submission has not come")
        return found

    @contextmanager
    def _in_stream(self, message: Any, ward: str) -> Iterator[None]:
        """Note the command in its stream once it has had its effect, or waits for it in a queue of ours.

        The message is acknowledged after that, so a position whose command is lost was never noted.
        """
        try:
            yield
        except (AlreadyHandled, Early):
            self._note(message, ward)
            raise
        self._note(message, ward)

    def _note(self, message: Any, ward: str) -> None:
        if stream := message.data["stream"]:
            self.streams.note(ward, str(stream["id"]), stream["position"], Clock().now())


def _system(message: Any, ward: str) -> Identity:
    """Return the ward's system that the broker let use the key; it must speak for its own ward."""
    if message.data["ward"] != ward:
        raise Refused("forbidden", 403, errors=calls.problems([domain.Fault("ward", "not-your-ward")]))
    return Identity(f"ward-{ward}", frozenset({"ward-officer"}), ward)


def _told(refused: Refused) -> list[dict[str, str]]:
    """Return the faults of a refusal that is the ward's; our own is raised again, to be tried later."""
    if refused.status >= 500:
        raise refused
    return refused.errors or calls.problems([domain.Fault("ward_reference", "reference-reused")])
