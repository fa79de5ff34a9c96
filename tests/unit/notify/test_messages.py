"""What notify publishes: that somebody was told, never whom or what."""

import json

from motcua_contracts.notify import NoticeSentV1
from notify import domain, messages


def test_sent_notice_keeps_its_contract_and_finds_its_way(tell, now):
    notice = domain.sent(tell(), at=now)

    letter = messages.sent(notice)

    message = NoticeSentV1.open(json.loads(json.dumps(letter.envelope)))
    assert (letter.exchange, letter.routing_key) == ("notify.events", "notice.sent.v1")
    assert (message.source, message.subject, message.time) == ("/motcua/notify", notice.code, now)
    assert message.data == {
        "notice_id": notice.id,
        "dossier_id": notice.dossier_id,
        "code": notice.code,
        "occasion": "dossier.received.v1",
        "channel": "email",
        "sent_at": now,
    }


def test_letter_holds_neither_address_nor_name_nor_text(tell, now):
    text = json.dumps(messages.sent(domain.sent(tell(), at=now)).envelope, ensure_ascii=False)

    assert "example.org" not in text
    assert "Thí Dụ" not in text
