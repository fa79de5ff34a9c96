"""The committed cases of the played day are what the generator makes, and what the counts beside them say."""

import importlib.util
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from partner.lines import Case, read_lines
from partner.messages import Schemas
from ward.book import ERRAND

ROOT = Path(__file__).resolve().parents[3]
CASES = ROOT / "infra" / "demo" / "cases"


def load(name):
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def expected():
    return json.loads((CASES / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made():
    place = ROOT / "infra" / "demo" / "make_cases.py"
    spec = importlib.util.spec_from_file_location("make_cases", place)
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_cases"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module.make(ROOT / "infra" / "office")


def test_the_committed_files_are_fresh(made):
    assert {path.name for path in CASES.iterdir()} == set(made)
    for name, content in made.items():
        assert (CASES / name).read_text(encoding="utf-8") == content, f"{name}: run infra/demo/make_cases.py"


def test_the_day_has_five_hundred_dossiers_to_register(expected):
    assert (expected["valid"], expected["total"]) == (500, 506)


@pytest.mark.parametrize("ward", ["26734", "26737"])
def test_each_line_of_a_ward_keeps_the_published_schema(ward, expected, schema_directory):
    schemas = Schemas(schema_directory, ["intake/dossier.submit.v1"])
    with (CASES / f"ward-{ward}.ndjson").open("rb") as lines:
        found = list(read_lines(lines, ERRAND, ward, schemas, datetime.now(UTC), map(str, range(10_000))))

    counts = expected["files"][f"ward-{ward}.ndjson"]
    assert [entry for entry in found if not isinstance(entry, Case)] == []
    assert len(found) == counts["lines"]
    assert len({entry.reference for entry in found}) == counts["total"] == counts["lines"] - counts["duplicates"]
    assert len({(entry.reference, entry.digest) for entry in found}) == counts["total"]


def test_nobody_shares_an_address_and_none_can_be_reached(expected):
    cases = [case for name in expected["files"] for case in load(name)]
    people = [case["applicant"] for case in cases]

    assert len({person["email"] for person in people}) == expected["total"]
    assert all(person["email"].rpartition("@")[2] in {"example.org", "example.com"} for person in people)
    assert all(person["email"].isascii() for person in people)
    assert all(person["phone"].startswith("+84000") for person in people)


def test_each_refused_case_is_in_its_ward_file(expected):
    for entry in expected["refused"]:
        (case,) = [c for c in load(f"ward-{entry['ward']}.ndjson") if c["ward_reference"] == entry["reference"]]
        if entry["field"] == "procedure":
            assert case["procedure"] == "9.999999"
        else:
            assert entry["field"].removeprefix("components.") not in {part["code"] for part in case["components"]}
    assert len(expected["refused"]) == expected["invalid"]


def test_what_comes_online_has_a_story_each_and_only_the_completed_one_lacks_a_paper():
    cases = load("online.ndjson")

    assert [case["story"] for case in cases] == ["received", "supplemented", "refused", "withdrawn"]
    assert [len(case["later"]) for case in cases] == [0, 1, 0, 0]
    assert all(paper["copy"] == 2 for case in cases for paper in (*case["components"], *case["later"]))
    assert cases[0]["delivery"] == {"method": "electronic", "email": cases[0]["applicant"]["email"]}


def test_what_comes_by_post_bears_its_item_and_goes_back_by_post():
    (case,) = load("post.ndjson")

    assert (case["channel"], case["postal"]["tracking_code"]) == (3, "EB000000001VN")
    assert case["delivery"] == {"method": "post", "address": case["applicant"]["address"]}
