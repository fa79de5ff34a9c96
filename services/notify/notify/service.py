"""Entrypoints of notify: read, decide, keep, and then tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prometheus_client import Counter

from chassis import telemetry
from chassis.clock import Clock
from chassis.due import due
from chassis.inbox import inbox
from chassis.kept import Cause, Document
from chassis.service import Provided, Service, Stored
from motcua_contracts.intake import (
    DossierOverdueV1,
    DossierReceivedV1,
    DossierRescheduledV1,
    DossierResolvedV1,
    DossierSupplementAskedV1,
)
from notify import domain, messages, settings, store
from notify.mail import Mailer, NotSent

NOTICES = Counter("notify_notices", "Tries to send a notice by the state after them", ["state"])

_log = telemetry.logger(__name__)


class NotifyService(Service):
    name = "notify"
    load_settings = staticmethod(settings.load)

    mailer: Mailer = Provided(Mailer)
    #: Mail servers live by real time, whatever day a demo plays.
    real_clock: Clock = Provided(lambda _: Clock())
    contacts: store.Contacts = Stored(store.Contacts)
    notices: store.Notices = Stored(store.Notices)

    @inbox(DossierReceivedV1)
    def on_dossier_received(self, message: Any) -> None:
        data, person = message.data, message.data["contact"]
        contact = domain.Contact(
            dossier_id=data["dossier_id"],
            code=data["code"],
            procedure=data["procedure"]["name"],
            name=person["name"],
            email=person["email"],
            language=person["language"],
        )
        self.contacts.keep(contact)
        self._tell(message, contact, {"received_at": data["received_at"], "due_at": data["due_at"]})

    @inbox(DossierSupplementAskedV1)
    def on_dossier_supplement_asked(self, message: Any) -> None:
        self._tell_of(message, "reason", "items")

    @inbox(DossierRescheduledV1)
    def on_dossier_rescheduled(self, message: Any) -> None:
        self._tell_of(message, "reason", "due_at", "previous_due_at")

    @inbox(DossierOverdueV1)
    def on_dossier_overdue(self, message: Any) -> None:
        self._tell_of(message, "due_at")

    @inbox(DossierResolvedV1)
    def on_dossier_resolved(self, message: Any) -> None:
        contact = self.contacts.of(message.data["dossier_id"])
        self._tell(message, contact, {"result": message.data["result"]["title"]})

    @due("notices", real_time=True)
    def on_due(self, key: str) -> None:
        loaded, notice = self.notices.get(key)
        if notice.state is domain.State.QUEUED:
            notice = domain.take(notice, now=self.real_clock.now(), alone=self.mailer.lease)
            self._send(self.notices.save(loaded, notice, []), notice)

    def _tell_of(self, message: Any, *names: str) -> None:
        contact = self.contacts.of(message.data["dossier_id"])
        self._tell(message, contact, {name: message.data[name] for name in names})

    def _tell(self, message: Any, contact: domain.Contact, facts: Mapping[str, Any]) -> None:
        made = domain.notice(
            contact,
            message_id=message.id,
            occasion=message.type,
            facts=facts,
            now=self.real_clock.now(),
            alone=self.mailer.lease,
        )
        loaded = self.notices.add(made, Cause(message.id, correlation=message.correlationid))
        if made.state is domain.State.QUEUED:
            self._send(loaded, made)

    def _send(self, loaded: Document, notice: domain.Notice) -> None:
        now = self.real_clock.now()
        try:
            self.mailer.send(notice, now)
        except NotSent as error:
            after = domain.not_sent(notice, at=now, hopeless=error.hopeless)
            NOTICES.labels(after.state.value).inc()
            _log.warning("notice not sent", notice=str(notice.id), because=str(error), state=after.state.value)
            self.notices.save(loaded, after, [])
            return
        after = domain.sent(notice, at=self.clock.now())
        NOTICES.labels(after.state.value).inc()
        self.notices.save(loaded, after, [messages.sent(after)])
