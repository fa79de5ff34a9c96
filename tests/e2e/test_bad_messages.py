"""What an outside party says wrongly: parked whole with its reason, or answered; never dropped, never half done."""

import json
import sqlite3
import uuid
from pathlib import Path

import amqp
import pytest
from kombu import Connection

from motcua.demo.payments import PROVIDER
from motcua.partners import start_payments

EXAMPLES = Path(__file__).resolve().parents[2] / "contracts" / "examples"
FAULTY = sorted(
    file
    for kind in ("payment.record.v1", "dossier.correct.v1", "dossier.withdraw.v1", "ward.statement.v1")
    for file in (EXAMPLES / "invalid").glob(f"{kind}--*.json")
)
SENDERS = {"payment": f"provider-{PROVIDER}", "dossier": "ward-26734", "ward": "ward-26734"}


def say(system, body):
    """Publish a message with its sender's own credentials, under the key that the broker lets it use."""
    kind = body["type"]
    user = SENDERS[kind.partition(".")[0]]
    message = amqp.Message(json.dumps(body).encode(), content_type="application/cloudevents+json", delivery_mode=2)
    uri, member = system.amqp_uri(user), user.partition("-")[2]
    with (
        Connection(uri, transport_options={"confirm_publish": True}) as connection,
        connection.channel() as channel,
    ):
        channel.basic_publish(message, "intake.commands", f"{kind}.{member}", mandatory=True)


def take_parked(system, until):
    """Take the one parked message away: its body and headers."""
    with Connection(system.amqp_uri("operator")) as connection, connection.channel() as channel:
        message = until(lambda: channel.basic_get("intake.parked"), 30, "a parked message")
        channel.basic_ack(message.delivery_tag)
        return json.loads(message.body), message.properties["application_headers"]


@pytest.mark.parametrize("file", FAULTY, ids=[file.stem for file in FAULTY])
def test_a_message_that_breaks_its_contract_is_parked_whole_with_the_reason(system, watch, until, file):
    example = json.loads(file.read_text("utf-8"))
    body = example["message"] | {"id": str(uuid.uuid4())}
    kept, rejected = watch.kept_payments.count_documents({}), watch.rejections.count_documents({})
    say(system, body)
    parked, headers = take_parked(system, until)
    assert parked == body
    assert example["report"] in headers["x-parked-because"]
    watch.settle(lambda sight: None)
    assert (watch.kept_payments.count_documents({}), watch.rejections.count_documents({})) == (kept, rejected)


def payments(system, rows, name):
    file = system.directory / f"{name}.ndjson"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def outcomes(system):
    book = sqlite3.connect(f"file:{system.directory / 'partners' / f'provider-{PROVIDER}.sqlite'}?mode=ro", uri=True)
    try:
        return dict(book.execute("SELECT reference, outcome FROM submissions"))
    finally:
        book.close()


def test_money_for_no_dossier_or_too_much_is_kept_and_cleared_once(system, watch, desk, clock, until):
    run = uuid.uuid4().hex[:8]
    case = {
        "procedure": "1.001612",
        "applicant": {"name": "Trần Thị Bưởi"},
        "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
    }
    receipt = desk.submit(case, f"kept-{run}")
    code, owed = receipt["code"], receipt["fee_minor"]
    row = {"currency": "VND", "paid_at": clock.now().isoformat()}
    rows = [
        {**row, "payment_id": f"{run}-nobody", "code": "000.00.00.X00-990101-9999", "amount_minor": owed},
        {**row, "payment_id": f"{run}-much", "code": code, "amount_minor": owed + 1},
    ]
    file = payments(system, rows, f"kept-{run}")
    assert start_payments(system, PROVIDER, file, clock=clock.file, seconds=60, repeat=True).wait(timeout=80) == 0
    told = outcomes(system)
    assert {told[f"{run}-nobody"], told[f"{run}-much"]} == {"kept"}
    assert watch.dossiers.find_one({"code": code})["account"]["payments"] == []

    desk.post(f"/api/kept-payments/{PROVIDER}:{run}-nobody/clearing", {"code": code, "note": "Ghi nhầm mã"}, f"{run}-1")
    desk.post(f"/api/kept-payments/{PROVIDER}:{run}-much/clearing", {"note": "Đã trả lại"}, f"{run}-2")
    # pushed again from a book that was lost: the money stays counted once
    lost = system.directory / "partners" / f"provider-{PROVIDER}.sqlite"
    lost.rename(lost.with_suffix(f".{run}"))
    try:
        assert start_payments(system, PROVIDER, file, clock=clock.file, seconds=60).wait(timeout=80) == 0
    finally:
        lost.with_suffix(f".{run}").replace(lost)
    watch.settle(lambda sight: None)
    account = watch.dossiers.find_one({"code": code})["account"]
    assert [(paid["id"], paid["amount_minor"]) for paid in account["payments"]] == [(f"{PROVIDER}:{run}-nobody", owed)]
