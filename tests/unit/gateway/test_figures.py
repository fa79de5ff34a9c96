"""Register and reports over HTTP: pages, sheets, papers, closings."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from chassis.errors import Refused
from gateway import texts
from gateway.api.report_table import COLUMNS

SPAN = "/api/registers/dossiers?from=2026-11-01&to=2026-11-30"
HANDLING = {column: 1 for columns in COLUMNS["handling"].values() for column in columns} | {"online_share": 33.3}
BURDEN = {column: 2 for columns in COLUMNS["burden"].values() for column in columns} | {"asked_per_100": 7.5}


def row(line):
    return {
        "line": line,
        "code": f"000.01.01.H29-261102-{line:04d}",
        "procedure": "Đăng ký thành lập hộ kinh doanh",
        "sets": 1,
        "applicant": "=Nguyễn Thị Lan" if line == 1 else "Trần Văn Bé",
        "contact": "12 Lê Lợi, 0903000001",
        "department": "Phòng Kinh tế",
        "received_at": "2026-11-02T08:00:00+07:00",
        "due_at": None if line == 2 else "2026-11-05T17:00:00+07:00",
        "result_at": None,
        "method": "counter",
        "note": "Từ chối ngày 02/11/2026: Không thuộc thẩm quyền" if line == 2 else None,
    }


def register(desk, total):
    """Let intake answer with a register of so many rows."""

    def page(asked):
        after = int(asked["after"] or 0)
        rows = [row(line) for line in range(after + 1, min(after + asked["limit"], total) + 1)]
        last = rows[-1]["line"] if rows else total
        return {"items": rows, "next": str(last) if last < total else None}

    parts = [None, *(str(after) for after in range(250, total, 250))]
    desk.rpc.answers["intake.register_page"] = page
    desk.rpc.answers["intake.register_parts"] = {"total": total, "size": 250, "parts": parts}


def report(desk, **changes):
    kind, by = changes.get("kind", "handling"), changes.get("by", "field")
    figures = HANDLING if kind == "handling" else BURDEN
    answer = {
        "kind": kind,
        "by": by,
        "period": "2026-M11",
        "windows": "nd09",
        "first": "2026-10-15",
        "last": "2026-11-14",
        "over": True,
        "rows": [{"key": "chung-thuc", "name": "Chứng thực", **figures}],
        "sums": figures,
        "closed": None,
        "restated": 0,
        "restatements": [],
        "now": None,
    } | changes
    desk.rpc.answers["intake.report"] = answer
    return answer


def words(answered):
    assert answered.status_code == 200, answered.text
    assert answered.mimetype == "application/pdf"
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answered.data)).pages).split())


def test_the_register_comes_as_json_in_pages(desk):
    register(desk, 5)
    answered = desk.get(f"{SPAN}&limit=3&field=kinh-te&department=KT")
    assert answered.status_code == 200, answered.text
    assert [item["line"] for item in answered.get_json()["items"]] == [1, 2, 3]
    ((name, given),) = desk.rpc.calls
    assert (name, given) == (
        "intake.register_page",
        {
            "first": "2026-11-01",
            "last": "2026-11-30",
            "field": "kinh-te",
            "department": "KT",
            "limit": 3,
            "after": None,
        },
    )
    assert answered.headers["Cache-Control"] == "no-store"


def test_a_long_register_is_one_sheet_whose_text_is_never_a_formula(desk):
    register(desk, 600)
    answered = desk.get(f"{SPAN}&format=xlsx")
    assert answered.status_code == 200, answered.text
    sheet = load_workbook(BytesIO(answered.data)).worksheets[0]
    answered.close()
    rows = list(sheet.iter_rows())
    assert len(rows) == 601
    heads = [cell.value for cell in rows[0]]
    assert heads[:2] == ["STT", "Mã hồ sơ"]
    assert [line[0].value for line in rows[1:]] == list(range(1, 601))
    applicant = rows[1][heads.index("Tên cá nhân, tổ chức")]
    assert (applicant.value, applicant.data_type, applicant.quotePrefix) == ("=Nguyễn Thị Lan", "s", True)
    received = rows[1][heads.index("Nhận hồ sơ")]
    assert received.value == datetime(2026, 11, 2, 8)  # noqa: DTZ001 - a sheet has no zones
    assert rows[2][heads.index("Ghi chú")].value.startswith("Từ chối")
    assert [call["after"] for _, call in desk.rpc.calls] == [None, "250", "500"]


def test_a_register_on_paper_comes_in_parts_that_say_which_rows_they_have(desk):
    register(desk, 252)
    answered = desk.get(f"{SPAN}&format=pdf&part=2")
    text = words(answered)
    assert "2/2 (STT 251-252 / 252)" in text
    assert "Trần Văn Bé" in text
    assert answered.headers["Register-Part"] == "2/2"
    assert answered.headers["Register-Rows"] == "251-252/252"
    assert "Link" not in answered.headers
    beyond = desk.get(f"{SPAN}&format=pdf&part=3")
    assert (beyond.status_code, beyond.get_json()["errors"][0]["field"]) == (422, "part")


def test_the_first_part_of_a_register_leads_to_the_next(desk):
    register(desk, 2)
    desk.rpc.answers["intake.register_parts"] = {"total": 300, "size": 250, "parts": [None, "250"]}
    answered = desk.get(f"{SPAN}&format=pdf&department=KT")
    assert "Từ chối ngày 02/11/2026" in words(answered)
    assert answered.headers["Link"] == (
        '</api/registers/dossiers?from=2026-11-01&to=2026-11-30&department=KT&format=pdf&part=2>; rel="next"'
    )


def test_an_empty_register_can_be_printed(desk):
    register(desk, 0)
    answered = desk.get(f"{SPAN}&format=pdf")
    assert "Không có hồ sơ trong kỳ" in words(answered)
    assert answered.headers["Register-Rows"] == "0-0/0"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("to=2026-11-30", "from"),
        ("from=x&to=2026-11-30", "from"),
        ("from=2026-11-01&to=2026-11-30&format=doc", "format"),
        ("from=2026-11-01&to=2026-11-30&limit=251", "limit"),
        ("from=2026-11-01&to=2026-11-30&part=0", "part"),
        ("from=2026-11-01&to=2026-11-30&colour=red", "colour"),
    ],
)
def test_what_is_asked_wrongly_of_the_register_is_named_and_asks_intake_nothing(desk, query, field):
    answered = desk.get(f"/api/registers/dossiers?{query}")
    assert answered.status_code == 422
    (fault,) = answered.get_json()["errors"]
    assert fault["field"] == field
    assert texts.fault("vi", fault["message"]) == fault["message"] != ""
    assert desk.rpc.calls == []


def test_a_report_comes_as_intake_counted_it(desk):
    told = report(desk)
    answered = desk.get("/api/reports?period=2026-M11")
    assert answered.status_code == 200, answered.text
    assert answered.get_json() == told
    ((name, given),) = desk.rpc.calls
    assert (name, given) == (
        "intake.report",
        {"kind": "handling", "period": "2026-M11", "windows": "nd09", "by": "field"},
    )


@pytest.mark.parametrize("kind", ["handling", "burden"])
@pytest.mark.parametrize("by", ["field", "procedure", "channel", "department"])
def test_every_report_can_be_drawn_and_taken_as_a_sheet(desk, kind, by):
    answer = report(desk, kind=kind, by=by)
    answer["rows"][0] |= {"key": {"channel": "2", "procedure": "2.000815"}.get(by, "KT")}
    path = f"/api/reports?period=2026-M11&kind={kind}&by={by}"
    text = words(desk.get(f"{path}&format=pdf"))
    label = {"channel": "Trực tuyến", "procedure": "2.000815 Chứng thực"}.get(by, "Chứng thực")
    assert label in text
    assert "15 tháng 10 năm 2026" in text
    assert ("7,5" if kind == "burden" else "33,3") in text

    sheet = load_workbook(BytesIO(desk.get(f"{path}&format=xlsx").data)).worksheets[0]
    cells = [cell.value for line in sheet.iter_rows() for cell in line]
    assert label in cells
    assert "Tổng số" in cells
    assert (7.5 if kind == "burden" else 33.3) in cells


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2026-M09", "Tháng 9 năm 2026"),
        ("2026-Q4", "Quý 4 năm 2026"),
        ("2026-H1", "6 tháng đầu năm 2026"),
        ("2026-H2", "6 tháng cuối năm 2026"),
        ("2026-Y", "Năm 2026"),
    ],
)
def test_a_report_on_paper_names_its_period_in_words(desk, period, said):
    report(desk, period=period)
    assert f"{said} (kỳ số liệu theo Nghị định 09/2019/NĐ-CP)" in words(
        desk.get(f"/api/reports?period={period}&format=pdf")
    )


def test_a_closed_report_says_on_paper_when_it_was_closed_and_what_changed_since(desk):
    closed = {"closed_at": "2026-11-16T08:00:00+07:00", "digest": "ab" * 32}
    report(desk, closed=closed, restated=3)
    text = words(desk.get("/api/reports?period=2026-M11&format=pdf"))
    assert "Số liệu chốt lúc 16/11/2026 08:00" in text
    assert "sau khi chốt: 3." in text


def test_a_report_of_too_many_rows_is_not_cut_but_sent_elsewhere(desk):
    answer = report(desk)
    answer["rows"] = answer["rows"] * 251
    answered = desk.get("/api/reports?period=2026-M11&format=pdf")
    assert (answered.status_code, answered.get_json()["type"]) == (422, "urn:motcua:problem:report-too-long")
    assert desk.get("/api/reports?period=2026-M11&format=xlsx").status_code == 200


@pytest.mark.parametrize("field", ["kind", "by", "windows", "format"])
def test_what_is_asked_wrongly_of_a_report_is_named(desk, field):
    answered = desk.get(f"/api/reports?period=2026-M11&{field}=x")
    assert answered.status_code == 422
    assert [fault["field"] for fault in answered.get_json()["errors"]] == [field]
    assert desk.rpc.calls == []


def test_a_period_is_closed_with_a_key_and_once(desk):
    closed = {"period": "2026-M11", "windows": "nd09", "digest": "ab"}
    desk.rpc.answers["intake.close_period"] = closed | {"replayed": True}
    headers = desk.token("chief")
    without = desk.client.post("/api/reports/closings", json={"period": "2026-M11"}, headers=headers)
    assert (without.status_code, without.get_json()["errors"][0]["field"]) == (400, "Idempotency-Key")
    headers |= {"Idempotency-Key": "k"}
    answered = desk.client.post("/api/reports/closings", json={"period": "2026-M11"}, headers=headers)
    assert (answered.status_code, answered.get_json()) == (200, closed)
    assert answered.headers["Idempotent-Replayed"] == "true"
    assert desk.rpc.calls == [("intake.close_period", {"key": "k", "period": "2026-M11", "windows": "nd09"})]

    row_ = {"field": "period", "kind": "period-closed", "message": "Đã chốt.", "message_en": "Closed."}
    desk.rpc.answers["intake.close_period"] = Refused("period-closed", 409, errors=[row_])
    refused = desk.client.post("/api/reports/closings", json={"period": "2026-M11"}, headers=headers)
    assert (refused.status_code, refused.get_json()["title"]) == (409, "Kỳ đã chốt số liệu")
    assert refused.get_json()["errors"][0]["field"] == "period"


@pytest.mark.parametrize(
    ("path", "method", "given"),
    [
        ("/api/reports/recount?period=2026-Q4&windows=calendar", "figures_recount",
         {"period": "2026-Q4", "windows": "calendar"}),
        ("/api/reports/closings", "closings", {}),
        ("/api/reports/closings/2026-M11/reproduction", "closing_reproduce", {"period": "2026-M11", "windows": "nd09"}),
        ("/api/reports/closings/2026-M11/cells?column=late&by=procedure&row=2.000815", "closing_cell",
         {"period": "2026-M11", "windows": "nd09", "by": "procedure", "column": "late", "row": "2.000815",
          "limit": 100, "after": None}),
    ],
)  # fmt: skip
def test_controls_reach_intake_as_they_were_asked(desk, path, method, given):
    desk.rpc.answers[f"intake.{method}"] = {"equal": True}
    answered = desk.get(path)
    assert (answered.status_code, answered.get_json()) == (200, {"equal": True})
    assert desk.rpc.calls == [(f"intake.{method}", given)]


@pytest.mark.parametrize("path", ["/api/reports?period=2026-M11", SPAN, "/api/reports/closings"])
def test_figures_are_for_those_who_are_signed_in(desk, path):
    assert desk.client.get(path).status_code == 401
