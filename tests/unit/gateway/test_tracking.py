"""Where a dossier is: the fold, the API, the page."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from gateway import messages, texts
from gateway.tracking import INTERNAL, Fact, fold

CODE = "000.00.01.H29-180102-0001"
AT = datetime(2018, 1, 2, 1, tzinfo=UTC)
DUE = datetime(2018, 1, 4, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
RECEIVED = Fact(
    "1",
    "dossier.received.v1",
    AT,
    1,
    {
        "status": 2,
        "procedure": {"code": "2.000815", "name": "Chứng thực"},
        "department": "TP",
        "received_at": AT,
        "due_at": DUE,
    },
)
ISSUED = Fact("2", "assignment.issued.v1", AT + HOUR, None, {"department": "TP"})
STARTED = Fact("3", "dossier.processing-started.v1", AT + 2 * HOUR, 2, {"status": 4})
ASKED = Fact("4", "dossier.supplement-asked.v1", AT + 3 * HOUR, 3, {"status": 5, "items": ["Bản sao CMND"]})
SUPPLIED = Fact("5", "dossier.supplemented.v1", AT + 4 * HOUR, 4, {"status": 2, "due_at": DUE + 24 * HOUR})
MOVED = Fact("6", "dossier.rescheduled.v1", AT + 5 * HOUR, 5, {"status": 4, "due_at": DUE + 48 * HOUR})
RESOLVED = Fact(
    "7",
    "dossier.resolved.v1",
    AT + 6 * HOUR,
    6,
    {"status": 9, "resolved_at": AT + 6 * HOUR, "due_at": DUE, "on_time": True},
)
RETURNED = Fact("8", "dossier.returned.v1", AT + 7 * HOUR, 7, {"status": 10})


def test_the_order_in_which_facts_came_changes_nothing():
    facts = (RECEIVED, ISSUED, STARTED, ASKED)
    views = {repr(fold(CODE, order, AT)) for order in itertools.permutations(facts)}
    assert len(views) == 1


def test_nothing_is_shown_before_the_receipt_is_known():
    assert fold(CODE, [STARTED, ISSUED], AT) is None


def test_the_last_appointment_counts():
    found = fold(CODE, [RECEIVED, STARTED, SUPPLIED, MOVED], AT)
    assert found is not None
    assert found.due_at == DUE + 48 * HOUR


@pytest.mark.parametrize(
    ("facts", "now", "overdue", "paused"),
    [
        ([RECEIVED], DUE, False, False),
        ([RECEIVED], DUE + HOUR, True, False),
        ([RECEIVED, STARTED], DUE + HOUR, True, False),
        ([RECEIVED, STARTED, ASKED], DUE + HOUR, False, True),
        ([RECEIVED, STARTED, MOVED], DUE + HOUR, False, False),
        ([RECEIVED, RESOLVED], DUE + 99 * HOUR, False, False),
        ([RECEIVED, RESOLVED, RETURNED], DUE + 99 * HOUR, False, False),
    ],
)
def test_overdue_is_an_attribute_of_the_running_clock(facts, now, overdue, paused):
    found = fold(CODE, facts, now)
    assert found is not None
    assert (found.overdue, found.paused) == (overdue, paused)


def test_papers_to_supply_are_shown_only_while_they_are_asked_for():
    asked, supplied = fold(CODE, [RECEIVED, ASKED], AT), fold(CODE, [RECEIVED, ASKED, SUPPLIED], AT)
    assert asked is not None
    assert supplied is not None
    assert asked.to_supply == ("Bản sao CMND",)
    assert supplied.to_supply == ()


@pytest.mark.parametrize(
    ("facts", "with_department"),
    [([RECEIVED], False), ([RECEIVED, ISSUED], True), ([RECEIVED, STARTED], True), ([RECEIVED, RESOLVED], False)],
)
def test_where_the_papers_lie_follows_from_the_facts(facts, with_department):
    found = fold(CODE, facts, AT)
    assert found is not None
    assert found.with_department is with_department


SUBMITTED = Fact(
    "s",
    "dossier.submitted.v1",
    AT - 5 * HOUR,
    1,
    {"status": 1, "procedure": RECEIVED.data["procedure"], "submitted_at": AT - 5 * HOUR, "answer_by": AT + HOUR},
)


def later(type_, sequence, status, **data):
    return Fact(
        f"{type_}-{sequence}", f"dossier.{type_}.v1", AT + sequence * HOUR, sequence, {"status": status, **data}
    )


def test_a_dossier_that_waits_for_the_desk_has_no_appointment_yet():
    found = fold(CODE, [SUBMITTED], AT + 99 * HOUR)
    assert found is not None
    assert (found.status, found.due_at, found.received_at, found.department) == (1, None, None, None)
    assert found.answer_by == AT + HOUR
    assert not found.overdue


def test_what_overtakes_the_reception_waits_for_nothing():
    right = {**RECEIVED.data, "department": "KT", "due_at": DUE + HOUR}
    corrected = Fact("c", "dossier.corrected.v1", AT + HOUR, 3, right)
    received = Fact("r", "dossier.received.v1", AT, 2, RECEIVED.data)
    story = (SUBMITTED, received, corrected)
    alone = fold(CODE, [corrected], AT)
    assert alone is not None
    assert (alone.status, alone.department, alone.due_at) == (2, "KT", DUE + HOUR)
    views = {repr(fold(CODE, order, AT)) for order in itertools.permutations(story)}
    assert len(views) == 1
    assert "department='KT'" in views.pop()


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        (later("refused", 2, 3, reason="Sai thẩm quyền", legal_basis="Điều 17"), ("Sai thẩm quyền", "Điều 17", None)),
        (later("supplement-asked", 2, 5, reason="Thiếu", items=["A"], supply_by=DUE), ("Thiếu", None, DUE)),
        (later("paused", 2, 8, reason="Chờ tòa án", legal_basis="Điều 5"), ("Chờ tòa án", "Điều 5", None)),
    ],
)
def test_a_reason_is_shown_while_it_holds_and_no_longer(fact, shown):
    found, after = (
        fold(CODE, [RECEIVED, fact], AT),
        fold(CODE, [RECEIVED, fact, later("resumed", 3, 4, due_at=DUE)], AT),
    )
    assert found is not None
    assert after is not None
    assert (found.reason, found.legal_basis, found.supply_by) == shown
    assert (after.reason, after.legal_basis, after.supply_by, after.to_supply) == (None, None, None, ())


def test_what_is_owed_is_what_the_last_payment_or_exemption_left():
    asked = later("paused", 2, 6, reason="Phí", owed_minor=400_000)
    paid = later("paid", 3, 6, owed_minor=150_000)
    owed = [found.owed_minor for facts in ([asked], [asked, paid]) if (found := fold(CODE, [RECEIVED, *facts], AT))]
    assert owed == [400_000, 150_000]
    after = fold(CODE, [RECEIVED, asked, paid, later("resumed", 4, 4, due_at=DUE)], AT)
    assert after is not None
    assert after.owed_minor is None


def test_a_reopened_dossier_has_neither_result_nor_lateness_until_the_next():
    late = Fact("7", "dossier.resolved.v1", AT + 6 * HOUR, 6, {**RESOLVED.data, "on_time": False})
    kept = later("result-kept", 7, 9, kept_at=AT)
    reopened = later("reopened", 8, 2, due_at=DUE + 99 * HOUR)
    before, after = (
        fold(CODE, [RECEIVED, ISSUED, late, kept], AT),
        fold(CODE, [RECEIVED, ISSUED, late, kept, reopened], AT),
    )
    assert before is not None
    assert after is not None
    assert (before.kept, before.late, before.resolved_at) == (True, True, AT + 6 * HOUR)
    assert (after.kept, after.late, after.resolved_at, after.due_at) == (False, False, None, DUE + 99 * HOUR)
    assert not after.with_department


def test_papers_that_came_back_to_the_desk_are_at_the_desk_until_they_are_issued_again():
    again = Fact("9", "assignment.issued.v1", AT + 5 * HOUR, None, {"department": "TP"})
    round_1 = [RECEIVED, ISSUED, STARTED, ASKED, SUPPLIED]
    found = [view.with_department for facts in (round_1, [*round_1, again]) if (view := fold(CODE, facts, AT))]
    assert found == [False, True]


@pytest.mark.parametrize("kind", ["lateness-forecast", "supplement-declined"])
def test_what_is_the_offices_own_affair_is_no_step_of_the_public_history(kind):
    found = fold(CODE, [RECEIVED, STARTED, later(kind, 3, 4)], AT)
    assert found is not None
    assert [step.type for step in found.history] == ["dossier.processing-started.v1", "dossier.received.v1"]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_event_but_the_internal_ones_has_a_text(language):
    unnamed = {kind for kind in messages.KEPT if not texts.known(language, f"event/{kind}")}
    assert unnamed == set(INTERNAL)


@pytest.mark.parametrize(
    ("type_", "data", "words"),
    [
        ("submitted", {"status": 1, "answer_by": DUE}, ["answers by 17:00, 4 Jan 2018"]),
        (
            "supplement-asked",
            {"status": 5, "items": ["A"], "reason": "Thiếu", "supply_by": DUE},
            ["by 17:00, 4 Jan", "A"],
        ),
        ("supplement-asked", {"status": 5, "items": ["A"], "reason": "<Thiếu>"}, ["&lt;Thiếu&gt;", "until the papers"]),
        ("paused", {"status": 6, "reason": "Phí", "owed_minor": 1_400_000}, ["1,400,000 đồng", "until the payment"]),
        ("paused", {"status": 6, "reason": "Phí"}, ["payment named in the notice"]),
        ("paused", {"status": 8, "reason": "Tòa"}, ["stands still", "Tòa"]),
        ("refused", {"status": 3, "reason": "Sai", "legal_basis": "Điều 17"}, ["not accepted", "Sai", "Điều 17"]),
        ("withdrawn", {"status": 7}, ["nothing left to do"]),
        ("result-kept", {"status": 9, "kept_at": AT}, ["so it is kept"]),
        ("returned", {"status": 10, "method": "post", "tracking_code": "RB123456789VN"}, ["item RB123456789VN"]),
        ("returned", {"status": 10, "method": "counter"}, ["has been handed over"]),
        ("resumed", {"status": 4, "due_at": DUE}, ["New appointment: 17:00, 4 Jan 2018"]),
    ],
)
def test_the_page_says_what_the_person_must_do_now(desk, type_, data, words):
    desk.receive()
    desk.tell(f"dossier.{type_}.v1", 2, AT + HOUR, **{"procedure": RECEIVED.data["procedure"], **data})
    page = desk.client.get(f"/t/{desk.CODE}/{desk.SECRET}?lang=en")
    assert page.status_code == 200
    assert [word for word in words if word not in page.text] == []


@pytest.mark.parametrize(
    ("method", "words"), [("post", "by post"), ("electronic", "electronically"), ("x", "waits at")]
)
def test_a_result_that_is_ready_says_how_it_comes(desk, method, words):
    desk.receive(delivery={"method": method})
    desk.tell("dossier.resolved.v1", 2, AT + HOUR, status=9, resolved_at=AT, due_at=DUE, on_time=True)
    body = desk.client.get(f"/api/tracking/{desk.CODE}?secret={desk.SECRET}&lang=en").get_json()
    assert words in body["hint"]


def test_a_dossier_before_its_reception_has_its_page_and_its_answer(desk):
    desk.tell(SUBMITTED.type, 1, SUBMITTED.at, digest=True, **SUBMITTED.data)
    body = desk.client.get(f"/api/tracking/{desk.CODE}?secret={desk.SECRET}").get_json()
    assert (body["received_at"], body["due_at"], body["department"]) == (None, None, None)
    assert body["answer_by"] == "2018-01-02T02:00:00Z"
    assert desk.client.get(f"/t/{desk.CODE}/{desk.SECRET}").status_code == 200


def test_the_api_shows_where_a_dossier_is_in_both_languages(desk):
    desk.receive()
    desk.tell("dossier.processing-started.v1", 2, AT + HOUR, status=4, department="TP")

    vietnamese = desk.client.get(f"/api/tracking/{desk.CODE}?secret={desk.SECRET}")
    english = desk.client.get(f"/api/tracking/{desk.CODE}?secret={desk.SECRET}&lang=en")

    assert vietnamese.status_code == 200
    body = vietnamese.get_json()
    assert body["status"] == {"code": "4", "text": "Đang xử lý"}
    assert body["place"] == "TP"
    assert body["due_at"] == "2018-01-04T10:00:00Z"
    assert body["overdue"] is True
    assert [row["text"] for row in body["history"]] == ["Cơ quan chuyên môn bắt đầu giải quyết", "Tiếp nhận hồ sơ"]
    assert english.get_json()["status"]["text"] == "In process"
    assert desk.rpc.calls == []


@pytest.mark.parametrize("path", ["/api/tracking/{code}?secret={secret}", "/t/{code}/{secret}"])
def test_a_wrong_secret_and_an_unknown_code_are_answered_alike(desk, path):
    desk.receive()
    wrong = desk.client.get(path.format(code=desk.CODE, secret="wrong"))
    unknown = desk.client.get(path.format(code=desk.CODE[:-1] + "2", secret=desk.SECRET))
    impossible = desk.client.get(path.format(code="x", secret=desk.SECRET))
    assert wrong.status_code == unknown.status_code == impossible.status_code == 404
    assert wrong.text == unknown.text == impossible.text


def test_tracking_without_a_secret_is_422(desk):
    answered = desk.client.get(f"/api/tracking/{desk.CODE}")
    assert answered.status_code == 422
    assert answered.get_json(force=True)["errors"][0]["field"] == "secret"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ["Yêu cầu bổ sung giấy tờ", "Giấy tờ cần bổ sung", "Hẹn trả kết quả", "17:00, 04/01/2018", 'lang="vi"']),
        ("en", ["More papers needed", "Papers to supply", "Appointment", "17:00, 4 Jan 2018", 'lang="en"']),
    ],
)
def test_the_page_shows_the_dossier_in_both_languages_at_vietnam_time(desk, language, words):
    desk.receive()
    desk.tell("dossier.supplement-asked.v1", 2, AT + HOUR, status=5, items=["Bản sao <b>CMND</b>"])

    by_query = desk.client.get(f"/t/{desk.CODE}/{desk.SECRET}?lang={language}")
    by_header = desk.client.get(f"/t/{desk.CODE}/{desk.SECRET}", headers={"Accept-Language": language})

    for page in (by_query, by_header):
        assert page.status_code == 200
        assert page.mimetype == "text/html"
        for word in words:
            assert word in page.text
        assert "Bản sao &lt;b&gt;CMND&lt;/b&gt;" in page.text


def test_the_page_keeps_its_address_to_itself(desk):
    desk.receive()
    page = desk.client.get(f"/t/{desk.CODE}/{desk.SECRET}")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert desk.SECRET not in page.text


def test_the_form_leads_to_the_page(desk):
    assert "<form" in desk.client.get("/").text
    answered = desk.client.get(f"/?code={desk.CODE}&secret={desk.SECRET}&lang=en")
    assert answered.status_code == 303
    assert answered.headers["Location"] == f"/t/{desk.CODE}/{desk.SECRET}?lang=en"


def test_a_form_cannot_be_made_to_lead_elsewhere(desk):
    answered = desk.client.get("/?code=//evil.example&secret=x")
    assert answered.headers["Location"].startswith("/t/")


def test_the_receipts_qr_code_is_a_picture_without_script(desk):
    answered = desk.client.get(f"/t/{desk.CODE}/{desk.SECRET}/qr.svg")
    assert answered.status_code == 200
    assert answered.mimetype == "image/svg+xml"
    assert "<script" not in answered.text
    assert desk.client.get(f"/t/x/{desk.SECRET}/qr.svg").status_code == 404
