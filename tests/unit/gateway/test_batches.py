"""NDJSON in, a report line for each line out."""

from __future__ import annotations

import io
import json

import pytest

from chassis.errors import Refused
from gateway.backlog import Backlog
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


def test_lines_beyond_the_limit_are_not_handled_and_summary_and_progress_say_so(desk):
    headers = desk.token() | {"Content-Type": "application/x-ndjson"}
    lines = b"\n".join(line(desk, f"R-{number}") for number in range(60))
    pushed = desk.client.put("/api/batches/long", data=lines, headers=headers)
    *report, last = map(json.loads, pushed.text.splitlines())
    assert progress(desk, "long").json["truncated"] is True
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


def progress(desk, name, **who):
    return desk.client.get(f"/api/batches/{name}", headers=desk.token(**who))


def test_a_push_has_a_name_under_which_its_sender_asks_how_far_it_is(desk):
    headers = desk.token() | {"Content-Type": "application/x-ndjson"}
    pushed = desk.client.put("/api/batches/2018-01-02", data=line(desk, "R-1") + b"\n{\n", headers=headers)
    assert pushed.headers["Location"] == "/api/batches/2018-01-02"
    assert len(pushed.text.splitlines()) == 3

    found = progress(desk, "2018-01-02").json

    assert {name: found[name] for name in ("name", "state", "lines", "accepted", "rejected", "failed", "replayed")} == {
        "name": "2018-01-02", "state": "done", "lines": 2, "accepted": 1, "rejected": 1, "failed": 0, "replayed": 0,
    }  # fmt: skip
    assert progress(desk, "2018-01-02", subject="clerk.two").status_code == 404
    assert progress(desk, "another").status_code == 404


def test_a_push_without_a_name_is_given_one(desk):
    headers = desk.token() | {"Content-Type": "application/x-ndjson"}
    pushed = desk.client.post("/api/batches", data=line(desk, "R-1"), headers=headers)
    assert pushed.text
    assert desk.get(pushed.headers["Location"]).json["accepted"] == 1


@pytest.mark.parametrize("name", ["a b", "-a", "a" * 65, "%C4%91"])
def test_what_cannot_be_a_name_is_not_found(desk, name):
    assert progress(desk, name).status_code == 404


def test_progress_that_cannot_be_kept_does_not_stop_the_push(desk):
    headers = desk.token() | {"Content-Type": "application/x-ndjson"}
    pushed = desk.client.put("/api/batches/away", data=line(desk, "R-1"), headers=headers)
    assert json.loads(pushed.text.splitlines()[-1])["summary"]["accepted"] == 1


def test_more_batches_at_once_than_allowed_are_told_to_come_later(make_desk):
    desk = make_desk(batches=1)
    headers = desk.token() | {"Content-Type": "application/x-ndjson"}
    first = desk.client.post("/api/batches", data=line(desk, "R-1"), headers=headers)  # its report is not read yet

    refused = desk.client.post("/api/batches", data=line(desk, "R-2"), headers=headers)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert refused.json["type"] == "urn:motcua:problem:busy"

    assert first.text
    assert desk.push(line(desk, "R-2"))[0]["outcome"] == "accepted"


def test_a_chunked_batch_beyond_the_size_limit_is_handled_up_to_it(make_desk):
    desk = make_desk(batch_limit=20_000, batch_lines=100_000)
    environ = {"wsgi.input_terminated": True}
    headers = desk.token() | {"Content-Type": "application/x-ndjson", "Transfer-Encoding": "chunked"}

    pushed = desk.client.post(
        "/api/batches", input_stream=io.BytesIO(b"{\n" * 30_000), headers=headers, environ_overrides=environ
    )

    summary = json.loads(pushed.text.splitlines()[-1])["summary"]
    assert summary["truncated"]
    assert 9_000 < summary["lines"] <= 10_000
    assert "lớn hơn" in summary["detail"]


class Cut(io.RawIOBase):
    """A body whose client goes away after some bytes."""

    def __init__(self, sent: bytes) -> None:
        self._sent = io.BytesIO(sent)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if count := self._sent.readinto(buffer):
            return count
        raise ConnectionResetError


def test_a_push_that_is_cut_off_says_so_and_handles_no_half_line(desk):
    whole = line(desk, "R-1") + b"\n" + line(desk, "R-2") + b"\n"
    headers = desk.token() | {"Content-Type": "application/x-ndjson"}

    environ = {"wsgi.input": Cut(whole[:-20])}
    pushed = desk.client.put("/api/batches/cut", data=whole, headers=headers, environ_overrides=environ)

    first, last = map(json.loads, pushed.text.splitlines())
    assert (first["reference"], last["summary"]["interrupted"], last["summary"]["lines"]) == ("R-1", True, 1)
    assert progress(desk, "cut").json["state"] == "interrupted"


def test_a_backlog_gives_what_it_was_given_in_order_and_forgets_what_was_taken():
    backlog, taken = Backlog(), b""
    for number in range(40_000):
        backlog.put(b"%d\n" % number)
        if number % 1000 == 0:
            taken += backlog.take()
    while backlog:
        taken += backlog.take()
    assert taken == b"".join(b"%d\n" % number for number in range(40_000))
    assert backlog.take() == b""
    backlog.put(b"again")
    assert (len(backlog), backlog.take()) == (5, b"again")
    backlog.close()


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
