"""One dossier's whole journey: ward, bus or gateway, intake, routing, department, result, person, e-mail."""

import json
import secrets
import signal

import pytest
import requests
from e2e_ledger import Asked, open_books
from e2e_once import complaints
from e2e_support import get

from motcua.partners import start_push

SERVICES = ("intake", "routing", "notify", "reception", "council", "projection")


def push(system, clock, tmp_path, cases, ward="26734"):
    file = tmp_path / "cases.ndjson"
    file.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases), "utf-8")
    return start_push(system, ward, file, clock=clock.file, seconds=120)


def all_resolved(watch, references):
    wanted = {"receipt.ward_reference": {"$in": references}, "status": 9}
    return watch.dossiers.count_documents(wanted) == len(references)


def test_a_batch_of_a_ward_goes_all_the_way_to_the_persons_hand_and_mailbox(
    system, watch, desk, clock, cases, tmp_path, until
):
    batch = cases(20)
    references = [case["ward_reference"] for case in batch]
    asked = Asked(references)
    assert push(system, clock, tmp_path, batch).wait(timeout=130) == 0
    until(lambda: all_resolved(watch, references), 90)
    watch.settle(lambda sight: None)
    assert complaints(asked, open_books(system, watch, asked)) == []
    for dossier in desk.dossiers(9):
        if dossier["ward_reference"] in references:
            if owed := dossier["account"]["owed_minor"]:
                assert desk.pay(dossier["code"], owed)["account"]["owed_minor"] == 0
            assert desk.hand_over(dossier["code"])["status"] == 10
    watch.settle(lambda sight: None)
    assert complaints(asked, open_books(system, watch, asked)) == []


def test_the_person_follows_the_dossier_on_the_public_page_in_both_languages(system, watch, desk, until):
    receipt = desk.submit(
        {
            "procedure": "1.001612",
            "applicant": {"name": "Trần Thị Bưởi", "email": "buoi@example.org"},
            "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
        },
        "page-1",
    )
    page = receipt["tracking_url"]
    until(lambda: "Đã xử lý xong" in get(page).text, what="the result on the page")
    vietnamese, english = get(page), get(f"{page}?lang=en")
    assert receipt["code"] in vietnamese.text
    assert "Result ready" in english.text
    assert "Bưởi" not in vietnamese.text + english.text
    assert get(page[:-3] + "xxx").status_code == 404
    assert get(receipt["qr_url"]).headers["Content-Type"].startswith("image/svg")


def test_the_page_answers_while_every_service_stands_still(system, watch, desk, until):
    receipt = desk.submit(
        {
            "procedure": "2.000815",
            "applicant": {"name": "Lê Văn Me"},
            "components": [{"code": "ban-chinh", "copy": 0}, {"code": "ban-sao", "copy": 1}],
        },
        "page-2",
    )
    until(lambda: get(receipt["tracking_url"]).ok, what="the page")
    for name in SERVICES:
        system.supervisor.signal(name, signal.SIGSTOP)
    try:
        assert get(receipt["tracking_url"]).status_code == 200
        headers = {**desk.headers, "Idempotency-Key": "while-down"}
        answer = requests.post(f"{system.url}/api/dossiers", json={}, headers=headers, timeout=30)
        assert answer.status_code == 422  # the gateway itself still judges
        listed = requests.get(f"{system.url}/api/dossiers", headers=headers, timeout=30)
        assert listed.status_code in (503, 504)
        assert listed.headers["Content-Type"] == "application/problem+json"
    finally:
        for name in SERVICES:
            system.supervisor.signal(name, signal.SIGCONT)
    until(lambda: all(system.missing(name) is None for name in SERVICES), what="every service ready again")


@pytest.mark.parametrize("late", [False, True], ids=["by day", "after the cut-off"])
def test_one_trace_goes_from_the_http_request_through_every_process_to_the_last_mail(
    system, watch, desk, clock, until, late
):
    trace = secrets.token_hex(16)
    body = {
        "channel": 1,
        "procedure": "1.001612",
        "applicant": {"name": "Trần Thị Bưởi", "email": f"{trace}@example.org"},
        "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
    }
    headers = {**desk.headers, "Idempotency-Key": trace, "traceparent": f"00-{trace}-{'1' * 16}-01"}
    if late:
        clock.at(15, 30)
    receipt = requests.post(f"{system.url}/api/dossiers", json=body, headers=headers, timeout=20).json()
    if late:
        until(lambda: watch.assignments.find_one({"code": receipt["code"], "state": "waiting"}), what="waiting")
        clock.set(watch.next_wake())
    until(lambda: watch.dossiers.find_one({"code": receipt["code"], "status": 9}), what="the result")
    watch.settle(lambda sight: None)
    for name in ("gateway", "intake", "routing", "notify", "projection"):
        assert trace in system.supervisor.log(name).read_text("utf-8"), name
    assignment = watch.assignments.find_one({"code": receipt["code"]})
    notice = watch.notices.find_one({"code": receipt["code"], "occasion": "dossier.received.v1"})
    assert trace in notice["trace"]["traceparent"]
    assert assignment["trace"]["correlationid"]
