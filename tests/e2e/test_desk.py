"""The one-stop desk through the separate processes: online, corrected, paused, paid through a provider, made anew."""

import io
import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from e2e_support import get
from faults.killing import kill
from pypdf import PdfReader

from motcua.demo.online import Citizen
from motcua.demo.payments import PROVIDER, ProvidersBook
from motcua.partners import start_payments
from office import load_office

ROOT = Path(__file__).resolve().parents[2]
LAW = "Nghị định 61/2018/NĐ-CP Điều 17"
CASE = {
    "procedure": "1.001612",
    "applicant": {"name": "Trần Thị Bưởi", "identity_number": "000000009001", "email": "desk-1@example.org"},
    "components": [{"code": "giay-de-nghi", "copy": 2}, {"code": "giay-to-tuy-than", "copy": 2}],
}
OTHER = {
    "procedure": "2.000748",
    "components": [{"code": "to-khai", "copy": 2}, {"code": "giay-to-chung-minh", "copy": 2}],
}
WAY = (
    *("submitted", "received", "corrected", "processing-started", "paused", "paid", "resumed"),
    *("resolved", "returned", "reopened", "processing-started", "resolved", "returned"),
)
#: What the person hears of no event but these by e-mail.
SILENT = {"processing-started", "paid", "returned"}


@pytest.fixture
def citizen(system):
    return Citizen(system.url, "citizen", system.secrets.get("account-citizen"))


@pytest.fixture
def slow_departments(system, policy, clock):
    """Departments that take a dossier on, and are done only when they are urged; the next morning all are quick again."""
    before = policy.read_text()
    policy.write_text(json.dumps(json.loads(before) | {"shares": {"slow": 100}}))
    kill(system, "department")
    yield
    policy.write_text(before)
    kill(system, "department")
    calendar = load_office(ROOT / "infra" / "office").calendar
    clock.set(calendar.next_opening(clock.now()) + timedelta(minutes=30))


def pay(system, clock, code, amount_minor):
    """Have the reference provider tell a payment, twice."""
    row = {"payment_id": f"E2E-{code[-11:]}", "code": code, "amount_minor": amount_minor, "currency": "VND"}
    file = system.directory / "e2e-payments.ndjson"
    file.write_text(json.dumps(row | {"paid_at": clock.now().isoformat()}) + "\n")
    push = start_payments(system, PROVIDER, file, clock=clock.file, seconds=60, repeat=True)
    assert push.wait(timeout=80) == 0
    return ProvidersBook(system.directory / "partners")


def head_on(answer):
    """Return the head of the history that a printed receipt bears."""
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return re.search(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", " ".join(text.split()))[0].replace(" ", "")


@pytest.mark.usefixtures("slow_departments")
def test_a_dossier_goes_online_corrected_paused_paid_for_and_made_anew(system, watch, desk, citizen, clock, until):
    def stored():
        return watch.dossiers.find_one({"code": code})

    def status(wanted):
        until(lambda: stored()["status"] == wanted, 60, f"status {wanted}")
        watch.settle(lambda sight: None)

    clock.at(15, 30)  # after the cut-off: the department gets it the next morning
    receipt = citizen.hand_in(CASE, f"desk-{clock.now().timestamp()}")
    code = receipt["code"]
    assert (receipt["status"], receipt["due_at"]) == (1, None)
    received = desk.act(code, "reception", {})
    assert (received["status"], received["department"]) == (2, "KT")
    corrected = desk.act(code, "corrections", {"reason": "Chọn nhầm thủ tục", **OTHER})
    assert (corrected["code"], corrected["department"], corrected["status"]) == (code, "TP", 2)
    printed = head_on(
        desk.send("POST", f"/api/dossiers/{code}/papers/receipt-2/prints", headers={"Idempotency-Key": code})
    )
    until(lambda: watch.assignments.find_one({"code": code, "department": "TP", "state": "waiting"}), what="TP waits")

    clock.set(watch.assignments.find_one({"code": code})["wake_at"] + timedelta(seconds=1))
    status(4)
    owed = corrected["account"]["owed_minor"]
    assert owed > 0
    paused = desk.act(code, "pauses", {"cause": "fee", "reason": "Chưa nộp lệ phí", "legal_basis": LAW})
    assert (paused["status"], paused["account"]["owed_minor"]) == (6, owed)
    book = pay(system, clock, code, owed)
    assert book.outcomes["recorded"] >= 1
    status(4)
    assert [payment["amount_minor"] for payment in stored()["account"]["payments"]] == [owed]

    for again, anew in (("", True), ("-again", False)):
        clock.set(stored()["deadline"][-1]["due_at"] + timedelta(seconds=2))
        status(9)
        assert desk.hand_over(code, again=again)["status"] == 10
        if anew:
            desk.act(code, "reopening", {"reason": "Kết quả ghi sai tên"})
            until(lambda: watch.assignments.find_one({"code": code, "round": 2}), what="the second round")
            clock.set(max(clock.now(), watch.assignments.find_one({"code": code})["forward_at"] + timedelta(seconds=1)))
            status(4)
    watch.settle(lambda sight: None)

    row = stored()
    kinds = [link["kind"] for link in row["history"]]
    # a department that is urged when the appointment passes may be done before the desk tells the person that it passed
    assert tuple(kind for kind in kinds if kind != "overdue") == WAY
    tracked = watch.tracking.find_one({"_id": code})
    heard = Counter(fact["type"] for fact in tracked["facts"] if fact["type"].startswith("dossier."))
    assert heard == Counter(f"dossier.{kind}.v1" for kind in kinds)
    told = Counter(notice["occasion"] for notice in watch.notices.find({"code": code, "state": "sent"}))
    assert told == Counter(f"dossier.{kind}.v1" for kind in kinds if kind not in SILENT)
    for head in (receipt["history_head"], printed):
        assert "check-good" in get(receipt["tracking_url"], params={"h": head}).text
    assert "check-bad" in get(receipt["tracking_url"], params={"h": "0" * 64}).text
    assert sum(watch.parked().values()) == 0


def test_the_persons_file_comes_back_as_it_went_and_nobody_else_reads_it(system, desk, citizen, clock):
    receipt = citizen.hand_in(CASE, f"file-{clock.now().timestamp()}")
    dossier = citizen.get(f"/api/dossiers/{receipt['code']}")
    (file,) = dossier["components"][0]["attachments"]
    mine = citizen.send("GET", f"/api/attachments/{file['id']}/content").content
    theirs = desk.send("GET", f"/api/attachments/{file['id']}/content").content
    assert mine == theirs
    assert mine.startswith(b"%PDF")
    assert len(mine) == file["size"]
    withdrawn = citizen.act(receipt["code"], "withdrawal", {"reason": "Nộp lại sau"})
    assert withdrawn["status"] == 7
    answer = get(f"{system.url}/api/attachments/{file['id']}/content")
    assert answer.status_code == 401
