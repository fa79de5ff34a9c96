"""What every message about a dossier (hồ sơ) carries."""

from __future__ import annotations

from marshmallow import fields

from motcua_contracts.base import Contract
from motcua_contracts.vocabulary import DOSSIER_CODE, STATUS_METADATA, HistoryEntry, coded


class DossierContract(Contract):
    """What each message about a dossier carries; ``status`` is the national code after the fact.

    ``history`` is the link that the fact added to the dossier's hash-chained history; absent in messages of before 1.1.
    """

    OWNER = "intake"

    dossier_id = fields.UUID(required=True)
    code = coded(DOSSIER_CODE, required=True)
    status = fields.Integer(strict=True, required=True, metadata=STATUS_METADATA)
    history = fields.Nested(HistoryEntry, load_default=None, allow_none=True)
