"""Messages that notify publishes."""

from __future__ import annotations

from chassis.kept import Letter
from motcua_contracts.notify import NoticeSentV1
from notify.domain import Notice

SOURCE = "/motcua/notify"


def sent(notice: Notice) -> Letter:
    data = {
        "notice_id": notice.id,
        "dossier_id": notice.dossier_id,
        "code": notice.code,
        "occasion": notice.occasion,
        "channel": "email",
        "sent_at": notice.sent_at,
    }
    assert notice.sent_at is not None
    envelope = NoticeSentV1.seal(data, source=SOURCE, subject=notice.code, time=notice.sent_at)
    return Letter(NoticeSentV1.exchange(), NoticeSentV1.routing_key(envelope), envelope)
