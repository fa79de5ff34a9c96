"""What a careless or hostile client sends to the acts of the desk: named by its field, and nothing is half done."""

import base64
import io
import time

import pytest
import requests
from e2e_support import fields
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from motcua.demo.desk import Client

LAW = "Nghị định 61/2018/NĐ-CP Điều 17"
CASE = {
    "channel": 1,
    "procedure": "1.001612",
    "applicant": {"name": "Trần Thị Bưởi"},
    "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
    "receive": False,
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Act, body, status, fields that the problem names.
FAULTY = [
    ("reception", {"quantities": {"page": 0}}, 422, {"quantities.page.value"}),
    ("supplement-requests", {"reason": "x", "legal_basis": LAW, "items": []}, 422, {"items"}),
    ("supplement-requests/decision", {"reason": "x", "grant": "yes"}, 422, {"grant"}),
    ("supplement-requests/decision", {"reason": "x", "grant": True}, 403, set()),
    ("supplements", {"components": []}, 422, {"components"}),
    ("supplements", {"components": [{"code": "a", "copy": 9}]}, 422, {"components.0.copy"}),
    ("supplements", {"components": [{"code": "giay-de-nghi"}]}, 409, {"status"}),
    ("refusal", {"reason": "Thiếu"}, 422, {"legal_basis"}),
    ("withdrawal", {"reason": ""}, 422, {"reason"}),
    ("corrections", {"reason": "x"}, 422, {"reason"}),
    ("corrections", {"reason": "x", "procedure": "9.999999"}, 422, {"procedure"}),
    ("corrections", {"reason": "x", "delivery": {"method": "pigeon"}}, 422, {"delivery.method"}),
    ("pauses", {"cause": "tired", "reason": "x", "legal_basis": LAW}, 422, {"cause"}),
    ("pauses", {"cause": "fee", "reason": "x", "legal_basis": LAW}, 409, {"status"}),
    ("resumption", {"reason": 7}, 422, {"reason"}),
    ("apology/signature", {"reason": "x", "due_at": "tomorrow"}, 422, {"due_at"}),
    ("apology/setting-aside", {"why": "x"}, 422, {"why"}),
    ("payments", {"amount_minor": "8000"}, 422, {"amount_minor"}),
    ("payments", {"amount_minor": 0}, 422, {"amount_minor"}),
    ("payments", {"amount_minor": 10**9}, 409, {"amount_minor"}),
    ("exemptions", {"reason": "x", "legal_basis": LAW, "amount_minor": -1}, 422, {"amount_minor"}),
    ("hand-over", {"received_by": "x", "method": "drone"}, 422, {"method"}),
    ("hand-over", {"received_by": "x"}, 422, {"identity_checked"}),
    ("hand-over", {"received_by": "x", "method": "post"}, 422, {"tracking_code", "address"}),
    ("reopening", {"reason": "x"}, 409, {"status"}),
]


@pytest.fixture(scope="module")
def registered(desk):
    """A dossier that the desk has yet to look at."""
    return desk.submit(CASE, f"bad-acts-{time.time_ns()}")["code"]


@pytest.mark.parametrize(
    ("act", "body", "status", "named"), FAULTY, ids=[f"{n} {row[0]}" for n, row in enumerate(FAULTY)]
)
def test_a_faulty_act_names_its_field_and_leaves_the_dossier_as_it_was(
    send, desk, registered, act, body, status, named
):
    before = desk.get(f"/api/dossiers/{registered}")
    answer = send("POST", f"/api/dossiers/{registered}/{act}", json=body)
    assert (answer.status_code, fields(answer)) == (status, named), answer.text
    assert desk.get(f"/api/dossiers/{registered}") == before


def test_an_act_on_a_dossier_that_is_not_there_is_refused(send):
    answer = send("POST", "/api/dossiers/000.00.00.X00-990101-9999/refusal", json={"reason": "x", "legal_basis": LAW})
    assert answer.status_code == 404


def test_another_persons_dossier_is_unknown_to_a_citizen(system, registered):
    citizen = Client(system.url, "citizen", system.secrets.get("account-citizen"))
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/history", None),
        ("GET", "/papers/control-slip", None),
        ("POST", "/withdrawal", {"reason": "x"}),
        ("POST", "/supplements", {"components": [{"code": "giay-de-nghi"}]}),
    ):
        headers = {**citizen.headers, "Idempotency-Key": f"not-mine-{time.time_ns()}"}
        url = f"{system.url}/api/dossiers/{registered}{path}"
        answer = requests.request(method, url, json=body, headers=headers, timeout=20)
        assert answer.status_code == 404, (path, answer.text)


def test_a_paper_that_was_never_issued_is_not_printed(send, registered):
    assert send("POST", f"/api/dossiers/{registered}/papers/receipt-1/prints").status_code == 404
    assert send("GET", f"/api/dossiers/{registered}/papers/..%2Fsecret").status_code == 404


@pytest.mark.parametrize(
    ("submission", "named"),
    [
        ({"procedure": "one"}, "procedure"),
        ({"applicant": {"name": "A", "email": "nobody"}}, "applicant.email"),
        ({"components": [{"code": "a", "quantity": 0}]}, "components.0.quantity"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_in_a_draft_must_be_right(send, submission, named):
    answer = send("POST", "/api/drafts", json={"submission": submission})
    assert answer.status_code == 422, answer.text
    assert fields(answer) == {named}


def test_a_draft_that_lacks_something_is_not_sent_in_and_stays_a_draft(send, desk):
    made = send("POST", "/api/drafts", json={"submission": {"procedure": "1.001612"}}).json()
    answer = send("POST", f"/api/drafts/{made['draft']}/submission")
    assert answer.status_code == 422
    assert {"applicant", "components"} <= fields(answer)
    assert desk.get(f"/api/drafts/{made['draft']}")["code"] is None
    assert send("DELETE", f"/api/drafts/{made['draft']}").status_code == 204


def test_kept_money_that_nobody_keeps_is_not_cleared(send):
    answer = send("POST", "/api/kept-payments/KBNN:never/clearing", json={"note": "x"})
    assert answer.status_code == 404
    answer = send("POST", "/api/kept-payments/KBNN:never/clearing", json={"code": "one"})
    assert (answer.status_code, fields(answer)) == (422, {"code"})


def tus(**headers):
    return {"Tus-Resumable": "1.0.0", **{name.replace("_", "-"): value for name, value in headers.items()}}


def named_file(name):
    return f"filename {base64.b64encode(name.encode()).decode()}"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "10"}, 412),
        (tus(Upload_Length="ten", Upload_Metadata=named_file("a.pdf")), 422),
        (tus(Upload_Length=str(10**12), Upload_Metadata=named_file("a.pdf")), 413),
        (tus(Upload_Length="10", Upload_Metadata=named_file("../a.exe")), 422),
    ],
)
def test_an_upload_that_is_announced_wrongly_is_refused(send, headers, status):
    answer = send("POST", "/api/uploads", headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_file_that_is_not_what_its_name_says_is_refused_and_its_place_is_known(send):
    content = b"MZ this is a program"
    announced = tus(Upload_Length=str(len(content)), Upload_Metadata=named_file("don.pdf"))
    place = send("POST", "/api/uploads", headers=announced).headers["Location"]
    piece = {**tus(Upload_Offset="7"), "Content-Type": "application/offset+octet-stream"}
    early = send("PATCH", place, headers=piece, data=content)
    assert (early.status_code, early.headers["Upload-Offset"]) == (409, "0")
    answer = send("PATCH", place, headers={**piece, "Upload-Offset": "0"}, data=content)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_faulty_spreadsheet_is_refused_whole_with_sheet_row_and_column(system):
    chief = Client(system.url, "chief", system.secrets.get("account-chief"))
    book = load_workbook(io.BytesIO(chief.send("GET", "/api/procedures/export").content))
    columns = {cell.value: cell.column for cell in book["procedures"][1]}
    book["procedures"].cell(2, columns["department"]).value = "NOBODY"
    book["procedures"].cell(3, columns["fee_minor"]).value = "a lot"
    packed = io.BytesIO()
    book.save(packed)
    before = chief.get("/api/procedures/imports")
    headers = {**chief.headers, "Content-Type": XLSX, "Idempotency-Key": f"bad-{time.time_ns()}"}
    answer = requests.post(f"{system.url}/api/procedures/imports", packed.getvalue(), headers=headers, timeout=40)
    assert answer.status_code == 422
    places = {(row["sheet"], row["row"], row["column"]) for row in answer.json()["errors"]}
    wrong = {(2, columns["department"]), (3, columns["fee_minor"])}
    assert {("procedures", row, get_column_letter(column)) for row, column in wrong} <= places
    assert chief.get("/api/procedures/imports") == before


def test_an_evaluation_without_the_receipts_secret_or_with_nonsense_is_refused(system, registered):
    url = f"{system.url}/api/tracking/{registered}/evaluation"
    wrong = requests.post(url, json={"secret": "x", "satisfaction": 2, "answers": {}}, timeout=20)
    assert wrong.status_code == 404
    nonsense = requests.post(url, json={"secret": "x", "satisfaction": 9, "answers": {"thai-do": 5}}, timeout=20)
    assert nonsense.status_code == 422
    assert "satisfaction" in fields(nonsense)
