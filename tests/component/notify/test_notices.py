"""The right person hears, once: through a real SMTP server."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from motcua.leash import free_port
from motcua.smtpsink import Mailbox
from notify.service import NotifyService


class MailServer:
    """A mail server as a process, that can be away."""

    def __init__(self, directory):
        self.port, self.box, self._process = free_port(), Mailbox(directory), None

    def start(self):
        command = [
            sys.executable,
            "-m",
            "motcua.smtpsink",
            "--port",
            str(self.port),
            "--mailbox",
            str(self.box.directory),
        ]
        self._process = subprocess.Popen(command)

    def stop(self):
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


@pytest.fixture
def mail(tmp_path):
    server = MailServer(tmp_path / "mail")
    yield server
    server.stop()


@pytest.fixture
def notify(run_service, mail):
    more = {"MOTCUA_SMTP_HOST": "127.0.0.1", "MOTCUA_SMTP_PORT": str(mail.port), "MOTCUA_SMTP_FROM": "desk@example.org"}
    return lambda: run_service(NotifyService, **more)


def tell(bus, message):
    bus.say("intake", "intake.events", message["type"], message)
    return message


def test_a_person_hears_of_each_fact_once_in_their_language(bus, notify, mail, example, until):
    mail.start()
    notify()
    received, resolved = example("dossier.received.v1"), example("dossier.resolved.v1")
    received["data"]["contact"] |= {"email": "an@example.org", "language": "en"}
    resolved["data"]["dossier_id"] = received["data"]["dossier_id"]
    tell(bus, resolved)  # overtakes: waits until the contact is known
    tell(bus, received)
    tell(bus, received)
    until(lambda: len(mail.box.messages()) == 2, 20)
    until(lambda: bus.depth("notify.dossier.received.v1") == 0)
    subjects = sorted(message.subject for message in mail.box.messages())
    assert [subject.split("] ")[1] for subject in subjects] == [
        "The result of your dossier is ready",
        "Your dossier was received",
    ]
    assert {message.to for message in mail.box.messages()} == {("an@example.org",)}
    assert {bus.hear_event("gateway.notice.sent.v1")["data"]["occasion"] for _ in range(2)} == {
        "dossier.received.v1",
        "dossier.resolved.v1",
    }


def test_a_mail_server_that_is_away_delays_the_notice_and_loses_nothing(bus, notify, mail, example, until, collection):
    notify()
    message = example("dossier.received.v1")
    message["data"]["contact"] |= {"email": "an@example.org"}
    tell(bus, message)
    until(lambda: collection("notices").find_one({"attempts": 1, "state": "queued"}))
    assert bus.depth("notify.parked") == 0
    mail.start()
    until(lambda: len(mail.box.messages()) == 1, 20)
    until(lambda: collection("notices").find_one({"state": "sent"}))


def test_a_person_without_an_address_is_counted_and_no_mail_is_tried(bus, notify, example, until, collection):
    notify()
    message = example("dossier.received.v1")
    message["data"]["contact"] |= {"email": None}
    tell(bus, message)
    until(lambda: collection("notices").find_one({"state": "no-address"}))


def test_a_notice_taken_by_a_process_that_died_is_sent_by_another(bus, notify, mail, example, until, collection):
    mail.start()
    notify()
    message = example("dossier.received.v1")
    message["data"]["contact"] |= {"email": "an@example.org"}
    tell(bus, message)
    until(lambda: collection("notices").find_one({"state": "sent"}))
    row = collection("notices").find_one()

    left = {**row, "_id": "5f6c7f0e-6f3c-4a77-9d6e-0d1f6f9d2f11", "state": "queued", "attempts": 0}
    collection("notices").insert_one({**left, "wake_at": datetime.now(UTC) - timedelta(seconds=1)})
    until(lambda: len(mail.box.messages()) == 2)
