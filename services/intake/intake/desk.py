"""The desk's knowledge: the office's data, its calendar, and the secret on each receipt."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.errors import Refused
from intake import domain
from intake.domain import Fault
from intake.messages.calls import problems
from intake.settings import Settings
from office import Office, ProcedureVersion, UnknownProcedure, UnknownWard, load_office
from worktime import CalendarUnknown, WorkingCalendar


@dataclass(frozen=True)
class Desk:
    """Everything reception needs beside the submission itself."""

    office: Office
    tracking_key: bytes

    @classmethod
    def open(cls, settings: Settings) -> Desk:
        return cls(load_office(settings.office_dir), bytes.fromhex(settings.tracking_key))

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

    def receive(
        self,
        dossier_id: UUID,
        data: Mapping[str, Any],
        *,
        ward: str | None,
        reference: str | None,
        channel: int,
        now: datetime,
    ) -> domain.Dossier:
        """Return the dossier that a submission becomes at ``now``, under the rules of that day.

        Raises:
            Refused: ``incomplete`` with every fault; ``calendar-unknown`` when a year has no table yet.
        """
        day = domain.local_day(now)
        faults = self._ward_faults(ward, day)
        try:
            version = self.office.procedure(data["procedure"], day)
        except UnknownProcedure:
            raise Refused(
                "incomplete", 422, errors=problems([*faults, Fault("procedure", "unknown-procedure")])
            ) from None
        submitted_at = data["submitted_at"] or now
        faults += domain.check(data, version.components, submitted_at=submitted_at, now=now)
        if faults:
            raise Refused("incomplete", 422, errors=problems(faults))
        applicant = data["applicant"]
        receipt = domain.Receipt(
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
            fee_minor=version.fee_minor,
        )
        with _years_known():
            due_at = self.calendar.due_at(now, version.limit.kind, version.limit.amount)
            forward_at = self.calendar.forward_at(now)
        return domain.receive(receipt, due_at=due_at, forward_at=forward_at, basis=version.legal_basis)

    def check_units(self, department: str | None, ward: str | None, now: datetime) -> None:
        """Refuse (422) a department or ward that the office does not have today, naming the field."""
        day = domain.local_day(now)
        faults = self._ward_faults(ward, day)
        if department is not None and department not in {row.code for row in self.office.departments(day)}:
            faults.append(Fault("department", "unknown-department"))
        if faults:
            raise Refused("invalid-query", 422, errors=problems(faults))

    def procedures(self, on: date | None, now: datetime) -> Sequence[ProcedureVersion]:
        return self.office.procedures(on or domain.local_day(now))

    def procedure(self, code: str, on: date | None, now: datetime) -> ProcedureVersion:
        """Return the version in force; raises ``Refused`` (404) for one that is not."""
        try:
            return self.office.procedure(code, on or domain.local_day(now))
        except UnknownProcedure:
            raise Refused("unknown-procedure", 404) from None

    def _ward_faults(self, ward: str | None, day: date) -> list[Fault]:
        if ward is None:
            return []
        try:
            self.office.ward(ward, day)
        except UnknownWard:
            return [Fault("ward", "unknown-ward")]
        return []


@contextmanager
def _years_known() -> Iterator[None]:
    """Tell a year that the calendar lacks as our own fault: a person must add its table, nobody may guess it."""
    try:
        yield
    except CalendarUnknown as unknown:
        raise Refused("calendar-unknown", 503, f"The calendar has no table for {unknown.year}.") from None
