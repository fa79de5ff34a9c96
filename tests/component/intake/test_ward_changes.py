"""The list of what happened to a ward's dossiers: nothing missed, nothing twice, while it grows."""

from datetime import UTC, datetime, timedelta

import eventlet
import pytest
from pymongo.errors import AutoReconnect

from chassis.documents import Documents
from chassis.errors import StaleDocument
from intake import store
from intake.service import IntakeService

WARD, OTHER = "26734", "26737"
START = datetime(2026, 11, 25, 1, tzinfo=UTC)


def link(position, at):
    return {"position": position, "at": at, "kind": "paused", "status": 6, "due_at": None}


def dossier(code, ward, history, listed=0):
    """A dossier as it lies in the database, with the events of its last acts still in the outbox."""
    outbox = [{}] * (len(history) - listed)
    return {"code": code, "ward": ward, "receipt": {"ward_reference": code}, "history": history, "outbox": outbox}


@pytest.fixture
def replicas(collection):
    made = [
        store.WardChanges(Documents(collection("ward_changes"), indexes=store.WardChanges.INDEXES)) for _ in range(3)
    ]
    Documents(collection("ward_changes"), indexes=store.WardChanges.INDEXES).create_indexes()
    return made


def test_the_pages_read_while_replicas_write_are_all_changes_each_once(replicas):
    """Clocks differ by minutes and the same dossiers are told by several replicas: the reader must not care."""
    histories = {
        f"C-{n}": [link(p, START + timedelta(minutes=(n * 7 + p * 13) % 11)) for p in range(1, 5)] for n in range(30)
    }
    told, ended = [], []

    def write(replica, part):
        for upto in range(1, 5):
            for code in part:
                replica.append([dossier(code, WARD, histories[code][:upto], upto - 1 if upto % 2 else 0)])
        ended.append(replica)

    def read():
        since = 0
        while True:
            last = len(ended) == 3
            rows = replicas[0].since(WARD, since, 7)
            told.extend(rows)
            since = rows[-1]["number"] if rows else since
            if last and not rows:
                return
            eventlet.sleep(0)

    codes = list(histories)
    pool = eventlet.GreenPool()
    for number, replica in enumerate(replicas):
        pool.spawn(write, replica, codes[number * 5 : number * 5 + 20])  # overlapping
    pool.spawn(read)
    pool.waitall()

    assert [row["number"] for row in told] == list(range(1, len(told) + 1))
    named = [(row["code"], row["position"]) for row in told]
    assert len(named) == len(set(named))
    assert set(named) == {(code, position) for code in codes for position in range(1, 5)}


def test_the_lists_of_wards_are_apart(replicas):
    replicas[0].append([dossier("A", WARD, [link(1, START)]), dossier("B", OTHER, [link(1, START), link(2, START)])])
    assert [row["code"] for row in replicas[0].since(WARD, 0, 10)] == ["A"]
    assert [row["number"] for row in replicas[0].since(OTHER, 1, 10)] == [2]


def test_an_outbox_that_an_earlier_release_left_behind_adds_nothing(replicas):
    before = dossier("A", WARD, [link(1, START)])
    del before["history"]
    replicas[0].append([before, dossier("B", WARD, [link(1, START)])])
    assert [row["code"] for row in replicas[0].since(WARD, 0, 10)] == ["B"]


@pytest.fixture
def ask(bus, run_service, caller_of):
    run_service(IntakeService)
    return caller_of("intake")


BODY = {
    "procedure": "1.001612",
    "applicant": {"name": "Nguyễn Thị Lan"},
    "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
}
OFFICER = (("ward-officer",), WARD)


def changes(ask, since=0, **more):
    return ask("ward_changes", *OFFICER, ward=WARD, since=since, **more)


def test_a_ward_reads_page_by_page_what_happened_to_its_dossiers(ask, until, collection):
    for number in range(3):
        body = {**BODY, "ward": WARD, "ward_reference": f"A-{number}"}
        ask("submit", *OFFICER, key=f"s{number}", channel=1, submission=body)
    ask("withdraw_for_ward", *OFFICER, key="w", ward=WARD, ward_reference="A-1", reason="Rút")
    until(lambda: len(changes(ask)["changes"]) == 4, what="all is listed")

    first = changes(ask, limit=3)
    second = changes(ask, since=first["next"], limit=3)

    assert (len(first["changes"]), first["more"], len(second["changes"]), second["more"]) == (3, True, 1, False)
    assert changes(ask, since=second["next"]) == {"changes": [], "next": second["next"], "more": False}
    last = second["changes"][0]
    assert (last["ward_reference"], last["kind"], last["status"], last["position"]) == ("A-1", "withdrawn", 7, 2)
    assert {row["kind"] for row in first["changes"]} == {"received"}


def test_what_could_not_be_listed_is_listed_when_the_outbox_is_sent_again(ask, until, collection, monkeypatch):
    append, failed = store.WardChanges._append, []

    def away(self, ward, rows):
        if len(failed) < 2:
            failed.append(AutoReconnect() if not failed else StaleDocument())
            raise failed[-1]
        append(self, ward, rows)

    monkeypatch.setattr(store.WardChanges, "_append", away)
    ask("submit", *OFFICER, key="s", channel=1, submission={**BODY, "ward": WARD, "ward_reference": "A-1"})
    for count in (1, 2):
        until(lambda count=count: len(failed) == count)
        assert changes(ask)["changes"] == []
        assert collection("dossiers").update_one({}, {"$set": {"outbox_due": 1.0}}).matched_count  # the lease ends
    until(lambda: changes(ask)["changes"])
    until(lambda: collection("dossiers").find_one()["outbox"] == [])
    assert [row["kind"] for row in changes(ask)["changes"]] == ["received"]


def test_what_no_ward_handed_over_is_in_no_list(ask, until, collection):
    ask("submit", key="a", channel=1, submission=BODY)
    ask("submit", key="b", channel=1, submission={**BODY, "ward": WARD, "ward_reference": "A-1"})
    until(lambda: changes(ask)["changes"])
    assert collection("ward_changes").count_documents({}) == 1


def test_the_list_is_the_wards_own_and_the_staffs(ask):
    assert ask("ward_changes", ("ward-officer",), OTHER, ward=WARD)["status"] == 403
    assert ask("ward_changes", ("citizen",), ward=WARD)["status"] == 403
    assert ask("ward_changes", ("auditor",), ward=WARD)["changes"] == []


@pytest.mark.parametrize(
    ("field", "wrong"), [("since", -1), ("since", "x"), ("since", True), ("limit", 0), ("limit", 201)]
)
def test_a_wrong_place_or_page_is_refused_by_its_field(ask, field, wrong):
    problem = ask("ward_changes", *OFFICER, ward=WARD, **{field: wrong})
    assert (problem["status"], problem["errors"][0]["field"]) == (422, field)
