"""Results: how they leave the desk, and what is made anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.errors import Refused
from chassis.identity import Identity
from chassis.rpc import rpc
from intake import domain
from intake.messages import calls, letters
from intake.messages.telling import Told
from intake.service.base import Intake
from motcua_contracts import acts


class Results(Intake):
    @rpc(roles=("clerk",))
    def hand_over(self, caller: Identity, key: str, code: str, **how: Any) -> dict[str, Any]:
        """Hand the result over: at the counter against the receipt, by post, or electronically."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            checked = body.pop("identity_checked")
            delivery = before.receipt.delivery or {}
            if body["method"] != "counter":
                body["address"] = body["address"] or delivery.get("address" if body["method"] == "post" else "email")
            _check_way(body, checked)
            return letters.returned(domain.hand_over(before, at=now, by=caller.subject, **body))

        return self.act(caller, key, "hand-over", code, how, acts.HandingOver, decide)

    @rpc(roles=("clerk",))
    def reopen(self, caller: Identity, key: str, code: str, **why: Any) -> dict[str, Any]:
        """Have a wrong or lost result made anew, free of charge."""

        def decide(before: domain.Dossier, now: datetime, body: dict[str, Any]) -> Told:
            appointment = self.desk.appointment(before.receipt, now)
            after = domain.reopen(
                before,
                at=now,
                due_at=appointment.due_at,
                forward_at=appointment.forward_at,
                look_at=appointment.look_at,
                reason=body["reason"],
                by=caller.subject,
            )
            return letters.reopened(after)

        return self.act(caller, key, "reopen", code, why, acts.Because, decide)


def _check_way(how: dict[str, Any], identity_checked: bool) -> None:
    method, faults = how["method"], []
    if method == "counter" and not identity_checked:
        faults.append(domain.Fault("identity_checked", "identity-not-checked"))
    if method == "post" and not how["tracking_code"]:
        faults.append(domain.Fault("tracking_code", "tracking-code-needed"))
    if method != "counter" and not how["address"]:
        faults.append(domain.Fault("address", "address-needed" if method == "post" else "email-needed"))
    if faults:
        code = "identity-not-checked" if method == "counter" else "incomplete"
        raise Refused(code, 422, errors=calls.problems(faults))
