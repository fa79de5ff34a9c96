"""What each paper says: of the act that it is about, then and for ever. The shapes of libs/papers are the judge."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from intake import domain
from intake.domain import Payment, Status
from intake.domain.papers import SERIES, numbered, printed, unnumbered
from intake.messages import letters, sheets
from papers import Papers
from papers.shapes import load
from tests.unit.intake.lives import at_status
from tests.unit.intake.test_any_life import DESK, LIFE, begun, steps, tried

QR = "/t/code/secret"
FOLDER = Path(__file__).resolve().parents[3] / "infra" / "office" / "papers"
MORE = {"code": "giay-to-tuy-than", "copy": 2, "quantity": 3}


def told(dossier, paper_id):
    """Return what a paper of a dossier says, judged by the shape of its kind."""
    (paper,) = [row for row in dossier.papers if row.id == paper_id]
    sheet = sheets.sheet(dossier, paper, DESK.office, qr=QR)
    load(sheet["kind"], sheet["data"])
    return sheet["data"]


def all_told(dossier):
    return {paper.id: told(dossier, paper.id) for paper in dossier.papers}


def handed(data):
    return [(row["name"], row["copy"], row["quantity"]) for row in data["components"]]


@pytest.fixture(scope="module")
def press():
    return Papers(FOLDER)


def test_receipt_says_who_handed_in_what_until_when_and_leads_to_its_place_in_the_history(dossier):
    said = told(dossier, "receipt-1")

    assert said["dossier"]["code"] == dossier.code
    assert said["dossier"]["procedure_name"] == "Đăng ký thành lập hộ kinh doanh"
    assert said["dossier"]["field_name"] == "Hộ kinh doanh"
    assert said["dossier"]["applicant"]["identity_number"] == "000000018"
    assert handed(said) == [("Giấy đề nghị", 0, 1), ("Giấy tờ tùy thân (CMND, CCCD hoặc hộ chiếu)", 1, 1)]
    assert said["limit"] == {"kind": "working_days", "amount": 3}
    assert (said["received_at"], said["due_at"]) == ("2018-08-23T08:10:00+07:00", "2018-08-28T17:00:00+07:00")
    assert said["fees"] == [{"name": "Lệ phí đăng ký kinh doanh", "amount": 100_000, "note": None}]
    assert said["delivery"] == {"method": "counter", "address": None}
    assert said["history_head"] == dossier.history[0]["digest"]
    assert said["qr"] == f"{QR}?h={said['history_head']}"


def test_nobodys_account_stands_under_a_paper(dossier):
    assert told(dossier, "receipt-1")["officer"] == {"name": None, "title": None}


def test_receipt_of_what_was_taken_in_wrongly_goes_on_saying_it_and_the_fresh_one_says_what_is_right(life, dossier, at):
    before = told(dossier, "receipt-1")
    corrected = life.correct(dossier, at("2018-08-23 09:30")).dossier
    named = life.correct(corrected, at("2018-08-23 10:30"), option=1).dossier

    assert told(named, "receipt-1") == before
    second, third = told(named, "receipt-2"), told(named, "receipt-3")
    assert second["dossier"]["procedure_code"] == third["dossier"]["procedure_code"] == "2.000815"
    assert (before["dossier"]["procedure_code"], before["fees"][0]["amount"]) == ("1.001612", 100_000)
    assert second["fees"] != before["fees"]
    assert second["due_at"] != before["due_at"]
    assert handed(second) != handed(before)
    names = [said["dossier"]["applicant"]["name"] for said in (before, second, third)]
    assert names == ["Nguyễn Thị Thí Dụ", "Trần Thị Thí Dụ", "Trần Thị Thí Dụ"]
    heads = [said["history_head"] for said in (before, second, third)]
    assert heads == [link["digest"] for link in named.history]


def test_papers_of_before_are_kept_once_whatever_their_number(life, dossier, at):
    paid = life.pay(dossier, at("2018-08-23 09:00"), 30).dossier
    corrected = life.correct(paid, at("2018-08-23 09:30")).dossier

    assert [paper.id for paper in corrected.papers if paper.then] == ["fee-receipt-1"]
    assert all_told(paid).items() <= all_told(corrected).items()


def test_request_before_reception_goes_on_saying_who_handed_in_although_it_was_put_right(life, registered, at):
    asked = life.ask(registered, at("2018-08-23 08:30")).dossier
    before = told(asked, "supplement-request-1")
    supplied = life.supplement(asked, at("2018-08-23 10:00")).dossier
    right = life.correct(supplied, at("2018-08-23 10:30"), option=1).dossier
    received = life.receive(right, at("2018-08-23 11:00")).dossier

    assert (before["requests"], before["due_at"][10:]) == (["Bản sao"], "T17:00:00+07:00")
    assert (before["reason"], before["legal_basis"]) == ("Thiếu bản sao", "NĐ 61/2018/NĐ-CP Điều 17")
    assert told(received, "supplement-request-1") == before
    assert before["dossier"]["applicant"]["name"] == "Nguyễn Thị Thí Dụ"
    assert told(received, "receipt-1")["dossier"]["applicant"]["name"] == "Trần Thị Thí Dụ"


def test_what_was_brought_before_reception_stands_once_on_the_receipt(life, registered, at):
    supplied = life.supplement(life.ask(registered, at("2018-08-23 08:30")).dossier, at("2018-08-23 10:00")).dossier
    received = life.receive(supplied, at("2018-08-23 11:00")).dossier

    assert len(handed(told(received, "receipt-1"))) == 2


def test_what_the_department_asked_for_stands_on_the_receipt_of_the_supplement_only(asked, desk, at):
    first = told(asked, "receipt-1")
    moment, calendar = at("2018-08-24 15:00"), desk.calendar
    supplied = domain.supplement(asked, at=moment, components=[MORE], note="", calendar=calendar, by="lan")
    supplied = letters.supplemented(supplied, asked.due_at).dossier

    assert told(supplied, "receipt-1") == first
    assert handed(told(supplied, "receipt-2")) == [
        *handed(first),
        ("Giấy tờ tùy thân (CMND, CCCD hoặc hộ chiếu)", 2, 3),
    ]
    assert told(supplied, "receipt-2")["due_at"] == "2018-08-28T17:00:00+07:00"
    assert told(supplied, "supplement-request-1")["requests"] == ["Biên bản họp"]


def test_further_request_that_a_leader_declined_is_nobodys_paper(life, asked, at):
    once = life.start(life.supplement(asked, at("2018-08-24 15:00")).dossier, at("2018-08-24 15:30")).dossier
    declined = life.decline(life.department_asks(once, at("2018-08-24 15:40")).dossier, at("2018-08-24 15:50")).dossier
    granted = life.grant(life.department_asks(declined, at("2018-08-27 08:00")).dossier, at("2018-08-27 09:00")).dossier

    assert [paper.id for paper in granted.papers][-1] == "supplement-request-2"
    assert told(granted, "supplement-request-2")["issued_at"] == "2018-08-27T09:00:00+07:00"
    due_at = told(granted, "supplement-request-2")["due_at"]
    assert due_at == sheets.shown(granted.requests[-1]["supply_by"])


def test_refusal_says_why_and_by_which_law(life, registered, at):
    refused = life.refuse(registered, at("2018-08-23 08:30")).dossier
    said = told(refused, "refusal-1")
    assert (said["reason"], said["legal_basis"]) == ("Không thuộc thẩm quyền", "NĐ 61/2018 Điều 17")


def test_number_is_shown_as_the_form_has_it_and_kept_with_its_year(life, registered, at):
    refused = life.refuse(registered, at("2018-08-23 08:30")).dossier
    assert told(refused, "refusal-1")["number"] is None
    kept = replace(refused, papers=numbered(refused.papers, "12/2018/TC"))
    assert told(kept, "refusal-1")["number"] == "12/TC"
    assert kept.papers[0].number == "12/2018/TC"


def test_notice_of_a_fee_says_what_is_still_owed_and_does_not_forget_it_when_it_is_paid(life, processing, at):
    partly = life.exempt(life.pay(processing, at("2018-08-23 09:10"), 30).dossier, at("2018-08-23 09:20"), 100).dossier
    asked = life.pause_for_fee(partly, at("2018-08-23 09:30")).dossier
    before = told(asked, "fee-notice-1")

    (fee,) = before["fees"]
    assert (fee["amount"], fee["note"]) == (60_000, "đã nộp hoặc được miễn, giảm 40.000 đồng")
    paid = life.pay(asked, at("2018-08-23 10:30")).dossier
    assert paid.account.owed_minor == 0
    assert told(paid, "fee-notice-1") == before


def test_receipt_after_an_exemption_says_so_and_the_one_before_does_not(life, processing, at):
    stopped = life.stop(life.exempt(processing, at("2018-08-23 09:20"), 100).dossier, at("2018-08-23 09:30")).dossier
    runs = life.resume(stopped, at("2018-08-23 10:30")).dossier

    assert told(runs, "receipt-1")["fees"][0]["amount"] == 100_000
    assert told(runs, "receipt-2")["fees"][0] | {"name": ""} == {
        "name": "",
        "amount": 90_000,
        "note": "đã miễn, giảm 10.000 đồng",
    }


def test_suspension_goes_on_saying_why_when_handling_goes_on(life, processing, at):
    stopped = life.stop(processing, at("2018-08-23 09:30")).dossier
    before = told(stopped, "suspension-1")

    assert (before["reason"], before["legal_basis"]) == ("Chờ", "NĐ 61/2018/NĐ-CP Điều 19")
    assert before["suspended_at"] == "2018-08-23T09:30:00+07:00"
    runs = life.resume(stopped, at("2018-08-24 09:30")).dossier
    assert told(runs, "suspension-1") == before
    assert told(runs, "receipt-2")["due_at"] == sheets.shown(runs.due_at)


def test_apology_names_both_appointments(life, processing, at):
    drafted = life.draft(processing, at("2018-08-23 10:00")).dossier
    signed = life.sign(drafted, at("2018-08-23 11:00")).dossier
    said = told(signed, "apology-1")

    assert (said["original_due_at"], said["new_due_at"]) == ("2018-08-28T17:00:00+07:00", sheets.shown(signed.due_at))
    assert (said["reason"], said["responsible"]) == ("Cần xác minh", "Phòng Kinh tế")
    draft = sheets.apology_draft(drafted, DESK.office)
    load("apology", draft["data"])
    same = ("dossier", "original_due_at", "new_due_at", "responsible", "received_at")
    assert {name: draft["data"][name] for name in same} == {name: said[name] for name in same}
    assert set(draft["data"]["reason"]) == {"…"}


def test_each_payment_has_its_receipt_whenever_it_was_made(life, processing, at):
    """A provider may tell of a payment later than of a younger one, or two at the same instant."""
    moments = ("2018-08-23 09:30", "2018-08-23 09:10", "2018-08-23 09:10")
    dossier = processing
    for number, moment in enumerate(moments, start=1):
        payment = Payment(f"KBNN:{number}", f"B{number}", number * 1000, "KBNN", at(moment), "KBNN", f"Người {number}")
        dossier = letters.paid(domain.pay(dossier, payment)).dossier

    said = [told(dossier, f"fee-receipt-{number}") for number in (1, 2, 3)]
    assert [(row["number"], row["fees"][0]["amount"], row["payer"]) for row in said] == [
        ("B1", 1000, "Người 1"),
        ("B2", 2000, "Người 2"),
        ("B3", 3000, "Người 3"),
    ]
    assert [row["paid_at"][11:16] for row in said] == ["09:30", "09:10", "09:10"]
    assert {row["method"] for row in said} == {"online"}


def test_money_given_back_has_no_receipt_and_shifts_none(life, dossier, at):
    paid = life.pay(dossier, at("2018-08-23 09:00")).dossier
    cheaper = replace(paid, account=replace(paid.account, lines=(replace(paid.account.lines[0], amount_minor=60_000),)))
    back = life.pay(cheaper, at("2018-08-23 09:30")).dossier
    dearer = replace(back, account=replace(back.account, lines=paid.account.lines))
    again = life.pay(dearer, at("2018-08-23 10:00")).dossier

    amounts = [told(again, f"fee-receipt-{number}")["fees"][0]["amount"] for number in (1, 2)]
    assert amounts == [100_000, 40_000]
    assert told(again, "fee-receipt-1")["method"] == "cash"


def test_withdrawal_lists_what_is_given_back(life, dossier, at):
    said = told(life.withdraw(dossier, at("2018-08-23 09:00")).dossier, "withdrawal-1")
    assert (len(said["returned"]), said["reason"]) == (2, "Không còn nhu cầu")


def given_to(dossier, moment, **how):
    how = {"method": "counter", "received_by": "Nguyễn Thị Thí Dụ", **how}
    return letters.returned(domain.hand_over(dossier, at=moment, by="lan", **how)).dossier


@pytest.mark.parametrize(
    ("how", "recipient", "address"),
    [
        ({}, None, None),
        ({"received_by": "Lê Em", "authorisation": "GUQ 7"}, "Lê Em", None),
        ({"method": "post", "address": "12 Lý Tự Trọng", "tracking_code": "EA123456789VN"}, None,
         "12 Lý Tự Trọng, bưu gửi EA123456789VN"),
        ({"method": "electronic", "address": "a@example.org"}, None, "a@example.org"),
    ],
)  # fmt: skip
def test_return_slip_says_who_has_what_and_by_which_way(life, at, how, recipient, address):
    resolved = life.pay(at_status(life, Status.RESOLVED, at("2018-08-23 08:10")), at("2018-08-24 08:00")).dossier
    said = told(given_to(resolved, at("2018-08-24 09:00"), **how), "return-slip-1")

    assert (said["recipient"] or {}).get("name") == recipient
    assert said["delivery"] == {"method": how.get("method", "counter"), "address": address}
    assert said["results"] == [{"title": "Giấy chứng nhận", "number": "41A8-0", "quantity": 1}]
    assert (said["returned_at"], said["due_at"][:10]) == ("2018-08-24T09:00:00+07:00", "2018-08-28")


def test_result_made_anew_has_its_own_slip_beside_the_old_one(life, at):
    dossier = at_status(life, Status.RETURNED, at("2018-08-23 08:10"))
    before = told(dossier, "return-slip-1")
    for act, moment, option in (("reopen", "24 08:00", 0), ("start", "24 09:00", 0), ("resolve", "27 09:00", 7)):
        dossier = life.do(act, dossier, at(f"2018-08-{moment}"), option).dossier
    dossier = life.hand_over(dossier, at("2018-08-28 09:00")).dossier

    assert told(dossier, "return-slip-1") == before
    second = told(dossier, "return-slip-2")
    assert (before["results"][0]["number"], second["results"][0]["number"]) == ("41A8-0", "41A8-7")
    assert (before["due_at"], second["due_at"]) == ("2018-08-28T17:00:00+07:00", "2018-08-29T17:00:00+07:00")


def test_a_print_is_known_by_its_call_for_a_while_and_counted_for_ever(dossier):
    papers = dossier.papers
    for number in range(1, 20):
        papers = printed(papers, "receipt-1", f"call-{number}")
    assert papers[0].prints == 19
    assert papers[0].prints_of == {f"call-{number}": number for number in range(12, 20)}


def test_blank_text_is_nothing():
    assert sheets.shown({"a": "  ", "b": ["", "x"]}) == {"a": None, "b": [None, "x"]}


def test_every_kind_can_be_drawn_and_a_usual_receipt_is_one_page(life, example, at, press):
    three = [*life.submission["components"], {**MORE, "quantity": 1}]
    dossier = life.received_at_once(at("2018-08-23 08:10"), components=three).dossier
    ends = [life.refuse(life.handed_in(at("2018-08-23 08:10")).dossier, at("2018-08-23 09:00")).dossier]
    ends.append(life.withdraw(dossier, at("2018-08-23 09:00")).dossier)
    for number, act in enumerate(
        ("start", "pause_for_fee", "pay", "stop", "resume", "extend", "department_asks", "supplement", "start", "resolve",
         "hand_over"), start=1,
    ):  # fmt: skip
        dossier = life.do(act, dossier, at("2018-08-23 08:10") + timedelta(minutes=10 * number)).dossier
    drawn = {}
    for end in (*ends, dossier):
        for paper in end.papers:
            sheet = sheets.sheet(end, paper, DESK.office, qr=QR)
            drawn.setdefault(paper.kind, press.render(sheet["kind"], sheet["data"]))
    slip = sheets.control_slip(dossier, DESK.office, now=at("2018-08-24 08:00"))
    drawn["control-slip"] = press.render("control-slip", slip["data"])

    assert set(drawn) == {
        "receipt", "supplement-request", "refusal", "apology", "suspension", "fee-notice", "fee-receipt", "withdrawal",
        "return-slip", "control-slip",
    }  # fmt: skip
    assert len(PdfReader(BytesIO(drawn["receipt"])).pages) == 1


def counted(dossier):
    """Return the dossier as the store keeps it: papers of a series have their numbers."""
    while (wanting := unnumbered(dossier.papers)) is not None:
        number = f"{len(dossier.papers):02d}/{wanting.at.year}/{SERIES[wanting.kind]}"
        dossier = replace(dossier, papers=numbered(dossier.papers, number))
    return dossier


@settings(deadline=None, max_examples=80, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(start=begun, at_once=st.booleans(), life=st.lists(steps, min_size=12, max_size=40))
def test_whatever_becomes_of_a_dossier_its_papers_go_on_saying_what_they_said(start, at_once, life):
    now = start
    dossier = (LIFE.received_at_once(start) if at_once else LIFE.handed_in(start)).dossier
    said = all_told(dossier)
    for step in life:
        now += step[2]
        passed = LIFE.passes(dossier, now).dossier
        after = tried(passed, step, now)
        dossier = counted(after.dossier if after else passed)
        known, said = said, all_told(dossier)
        assert known.items() <= said.items()
        if dossier.due_at:
            load("control-slip", sheets.control_slip(dossier, DESK.office, now=now)["data"])
        if dossier.apology:
            load("apology", sheets.apology_draft(dossier, DESK.office)["data"])
