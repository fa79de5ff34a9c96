"""NDJSON in, a report line for each line out."""

from __future__ import annotations

import io
import json

import pytest

from chassis.errors import Refused
from gateway.lines import Line, read_lines
from gateway.rpc import ServiceTimeout, ServiceUnavailable


def line(desk, reference, **other):
    return json.dumps(desk.SUBMISSION | {"reference": reference} | other, ensure_ascii=False).encode()


def test_good_lines_go_through_and_bad_ones_are_reported_by_line(desk):
    lines = [
        line(desk, "R-1"),
        b'{"reference": "R-2", "note": "\xff"}',
        b"{not json",
        b"[1, 2]",
        b"",
        line(desk, "R-6", **{"$where": 1}),
        line(desk, "R-7", note="x" * 70_000),
        json.dumps(desk.SUBMISSION).encode(),
        line(desk, "R-9") + b"\r",
    ]

    *report, last = desk.push(b"\n".join(lines))

    assert [(row["line"], row["reference"], row["outcome"]) for row in report] == [
        (1, "R-1", "accepted"),
        (2, None, "rejected"),
        (3, None, "rejected"),
        (4, None, "rejected"),
        (6, "R-6", "rejected"),
        (7, None, "rejected"),
        (8, None, "rejected"),
        (9, "R-9", "accepted"),
    ]
    assert report[0]["code"] == desk.CODE
    assert report[4]["errors"] == [{"field": "$where", "message": "Trường không có trong khuôn dữ liệu."}]
    assert report[6]["errors"] == [{"field": "reference", "message": "Thiếu thông tin bắt buộc."}]
    assert last["summary"] == {
        "lines": 8, "accepted": 2, "rejected": 6, "failed": 0, "replayed": 0, "truncated": False,
    }  # fmt: skip
    assert "tracking_secret" not in json.dumps(report)


def test_a_lines_reference_is_its_key_whatever_batch_it_comes_in(desk):
    desk.push(line(desk, "R-1"))
    desk.push(line(desk, "R-0") + b"\n" + line(desk, "R-1"))
    keys = [arguments["key"] for _, arguments in desk.rpc.calls]
    assert keys.count("batch:R-1") == 2


def test_a_clerks_batch_names_no_ward_and_a_ward_officers_is_fixed_to_its_own(desk):
    desk.push(line(desk, "R-1"))
    desk.push(line(desk, "R-2"), "ward-officer", unit="26734")
    clerk, ward = (arguments["submission"] for _, arguments in desk.rpc.calls)
    assert "ward" not in clerk
    assert (ward["ward"], ward["ward_reference"]) == ("26734", "R-2")


def test_a_line_registered_before_is_told_as_replayed(desk):
    desk.rpc.answers["intake.submit"] = desk.RECEIPT | {"replayed": True}
    row, last = desk.push(line(desk, "R-1"))
    assert (row["outcome"], row["replayed"], row["code"]) == ("accepted", True, desk.CODE)
    assert last["summary"]["replayed"] == 1


def test_a_services_refusal_is_told_with_its_fields(desk):
    rows = [{"field": "procedure", "message": "unknown procedure"}]
    desk.rpc.answers["intake.submit"] = Refused("unknown-procedure", 422, "", rows)
    row, _ = desk.push(line(desk, "R-1"))
    assert (row["outcome"], row["errors"]) == ("rejected", rows)


@pytest.mark.parametrize(
    "error", [ServiceUnavailable("x"), ServiceTimeout("x"), Refused("database-away", 503), RuntimeError("Mai")]
)
def test_a_failing_service_fails_the_line_and_not_the_batch(desk, error):
    def answer(arguments):
        return error if arguments["key"].endswith("R-2") else dict(desk.RECEIPT)

    desk.rpc.answers["intake.submit"] = answer
    *report, last = desk.push(b"\n".join(line(desk, f"R-{number}") for number in (1, 2, 3)))
    assert [row["outcome"] for row in report] == ["accepted", "failed", "accepted"]
    assert last["summary"]["failed"] == 1
    assert "Mai" not in json.dumps(report)


def test_a_line_that_fails_is_logged_with_its_trace_its_caller_and_its_place_but_no_text(desk, capsys):
    desk.rpc.answers["intake.submit"] = RuntimeError("Mai")
    headers = desk.token() | {
        "Content-Type": "application/x-ndjson",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    desk.client.post("/api/batches", data=line(desk, "R-1"), headers=headers)

    told = next(row for row in capsys.readouterr().out.splitlines() if "batch line failed" in row)

    for word in ("trace_id=0af7", "caller=", "clerk.one", "where", "batch_line.py:", "RuntimeError"):
        assert word in told
    assert "Mai" not in told


def test_lines_beyond_the_limit_are_not_handled_and_the_summary_says_so(desk):
    *report, last = desk.push(b"\n".join(line(desk, f"R-{number}") for number in range(60)))
    assert len(report) == len(desk.rpc.calls) == 50
    assert last["summary"]["truncated"] is True
    assert "50" in last["summary"]["detail"]


def test_an_empty_batch_has_an_empty_report(desk):
    assert [row["summary"]["lines"] for row in desk.push(b"\n\n")] == [0]


def test_a_batch_of_another_type_or_size_is_refused_whole(make_desk):
    desk = make_desk(batch_limit=1000)
    for kind, body, status in (("application/json", b"{}", 415), ("application/x-ndjson", b"a" * 1001, 413)):
        answered = desk.client.post("/api/batches", data=body, headers=desk.token() | {"Content-Type": kind})
        assert answered.status_code == status
        assert answered.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", []),
        (b"ab", [Line(1, b"ab")]),
        (b"abcd\n", [Line(1, b"abcd")]),
        (b"abcd\r\nx", [Line(1, b"abcd"), Line(2, b"x")]),
        (b"abcde\nx", [Line(1, None), Line(2, b"x")]),
        (b"abcdef\nx", [Line(1, None), Line(2, b"x")]),
        (b"a" * 200_000 + b"\nx\n", [Line(1, None), Line(2, b"x")]),
        (b"\n \nx", [Line(3, b"x")]),
        (b"abcde", [Line(1, None)]),
    ],
)
def test_lines_are_cut_at_the_limit_and_counted(body, expected):
    assert list(read_lines(io.BytesIO(body), 4)) == expected
