"""Lines of a push file: good ones become messages, bad ones are named with line and field."""

import json
import uuid
from datetime import UTC, datetime

import pytest
from partner.lines import LINE_LIMIT, BadLine, Case, read_lines
from partner.messages import Schemas
from ward.book import ERRAND

NOW = datetime(2018, 8, 23, 1, 10, 3, tzinfo=UTC)


@pytest.fixture
def read(schema_directory):
    schemas = Schemas(schema_directory, ["intake/dossier.submit.v1"])
    ids = iter(lambda: str(uuid.uuid4()), None)
    return lambda *lines: list(read_lines(lines, ERRAND, "26734", schemas, NOW, ids))


@pytest.fixture
def case(example):
    data = example("intake", "dossier.submit.v1")["data"]
    del data["ward"]
    return data


def line(case):
    return json.dumps(case, ensure_ascii=False).encode()


def test_a_good_line_becomes_a_whole_message(read, case):
    (found,) = read(line(case))

    assert isinstance(found, Case)
    assert found.message["type"] == "dossier.submit.v1"
    assert found.message["source"] == "/ward/26734"
    assert found.message["subject"] == found.reference == case["ward_reference"]
    assert found.message["data"] == case | {"ward": "26734"}
    assert found.message["sequence"] == 1


def test_a_line_without_submitted_at_is_submitted_now(read, case):
    del case["submitted_at"]

    (found,) = read(line(case))

    assert found.message["data"]["submitted_at"] == "2018-08-23T01:10:03Z"


def test_bad_lines_are_named_and_good_ones_go(read, case):
    nameless = case | {"applicant": {"kind": 0}}
    found = read(line(case), b"", b"{not json", line(nameless), b"\xff", b"[]", line(case | {"ward_reference": "B-2"}))

    assert [(type(entry), entry.line) for entry in found] == [
        (Case, 1),
        (BadLine, 3),
        (BadLine, 4),
        (BadLine, 5),
        (BadLine, 6),
        (Case, 7),
    ]
    assert [str(fault) for fault in found[2].faults] == ["applicant.name: is required"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"procedure": "đăng ký"}, "procedure"),
        ({"ward_reference": "has space"}, "ward_reference"),
        ({"ward_reference": 5}, "ward_reference"),
        ({"ward_reference": ""}, "ward_reference"),
        ({"ward_reference": "x" * 200}, "ward_reference"),
        ({"submitted_at": "yesterday"}, "submitted_at"),
        ({"components": [{"code": "giay-de-nghi", "quantity": 0}]}, "components.0.quantity"),
        ({"components": "none"}, "components"),
        ({"note": "x" * 2001}, "note"),
        ({"ward": "26737"}, "ward"),
    ],
    ids=str,
)
def test_a_field_that_breaks_its_rule_is_named(read, case, change, field):
    (found,) = read(line(case | change))

    assert isinstance(found, BadLine)
    assert [fault.field for fault in found.faults] == [field]


def test_a_line_of_absurd_length_is_refused_before_it_is_read(read):
    (found,) = read(b"[" * (LINE_LIMIT + 1))

    assert found.faults[0].field == "line"


def test_the_digest_tells_a_repeat_from_another_case(read, case):
    same, also, other = read(line(case), line(dict(reversed(case.items()))), line(case | {"note": "khác"}))

    assert same.digest == also.digest != other.digest
