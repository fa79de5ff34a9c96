"""The mail sink: a real SMTP server, started as it is in the stack."""

import os
import smtplib
import sys
import time
from email.message import EmailMessage

import pytest

from motcua import leash
from motcua.smtpsink import Mailbox


@pytest.fixture
def sink(tmp_path):
    port = leash.free_port()
    command = [sys.executable, "-m", "motcua.smtpsink", "--port", str(port), "--mailbox", str(tmp_path / "box")]
    process = leash.start(command, log=tmp_path / "log", env=os.environ)
    yield port, Mailbox(tmp_path / "box")
    assert leash.end(process, grace=5) == 0


def send(port, message):
    end = time.monotonic() + 10
    while True:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
                server.send_message(message)
            return
        except ConnectionRefusedError:
            assert time.monotonic() < end, "the sink does not answer"
            time.sleep(0.05)


def test_sent_mail_is_in_the_mailbox_as_it_was_sent(sink):
    port, mailbox = sink
    message = EmailMessage()
    message["From"], message["To"] = "motcua@localhost", "lan@example.com"
    message["Subject"], message["Message-ID"] = "Hồ sơ đã được tiếp nhận", "<1@motcua>"
    message.set_content("Kính gửi bà Lan, hồ sơ đã được tiếp nhận.\n")

    send(port, message)

    (mail,) = mailbox.messages()
    assert (mail.message_id, mail.to, mail.subject) == ("<1@motcua>", ("lan@example.com",), "Hồ sơ đã được tiếp nhận")
    assert mail.received_at.tzinfo is not None
    assert mailbox.text(mail) == "Kính gửi bà Lan, hồ sơ đã được tiếp nhận.\n"


def test_line_that_is_still_being_written_is_left_for_the_next_look(tmp_path):
    mailbox = Mailbox(tmp_path)
    mailbox.keep("a@b", ["c@d"], b"Subject: x\r\n\r\nbody\r\n")
    with (tmp_path / "index.jsonl").open("a") as index:
        index.write('{"message_id": "half')

    assert [mail.subject for mail in mailbox.messages()] == ["x"]


def test_empty_mailbox_has_no_messages(tmp_path):
    assert Mailbox(tmp_path / "nothing").messages() == []
