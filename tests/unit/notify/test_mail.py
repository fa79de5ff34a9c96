"""The letter to the person, and a mail server that takes it or does not."""

import os
import smtplib
import sys
import time
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP, default
from string import Formatter

import pytest
import yaml

from motcua import leash
from motcua.smtpsink import Mailbox
from notify import domain
from notify.mail import TEXTS, Mailer, NotSent
from notify.service import NotifyService
from notify.settings import Settings

DUE = datetime(2018, 8, 28, 10, tzinfo=UTC)
FACTS = {
    "received_at": datetime(2018, 8, 23, 1, 10, tzinfo=UTC),
    "due_at": DUE,
    "previous_due_at": datetime(2018, 8, 27, 17, 30, tzinfo=UTC),
    "reason": "Thiếu biên bản họp",
    "items": ["Biên bản họp", "Giấy ủy quyền"],
    "result": "Giấy chứng nhận",
    **dict.fromkeys(("submitted_at", "answer_by", "withdrawn_at", "since", "kept_at", "supply_by"), DUE),
    "cause": "stopped",
    "owed_minor": 1_500_000,
    "legal_basis": "Điều 17 NĐ 61/2018/NĐ-CP",
    "number": 2,
    "delivery": "counter",
}
OCCASIONS = sorted(
    entrypoint.contract.TYPE
    for name in dir(NotifyService)
    for entrypoint in getattr(getattr(NotifyService, name), "nameko_entrypoints", ())
    if hasattr(entrypoint, "contract")
)
LANGUAGES = ("vi", "en")


@pytest.fixture
def mailer_to():
    """Return a function that makes a mailer for a server on this machine."""

    def make(port=25):
        core = {
            name: None for name in Settings.__dataclass_fields__ if not name.startswith("smtp") and name != "public_url"
        }
        return Mailer(
            Settings(
                **core,
                smtp_host="127.0.0.1",
                smtp_port=port,
                smtp_user=None,
                smtp_password=None,
                smtp_tls=False,
                smtp_timeout=5,
                smtp_from="mot-cua@quan1.example.org",
                public_url="https://motcua.example.org",
            )
        )

    return make


@pytest.fixture
def letter(mailer_to, tell, now):
    """Return a function that gives a notice's letter as it arrives."""

    def make(occasion="dossier.received.v1", **changes):
        facts = {**FACTS, **changes.pop("facts", {})}
        sent = mailer_to().message(tell(occasion, facts=facts, **changes), now)
        return message_from_bytes(sent.as_bytes(policy=SMTP), policy=default)

    return make


def text(mail):
    return mail.get_content().replace("\r\n", "\n")


def test_there_are_occasions_to_tell_of():
    assert sorted(domain.TOLD) == OCCASIONS


@pytest.mark.parametrize("occasion", OCCASIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_occasion_has_its_letter_in_both_languages(letter, occasion, language):
    mail = letter(occasion, language=language)

    assert mail["Subject"].startswith("[000.01.01.H29-180823-0001] ")
    assert "Nguyễn Thị Thí Dụ" in text(mail)
    assert "000.01.01.H29-180823-0001" in text(mail)
    assert "{" not in mail["Subject"] + text(mail)


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_languages_differ_and_tell_the_same_facts(occasion):
    texts = {name: yaml.safe_load((TEXTS / f"{name}.yaml").read_text("utf-8")) for name in LANGUAGES}
    for part in ("subject", "body"):
        vi, en = (texts[name][f"{occasion}.{part}"] for name in LANGUAGES)
        assert vi != en
        assert {place for _, place, _, _ in Formatter().parse(vi)} == {
            place for _, place, _, _ in Formatter().parse(en)
        }


def test_letter_has_no_text_that_no_letter_uses():
    used = {"greeting", "signature", "dossier"}
    kinds = {*OCCASIONS, *(f"{kind}.{value}" for kind, (_, values) in domain.VARIANTS.items() for value in values)}
    used |= {f"{kind}.{part}" for kind in kinds for part in ("subject", "body")}
    used |= {f"line.{name}" for name in domain.LINES if name not in domain.CHOICES}
    used |= {f"line.{name}.{value}" for name, values in domain.CHOICES.items() for value in values}
    assert set(yaml.safe_load((TEXTS / "vi.yaml").read_text("utf-8"))) == used


@pytest.mark.parametrize(("language", "amount"), [("vi", "1.500.000 đồng"), ("en", "1,500,000 đồng")])
def test_a_fee_is_told_with_how_much_and_where_and_a_stop_with_its_reason_alone(letter, language, amount):
    fee = letter("dossier.paused.v1", facts={"cause": "fee"}, language=language)
    stopped = letter("dossier.paused.v1", facts={"cause": "court-order"}, language=language)

    assert amount in text(fee)
    assert fee["Subject"] != stopped["Subject"]
    assert FACTS["reason"] in text(fee)
    assert FACTS["reason"] in text(stopped)


@pytest.mark.parametrize("name", ["supply_by", "legal_basis", "owed_minor"])
def test_what_an_event_does_not_have_has_no_line(mailer_to, tell, now, name):
    without = {key: value for key, value in FACTS.items() if key != name}
    mails = [mailer_to().message(tell("dossier.paused.v1", facts=facts), now) for facts in (FACTS, without)]

    full, short = (text(mail).splitlines() for mail in mails)
    assert len(full) == len(short) + 1


@pytest.mark.parametrize(
    ("delivery", "words"), [("counter", "bring your receipt"), ("post", "by post"), ("electronic", "electronically")]
)
def test_a_result_is_told_with_how_it_comes(letter, delivery, words):
    mail = letter("dossier.resolved.v1", facts={"delivery": delivery}, language="en")

    assert words in text(mail)


def test_letter_is_in_the_persons_language(letter):
    assert letter(language="vi")["Subject"] == "[000.01.01.H29-180823-0001] Hồ sơ đã được tiếp nhận"
    assert letter(language="en")["Subject"] == "[000.01.01.H29-180823-0001] Your dossier was received"


def test_times_are_shown_as_the_clock_on_the_wall_in_vietnam(letter):
    body = text(letter("dossier.rescheduled.v1"))

    assert "17:00 28/08/2018" in body
    assert "00:30 28/08/2018" in body  # 17:30 UTC of the 27th


def test_items_to_supply_stand_one_a_line(letter):
    assert "\n- Biên bản họp\n- Giấy ủy quyền\n" in text(letter("dossier.supplement-asked.v1"))


def test_reception_names_the_tracking_page_and_not_the_secret(letter):
    assert "https://motcua.example.org" in text(letter())


def test_repeat_of_a_letter_carries_the_same_id_and_another_fact_another(letter):
    assert letter(message_id="m-1")["Message-ID"] == letter(message_id="m-1")["Message-ID"]
    assert letter(message_id="m-1")["Message-ID"] != letter(message_id="m-2")["Message-ID"]
    assert letter()["Message-ID"].endswith("@quan1.example.org>")


def test_letter_is_marked_as_sent_by_a_machine_at_its_own_time(letter, now):
    mail = letter()

    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == now
    assert (mail["From"], mail["To"]) == ("mot-cua@quan1.example.org", "thi.du@example.org")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b"])
@pytest.mark.parametrize("field", ["name", "procedure", "code"])
def test_line_break_in_a_value_makes_no_header(letter, field, end):
    mail = letter(**{field: f"An{end}Bcc: other@example.org{end}{end}body"})

    assert mail["Bcc"] is None
    assert mail.keys() == letter().keys()
    assert "An Bcc: other@example.org body" in " ".join((mail["Subject"], text(mail)))


def test_braces_in_a_value_are_only_text(letter):
    assert "{public_url} {0.__class__}" in text(letter(name="{public_url} {0.__class__}"))


@pytest.fixture
def sink(tmp_path):
    """A real mail server as the stack starts it: its port and mailbox."""
    port = leash.free_port()
    command = [sys.executable, "-m", "motcua.smtpsink", "--port", str(port), "--mailbox", str(tmp_path / "box")]
    process = leash.start(command, log=tmp_path / "log", env=os.environ)
    end = time.monotonic() + 20
    while True:
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).close()
            break
        except OSError:
            assert time.monotonic() < end, "the sink does not answer"
            time.sleep(0.05)
    yield port, Mailbox(tmp_path / "box")
    leash.end(process, grace=5)


def test_mail_server_gets_the_letter(mailer_to, tell, now, sink):
    port, mailbox = sink
    notice = tell(facts=FACTS)

    mailer_to(port).send(notice, now)

    (mail,) = mailbox.messages()
    assert mail.to == ("thi.du@example.org",)
    assert mail.subject == "[000.01.01.H29-180823-0001] Hồ sơ đã được tiếp nhận"
    assert mail.message_id == f"<{notice.id}@quan1.example.org>"
    assert "17:00 28/08/2018" in mailbox.text(mail)


def test_server_that_is_away_is_no_reason_to_give_up(mailer_to, tell, now):
    with pytest.raises(NotSent, match="ConnectionRefusedError") as failed:
        mailer_to(leash.free_port()).send(tell(facts=FACTS), now)

    assert not failed.value.hopeless


class Server:
    """Stands in for ``smtplib.SMTP``: fails as it is told to."""

    def __init__(self, sending=None, leaving=None):
        self._sending, self._leaving, self.taken = sending, leaving, []

    def __call__(self, *args, **kwargs):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        if self._leaving:
            raise self._leaving

    def send_message(self, message):
        self.taken.append(message)
        if self._sending:
            raise self._sending


@pytest.mark.parametrize(
    ("answer", "hopeless"),
    [
        (smtplib.SMTPRecipientsRefused({"thi.du@example.org": (550, b"no such user")}), True),
        (smtplib.SMTPRecipientsRefused({"thi.du@example.org": (450, b"greylisted")}), False),
        (smtplib.SMTPDataError(451, b"try again"), False),
        (smtplib.SMTPAuthenticationError(535, b"password"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (TimeoutError("slow"), False),
    ],
)
def test_only_a_refused_address_is_hopeless_and_no_answer_is_repeated(
    monkeypatch, mailer_to, tell, now, answer, hopeless
):
    monkeypatch.setattr(smtplib, "SMTP", Server(sending=answer))

    with pytest.raises(NotSent) as failed:
        mailer_to().send(tell(facts=FACTS), now)

    assert failed.value.hopeless is hopeless
    assert "thi.du@example.org" not in str(failed.value)


def test_letter_that_was_taken_is_sent_even_if_the_server_leaves_rudely(monkeypatch, mailer_to, tell, now):
    server = Server(leaving=smtplib.SMTPResponseException(421, b"timeout"))
    monkeypatch.setattr(smtplib, "SMTP", server)

    mailer_to().send(tell(facts=FACTS), now)

    assert len(server.taken) == 1


@pytest.mark.parametrize(
    "leaving",
    [
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPResponseException(221, b"bye"),
        ConnectionResetError("reset"),
        TimeoutError("slow"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_letter_that_was_not_taken_is_not_sent_however_the_server_leaves(monkeypatch, mailer_to, tell, now, leaving):
    monkeypatch.setattr(smtplib, "SMTP", Server(leaving=leaving))
    mailer_to().send(tell(facts=FACTS), now)

    monkeypatch.setattr(smtplib, "SMTP", Server(sending=smtplib.SMTPServerDisconnected("gone"), leaving=leaving))
    with pytest.raises(NotSent) as failed:
        mailer_to().send(tell(facts=FACTS), now)

    assert not failed.value.hopeless


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"name": "nửa \ud800 chữ"}, FACTS),
        ({"occasion": "dossier.unheard-of.v1"}, FACTS),
        ({}, {}),
    ],
    ids=["half a character", "no text for it", "a fact is missing"],
)
def test_letter_that_cannot_be_written_is_hopeless_and_the_server_not_asked(
    monkeypatch, mailer_to, tell, now, changes, facts
):
    server = Server()
    monkeypatch.setattr(smtplib, "SMTP", server)

    with pytest.raises(NotSent, match="cannot be written") as failed:
        mailer_to().send(tell(facts=facts, **changes), now)

    assert failed.value.hopeless
    assert server.taken == []
    assert "Thí Dụ" not in str(failed.value)


@pytest.mark.parametrize("email", ["a@b.example\nBcc: c@d.example", '"a\x0bb"@example.org'])
def test_address_that_no_header_can_hold_is_hopeless(monkeypatch, mailer_to, tell, now, email):
    monkeypatch.setattr(smtplib, "SMTP", Server())

    with pytest.raises(NotSent) as failed:
        mailer_to().send(tell(email=email, facts=FACTS), now)

    assert failed.value.hopeless
