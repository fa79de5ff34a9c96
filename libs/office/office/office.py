"""One office, asked by code and date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from office.errors import UnknownDepartment, UnknownField, UnknownProcedure, UnknownProvider, UnknownWard
from office.model import Department, Field, Provider, Ward
from office.procedure import ProcedureVersion
from office.procedures import Procedures
from office.versions import Versions
from worktime import WorkingCalendar


@dataclass(frozen=True, eq=False)
class Office:
    """The office's data, whole and checked.

    Every ``on`` is a local date (Asia/Ho_Chi_Minh), the receipt date of what is asked about: a dossier keeps the
    rules in force when it was received. ``agency_code`` is the organisation's code of QCVN 102:2016/BTTTT;
    ``agency_code_simulated`` says that it is made up.
    """

    name_vi: str
    name_en: str
    agency_code: str
    agency_code_simulated: bool
    calendar: WorkingCalendar
    all_fields: Mapping[str, Field]
    all_departments: Versions[Department]
    all_wards: Versions[Ward]
    all_providers: Versions[Provider]
    all_procedures: Procedures

    def procedure(self, code: str, on: date) -> ProcedureVersion:
        """Return the published version in force on ``on``; raise ``UnknownProcedure`` when there is none."""
        if (found := self.all_procedures.find(code, on)) is None:
            raise UnknownProcedure(code, on)
        return found

    def department(self, code: str, on: date) -> Department:
        """Return the department that bore ``code`` on ``on``; raise ``UnknownDepartment`` when there is none."""
        if (found := self.all_departments.find(code, on)) is None:
            raise UnknownDepartment(code, on)
        return found

    def ward(self, code: str, on: date) -> Ward:
        """Return the ward that bore ``code`` on ``on``; raise ``UnknownWard`` when there is none."""
        if (found := self.all_wards.find(code, on)) is None:
            raise UnknownWard(code, on)
        return found

    def provider(self, code: str, on: date) -> Provider:
        """Return the payment provider that bore ``code`` on ``on``; raise ``UnknownProvider`` when there is none."""
        if (found := self.all_providers.find(code, on)) is None:
            raise UnknownProvider(code, on)
        return found

    def field(self, code: str) -> Field:
        """Return a field of work by its code; raise ``UnknownField`` when there is none."""
        try:
            return self.all_fields[code]
        except KeyError:
            raise UnknownField(code) from None

    def procedures(self, on: date) -> tuple[ProcedureVersion, ...]:
        """Return the published procedures in force on ``on``, in the order of the file."""
        return self.all_procedures.on(on)

    def departments(self, on: date) -> tuple[Department, ...]:
        """Return the departments that exist on ``on``, in the order of the file."""
        return self.all_departments.all_on(on)

    def wards(self, on: date) -> tuple[Ward, ...]:
        """Return the wards that exist on ``on``, in the order of the file."""
        return self.all_wards.all_on(on)

    def providers(self, on: date) -> tuple[Provider, ...]:
        """Return the payment providers that the office works with on ``on``, in the order of the file."""
        return self.all_providers.all_on(on)

    def fields(self) -> tuple[Field, ...]:
        """Return the fields of work, in the order of the file."""
        return tuple(self.all_fields.values())
