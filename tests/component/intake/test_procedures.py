"""Procedures brought up to date while the desk runs: seen by every replica, all at once, and recorded."""

import base64
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from intake.service import IntakeService

OPERATOR = ("operator",)


@pytest.fixture
def ask(bus, run_service, caller_of):
    run_service(IntakeService)
    return caller_of("intake")


def exported(ask):
    """Return the running procedures as a workbook that can be changed."""
    content = base64.b64decode(ask("export_procedures", OPERATOR)["content"])
    return openpyxl.load_workbook(io.BytesIO(content))


def files(book, name="thu-tuc.xlsx"):
    packed = io.BytesIO()
    book.save(packed)
    return [{"name": name, "content": base64.b64encode(packed.getvalue()).decode()}]


def headings(sheet):
    return [cell.value for cell in sheet[1]]


def row_of(sheet, code, valid_from):
    return next(row for row in sheet.iter_rows(min_row=2) if (row[0].value, row[1].value.date()) == (code, valid_from))


def successor(book, code, begun, begins, **changed):
    """Add a version of ``code`` that begins on ``begins`` and is as that of ``begun`` but for what is ``changed``."""
    for sheet in book.worksheets:
        names = headings(sheet)
        for row in list(sheet.iter_rows(min_row=2, values_only=True)):
            if (row[0], row[1].date()) == (code, begun):
                new = dict(zip(names, row, strict=True)) | {"valid_from": begins}
                new |= changed if sheet.title == "procedures" else {}
                sheet.append([new[name] for name in names])


COPIES, BEGUN, NEXT = "2.000815", date(2018, 1, 1), date(2026, 12, 1)


def test_the_desk_starts_with_the_offices_files_and_records_them_as_the_first_edition(ask, collection):
    shown = {row["code"] for row in ask("procedures")}
    assert COPIES in shown
    assert ask("procedure_imports", OPERATOR)["items"][0]["edition"] == 1
    assert collection("procedures").count_documents({}) == 1


def test_an_export_imported_again_changes_nothing_and_is_no_edition(ask):
    answer = ask("import_procedures", OPERATOR, key="k", files=files(exported(ask)))
    assert [answer[name] for name in ("added", "changed", "ended", "edition")] == [[], [], [], 1]


def test_a_new_version_ends_the_open_one_and_holds_from_its_day(ask, office_clock):
    book = exported(ask)
    successor(book, COPIES, BEGUN, NEXT, legal_basis="NĐ mới")

    answer = ask("import_procedures", OPERATOR, key="k", files=files(book))

    assert [row["valid_from"] for row in answer["added"]] == ["2026-12-01"]
    assert [(row["valid_from"], row["valid_to"]) for row in answer["ended"]] == [("2018-01-01", "2026-11-30")]
    assert ask("procedure", code=COPIES)["legal_basis"] != "NĐ mới"
    assert ask("procedure", code=COPIES, on="2026-12-01")["legal_basis"] == "NĐ mới"
    office_clock(datetime(2026, 12, 1, 1, tzinfo=UTC))
    assert ask("procedure", code=COPIES)["legal_basis"] == "NĐ mới"


def test_a_dry_run_says_what_would_change_and_changes_nothing(ask, collection):
    book = exported(ask)
    successor(book, COPIES, BEGUN, NEXT, legal_basis="NĐ mới")

    answer = ask("import_procedures", OPERATOR, key="k", files=files(book), dry_run=True)

    assert (answer["dry_run"], len(answer["added"])) == (True, 1)
    assert ask("procedure", code=COPIES, on="2026-12-01")["legal_basis"] != "NĐ mới"
    assert collection("procedures").count_documents({}) == 1


def test_one_fault_keeps_the_whole_file_out_and_every_fault_is_told_with_its_cell(ask, collection):
    book = exported(ask)
    successor(book, COPIES, BEGUN, NEXT)
    sheet = book["procedures"]
    names = headings(sheet)
    row_of(sheet, "2.000884", BEGUN)[names.index("level")].value = "tỉnh"
    row_of(sheet, "2.000748", BEGUN)[names.index("legal_basis")].value = "khác"

    problem = ask("import_procedures", OPERATOR, key="k", files=files(book))

    assert (problem["status"], problem["code"]) == (422, "invalid-import")
    told = {(row["sheet"], row["field"]) for row in problem["errors"]}
    assert told == {("procedures", "level"), ("procedures", "legal_basis")}
    assert all(row["row"] > 1 and row["column"] and row["message"] and row["message_en"] for row in problem["errors"])
    assert collection("procedures").count_documents({}) == 1


def test_a_repeated_key_gives_the_same_answer_and_with_another_file_is_refused(ask, collection):
    book = exported(ask)
    successor(book, COPIES, BEGUN, NEXT)
    sent = files(book)
    first = ask("import_procedures", OPERATOR, key="k", files=sent)

    again = ask("import_procedures", OPERATOR, key="k", files=sent)
    other = ask("import_procedures", OPERATOR, key="k", files=files(book, "khac.xlsx"))

    assert again == first | {"replayed": True}
    assert (other["code"], other["status"]) == ("idempotency-key-reused", 422)
    assert collection("procedures").count_documents({}) == 2


def test_every_import_leaves_a_row_that_says_who_when_and_what(ask):
    book = exported(ask)
    successor(book, COPIES, BEGUN, NEXT)
    ask("import_procedures", OPERATOR, key="k", files=files(book))

    page = ask("procedure_imports", ("auditor",), limit=1)
    row = page["items"][0]

    assert (row["edition"], row["by"], row["file"], len(row["file_digest"])) == (2, "lan", "thu-tuc.xlsx", 64)
    assert row["at"].startswith("2026-11-25T01:")
    assert row["added"][0]["code"] == COPIES
    assert ask("procedure_imports", ("auditor",), limit=1, after=page["next"])["items"][0]["edition"] == 1


def test_an_import_is_seen_by_another_replica_which_receives_under_it(bus, run_service, caller_of, until, collection):
    # two services of one name share the queue, so each of many calls may meet either
    run_service(IntakeService)
    run_service(IntakeService)
    ask = caller_of("intake")
    assert collection("procedures").count_documents({}) == 1
    book = exported(ask)
    sheet = book["procedures"]
    row_of(sheet, COPIES, BEGUN)[headings(sheet).index("publication")].value = "withdrawn"
    ask("import_procedures", OPERATOR, key="k", files=files(book))

    def both():
        told = [ask("procedure", ("ward-officer",), "26734", code=COPIES).get("status") for _ in range(8)]
        return told == [404] * 8

    until(both, what="both replicas without the withdrawn procedure")
    body = {"procedure": COPIES, "applicant": {"name": "Nguyễn Thị Lan"}, "components": []}
    refused = ask("submit", key="s", channel=1, submission=body)
    assert [(row["field"], row["kind"]) for row in refused["errors"]] == [("procedure", "unknown-procedure")]


def test_two_imports_at_the_same_time_both_have_their_effect(bus, run_service, caller_of, collection):
    run_service(IntakeService)
    run_service(IntakeService)
    ask = caller_of("intake")
    made = []
    for code in ("2.000815", "2.000884", "2.000635"):
        book = exported(ask)
        successor(book, code, BEGUN, NEXT)
        for sheet in book.worksheets:  # each file speaks of its own procedure alone
            for row in range(sheet.max_row, 1, -1):
                if sheet.cell(row, 1).value != code:
                    sheet.delete_rows(row)
        made.append(files(book))
    sent = [ask.send("import_procedures", OPERATOR, key=f"k{n}", files=one) for n, one in enumerate(made)]

    replies = ask.replies(3)

    assert all(replies[one]["error"] is None for one in sent), replies
    assert collection("procedures").count_documents({}) == 4
    assert len(ask("procedures", on="2026-12-01")) == len(ask("procedures", on="2026-11-30"))
    assert {row["valid_from"] for row in ask("procedures", on="2026-12-01") if row["code"] == "2.000884"} == {
        "2026-12-01"
    }


def test_only_operator_and_chief_import_and_only_the_staff_sees_drafts(ask):
    book = exported(ask)
    successor(book, COPIES, BEGUN, NEXT, publication="draft", legal_basis="dự thảo")
    assert ask("import_procedures", ("clerk",), key="k", files=files(book))["status"] == 403
    answer = ask("import_procedures", ("chief",), key="k", files=files(book))
    assert (len(answer["added"]), answer["ended"]) == (1, [])

    assert [row["legal_basis"] for row in ask("procedures", state="draft")] == ["dự thảo"]
    assert ask("procedures", ("ward-officer",), "26734", state="draft")["status"] == 403
    assert ask("procedure", code=COPIES, on="2026-12-01")["publication"] == "published"
    shown = ask("procedure", ("ward-officer",), "26734", code=COPIES)
    assert not {"publication", "confidence", "source", "simulated"} & set(shown)


def test_procedures_are_found_without_accents_and_by_the_beginning_of_a_code(ask):
    assert [row["code"] for row in ask("procedures", q="chung thuc ban sao", limit=1)] == [COPIES]
    assert {row["code"] for row in ask("procedures", q="2.0009")} == {"2.000992", "2.000942"}
    assert ask("procedures", q="ĐĂNG ký HỘ kinh", field="ho-kinh-doanh", limit=1)[0]["code"] == "1.001612"
    assert ask("procedures", q="không có gì như thế") == []
    assert ask("procedures", limit=0)["errors"][0]["field"] == "limit"


def test_guidance_says_what_to_bring_how_long_and_how_much(ask):
    told = ask("guidance", code=COPIES, quantities={"page": 3, "copy": 2})
    assert told["fee"]["total_minor"] == 10_000
    assert told["fee"]["text"] == "Tổng cộng 10.000 đồng"
    assert told["time"]["due_at"] == "2026-11-25T10:00:00+00:00"
    assert [paper["text"] for paper in told["papers"]][0] == "Bản chính giấy tờ, văn bản: 1 bản chính"
    wrong = ask("guidance", code=COPIES, language="fr", case="x", quantities={"room": 1})
    assert {row["field"] for row in wrong["errors"]} == {"language", "case", "quantities.room"}


@pytest.mark.parametrize(
    "sent",
    [[], None, [{"name": "a.xlsx"}], [{"name": "a.xlsx", "content": "không phải base64"}], [{"content": ""}] * 2],
)
def test_files_that_are_none_are_refused(ask, sent):
    assert ask("import_procedures", OPERATOR, key="k", files=sent)["status"] == 400
