"""Procedures as intake shows, finds and keeps them; guidance in both languages; fees by count."""

import base64
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Refused
from intake.domain.charges import compute
from intake.messages import procedure_queries, procedures
from intake.messages.guidance import guidance
from office import FeeRule, FeeTier, Publication

DAY = date(2026, 11, 24)


@pytest.fixture
def version(office):
    return lambda code="2.000815", on=DAY: office.procedure(code, on)


@pytest.fixture
def guide(version, at):
    """Return a function that gives the guidance for a procedure."""

    def call(code="2.000815", *, language="vi", case=None, due_at="2026-11-24 17:00", **quantities):
        return guidance(
            version(code),
            language=language,
            case=case,
            quantities=quantities,
            due_at=at(due_at) if due_at else None,
            supplement_days=30,
        )

    return call


# --- fees ---------------------------------------------------------------------------------------------------------

COPIES = FeeRule(
    "phi",
    "Phí",
    "Charge",
    "charge",
    "page",
    (FeeTier(2, 2000), FeeTier(None, 1000)),
    ceiling_minor=200_000,
    times="copy",
)


@pytest.mark.parametrize(
    ("counted", "amount"),
    [
        ({}, 2_000),
        ({"page": 0}, 0),
        ({"page": 2}, 4_000),
        ({"page": 3}, 5_000),
        ({"page": 3, "copy": 2}, 10_000),
        ({"page": 198}, 200_000),
        ({"page": 199}, 200_000),
        ({"page": 9999, "copy": 3}, 600_000),
        ({"page": 3, "copy": 0}, 0),
        ({"room": 5}, 2_000),
    ],
)
def test_certified_copies_cost_what_the_circular_says(counted, amount):
    (line,) = compute((COPIES,), counted)

    assert (line.amount_minor, line.quantity) == (amount, counted.get("page", 1))


@pytest.mark.parametrize(("rooms", "amount"), [(1, 4), (3, 4), (4, 6), (5, 6), (6, 12), (40, 12)])
def test_a_karaoke_licence_costs_by_steps_of_rooms(version, rooms, amount):
    assert compute(version("1.000903").fees_of(), {"room": rooms})[0].amount_minor == amount * 1_000_000


def test_what_is_counted_once_costs_the_amount_that_is_shown(office):
    for shown in office.all_procedures:
        assert sum(line.amount_minor for line in compute(shown.fees_of(), {})) == shown.fee_minor, shown.key


def test_a_number_below_nothing_is_refused():
    with pytest.raises(ValueError, match="page"):
        compute((COPIES,), {"page": -1})


@st.composite
def rules(draw):
    ends = sorted(draw(st.sets(st.integers(1, 60), max_size=4)))
    tiers = tuple(FeeTier(end, draw(st.integers(0, 10**6))) for end in (*ends, None))
    ceiling, times = draw(st.none() | st.integers(0, 10**7)), draw(st.sampled_from([None, "copy"]))
    return FeeRule("phi", "Phí", "Charge", "charge", "page", tiers, ceiling, times)


counts = st.integers(0, 200)


@given(rules(), counts, counts)
def test_each_thing_costs_what_its_tier_says_and_the_ceiling_holds_for_each_copy(rule, pages, copies):
    def price(n):
        return next(tier.amount_minor for tier in rule.tiers if tier.up_to is None or n <= tier.up_to)

    (line,) = compute((rule,), {"page": pages, "copy": copies})

    one = sum(price(n) for n in range(1, pages + 1))
    one = one if rule.ceiling_minor is None else min(one, rule.ceiling_minor)
    assert line.amount_minor == one * (copies if rule.times else 1)


@given(rules(), counts, counts, counts, counts)
def test_more_never_costs_less(rule, pages, copies, more_pages, more_copies):
    less = compute((rule,), {"page": pages, "copy": copies})[0]
    more = compute((rule,), {"page": pages + more_pages, "copy": copies + more_copies})[0]

    assert more.amount_minor >= less.amount_minor >= 0


# --- what a dossier keeps -----------------------------------------------------------------------------------------


def test_a_snapshot_is_plain_and_computes_the_same_fees(version):
    for code in ("2.000815", "2.000620", "1.012812"):
        kept = procedures.snapshot(version(code))
        assert json.loads(json.dumps(kept)) == kept
        for case in (None, "ho-ca-nhan", "nhieu-ban"):
            assert procedures.fees(kept, case) == version(code).fees_of(case)


def test_a_snapshot_tells_the_papers_both_ways(version):
    (paper,) = [row for row in procedures.snapshot(version("1.009994"))["components"] if row["code"] == "ban-ve"]

    assert (paper["originals"], paper["copies"], paper["copy"], paper["quantity"]) == (2, 0, 0, 2)


def test_the_public_is_shown_neither_doubts_nor_drafts(version):
    public, staff = procedures.procedure(version()), procedures.procedure(version(), staff=True)

    assert set(staff) - set(public) == {"publication", "steps", "confidence", "source", "simulated"}
    assert public["posted_at"]
    assert public["components"][0] == {
        "code": "ban-chinh",
        "name": "Bản chính giấy tờ, văn bản",
        "name_en": "The original paper",
        "originals": 1,
        "copies": 0,
        "copy": 0,
        "quantity": 1,
        "required": True,
        "form": None,
    }


# --- search -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("2.0008", ["2.000815", "2.000884", "2.000806"]),
        ("CHỨNG THỰC bản sao", ["2.000815"]),
        ("chung thuc ban sao", ["2.000815"]),
        ("sao ban chung", ["2.000815", "2.000942"]),
        ("đăng ký thành lập", ["1.001612"]),
        ("dang ky thanh lap", ["1.001612"]),
        ("building permit", ["1.009994", "1.009996", "1.009997"]),
        ("kara", ["1.000903"]),
        ("xe máy", []),
        ("", []),
        ("  ", []),
        ("!?", []),
    ],
)
def test_a_procedure_is_found_by_the_beginnings_of_its_words_in_any_order(office, q, first):
    found = [row.code for row in procedures.found(office.procedures(DAY), q)]

    assert found[: len(first)] == first
    assert bool(found) == bool(first)


@pytest.mark.parametrize("q", [None, 7, ["a"], "x" * 201])
def test_what_is_not_searched_for_is_named(q):
    with pytest.raises(Refused) as error:
        procedure_queries.searched(q)

    assert [row["field"] for row in error.value.errors] == ["q"]


# --- guidance -----------------------------------------------------------------------------------------------------


def test_guidance_in_vietnamese_reads_as_a_clerk_would_say_it(guide):
    told = guide(page=3, copy=2)

    assert [paper["text"] for paper in told["papers"]] == [
        "Bản chính giấy tờ, văn bản: 1 bản chính",
        "Bản sao cần chứng thực: 1 bản sao",
    ]
    assert told["time"]["text"] == "Giải quyết ngay trong ngày làm việc"
    assert told["time"]["due_text"] == "Nộp đủ hồ sơ bây giờ thì hẹn trả kết quả lúc 17:00 ngày 24/11/2026"
    assert told["fee"]["lines"][0]["text"] == "Phí chứng thực: 10.000 đồng, nộp khi tiếp nhận hồ sơ"
    assert (told["fee"]["text"], told["fee"]["total_minor"]) == ("Tổng cộng 10.000 đồng", 10_000)
    assert told["result"] == "Bản sao được chứng thực từ bản chính"
    assert [row["text"] for row in told["channels"]][1] == "Trực tuyến"
    assert told["cases"] == [{"case": "nhieu-ban", "name": "Nhiều bản, nhiều trang"}]


def test_guidance_in_english_has_its_plurals_and_thousands(guide):
    told = guide("1.009994", language="en")

    assert [paper["text"] for paper in told["papers"]] == [
        "Application: 1 original",
        "Proof of land-use right: 1 copy",
        "Set of design drawings: 2 originals",
    ]
    assert told["time"]["text"] == "15 days"
    assert told["fee"]["text"] == "75,000 đồng in all"
    assert guide("2.000815", language="en", case="nhieu-ban")["time"]["text"] == "2 working days"


def test_guidance_for_a_case_has_its_limit_and_its_fee(guide):
    assert guide("1.009994", case="cong-trinh")["time"]["text"] == "20 ngày"
    told = guide("2.000620", case="ho-ca-nhan", point=2)
    assert told["fee"]["total_minor"] == 800_000
    assert told["fee"]["lines"][0]["name"] == "Phí thẩm định (hộ kinh doanh, cá nhân)"


@pytest.mark.parametrize(
    ("code", "text"), [("1.001570", "Không thu phí, lệ phí"), ("1.010723", "Theo mức ghi ở phần ghi chú")]
)
def test_guidance_says_when_nothing_is_paid_and_when_only_a_note_knows(guide, code, text):
    assert guide(code)["fee"]["text"] == text


def test_guidance_without_a_calendar_that_reaches_so_far_names_no_day(guide):
    told = guide(due_at=None)

    assert (told["time"]["due_at"], told["time"]["due_text"]) == (
        None,
        "Ngày hẹn trả kết quả được ghi trên giấy tiếp nhận hồ sơ",
    )


def test_a_paper_on_a_form_names_it_and_one_that_may_be_missing_says_so(version):
    paper = replace(version().components[0], originals=1, copies=2, form="Mẫu 01", required=False)
    told = guidance(
        replace(version(), components=(paper,)),
        language="vi",
        case=None,
        quantities={},
        due_at=None,
        supplement_days=1,
    )

    assert told["papers"][0]["text"] == "Bản chính giấy tờ, văn bản (Mẫu 01): 1 bản chính và 2 bản sao (nếu có)"


@pytest.mark.parametrize(
    ("language", "case", "quantities", "fields"),
    [
        ("vi", None, {}, set()),
        ("vi", "nhieu-ban", {"page": 0, "copy": 9999}, set()),
        ("fr", "x", {"room": 1}, {"language", "case", "quantities.room"}),
        ("vi", None, {"page": -1}, {"quantities.page"}),
        ("vi", None, {"page": 10_000}, {"quantities.page"}),
        ("vi", None, {"page": True}, {"quantities.page"}),
        ("vi", None, {"page": "1"}, {"quantities.page"}),
        ("vi", None, [], {"quantities"}),
        (None, 7, None, {"language", "case", "quantities"}),
    ],
)
def test_guidance_that_cannot_be_given_names_every_field(version, language, case, quantities, fields):
    try:
        procedure_queries.check_guidance(version(), language, case, quantities)
        found = set()
    except Refused as refused:
        found = {row["field"] for row in refused.errors}

    assert found == fields


# --- files --------------------------------------------------------------------------------------------------------


def test_files_come_out_of_their_base64_by_name():
    rows = [{"name": "a.csv", "content": base64.b64encode(b"x").decode()}]

    assert procedure_queries.open_files(rows, 1) == {"a.csv": b"x"}
    with pytest.raises(Refused) as error:
        procedure_queries.open_files(rows, 0)
    assert error.value.status == 413


def test_versions_in_a_state_are_chosen_whatever_their_dates(office):
    draft = replace(office.procedure("2.000815", DAY), valid_from=date(2030, 1, 1), publication=Publication("draft"))
    known = type(office.all_procedures).of((*office.all_procedures, draft))

    assert procedures.chosen(known, "draft") == [draft]
