"""Reading and sealing messages by the published schemas alone."""

import json

import pytest
from partner.messages import CONTENT_TYPE, Schemas, Unacceptable, encode, envelope

ISSUED = "assignment.issued.v1"


@pytest.fixture
def schemas(schema_directory):
    return Schemas(schema_directory, [f"routing/{ISSUED}"])


def test_a_golden_example_is_read(schemas, example):
    message = example("routing", ISSUED)

    assert schemas.read(encode(message), CONTENT_TYPE) == message


def test_a_field_that_nobody_knows_yet_is_tolerated(schemas, example):
    message = example("routing", ISSUED)
    message["data"]["invented_later"] = {"deep": [1]}

    assert schemas.read(encode(message), CONTENT_TYPE)["data"]["invented_later"] == {"deep": [1]}


@pytest.mark.parametrize(
    ("body", "content_type", "field"),
    [
        (b"{}", "application/json", "content_type"),
        (b"{}", None, "content_type"),
        (b"\xff\xfe", CONTENT_TYPE, "body"),
        (b"{", CONTENT_TYPE, "body"),
        (b"[" * 100_000, CONTENT_TYPE, "body"),
        (b"[]", CONTENT_TYPE, "body"),
        (b"{}", CONTENT_TYPE, "type"),
        (b'{"type": ["assignment.issued.v1"]}', CONTENT_TYPE, "type"),
        (b'{"type": "assignment.issued.v2"}', CONTENT_TYPE, "type"),
    ],
)
def test_what_is_no_message_is_unacceptable(schemas, body, content_type, field):
    with pytest.raises(Unacceptable) as caught:
        schemas.read(body, content_type)

    assert [fault.field for fault in caught.value.faults] == [field]


def test_a_missing_field_is_named(schemas, example):
    message = example("routing", ISSUED)
    del message["data"]["due_at"]

    with pytest.raises(Unacceptable, match=r"data\.due_at: is required"):
        schemas.check(message)


def test_a_fault_never_repeats_the_value(schemas, example):
    message = example("routing", ISSUED)
    message["data"]["applicant"]["phone"] = "call me at home"
    message["data"]["applicant"]["name"] = {"secret": "Nguyễn Văn Kín"}

    with pytest.raises(Unacceptable) as caught:
        schemas.check(message)

    text = str(caught.value)
    assert "data.applicant.phone" in text
    assert "data.applicant.name" in text
    assert "home" not in text
    assert "Kín" not in text


def test_a_code_with_a_line_break_behind_it_breaks_its_pattern(schemas, example):
    message = example("routing", ISSUED)
    message["data"]["department"] += "\n"

    with pytest.raises(Unacceptable, match=r"data\.department"):
        schemas.check(message)


def test_a_time_without_zone_is_no_instant(schemas, example):
    message = example("routing", ISSUED)
    message["data"]["due_at"] = "2018-08-23T08:00:00"

    with pytest.raises(Unacceptable, match=r"data\.due_at"):
        schemas.check(message)


def test_a_schema_that_is_not_published_is_missed_at_the_start(schema_directory):
    with pytest.raises(FileNotFoundError):
        Schemas(schema_directory, ["routing/assignment.invented.v1"])


def test_an_answer_carries_on_the_correlation_and_names_its_cause(example):
    cause = example("routing", ISSUED)

    answer = envelope("a.b.v1", {}, id_="1", source="/x", subject="s", time="t", sequence=1, cause=cause)

    assert answer["causationid"] == cause["id"]
    assert answer["correlationid"] == cause["correlationid"]
    assert answer["traceparent"] == cause["traceparent"]


def test_vietnamese_text_travels_as_utf_8():
    assert json.loads(encode({"name": "Đặng Thị Hường"}).decode("utf-8")) == {"name": "Đặng Thị Hường"}
    assert "Hường".encode() in encode({"name": "Hường"})
