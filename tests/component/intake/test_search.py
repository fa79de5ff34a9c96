"""Search on the real database: it finds what a plain filter finds, reads little, and holds no number in the clear."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random

import pymongo
import pytest
from pymongo.monitoring import CommandListener

from bench.search import archive
from chassis.documents import Documents
from intake.domain.query import Query, normal_identity, normal_phone
from intake.domain.words import words
from intake.service import IntakeService
from intake.store import Dossiers, search

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
KEY = bytes(range(32))
COUNT = 700


@dataclass
class Asked(CommandListener):
    """Keeps the first condition of each aggregation that was asked for."""

    conditions: list = field(default_factory=list)

    def started(self, event):
        if event.command_name == "aggregate":
            self.conditions.append(event.command["pipeline"][0]["$match"])

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


@dataclass
class Archive:
    store: Dossiers
    collection: object
    dossiers: list
    asked: Asked

    def add(self, dossiers):
        self.dossiers = sorted([*self.dossiers, *dossiers], key=order, reverse=True)
        self.collection.insert_many([archive.document(dossier, KEY) for dossier in dossiers])

    def pages(self, query, limit=50) -> Iterator[list[str]]:
        after = None
        while True:
            rows, after, more = self.store.search(query, limit, after, NOW)
            assert more or after is None or len(rows) == limit
            yield [dossier.code for dossier in rows]
            if after is None:
                return

    def found(self, query, limit=50):
        return [code for page in self.pages(query, limit) for code in page]

    def expected(self, query):
        return [dossier.code for dossier in self.dossiers if meets(dossier, query)]


def order(dossier):
    return dossier.receipt.received_at, dossier.code


def within(moment, begin, end):
    return (begin is None or moment >= begin) and (end is None or moment < end)


def meets(dossier, query):
    """The plain filter, which knows neither terms nor spans."""
    receipt = dossier.receipt
    name = words(receipt.applicant["name"])
    asked = {
        query.status: int(dossier.status),
        query.department: receipt.department,
        query.procedure: receipt.procedure["code"],
        query.ward: receipt.ward,
        query.owner: receipt.owner,
        query.identity: normal_identity(receipt.applicant["identity_number"]),
        query.phone: normal_phone(receipt.applicant["phone"]),
    }
    return (
        all(wanted is None or wanted == has for wanted, has in asked.items())
        and query.channel in (None, receipt.channel)
        and query.number in (None, int(dossier.code[-4:]))
        and dossier.code.startswith(query.code or "")
        and all(any(word.startswith(begun) for word in name) for begun in query.words)
        and within(receipt.received_at, query.received_from, query.received_to)
        and within(dossier.due_at, query.due_from, query.due_to)
    )


@pytest.fixture(scope="module")
def kept(database):
    asked = Asked()
    client = pymongo.MongoClient(database.uri, event_listeners=[asked], tz_aware=True)
    collection = client[f"search_{Random().getrandbits(64):x}"]["dossiers"]  # noqa: S311 - a fresh name
    documents = Documents(collection, None, Dossiers.INDEXES)
    documents.create_indexes()
    made = Archive(Dossiers(documents, KEY), collection, [], asked)
    made.add(list(archive.dossiers(COUNT, NOW)))
    yield made
    client.close()


def conditions(dossier):
    """Every condition that the API can make, such that ``dossier`` meets it."""
    receipt, day = dossier.receipt, timedelta(days=1)
    return {
        "code": {"code": dossier.code[:-2]},
        "number": {"number": int(dossier.code[-4:])},
        "words": {"words": tuple(word[:2] for word in reversed(words(receipt.applicant["name"])))},
        "identity": {"identity": normal_identity(receipt.applicant["identity_number"])},
        "phone": {"phone": normal_phone(receipt.applicant["phone"])},
        "status": {"status": int(dossier.status)},
        "department": {"department": receipt.department},
        "procedure": {"procedure": receipt.procedure["code"]},
        "ward": {"ward": receipt.ward},
        "channel": {"channel": receipt.channel},
        "owner": {"owner": receipt.owner},
        "received": {"received_from": receipt.received_at - day, "received_to": receipt.received_at + day},
        "due": {"due_from": dossier.due_at, "due_to": dossier.due_at + 7 * day},
    }


NAMES = sorted(conditions(next(archive.dossiers(1, NOW))))


@pytest.mark.parametrize("name", NAMES)
def test_each_condition_alone_finds_what_a_plain_filter_finds(kept, name):
    for dossier in Random(name).sample(kept.dossiers, 4):  # noqa: S311 - the same every time
        query = Query(**conditions(dossier)[name])
        assert kept.found(query) == kept.expected(query)
        assert dossier.code in kept.expected(query)


def test_combined_conditions_find_what_a_plain_filter_finds(kept):
    random = Random(3)  # noqa: S311 - the same every time
    for _ in range(60):
        all_of_one = conditions(random.choice(kept.dossiers))
        chosen = random.sample(NAMES, random.randint(2, 5))
        query = Query(**{key: value for name in chosen for key, value in all_of_one[name].items()})
        assert kept.found(query, random.choice((1, 3, 50))) == kept.expected(query), query


@pytest.mark.parametrize(
    "begun", [("nguyen",), ("ng", "thi", "mai"), ("mai", "thi", "ng"), ("t",), ("le", "le"), ("a", "b"), ("zzz",)]
)
def test_a_name_is_found_by_beginnings_of_its_words_in_any_order(kept, begun):
    assert kept.found(Query(words=begun)) == kept.expected(Query(words=begun))


def test_conditions_that_contradict_each_other_find_nothing(kept):
    one, other = kept.dossiers[0], kept.dossiers[-1]
    query = Query(code=one.code, identity=normal_identity(other.receipt.applicant["identity_number"]))
    assert kept.found(query) == []
    assert kept.found(Query(received_from=NOW, received_to=NOW - timedelta(days=9))) == []
    assert kept.found(Query(due_from=NOW, due_to=NOW - timedelta(days=9))) == []


def test_every_search_is_led_by_an_index_and_reads_no_more_than_a_page_may(kept):
    """All pairs of conditions; the server itself says how it would find what the first step of each asks for."""
    kept.asked.conditions.clear()
    dossier = next(row for row in kept.dossiers if row.receipt.owner and row.receipt.ward)
    asked = conditions(dossier)
    kept.store.search(Query(), 50, None, NOW)
    for chosen in [*((name,) for name in NAMES), *combinations(NAMES, 2), tuple(NAMES)]:
        query = Query(**{key: value for name in chosen for key, value in asked[name].items()})
        kept.store.search(query, 50, None, NOW)
    shapes = {_shape(condition): condition for condition in kept.asked.conditions}
    assert {_fields(condition) for condition in shapes.values()} == {
        ("order_key",),
        ("order_key", "terms"),
        ("code",),
    }
    for condition in shapes.values():
        plan = kept.collection.find(condition).explain()
        assert "COLLSCAN" not in json.dumps(plan, default=str), condition
        assert "IXSCAN" in json.dumps(plan, default=str), condition
        executed = plan["executionStats"]
        assert executed["totalDocsExamined"] <= executed["nReturned"] + 1


def _shape(condition):
    return json.dumps({name: value if name == "terms" else "" for name, value in condition.items()}, sort_keys=True)


def _fields(condition):
    return tuple(sorted(condition))


def test_what_a_search_reads_does_not_grow_with_the_archive(kept):
    """The commonest surname, and a name that needs more reading than a page may have."""
    for query in (Query(words=("nguyen",)), Query(words=("nguyen", "thi", "zz")), Query(), Query(status=10)):
        before = _examined(kept, query)
        assert before <= search.EXAMINED + 250
    old = archive.dossiers(COUNT, kept.dossiers[-1].receipt.received_at - timedelta(days=2), seed=2)
    common = Query(words=("nguyen",))
    few = _examined(kept, common)
    kept.add([replace(dossier, code=dossier.code.replace("H29", "H30")) for dossier in old])
    assert _examined(kept, common) == few


def _examined(kept, query):
    """How many dossiers the first steps of one page hand on."""
    kept.asked.conditions.clear()
    kept.store.search(query, 50, None, NOW)
    return sum(kept.collection.count_documents(condition) for condition in list(kept.asked.conditions))


def test_a_search_that_needs_more_reading_ends_early_says_so_and_goes_on(kept, monkeypatch):
    monkeypatch.setattr(search, "EXAMINED", 60)
    query = Query(words=("nguyen", "thi"), department="TP")
    rows, after, more = kept.store.search(query, 50, None, NOW)

    assert (len(rows) < 50, after is not None, more) == (True, True, True)
    assert kept.found(query) == kept.expected(query)


def test_paging_has_no_gap_and_no_repeat_while_new_dossiers_arrive(kept):
    query = Query(words=("ng",))
    expected, found = kept.expected(query), []
    for number, page in enumerate(kept.pages(query, 20), start=1):
        found += page
        if number < 4:
            at, code = NOW - timedelta(seconds=9 - number), f"{archive.AGENCY}-261125-{number:04d}"
            kept.add([archive.dossier(Random(9000 + number), at, code, NOW)])  # noqa: S311 - the same every time
    assert found == expected


def test_identity_and_telephone_numbers_are_in_no_term_and_no_index(kept):
    indexed = {name for index in kept.collection.list_indexes() for name in index["key"]}
    for stored in kept.collection.find().limit(50):
        numbers = [stored["receipt"]["applicant"][name] for name in ("identity_number", "phone")]
        fields = json.dumps([stored.get(name) for name in (*indexed, "name_key", "terms")], default=str)
        assert not [number for number in numbers if number in fields]


def test_another_key_finds_nobody_by_number(kept):
    identity = normal_identity(kept.dossiers[0].receipt.applicant["identity_number"])
    documents = Documents(kept.collection, None, Dossiers.INDEXES)
    assert Dossiers(documents, bytes(32)).search(Query(identity=identity), 50, None, NOW) == ([], None, False)


PERSON = {
    "name": "Nguyễn Thị Lan",
    "identity_number": "079012345678",
    "phone": "0903000001",
    "email": "lan@example.org",
}
BODY = {
    "procedure": "1.001612",
    "applicant": PERSON,
    "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
}


def test_the_desk_finds_a_person_and_neither_list_nor_log_gives_the_numbers_away(bus, run_service, caller_of, capfd):
    run_service(IntakeService)
    ask = caller_of("intake")
    code = ask("submit", key="k", channel=1, submission=BODY)["code"]
    ask("submit", key="l", channel=1, submission={**BODY, "applicant": {"name": "Trần Văn Nam"}})
    capfd.readouterr()

    for wanted in (
        {"name": "lan ng"}, {"identity_number": "079 012 345 678"}, {"phone": "+84903000001"}, {"code": code[-4:]},
        {"code": code}, {"name": "nguyễn", "state": 2, "department": "KT", "channel": 1, "received_from": "2026-11-25"},
    ):  # fmt: skip
        answer = ask("search", **wanted)
        assert [item["code"] for item in answer["items"]] == [code], wanted
        assert (answer["next"], answer["more"]) == (None, False)
        applicant = answer["items"][0]["applicant"]
        assert (applicant["identity_number"], applicant["phone"]) == ("********5678", "*******001")
    assert ask("get", code=code)["applicant"]["phone"] == PERSON["phone"]
    told = "".join(capfd.readouterr())
    assert "call answered" in told
    assert not [text for text in ("079012345678", "079 012", "903000001", "lan ng", "nguyễn") if text in told]


def test_rights_are_part_of_the_search_and_wrong_conditions_are_named(bus, run_service, caller_of):
    run_service(IntakeService)
    ask = caller_of("intake")
    ask("submit", key="k", channel=1, submission=BODY)

    assert len(ask("search", ("department-officer",), "KT", name="lan")["items"]) == 1
    assert ask("search", ("department-officer",), "TP", name="lan")["items"] == []
    assert ask("search", ("ward-officer",), "26734", phone=PERSON["phone"])["items"] == []
    assert ask("search", ("citizen",), name="thi")["items"] == []
    problem = ask("search", name="-", phone="x", owner="somebody")
    assert {row["field"] for row in problem["errors"]} == {"name", "phone", "owner"}
