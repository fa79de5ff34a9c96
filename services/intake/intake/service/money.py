"""Money: what is paid at the counter or through a provider, and what need not be paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.errors import AlreadyHandled, Refused, Taken
from chassis.identity import Identity
from chassis.inbox import inbox
from chassis.kept import Cause
from chassis.rpc import rpc
from chassis.service import Stored
from intake import domain, store
from intake.messages import calls, letters, payments, refusals
from intake.messages.acts import open_act
from intake.messages.telling import Told
from intake.service.base import LEADERS, STAFF, Intake, call, cause_of
from intake.store.payments import TAKEN
from motcua_contracts import acts
from motcua_contracts.provider import PaymentRecordV1

COUNTER = "counter"


class Money(Intake):
    kept_payments: store.KeptPayments = Stored(store.KeptPayments)

    @rpc(roles=("clerk",))
    def pay(self, caller: Identity, key: str, code: str, **paid: Any) -> dict[str, Any]:
        """Record money taken (or given back) at the counter; the clock runs on when it stood for the fee."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            number = body["receipt_number"] or f"{before.code}/BL{len(before.account.payments) + 1}"
            payment = domain.Payment(
                f"{COUNTER}:{number}", number, body["amount_minor"], COUNTER, now, caller.subject, body["payer"]
            )
            return self._settled(before, payment, now)

        return self.act(caller, key, "pay", code, paid, acts.Paying, decide)

    @rpc(roles=("clerk", *LEADERS))
    def exempt(self, caller: Identity, key: str, code: str, **why: Any) -> dict[str, Any]:
        """Let the person pay less, or nothing, with reason and law."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            after = domain.exempt(before, at=now, by=caller.subject, **body)
            return self._unpaused(letters.exempted(after), now, caller.subject)

        return self.act(caller, key, "exempt", code, why, acts.Exempting, decide)

    def _settled(self, before: domain.Dossier, payment: domain.Payment, now: datetime) -> Told:
        change = domain.pay if payment.amount_minor > 0 else domain.refund
        return self._unpaused(letters.paid(change(before, payment), now), now, payment.by)

    def _unpaused(self, told: Told, now: datetime, by: str) -> Told:
        before = told.dossier
        if before.status is not domain.Status.FEE_ASKED or before.account.owed_minor > 0:
            return told

        def resume(dossier: domain.Dossier) -> domain.Dossier:
            return domain.resume(dossier, at=now, reason="Đã nộp phí, lệ phí", calendar=self.desk.calendar, by=by)

        return told.then(resume, lambda after: letters.resumed(after, before.deadline.due_at))

    @inbox(PaymentRecordV1)
    def on_payment_record(self, message: Any, provider: str) -> None:
        """Record a provider's payment once; money that fits no dossier is kept for a clerk, never dropped."""
        data, cause, now = message.data, cause_of(message), self.clock.now()
        if provider != data["provider"]:
            self._keep(provider, data, payments.rejected(provider, data, now), "not-your-provider", cause)
            return
        payment = payments.payment(data)
        try:
            loaded, before = self.dossiers.get(data["code"])
        except Refused:
            self._keep(provider, data, payments.kept(data, now), "unknown-dossier", cause)
            return
        known = next((row for row in before.account.payments if row.id == payment.id), None)
        if known:
            again = payments.recorded(data, known.receipt_number, now)
            if known.amount_minor != payment.amount_minor:
                again = payments.rejected(provider, data, now, "payment-id-reused")
            self.dossiers.save(loaded, Told(before, (again,)), cause)
            return
        if self.kept_payments.waits(provider, data["payment_id"]):
            # a clerk has it in hand, or has seen to it: were it recorded now, it could be counted twice
            self._keep(provider, data, payments.kept(data, now), "not-owed", cause)
            return
        try:
            told = self._settled(before, payment, now)
            answer = payments.recorded(data, payment.receipt_number, now)
            self.dossiers.save(loaded, Told(told.dossier, (*told.letters, answer)), cause)
        except (domain.TooMuch, domain.IllegalMove):
            self._keep(provider, data, payments.kept(data, now), "not-owed", cause)
        except Taken:
            answer = payments.rejected(provider, data, now, "payment-id-reused")
            self._keep(provider, data, answer, "payment-id-reused", cause)

    def _keep(self, provider: str, data: dict[str, Any], answer: Any, because: str, cause: Cause) -> None:
        before = self.kept_payments.find(provider, data["payment_id"])
        if before and before["amount_minor"] != data["amount_minor"]:
            answer = payments.rejected(provider, data, self.clock.now(), "payment-id-reused")
        self.kept_payments.add(provider, data, because, answer, cause)

    @rpc(roles=STAFF)
    def payments_kept(self, caller: Identity) -> list[dict[str, Any]]:
        """Return the money that fits no dossier and waits for a clerk, oldest first."""
        return self.kept_payments.waiting()

    @rpc(roles=("clerk",))
    def clear_payment(self, caller: Identity, key: str, payment: str, **word: Any) -> dict[str, Any]:
        """Give kept money to the dossier that it was for, or note how it went back (no ``code``, a ``note``)."""
        cause, now = call(caller, key, ["clear-payment", payment, word]), self.clock.now()
        try:
            loaded, kept = self.kept_payments.get(payment, cause)
        except AlreadyHandled:
            return self.kept_payments.get(payment)[1]
        body = open_act(acts.Clearing, word)
        code, note = body["code"], body["note"]
        if kept["cleared"]:
            raise Refused("not-possible", 409, errors=calls.problems([domain.Fault("payment", "payment-cleared")]))
        if loaded.get("meant") not in (None, code):  # a call that died may have given it to that dossier
            fault = domain.Fault("code", "payment-meant", loaded["meant"])
            raise Refused("not-possible", 409, errors=calls.problems([fault]))
        if code is None:
            if not note.strip():
                raise Refused("invalid-submission", 422, errors=calls.problems([domain.Fault("note", "note-needed")]))
        else:
            if kept["because"] not in TAKEN:
                fault = domain.Fault("code", "payment-rejected")
                raise Refused("not-possible", 409, errors=calls.problems([fault]))
            due = payments.payment(kept)
            found, before = self.dossiers.get(code)
            loaded = self.kept_payments.mean(loaded, code)
            if not any(row.id == due.id for row in before.account.payments):
                try:
                    with refusals.told():
                        self.dossiers.save(found, self._settled(before, due, now))
                except Refused:
                    self.kept_payments.mean(loaded, None)
                    raise
        return self.kept_payments.clear(loaded, code=code, note=note, by=caller.subject, at=now, cause=cause)
