"""A paper printed over HTTP: gunicorn, the real intake, broker and database."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from intake.service import IntakeService

OFFICE = Path(__file__).resolve().parents[3] / "infra" / "office"
COMPONENTS = [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}]
BODY = {"procedure": "1.001612", "channel": 1, "applicant": {"name": "Nguyễn Thị Lan"}, "components": COMPONENTS}


def words(body):
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(body)).pages)


def test_clerk_prints_the_original_once_and_copies_from_then_on(
    broker, database, fresh_database, run_service, run_gateway
):
    run_service(IntakeService)
    more = {"MOTCUA_DATABASE": fresh_database, "MOTCUA_OFFICE_DIR": str(OFFICE), "MOTCUA_RPC_DEADLINE": "15"}
    gateway = run_gateway(broker.uri("gateway"), database.uri, **more)

    def ask(path, key, body=b"{}"):
        headers = {**gateway.bearer(), "Idempotency-Key": key, "Content-Type": "application/json"}
        return gateway.ask("POST", path, body, headers)

    submitted = ask("/api/dossiers", "k", json.dumps(BODY).encode())
    assert submitted.status == 201, submitted.body
    receipt = submitted.json
    prints = f"/api/dossiers/{receipt['code']}/papers/receipt-1/prints"
    looked = gateway.get(prints.removesuffix("/prints"))
    first, again, second = ask(prints, "a"), ask(prints, "a"), ask(prints, "b")

    assert [answered.status for answered in (looked, first, again, second)] == [200] * 4, first.body
    assert looked.body == first.body == again.body
    assert first.headers["Content-Type"] == "application/pdf"
    assert len(PdfReader(BytesIO(first.body)).pages) == 1
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in words(first.body)
    assert "Nguyễn Thị Lan" in words(first.body)
    assert receipt["history_head"] in words(first.body).replace(" ", "")
    assert "BẢN SAO" not in words(first.body)
    assert "BẢN SAO (in lại lần 1)" in words(second.body)
    assert gateway.get(prints.replace("receipt-1/prints", "apology-draft")).status == 404
