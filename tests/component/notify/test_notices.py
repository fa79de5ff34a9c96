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


def about(example, kind, dossier="dossier.received.v1", **data):
    """Return a golden message of another dossier told of the one in ``dossier``."""
    message, first = example(kind), example(dossier)
    message["data"] |= {name: first["data"][name] for name in ("dossier_id", "code")} | data
    message["subject"] = first["subject"]
    return message


def test_a_dossier_that_came_online_is_told_of_with_the_contact_that_came_with_it(bus, notify, mail, example, until):
    mail.start()
    notify()
    tell(bus, about(example, "dossier.refused.v1", "dossier.submitted.v1"))  # overtakes
    tell(bus, example("dossier.submitted.v1"))

    until(lambda: len(mail.box.messages()) == 2, 20)
    to = (example("dossier.submitted.v1")["data"]["contact"]["email"],)
    told = {message.subject.split("] ")[1]: message for message in mail.box.messages()}
    assert {message.to for message in told.values()} == {to}
    reason = example("dossier.refused.v1")["data"]["reason"]
    assert reason in mail.box.text(told["Từ chối tiếp nhận giải quyết hồ sơ"])


def test_a_correction_changes_whom_the_person_is_told_at_whatever_comes_first(
    bus, notify, mail, example, until, collection
):
    mail.start()
    notify()
    corrected = example("dossier.corrected.v1")
    corrected["data"]["contact"] |= {"email": "right@example.org", "language": "en"}
    submitted = example("dossier.submitted.v1")
    submitted["data"]["contact"] |= {"email": "wrong@example.org"}

    tell(bus, corrected)
    until(lambda: len(mail.box.messages()) == 1, 20)
    tell(bus, submitted)  # was overtaken
    tell(bus, about(example, "dossier.resolved.v1", "dossier.corrected.v1"))

    until(lambda: len(mail.box.messages()) == 3, 20)
    assert {message.to for message in mail.box.messages()} == {("right@example.org",)}
    assert collection("contacts").find_one()["sequence"] == corrected["sequence"]
    (resolved,) = (message for message in mail.box.messages() if "ready" in message.subject)
    assert "by post" in mail.box.text(resolved)  # as the correction has it


def lateness(example):
    """Return reception, the passing of an appointment, and the apology that moves the same appointment."""
    due = "2018-08-28T10:00:00+00:00"
    received = example("dossier.received.v1")
    received["data"]["contact"] |= {"email": "an@example.org", "language": "en"}
    passed = about(example, "dossier.overdue.v1", due_at=due)
    return received, passed, about(example, "dossier.rescheduled.v1", previous_due_at=due)


def test_an_apology_replaces_the_news_that_its_appointment_passed(bus, notify, mail, example, until, collection):
    mail.start()
    notify()
    received, passed, apology = lateness(example)
    tell(bus, received)
    tell(bus, apology)
    until(lambda: len(mail.box.messages()) == 2, 20)
    tell(bus, passed)
    tell(bus, {**passed, "id": "another", "data": {**passed["data"], "due_at": "2018-09-28T10:00:00+00:00"}})

    until(lambda: collection("notices").find_one({"state": "replaced"}))
    until(lambda: len(mail.box.messages()) == 3, 20)
    late = [message for message in mail.box.messages() if "overdue" in message.subject]
    assert ["17:00 28/09/2018" in mail.box.text(message) for message in late] == [True]
    assert bus.depth("notify.parked") == 0


def test_news_of_a_passed_appointment_that_still_waits_gives_way_to_the_apology(
    bus, notify, mail, example, until, collection
):
    notify()
    received, passed, apology = lateness(example)
    tell(bus, received)
    tell(bus, passed)
    waits = {"occasion": "dossier.overdue.v1", "state": "queued", "attempts": 1}
    until(lambda: collection("notices").find_one(waits), what="the mail server is away")
    tell(bus, apology)
    until(lambda: collection("notices").find_one({"occasion": "dossier.rescheduled.v1"}))
    mail.start()

    until(lambda: collection("notices").find_one({"state": "replaced", "occasion": "dossier.overdue.v1"}), 20)
    until(lambda: len(mail.box.messages()) == 2, 20)
    assert not [message for message in mail.box.messages() if "overdue" in message.subject]
