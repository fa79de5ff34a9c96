"""What ward systems (10 phường) say. Commands to intake; the sender is a ward's own broker user."""

from __future__ import annotations

from marshmallow import fields, validate

from motcua_contracts.base import Contract
from motcua_contracts.vocabulary import PROCEDURE_CODE, WARD_CODE, Applicant, Component, Matches, coded, instant, text

#: What a ward may call a case of its own.
REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9./_-]{0,63}$"


class DossierSubmitV1(Contract):
    """A ward hands over a dossier (hồ sơ) that it took in for the district.

    Routing key ``dossier.submit.v1.<ward>`` on ``intake.commands``; the broker lets a ward use its own code only.
    The pair (ward, ward_reference) names the submission for ever: a repeat is answered, never registered twice.
    Answered by ``submission.answered.v1``. Compatibility: additive within v1.
    """

    TYPE = "dossier.submit.v1"
    OWNER = "intake"
    KIND = "command"
    ADDRESS = "ward"
    READERS = ("intake",)

    ward = coded(WARD_CODE, required=True)
    ward_reference = fields.String(required=True, validate=Matches(REFERENCE))
    submitted_at = instant(required=True)
    procedure = coded(PROCEDURE_CODE, required=True)
    applicant = fields.Nested(Applicant, required=True)
    components = fields.List(fields.Nested(Component), required=True, validate=validate.Length(max=50))
    note = text(2000, minimum=0, load_default=None, allow_none=True)


CONTRACTS = (DossierSubmitV1,)
