"""Acts of the desk, papers, drafts and kept money over HTTP."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from chassis.errors import Refused
from gateway.api.acts import ACTS
from papers.samples import SAMPLES

DRAFT = "0b0f6f0e-6a3c-4a52-9b53-6d8a52d3d9d5"


def post(desk, path, body=None, key="k", **kwargs):
    headers = desk.token(**kwargs) | ({"Idempotency-Key": key} if key else {})
    return (
        desk.client.post(path, json=body, headers=headers)
        if body is not None
        else desk.client.post(path, headers=headers)
    )


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.path)
def test_every_act_reaches_intake_with_its_key_and_answers_with_the_dossier(desk, act):
    desk.rpc.answers[f"intake.{act.method}"] = {"code": desk.CODE, "status": 4, "replayed": True}

    answered = post(desk, f"/api/dossiers/{desk.CODE}/{act.path}", act.example)

    assert answered.status_code == 200, answered.text
    assert answered.get_json() == {"code": desk.CODE, "status": 4}
    assert answered.headers["Idempotent-Replayed"] == "true"
    ((name, given),) = desk.rpc.calls
    assert name == f"intake.{act.method}"
    assert (given["key"], given["code"]) == ("k", desk.CODE)
    assert act.example.items() <= given.items()


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.path)
def test_every_act_names_a_field_that_it_does_not_know_and_asks_intake_nothing(desk, act):
    answered = post(desk, f"/api/dossiers/{desk.CODE}/{act.path}", act.example | {"colour": "red"})

    assert answered.status_code == 422
    assert {row["field"] for row in answered.get_json()["errors"]} == {"colour"}
    assert desk.rpc.calls == []


def test_an_act_without_its_key_is_refused(desk):
    answered = post(desk, f"/api/dossiers/{desk.CODE}/refusal", {"reason": "a", "legal_basis": "b"}, key=None)
    assert (answered.status_code, answered.get_json()["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_what_the_rules_do_not_allow_is_told_in_words(desk):
    row = {
        "field": "items",
        "kind": "asked-before",
        "message": "Đã yêu cầu bổ sung một lần",
        "message_en": "Asked before",
    }
    desk.rpc.answers["intake.ask_supplement"] = Refused("not-possible", 409, errors=[row])
    body = {"reason": "a", "legal_basis": "b", "items": ["c"]}

    answered = post(desk, f"/api/dossiers/{desk.CODE}/supplement-requests", body)

    assert answered.status_code == 409
    told = answered.get_json()
    assert told["title"] == "Không thể thực hiện"
    assert told["errors"] == [{"field": "items", "kind": "asked-before", "message": "Đã yêu cầu bổ sung một lần"}]


def test_a_paper_is_printed_with_the_address_that_its_code_leads_to(desk):
    data = SAMPLES["receipt"] | {"qr": "/t/x/y?h=z"}
    desk.rpc.answers["intake.print_paper"] = {"kind": "receipt", "data": data, "copy": None}

    answered = post(desk, f"/api/dossiers/{desk.CODE}/papers/receipt-1/prints")

    assert answered.status_code == 200
    assert answered.mimetype == "application/pdf"
    assert answered.headers["Content-Disposition"] == f'inline; filename="{desk.CODE}-receipt-1.pdf"'
    text = PdfReader(BytesIO(answered.data)).pages[0].extract_text()
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in text
    assert "BẢN SAO" not in text
    assert desk.rpc.calls == [("intake.print_paper", {"key": "k", "code": desk.CODE, "paper": "receipt-1"})]


def test_a_paper_that_was_printed_is_read_as_a_copy(desk):
    desk.rpc.answers["intake.paper"] = {"kind": "refusal", "data": SAMPLES["refusal"], "copy": 1}

    answered = desk.get(f"/api/dossiers/{desk.CODE}/papers/refusal-1")

    assert "BẢN SAO" in PdfReader(BytesIO(answered.data)).pages[0].extract_text()


def test_an_apology_that_is_not_signed_is_read_as_a_draft(desk):
    desk.rpc.answers["intake.paper"] = {"kind": "apology", "data": SAMPLES["apology"], "copy": None, "draft": True}

    answered = desk.get(f"/api/dossiers/{desk.CODE}/papers/apology-draft")

    assert "DỰ THẢO" in PdfReader(BytesIO(answered.data)).pages[0].extract_text()
    assert desk.rpc.calls == [("intake.paper", {"code": desk.CODE, "paper": "apology-draft"})]


def test_a_draft_is_begun_written_anew_listed_removed_and_sent_in(desk):
    row = {"draft": DRAFT, "submission": {"procedure": "2.000815"}, "code": None}
    row |= {"updated_at": "2018-01-02T01:00:00+00:00", "kept_until": "2018-03-03T01:00:00+00:00"}
    desk.rpc.answers |= {f"intake.{name}": row for name in ("create_draft", "save_draft", "read_draft")}
    desk.rpc.answers |= {"intake.list_drafts": [row], "intake.remove_draft": None}
    desk.rpc.answers["intake.submit_draft"] = desk.RECEIPT | {"due_at": None, "forward_at": None, "status": 1}
    headers = desk.token("citizen") | {"Idempotency-Key": "k"}
    body = {"submission": {"procedure": "2.000815"}}

    assert desk.client.post("/api/drafts", json=body, headers=headers).status_code == 201
    assert desk.client.put(f"/api/drafts/{DRAFT}", json=body, headers=headers).get_json() == row
    assert desk.client.get("/api/drafts", headers=headers).get_json() == [row]
    assert desk.client.get(f"/api/drafts/{DRAFT}", headers=headers).get_json() == row
    sent = desk.client.post(f"/api/drafts/{DRAFT}/submission", headers=headers)
    assert (sent.status_code, sent.headers["Location"]) == (201, f"/api/dossiers/{desk.CODE}")
    assert sent.get_json()["tracking_url"].startswith("https://motcua.example/t/")
    assert desk.client.delete(f"/api/drafts/{DRAFT}", headers=headers).status_code == 204


def test_kept_money_is_listed_and_cleared(desk):
    row = {"payment": "KBNN:1", "provider": "KBNN", "payment_id": "1", "code": desk.CODE, "amount_minor": 5}
    desk.rpc.answers |= {"intake.payments_kept": [row], "intake.clear_payment": row}

    assert desk.get("/api/kept-payments").get_json() == [row]
    assert post(desk, "/api/kept-payments/KBNN:1/clearing", {"code": desk.CODE}).get_json() == row
    assert desk.rpc.calls[-1] == (
        "intake.clear_payment",
        {"key": "k", "payment": "KBNN:1", "code": desk.CODE, "note": ""},
    )
