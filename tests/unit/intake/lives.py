"""Dossiers lived on the pure rules, each act told as the service tells it, and where each act is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from intake import domain
from intake.desk import Desk
from intake.domain import Account, Dossier, Payment, Status
from intake.messages import letters
from intake.messages.telling import Told

S = Status
OFFICE = Path(__file__).resolve().parents[3] / "infra" / "office"
CODE = "000.01.01.H29-180823-0001"
ID = UUID("5d2952e0-516e-54e9-a856-08fc38202f7f")
CLERK, CHIEF = "lan", "chau"


def open_desk() -> Desk:
    """Return the desk of the office as it is shipped, with the settings that an office starts with."""
    own = {"supplement_days": 30, "remind_after": (5, 15, 30), "kept_after": 30}
    return Desk.open(SimpleNamespace(office_dir=OFFICE, tracking_key="6b" * 32, **own))  # type: ignore[arg-type]


#: In which statuses each act is possible, everything else being as the act needs it.
LEGAL: Mapping[str, frozenset[Status]] = {
    "receive": frozenset({S.REGISTERED}),
    "ask": frozenset({S.REGISTERED}),
    "refuse": frozenset({S.REGISTERED, S.SUPPLEMENT_ASKED}),
    "withdraw": frozenset({S.REGISTERED, S.RECEIVED, S.PROCESSING, S.SUPPLEMENT_ASKED, S.FEE_ASKED, S.STOPPED}),
    "correct": frozenset({S.REGISTERED, S.RECEIVED}),
    "supplement": frozenset({S.SUPPLEMENT_ASKED}),
    "start": frozenset({S.RECEIVED, S.PROCESSING, S.FEE_ASKED, S.STOPPED}),
    "department_asks": frozenset({S.PROCESSING, S.FEE_ASKED, S.STOPPED}),
    "grant": frozenset({S.PROCESSING}),
    "decline": frozenset({S.PROCESSING}),
    "extend": frozenset({S.RECEIVED, S.PROCESSING}),
    "draft": frozenset({S.RECEIVED, S.PROCESSING}),
    "sign": frozenset({S.RECEIVED, S.PROCESSING}),
    "pause_for_fee": frozenset({S.PROCESSING}),
    "stop": frozenset({S.PROCESSING}),
    "resume": frozenset({S.FEE_ASKED, S.STOPPED}),
    "resolve": frozenset({S.PROCESSING, S.FEE_ASKED, S.STOPPED}),
    "pay": frozenset(set(Status) - {S.REFUSED, S.WITHDRAWN}),
    "exempt": frozenset(set(Status) - {S.REFUSED, S.WITHDRAWN}),
    "hand_over": frozenset({S.RESOLVED}),
    "reopen": frozenset({S.RESOLVED, S.RETURNED}),
    "evaluate": frozenset({S.REFUSED, S.WITHDRAWN, S.RESOLVED, S.RETURNED}),
}

#: Which status an act leads to; one that is not here leaves it.
LEADS_TO: Mapping[str, Status] = {
    "receive": S.RECEIVED,
    "ask": S.SUPPLEMENT_ASKED,
    "refuse": S.REFUSED,
    "withdraw": S.WITHDRAWN,
    "supplement": S.RECEIVED,
    "start": S.PROCESSING,
    "department_asks": S.SUPPLEMENT_ASKED,
    "grant": S.SUPPLEMENT_ASKED,
    "pause_for_fee": S.FEE_ASKED,
    "stop": S.STOPPED,
    "resume": S.PROCESSING,
    "resolve": S.RESOLVED,
    "hand_over": S.RETURNED,
    "reopen": S.RECEIVED,
}

#: What an act may be refused for where its status allows it.
REFUSALS = (
    domain.IllegalMove,
    domain.AskedBefore,
    domain.NothingPending,
    domain.SecondAppointment,
    domain.NoApology,
    domain.TooLate,
    domain.NotLater,
    domain.NothingOwed,
    domain.Unpaid,
    domain.TooMuch,
    domain.PaidBefore,
    domain.EvaluatedBefore,
)


@dataclass(frozen=True)
class Life:
    """Acts on a dossier, with the office's own calendar, rules and fees. ``option`` varies an act."""

    desk: Desk
    submission: Mapping[str, Any]

    def handed_in(self, at: datetime, *, complete: bool = True, **changes: Any) -> Told:
        """Return the dossier as it is registered (status 1)."""
        data = {**self.submission, "submitted_at": at, **changes}
        receipt = self.desk.receipt(
            ID, data, ward="26734", reference="TD/2018/0823-07", channel=1, now=at, complete=complete
        )
        return letters.submitted(replace(domain.register(receipt, answer_by=self.desk.answer_by(at)), code=CODE))

    def received_at_once(self, at: datetime, **changes: Any) -> Told:
        """Return the dossier as the counter receives it: nothing was told of it before."""
        return self.receive(replace(self.handed_in(at, **changes).dossier, history=(), papers=()), at)

    def do(self, act: str, before: Dossier, at: datetime, option: int = 0) -> Told:
        method: Callable[..., Told] = getattr(self, act)
        return method(before, at, option)

    def receive(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        if before.history:
            before = domain.with_receipt(before, self.desk.checked(before, {}))
        appointment = self.desk.appointment(before.receipt, at)
        lines = self.desk.lines(before.receipt)
        return letters.received(domain.receive(before, appointment, lines, at=at, by=CLERK))

    def ask(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        supply_by = self.desk.supply_by(before.receipt, at)
        words = {"reason": "Thiếu bản sao", "items": ["Bản sao"], "legal_basis": "NĐ 61/2018/NĐ-CP Điều 17"}
        return letters.supplement_asked(domain.ask_at_reception(before, at=at, supply_by=supply_by, by=CLERK, **words))

    def refuse(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        return letters.refused(
            domain.refuse(before, at=at, reason="Không thuộc thẩm quyền", legal_basis="NĐ 61/2018 Điều 17", by=CLERK)
        )

    def withdraw(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        return letters.withdrawn(domain.withdraw(before, at=at, reason="Không còn nhu cầu", by=CLERK))

    def correct(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        """Put right the procedure (even options, once) or the applicant's name."""
        given: dict[str, Any] = {"applicant": {**before.receipt.applicant, "name": "Trần Thị Thí Dụ"}}
        if option % 2 == 0 and before.receipt.procedure["code"] == "1.001612":
            given |= {"procedure": "2.000815", "components": COPIES}
        receipt = self.desk.checked(before, given, complete=before.due_at is not None)
        begun_at = before.deadline.started_at if before.due_at else before.receipt.received_at
        appointment = self.desk.appointment(receipt, begun_at)
        lines, calendar = self.desk.lines(receipt), self.desk.calendar
        after = domain.correct(
            before, receipt, appointment, lines, at=at, reason="Ghi nhầm", by=CLERK, calendar=calendar
        )
        return letters.corrected(after, before.due_at) if before.due_at else letters.submitted(after, at)

    def supplement(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        papers = [dict(before.receipt.components[-1])]
        calendar = self.desk.calendar
        after = domain.supplement(before, at=at, components=papers, note="đủ", calendar=calendar, by=CLERK)
        return letters.supplemented(after, before.due_at) if before.due_at else letters.resubmitted(after)

    def start(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        return letters.processing_started(domain.start_processing(before, at=at), at)

    def department_asks(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        after = domain.ask_for_department(
            before,
            at=at,
            reason="Thiếu biên bản họp",
            items=["Biên bản họp"],
            legal_basis="NĐ 61/2018/NĐ-CP Điều 19",
            supply_by=self.desk.supply_by(before.receipt, at),
            by="department:KT",
            calendar=self.desk.calendar,
        )
        return Told(after) if after.pending else letters.supplement_asked(after)

    def grant(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        supply_by, calendar = self.desk.supply_by(before.receipt, at), self.desk.calendar
        granted = domain.grant_request(
            before, at=at, reason="Quy định mới", supply_by=supply_by, by=CHIEF, calendar=calendar
        )
        return letters.supplement_asked(granted)

    def decline(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        return letters.supplement_declined(domain.decline_request(before, at=at, reason="Đã đủ", by=CHIEF), at)

    def extend(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        due_at = self.desk.calendar.add_working_days(before.deadline.due_at, 2) if before.due_at else at
        after = domain.reschedule(before, at=at, due_at=due_at, reason="Cần xác minh", by="department:KT")
        return letters.rescheduled(after, before.deadline.due_at)

    def draft(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        expected_at = (before.due_at or at) + timedelta(days=1)
        proposed = self.desk.calendar.add_working_days(expected_at, 1)
        return letters.forecast(domain.draft_apology(before, at=at, expected_at=expected_at, proposed_due_at=proposed))

    def sign(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        calendar = self.desk.calendar
        after = domain.sign_apology(before, at=at, due_at=None, reason="Cần xác minh", by=CHIEF, calendar=calendar)
        return letters.rescheduled(after, before.deadline.due_at)

    def pause_for_fee(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        return self._pause(before, at, "fee")

    def stop(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        return self._pause(before, at, "stopped")

    def _pause(self, before: Dossier, at: datetime, cause: str) -> Told:
        why = {"cause": cause, "reason": "Chờ", "legal_basis": "NĐ 61/2018/NĐ-CP Điều 19"}
        return letters.paused(domain.pause(before, at=at, calendar=self.desk.calendar, by=CLERK, **why))

    def resume(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        after = domain.resume(before, at=at, reason="Hết lý do dừng", calendar=self.desk.calendar, by=CLERK)
        return letters.resumed(after, before.deadline.due_at)

    def resolve(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        result = {"number": f"41A8-{option}", "title": "Giấy chứng nhận"}
        remind_at = self.desk.remind_at(at)
        return letters.resolved(domain.resolve(before, at=at, outcome="granted", result=result, remind_at=remind_at))

    def pay(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        """Pay what is owed (option 0), a part of it, or, with what is too much, get it back."""
        account = before.account
        owed, number = account.owed_minor, f"{before.code}/BL{len(account.payments) + 1}"
        amount = owed if option == 0 else owed * min(option, 100) // 100 or owed
        payment = Payment(f"counter:{number}", number, amount, "counter", at, CLERK)
        change = domain.refund if amount < 0 else domain.pay
        return self._unpaused(letters.paid(change(before, payment if amount else replace(payment, amount_minor=1))), at)

    def exempt(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        amount = None if option == 0 else option * 100
        after = domain.exempt(before, amount_minor=amount, reason="Hộ nghèo", legal_basis="NQ 124", at=at, by=CLERK)
        return self._unpaused(letters.exempted(after), at)

    def _unpaused(self, told: Told, at: datetime) -> Told:
        before = told.dossier
        if before.status is not S.FEE_ASKED or before.account.owed_minor > 0:
            return told
        calendar = self.desk.calendar
        return told.then(
            lambda dossier: domain.resume(dossier, at=at, reason="Đã nộp phí", calendar=calendar, by=CLERK),
            lambda after: letters.resumed(after, before.deadline.due_at),
        )

    def hand_over(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        return letters.returned(
            domain.hand_over(before, at=at, method="counter", received_by="Nguyễn Thị Thí Dụ", by=CLERK)
        )

    def reopen(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        new = self.desk.appointment(before.receipt, at)
        moments = {"due_at": new.due_at, "forward_at": new.forward_at, "look_at": new.look_at}
        return letters.reopened(domain.reopen(before, at=at, reason="Sai năm sinh", by=CLERK, **moments))

    def evaluate(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        criteria, bands = self.desk.evaluation.criteria, self.desk.evaluation.bands
        given = domain.score(before, {}, criteria, bands)
        return letters.evaluated(domain.evaluate(before, given, satisfaction=2, comment="tốt", at=at))

    def passes(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        """Let the appointment pass, if it has."""
        passed = domain.overdue(before, now=at)
        return letters.overdue(passed, at) if passed else Told(before)

    def waits(self, before: Dossier, at: datetime, option: int = 0) -> Told:
        """Remind of a result that nobody came for."""
        desk = self.desk
        after = domain.remind(
            before, at=at, after=desk.remind_after, kept_after=desk.kept_after, calendar=desk.calendar
        )
        return letters.reminded(after, at)


#: What the procedure 2.000815 asks for.
COPIES = [{"code": "ban-chinh", "copy": 0, "quantity": 1}, {"code": "ban-sao", "copy": 1, "quantity": 1}]

#: Acts that lead from one that is received to each status.
WAYS: Mapping[Status, tuple[str, ...]] = {
    S.RECEIVED: (),
    S.PROCESSING: ("start",),
    S.SUPPLEMENT_ASKED: ("start", "department_asks"),
    S.FEE_ASKED: ("start", "pause_for_fee"),
    S.STOPPED: ("start", "stop"),
    S.WITHDRAWN: ("withdraw",),
    S.RESOLVED: ("start", "resolve"),
    S.RETURNED: ("start", "pay", "resolve", "hand_over"),
}


def at_status(life: Life, status: Status, begun: datetime) -> Dossier:
    """Return a dossier that came to a status on its own way, each act 10 minutes after the one before."""
    if status in (S.REGISTERED, S.REFUSED):
        told, ways = life.handed_in(begun), ("refuse",) if status is S.REFUSED else ()
    else:
        told, ways = life.received_at_once(begun), WAYS[status]
    for number, act in enumerate(ways, start=1):
        told = life.do(act, told.dossier, begun + timedelta(minutes=10 * number))
    assert told.dossier.status is status
    return told.dossier


def readied(act: str, dossier: Dossier) -> Dossier:
    """Return the dossier with all that an act needs beside its status, so that nothing else can be wrong with it."""
    owing = Account((domain.Line(**LINE),))
    if act in ("pay", "exempt", "pause_for_fee"):
        return replace(dossier, account=owing)
    if act == "hand_over":
        return replace(dossier, account=Account())
    if act in ("grant", "decline"):
        wanted = {
            "asked_at": dossier.receipt.received_at,
            "reason": "Thiếu",
            "items": ["x"],
            "legal_basis": "luật",
            "by": "KT",
        }
        return replace(dossier, pending=wanted)
    if act == "sign":
        at = dossier.receipt.received_at
        return replace(
            dossier, apology={"drafted_at": at, "expected_at": at, "proposed_due_at": at + timedelta(days=30)}
        )
    if act in ("department_asks", "ask"):
        return replace(dossier, requests=())
    return dossier


LINE = {"code": "phi", "name": "Phí", "kind": "charge", "amount_minor": 50_000, "quantity": 1, "collect": 1}
