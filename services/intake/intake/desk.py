"""The desk's knowledge: the office's data, its calendar, and the secret on each receipt."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from chassis.errors import Refused
from intake import domain
from intake.domain import Fault
from intake.domain.charges import compute
from intake.domain.forecast import next_look
from intake.messages.calls import problems
from intake.messages.procedures import fees, snapshot
from intake.settings import Settings
from office import Evaluation, Office, Procedures, UnknownWard, load_evaluation, load_office
from worktime import CalendarUnknown, Step, WorkingCalendar


class Running(Protocol):
    """Knows the procedures as they run now."""

    def procedures(self) -> Procedures: ...


@dataclass(frozen=True)
class Desk:
    """Everything reception needs beside the submission itself.

    Attributes:
        supplement_days: working days to complete a dossier, where the procedure says nothing.
        remind_after: working days since a result is there, one for each reminder; ``kept_after`` the last one.
    """

    office: Office
    tracking_key: bytes
    supplement_days: int
    remind_after: tuple[int, ...]
    kept_after: int
    evaluation: Evaluation
    book: Running | None = None

    @classmethod
    def open(cls, settings: Settings, book: Running | None = None) -> Desk:
        return cls(
            load_office(settings.office_dir),
            bytes.fromhex(settings.tracking_key),
            settings.supplement_days,
            settings.remind_after,
            settings.kept_after,
            load_evaluation(settings.office_dir),
            book,
        )

    @property
    def versions(self) -> Procedures:
        """The procedures as they run now; those of the office's files where nothing runs."""
        return self.book.procedures() if self.book else self.office.all_procedures

    @property
    def agency_code(self) -> str:
        return self.office.agency_code

    @property
    def calendar(self) -> WorkingCalendar:
        return self.office.calendar

    def tracking(self, dossier_id: UUID) -> tuple[str, str]:
        """Return the receipt's secret and its SHA-256 in hex.

        130 bits, made from the id, so that a repeated call gives the same receipt and nobody stores the secret.
        """
        made = hmac.digest(self.tracking_key, dossier_id.bytes, hashlib.sha256)
        secret = base64.b32encode(made).decode().lower()[:26]
        return secret, hashlib.sha256(secret.encode()).hexdigest()

    def receipt(
        self,
        dossier_id: UUID,
        data: Mapping[str, Any],
        *,
        ward: str | None,
        reference: str | None,
        channel: int,
        now: datetime,
        owner: str | None = None,
        complete: bool = True,
    ) -> domain.Receipt:
        """Return what reception fixes of a submission at ``now``, under the rules of that day.

        Args:
            complete: whether papers may not be missing.

        Raises:
            Refused: ``incomplete`` with every fault.
        """
        day = domain.local_day(now)
        faults = self._ward_faults(ward, day)
        version = self.versions.find(data["procedure"], day)
        if version is None:
            raise Refused("incomplete", 422, errors=problems([*faults, Fault("procedure", "unknown-procedure")]))
        submitted_at = data["submitted_at"] or now
        rules = snapshot(version)
        faults += domain.check(
            data, version.components, submitted_at=submitted_at, now=now, channel=channel, complete=complete
        )
        faults += domain.check_way(data, channel=channel, channels=rules["channels"], cases=rules["cases"])
        if faults:
            raise Refused("incomplete", 422, errors=problems(faults))
        applicant = data["applicant"]
        return domain.Receipt(
            dossier_id=dossier_id,
            procedure={"code": version.code, "name": version.name_vi, "field": version.field},
            department=version.department,
            channel=channel,
            ward=ward,
            ward_reference=reference,
            received_at=now,
            applicant=applicant,
            contact={name: applicant[name] for name in ("name", "email", "phone", "language")},
            components=tuple(data["components"]),
            tracking_digest=self.tracking(dossier_id)[1],
            rules=rules,
            submitted_at=submitted_at,
            owner=owner,
            **{name: data[name] for name in ("case", "quantities", "representative", "delivery", "postal")},
        )

    def checked(self, before: domain.Dossier, given: Mapping[str, Any], *, complete: bool = True) -> domain.Receipt:
        """Return the receipt of a dossier with some of it given anew, checked under the rules of the day it came in.

        Args:
            complete: whether papers may not be missing.

        Raises:
            Refused: ``incomplete`` with every fault.
        """
        old = before.receipt
        kept = {name: getattr(old, name) for name in ("case", "quantities", "representative", "delivery", "postal")}
        data: dict[str, Any] = {
            **kept,
            "procedure": old.procedure["code"],
            "applicant": old.applicant,
            "components": [*old.components, *_brought_since(before)],
            "submitted_at": old.submitted_at,
            **given,
        }
        if data["procedure"] != old.procedure["code"] and "case" not in given:
            data["case"] = None  # a case of the wrong procedure is none of the right one
        if "components" not in given:
            data["components"] = _merged(data["components"])
        made = self.receipt(
            old.dossier_id,
            data,
            ward=old.ward,
            reference=old.ward_reference,
            channel=old.channel,
            now=before.history[0]["at"],
            owner=old.owner,
            complete=complete,
        )
        return replace(made, received_at=old.received_at)

    def remind_at(self, at: datetime) -> datetime:
        """Return when to remind of a result that is there since ``at``."""
        with years_known():
            return self.calendar.add_working_days(at, self.remind_after[0])

    def answer_by(self, at: datetime) -> datetime:
        """Return until when the desk looks at what came in at ``at``."""
        with years_known():
            return self.calendar.add_working_time(at, domain.ANSWER_WITHIN)

    def supply_by(self, receipt: domain.Receipt, at: datetime) -> datetime:
        """Return until when the person may complete the dossier, asked at ``at``."""
        with years_known():
            return self.calendar.add_working_days(at, receipt.rules["supplement_days"] or self.supplement_days)

    def appointment(self, receipt: domain.Receipt, at: datetime) -> domain.Appointment:
        """Return what the calendar gives a dossier received at ``at``.

        Raises:
            Refused: ``calendar-unknown`` when a year has no table yet.
        """
        limit = domain.limit_of(receipt)
        with years_known():
            due_at = self.calendar.due_at(at, limit["kind"], limit["amount"])
            return domain.Appointment(
                due_at, self.calendar.forward_at(at), next_look(due_at, at, self.calendar), receipt.rules["legal_basis"]
            )

    def explain(self, dossier: domain.Dossier) -> list[Step]:
        """Return each date of the limit that runs, from where it began; none before reception."""
        if dossier.due_at is None:
            return []
        limit = domain.limit_of(dossier.receipt)
        return self.calendar.explain(dossier.deadline.started_at, limit["kind"], limit["amount"])

    def lines(self, receipt: domain.Receipt) -> tuple[domain.Line, ...]:
        """Return what the dossier costs."""
        return compute(fees(receipt.rules, receipt.case), receipt.quantities or {})

    def check_units(self, department: str | None, ward: str | None, now: datetime) -> None:
        """Refuse (422) a department or ward that the office does not have today, naming the field."""
        day = domain.local_day(now)
        faults = self._ward_faults(ward, day)
        if department is not None and department not in {row.code for row in self.office.departments(day)}:
            faults.append(Fault("department", "unknown-department"))
        if faults:
            raise Refused("invalid-query", 422, errors=problems(faults))

    def _ward_faults(self, ward: str | None, day: date) -> list[Fault]:
        if ward is None:
            return []
        try:
            self.office.ward(ward, day)
        except UnknownWard:
            return [Fault("ward", "unknown-ward")]
        return []


def _brought_since(dossier: domain.Dossier) -> list[Mapping[str, Any]]:
    """Return the papers that came after the receipt's own were fixed: at reception, or by the last correction."""
    fixed_at = max([dossier.receipt.received_at, *(row["at"] for row in dossier.corrections)])
    return [row for brought in dossier.supplements if brought["at"] > fixed_at for row in brought["components"]]


def _merged(components: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return papers of which some were brought later, original and copy of each once: the later one counts."""
    return list({(row["code"], row["copy"]): row for row in components}.values())


@contextmanager
def years_known() -> Iterator[None]:
    """Tell a year that the calendar lacks as our own fault: a person must add its table, nobody may guess it."""
    try:
        yield
    except CalendarUnknown as unknown:
        raise Refused("calendar-unknown", 503, f"The calendar has no table for {unknown.year}.") from None
