"""What notify says: who was told what, and when. Never an address, never a text."""

from __future__ import annotations

from marshmallow import fields

from motcua_contracts.base import Contract
from motcua_contracts.vocabulary import DOSSIER_CODE, coded, instant, text


class NoticeSentV1(Contract):
    """A notice was handed to the mail server. Routing key ``notice.sent.v1``. Read by: gateway."""

    TYPE = "notice.sent.v1"
    OWNER = "notify"
    READERS = ("gateway",)

    notice_id = fields.UUID(required=True)
    dossier_id = fields.UUID(required=True)
    code = coded(DOSSIER_CODE, required=True)
    occasion = text(64, required=True, metadata={"description": "the type of the event that the person was told of"})
    channel = text(16, required=True, metadata={"description": "email; open"})
    sent_at = instant(required=True)


CONTRACTS = (NoticeSentV1,)
