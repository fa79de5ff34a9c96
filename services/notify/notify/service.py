"""Entrypoints of notify: read, decide, keep, and then tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prometheus_client import Counter

from chassis import telemetry
from chassis.clock import Clock
from chassis.due import due
from chassis.inbox import inbox
from chassis.kept import Cause, Document
from chassis.service import Provided, Service, Stored
from motcua_contracts import BY_TYPE
from notify import domain, messages, settings, store
from notify.mail import Mailer, NotSent

NOTICES = Counter("notify_notices", "Tries to send a notice by the state after them", ["state"])

_log = telemetry.logger(__name__)


class NotifyService(Service):
    """Has a method ``on_<event>`` for each type in ``domain.TOLD``; see below."""

    name = "notify"
    load_settings = staticmethod(settings.load)

    mailer: Mailer = Provided(Mailer)
    #: Mail servers live by real time, whatever day a demo plays.
    real_clock: Clock = Provided(lambda _: Clock())
    contacts: store.Contacts = Stored(store.Contacts)
    notices: store.Notices = Stored(store.Notices)

    @due("notices", real_time=True)
    def on_due(self, key: str) -> None:
        loaded, notice = self.notices.get(key)
        if notice.state is domain.State.QUEUED:
            notice = domain.take(notice, now=self.real_clock.now(), alone=self.mailer.lease)
            self._send(self.notices.save(loaded, notice, []), notice)

    def tell(self, message: Any) -> None:
        """Tell the person of an event, by what is known of the person when it comes."""
        contact = self._contact(message)
        made = domain.notice(
            contact,
            message_id=message.id,
            occasion=message.type,
            facts=domain.facts_of(message.type, message.data, contact),
            now=self.real_clock.now(),
            alone=self.mailer.lease,
        )
        loaded = self.notices.add(made, Cause(message.id, correlation=message.correlationid))
        if made.state is domain.State.QUEUED:
            self._send(loaded, made)

    def _contact(self, message: Any) -> domain.Contact:
        """Return whom to tell: the one that the message names, else the one that is kept."""
        data = message.data
        if "contact" not in data:
            return self.contacts.of(data["dossier_id"])
        person = data["contact"]
        contact = domain.Contact(
            dossier_id=data["dossier_id"],
            code=data["code"],
            procedure=data["procedure"]["name"],
            name=person["name"],
            email=person["email"],
            language=person["language"],
            delivery=(data.get("delivery") or {}).get("method", "counter"),
            sequence=message.sequence or 0,
        )
        return self.contacts.keep(contact)

    def _send(self, loaded: Document, notice: domain.Notice) -> None:
        # asked before each try, and an apology is kept before it is sent: what waits gives way to it
        if notice.occasion == domain.PASSED and self.notices.apologised(notice.code, notice.facts["due_at"]):
            NOTICES.labels(domain.State.REPLACED.value).inc()
            self.notices.save(loaded, domain.replaced(notice), [])
            return
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


def _teller(kind: str) -> Callable[..., None]:
    @inbox(BY_TYPE[kind])
    def on_event(self: NotifyService, message: Any) -> None:
        self.tell(message)

    return on_event


for _kind in domain.TOLD:  # every event is told alike; what a letter may carry of it is the table's affair
    setattr(NotifyService, f"on_{_kind.removesuffix('.v1').replace('.', '_').replace('-', '_')}", _teller(_kind))
