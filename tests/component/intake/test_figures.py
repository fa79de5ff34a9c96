"""Register and reports on the real database: what is counted, what is frozen, what is told of later changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from chassis.database import connect
from chassis.documents import Documents
from chassis.errors import Refused
from chassis.kept import Cause
from intake.documents import to_document
from intake.domain.figures import Period, lived
from intake.service import IntakeService
from intake.store import Figures
from intake.store.dossiers import Dossiers
from intake.store.terms import searchable
from motcua_contracts import history
from tests.unit.intake.lives import LEGAL, REFUSALS
from tests.unit.intake.test_any_life import CALENDAR, LIFE

BODY = {
    "procedure": "1.001612",
    "applicant": {
        "name": "Nguyễn Thị Lan",
        "identity_number": "079012345678",
        "phone": "0903000001",
        "address": "12 Lê Lợi",
    },
    "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
}
WHY = {"reason": "Không thuộc thẩm quyền", "legal_basis": "NĐ 61/2018/NĐ-CP Điều 17"}
CLOSING = {"period": "2026-M11", "key": "close"}


@pytest.fixture
def play(office_clock):
    """Set the office's clock by local day and time of November and December 2026."""

    def at(day, clock="08:00", month=11):
        office_clock(datetime.fromisoformat(f"2026-{month:02d}-{day:02d}T{clock}:00+07:00"))

    return at


@pytest.fixture
def ask(bus, run_service, caller_of, play):
    play(2)
    run_service(IntakeService)
    return caller_of("intake")


@pytest.fixture
def desk(ask, bus, example, until):
    return Office(ask, bus, example, until)


class Office:
    """Acts on dossiers as clerks and departments do them."""

    def __init__(self, ask, bus, example, until):
        self.ask, self.bus, self.example, self.until, self.count = ask, bus, example, until, 0

    def submit(self, receive=True, **body):
        self.count += 1
        key = f"s{self.count}"
        return self.ask("submit", key=key, channel=1, submission={**BODY, **body}, receive=receive)

    def handle(self, receipt, kind, step, status, **data):
        message = self.example(f"handling.{kind}.v1")
        message["data"] |= {"dossier_id": receipt["dossier_id"], "code": receipt["code"], "step": step, **data}
        self.bus.say("routing", "routing.events", f"handling.{kind}.v1", message)
        self.until(lambda: self.ask("get", code=receipt["code"])["status"] == status)

    def start(self, receipt, at):
        self.handle(receipt, "started", 1, 4, started_at=at)

    def finish(self, receipt, at, step=2):
        self.handle(receipt, "finished", step, 9, finished_at=at)

    def report(self, period="2026-M11", kind="handling", **how):
        return self.ask("report", ("chief",), kind=kind, period=period, **how)

    def sums(self, period="2026-M11", **how):
        return {name: value for name, value in self.report(period, **how)["sums"].items() if value}


def moment(day, clock="08:00", month=11):
    return datetime.fromisoformat(f"2026-{month:02d}-{day:02d}T{clock}:00+07:00").astimezone(UTC).isoformat()


def test_a_month_counts_what_came_in_and_how_it_ended(desk, play):
    early, late, refused = desk.submit(), desk.submit(), desk.submit(receive=False)
    open_one = desk.submit()
    for receipt in (early, late, open_one):
        desk.start(receipt, moment(2, "09:00"))
    desk.finish(early, moment(3))
    play(4)
    desk.ask("refuse", key="r", code=refused["code"], **WHY)
    play(20)
    desk.finish(late, moment(20))

    assert desk.sums() == {
        "received": 4, "total": 4, "early": 1, "resolved": 1, "waiting": 1, "refused": 1, "overdue": 2, "pending": 2,
    }  # fmt: skip
    following = desk.sums("2026-M12")
    assert (following["carried_over"], following["late"], following["pending"]) == (2, 1, 1)
    (row,) = desk.report(by="department")["rows"]
    assert (row["key"], row["name"], row["total"]) == ("KT", "Phòng Kinh tế", 4)
    assert desk.report("2026-M11", windows="calendar")["sums"]["late"] == 1


def test_the_burden_of_a_procedure_counts_requests_trips_and_working_time(desk, play):
    receipt = desk.submit()
    desk.start(receipt, moment(2, "09:00"))
    desk.handle(receipt, "sent-back", 2, 5, sent_back_at=moment(2, "10:00"))
    play(3)
    desk.ask("supplement", key="p", code=receipt["code"], components=BODY["components"][1:], note="")
    desk.handle(receipt, "started", 3, 4, started_at=moment(3, "08:30"))
    desk.finish(receipt, moment(3, "09:00"), step=4)
    play(4)
    desk.ask("pay", key="m", code=receipt["code"], amount_minor=receipt["fee_minor"])
    done = desk.ask("hand_over", key="h", code=receipt["code"], received_by="Lan", identity_checked=True)
    assert done["status"] == 10, done

    report = desk.report(kind="burden", by="procedure")
    (row,) = report["rows"]
    assert row["key"] == "1.001612"
    assert (row["asked_reception"], row["asked_department"], row["asked_per_100"]) == (0, 1, 100.0)
    assert row["trips"] == 3  # handed in, brought, collected
    # 08:00 to 10:00 and 08:00 to 09:00, less the moments after the clock was set
    assert row["median_minutes"] == row["p90_minutes"]
    assert 176 <= row["median_minutes"] <= 180
    assert desk.sums()["handed_over"] == 1
    assert "waiting" not in desk.sums()


def test_a_closed_month_stays_and_what_came_late_is_a_restatement(desk, play, collection):
    on_the_way, other = desk.submit(), desk.submit()
    for receipt in (on_the_way, other):
        desk.start(receipt, moment(2, "09:00"))
    desk.finish(other, moment(3))
    early = desk.ask("close_period", ("chief",), **CLOSING)
    assert (early["code"], early["errors"][0]["field"]) == ("period-not-over", "period")
    play(16)
    before = desk.report()
    closed = desk.ask("close_period", ("chief",), **CLOSING)
    assert (closed["dossiers"], closed["replayed"]) == (2, False)
    assert desk.ask("close_period", ("chief",), **CLOSING) == closed | {"replayed": True}
    again = desk.ask("close_period", ("deputy",), **(CLOSING | {"key": "other"}))
    assert (again["code"], again["status"]) == ("period-closed", 409)
    assert desk.report()["rows"] == before["rows"]
    assert desk.report()["restated"] == 0

    # the department's word of the 13th comes after the closing
    desk.finish(on_the_way, moment(13))
    report = desk.report()
    assert (report["rows"], report["sums"]) == (before["rows"], before["sums"])
    assert report["closed"]["digest"] == closed["digest"]
    assert report["restated"] == 1
    (change,) = report["restatements"]
    assert change["code"] == on_the_way["code"]
    assert "resolved" in change["why"]
    assert (change["before"]["outcome"], change["now"]["outcome"]) == ("overdue", "late")
    assert datetime.fromisoformat(change["since"]) == datetime.fromisoformat(moment(13))
    assert (report["now"]["sums"]["pending"], report["sums"]["pending"]) == (0, 1)

    remade = desk.ask("closing_reproduce", ("auditor",), period="2026-M11")
    assert (remade["equal"], remade["difference"]) == (True, None)
    assert desk.ask("closings", ("clerk",))[0] == {name: closed[name] for name in closed if name != "replayed"}


def test_a_correction_after_the_closing_moves_no_number_and_names_the_dossier(desk, play):
    receipt = desk.submit()
    play(16)
    before = desk.report(by="procedure")
    desk.ask("close_period", ("chief",), **CLOSING)
    papers = [{"code": "ban-chinh", "copy": 0}, {"code": "ban-sao", "copy": 1}]
    right = {"procedure": "2.000815", "components": papers, "reason": "Ghi nhầm thủ tục"}
    corrected = desk.ask("correct", key="c", code=receipt["code"], **right)
    assert corrected["procedure"]["code"] == "2.000815"

    report = desk.report(by="procedure")
    assert report["rows"] == before["rows"]
    (change,) = report["restatements"]
    assert (change["before"]["procedure"], change["now"]["procedure"]) == ("1.001612", "2.000815")
    assert "corrected" in change["why"]
    assert [row["key"] for row in report["now"]["rows"]] == ["2.000815"]
    assert desk.ask("closing_reproduce", ("chief",), period="2026-M11")["equal"] is True


def test_each_number_of_a_closed_month_opens_to_its_dossiers_in_pages(desk, play):
    codes = [desk.submit()["code"] for _ in range(3)]
    refused = desk.submit(receive=False)["code"]
    desk.ask("refuse", key="r", code=refused, **WHY)
    play(16)
    desk.ask("close_period", ("chief",), **CLOSING)

    def cell(**asked):
        found, after = [], None
        while True:
            page = desk.ask("closing_cell", period="2026-M11", limit=2, after=after, **asked)
            found += [row["code"] for row in page["items"]]
            if (after := page["next"]) is None:
                return found

    assert cell(column="overdue") == codes
    assert cell(column="refused", by="procedure", row="1.001612") == [refused]
    assert cell(column="refused", by="procedure", row="2.000815") == []
    assert cell(column="total", by="channel", row="1") == [*codes, refused]
    wrong = desk.ask("closing_cell", period="2026-M11", column="x", by="y", windows="z")
    assert {row["field"] for row in wrong["errors"]} == {"column", "by", "windows"}
    assert desk.ask("closing_cell", period="2026-M10", column="total")["code"] == "period-open"


def test_whoever_changes_history_after_the_closing_is_found_by_reproducing_it(desk, play, collection):
    receipt = desk.submit()
    play(16)
    desk.ask("close_period", ("chief",), **CLOSING)
    links = collection("dossiers").find_one({"code": receipt["code"]})["history"]
    links[0] |= {"at": links[0]["at"] - timedelta(days=40)}
    links[0]["digest"] = history.digest(links[0])
    collection("dossiers").update_one({"code": receipt["code"]}, {"$set": {"history": links}})

    remade = desk.ask("closing_reproduce", ("auditor",), period="2026-M11")
    assert remade["equal"] is False
    assert (remade["difference"]["code"], remade["difference"]["what"]) == (receipt["code"], "history")


def test_whoever_changes_a_kept_figure_is_found_by_reproducing_it(desk, play, collection):
    desk.submit()
    play(16)
    desk.ask("close_period", ("chief",), **CLOSING)
    collection("closings").update_one({}, {"$inc": {"tables.handling.field.sums.overdue": -1}})
    assert desk.ask("closing_reproduce", ("auditor",), period="2026-M11")["equal"] is False


def test_a_recount_from_the_events_equals_the_figures_and_names_what_differs(desk, play, collection):
    one, other = desk.submit(), desk.submit()
    desk.start(one, moment(2, "09:00"))
    desk.finish(one, moment(3))
    again = desk.ask("figures_recount", ("auditor",), period="2026-M11")
    assert (again["dossiers"], again["equal"], again["difference"]) == (2, True, None)

    collection("dossiers").update_one({"code": one["code"]}, {"$set": {"resolution.on_time": False}})
    again = desk.ask("figures_recount", ("auditor",), period="2026-M11")
    assert again["equal"] is False
    assert again["difference"]["code"] == one["code"] != other["code"]
    assert (again["difference"]["kept"]["outcome"], again["difference"]["found"]["outcome"]) == ("late", "early")


def test_the_register_has_each_code_once_without_gap_and_says_what_became_of_it(desk, play, collection):
    first = desk.submit()
    refused = desk.submit(receive=False)
    desk.ask("refuse", key="r", code=refused["code"], **WHY)
    play(3)
    withdrawn = desk.submit()
    desk.ask("withdraw", key="w", code=withdrawn["code"], reason="Không còn nhu cầu")
    last = desk.submit()

    span = {"first": "2026-11-01", "last": "2026-11-30"}
    rows, after = [], None
    while True:
        page = desk.ask("register_page", ("auditor",), **span, limit=3, after=after)
        rows += page["items"]
        if (after := page["next"]) is None:
            break
    assert [row["line"] for row in rows] == [1, 2, 3, 4]
    assert [row["code"] for row in rows] == [row["code"] for row in (first, refused, withdrawn, last)]
    assert rows[0]["contact"] == "12 Lê Lợi, 0903000001"
    assert rows[0]["note"] is None
    assert rows[1]["note"].startswith("Từ chối ngày 02/11/2026: Không thuộc")
    assert rows[2]["note"].startswith("Rút hồ sơ ngày 03/11/2026")
    noted = list(collection("register_readings").find({}))
    assert [(row["by"], row["rows"]) for row in noted] == [("lan", 3), ("lan", 1)]
    assert noted[0]["codes"] == [first["code"], withdrawn["code"]]

    assert desk.ask("register_parts", **span)["total"] == 4
    assert desk.ask("register_parts", **span, department="TP") == {"total": 0, "size": 250, "parts": [None]}
    assert len(desk.ask("register_page", first="2026-11-03", last="2026-11-03")["items"]) == 2


@pytest.mark.parametrize(
    ("method", "asked", "fields"),
    [
        ("report", {"kind": "x", "period": "2026-M13", "by": "ward", "windows": "w"}, {"kind", "period", "by", "windows"}),
        ("report", {"kind": "burden", "period": None}, {"period"}),
        ("register_page", {"first": "2026-11-31", "last": "x"}, {"from"}),
        ("register_page", {"first": "2026-01-01", "last": "2027-06-01"}, {"to"}),
        ("register_page", {"first": "2026-02-01", "last": "2026-01-01", "field": "x", "department": "XX"},
         {"to", "field", "department"}),
        ("register_page", {"first": "2026-02-01", "last": "2026-02-01", "limit": 251}, {"limit"}),
        ("register_page", {"first": "2026-02-01", "last": "2026-02-01", "after": "MSB4"}, {"after"}),
        ("closing_cell", {"period": "2026-M11", "column": "total", "after": "-1"}, {"after"}),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_named_by_its_field(desk, play, method, asked, fields):
    desk.submit()
    play(16)
    desk.ask("close_period", ("chief",), **CLOSING)
    refusal = desk.ask(method, **asked)
    assert (refusal["code"], refusal["status"]) == ("invalid-query", 422)
    assert {row["field"] for row in refusal["errors"]} == fields


@pytest.mark.parametrize(
    ("method", "roles"),
    [
        ("report", {"clerk", "chief", "deputy", "auditor"}),
        ("closings", {"clerk", "chief", "deputy", "auditor"}),
        ("closing_cell", {"clerk", "chief", "deputy", "auditor"}),
        ("register_page", {"clerk", "chief", "deputy", "auditor"}),
        ("register_parts", {"clerk", "chief", "deputy", "auditor"}),
        ("close_period", {"chief", "deputy"}),
        ("figures_recount", {"chief", "deputy", "auditor"}),
        ("closing_reproduce", {"chief", "deputy", "auditor"}),
    ],
)
def test_who_may_ask_for_figures(ask, method, roles):
    arguments = {
        "report": {"kind": "handling", "period": "2026-M10"},
        "closings": {},
        "closing_cell": {"period": "2026-M10", "column": "total"},
        "close_period": {"period": "2026-M10", "key": "k"},
        "register_page": {"first": "2026-11-01", "last": "2026-11-02"},
        "register_parts": {"first": "2026-11-01", "last": "2026-11-02"},
        "figures_recount": {"period": "2026-M10"},
        "closing_reproduce": {"period": "2026-M10"},
    }[method]
    every = ("clerk", "chief", "deputy", "auditor", "ward-officer", "department-officer", "operator", "citizen")
    forbidden = set()
    for role in every:
        reply = ask(method, (role,), "KT", **arguments)
        if isinstance(reply, dict) and reply.get("status") == 403:
            forbidden.add(role)
    assert set(every) - forbidden == roles


KEY = bytes(range(32))
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def some_lives(count):
    """Dossiers that lived for a while from days of 2025, each its own way."""
    random = Random(9)  # noqa: S311 - the same every time
    for number in range(1, count + 1):
        now = datetime(2025, 1, 6, 2, tzinfo=UTC) + timedelta(minutes=random.randrange(200 * 24 * 60))
        dossier = LIFE.received_at_once(now).dossier if random.random() < 0.6 else LIFE.handed_in(now).dossier
        for _ in range(random.randrange(25)):
            now += timedelta(minutes=random.randrange(1, 9 * 24 * 60))
            dossier = LIFE.passes(dossier, now).dossier
            act = random.choice([act for act in sorted(LEGAL) if dossier.status in LEGAL[act]] or ["reopen"])
            try:
                dossier = LIFE.do(act, dossier, now).dossier
            except REFUSALS:
                continue
        code = f"000.01.01.H29-{dossier.history[0]['at']:%y%m%d}-{number:04d}"
        made = to_document(dossier) | {"code": code}
        made.pop("claims", None)  # the lives all have the same numbers
        yield code, dossier, {"_id": str(UUID(int=number)), "submission": [{"id": code}], **made}


def test_a_period_reads_what_may_count_in_it_through_the_index_and_misses_nothing(database, fresh_database):
    held = connect(database.uri, fresh_database)
    for store in (Dossiers, Figures):
        Documents(held[store.COLLECTION], None, store.INDEXES).create_indexes()
    lives = list(some_lives(150))
    documents = []
    for code, dossier, document in lives:
        found = searchable(_coded(dossier, code), KEY)
        documents.append({**document, **found, "outbox": [], "marks": [], "version": 1})
    held["dossiers"].insert_many(documents)
    figures = Figures(Documents(held["closings"], None, []))

    done = sum("a:open" not in document["terms"] for document in documents)
    assert done > 30
    for name in ("2025-M03", "2025-M05", "2025-Q2", "2025-H1", "2025-Y"):
        for windows in ("nd09", "calendar"):
            period = Period.of(name, windows)
            candidates = list(figures.candidates(period, NOW))
            codes = [dossier.code for dossier in candidates]
            assert len(codes) == len(set(codes))
            counted = {dossier.code for dossier in candidates if lived(dossier, period, CALENDAR)}
            every = {code for code, dossier, _ in lives if lived(_coded(dossier, code), period, CALENDAR)}
            assert counted == every
    read = list(figures.candidates(Period.of("2025-M03"), NOW))
    assert len([dossier for dossier in read if int(dossier.status) in (3, 7, 9, 10)]) < done
    for query in (
        {"terms": "a:open", "order_key": {"$gte": "2025-03", "$lt": "2025-04"}},
        {"code": {"$in": [lives[0][0], lives[1][0]]}},
    ):
        assert "COLLSCAN" not in str(held["dossiers"].find(query).explain()), query


def _coded(dossier, code):
    return replace(dossier, code=code)


def test_closing_the_same_period_at_the_same_time_leaves_one_and_no_rows_of_the_other(database, fresh_database):
    held = connect(database.uri, fresh_database)
    figures = Figures(Documents(held["closings"], None, []))
    period = Period.of("2026-M11")
    figures.close(period, {"n": 1}, [{"code": "a"}] * 501, Cause("one"))
    with pytest.raises(Refused) as refusal:
        figures.close(period, {"n": 2}, [{"code": "b"}], Cause("two"))
    assert refusal.value.code == "period-closed"
    assert held["closing_rows"].count_documents({}) == 2
    closing = figures.closing(period)
    assert [at for at, _ in figures.rows(closing, 499)] == [499, 500]
