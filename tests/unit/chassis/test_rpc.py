"""Errors as callers get them: a word, a status, the fields; never what went on inside."""

import json

import pytest
from pymongo.errors import AutoReconnect, ServerSelectionTimeoutError

from chassis import rpc
from chassis.errors import AlreadyHandled, Refused, StaleDocument
from chassis.rpc import _as_error

SECRET = "Nguyễn Thị Thí Dụ 079185000123"


class Log:
    """Keeps what is logged."""

    def __init__(self):
        self.lines = []

    def error(self, event, **values):
        self.lines.append({"event": event, **values})


@pytest.fixture
def log(monkeypatch):
    kept = Log()
    monkeypatch.setattr(rpc, "_log", kept)
    return kept


def failing(error):
    """Return ``error`` as it is after it was raised."""
    try:
        raise error
    except type(error) as raised:
        return raised


@pytest.mark.parametrize(
    "error",
    [
        KeyError(SECRET),
        ValueError(SECRET),
        AssertionError(SECRET),
        StaleDocument(SECRET),
        AlreadyHandled(SECRET),
        RuntimeError({"applicant": SECRET}),
        ServerSelectionTimeoutError(SECRET),
    ],
    ids=lambda error: type(error).__name__,
)
def test_text_of_an_exception_never_leaves_the_service(error, log):
    reply = json.dumps(_as_error(failing(error)), ensure_ascii=False)

    assert SECRET not in reply
    assert type(error).__name__ not in reply
    assert SECRET not in repr(log.lines)


def test_unforeseen_error_is_told_as_an_incident_that_the_log_can_be_searched_for(log):
    first, second = (_as_error(ValueError("x"))["problem"] for _ in range(2))

    assert (first["code"], first["status"], first["errors"]) == ("internal", 500, [])
    assert len(first["detail"]) == 36
    assert [line["incident"] for line in log.lines] == [first["detail"], second["detail"]]
    assert first["detail"] != second["detail"]


def test_refusal_is_told_with_its_code_status_and_fields_in_namekos_shape():
    rows = [{"field": "a", "message": "is missing"}]

    assert _as_error(Refused("incomplete", 422, "one sentence", rows)) == {
        "exc_type": "Refused",
        "exc_path": "chassis.errors.Refused",
        "exc_args": [],
        "value": "incomplete",
        "problem": {"code": "incomplete", "status": 422, "detail": "one sentence", "errors": rows},
    }


@pytest.mark.parametrize("error", [AutoReconnect("x"), ServerSelectionTimeoutError("x")])
def test_database_that_is_away_is_told_as_worth_another_try(error):
    problem = _as_error(error)["problem"]

    assert (problem["code"], problem["status"]) == ("database-away", 503)


def test_rows_of_a_refusal_are_its_own():
    rows = [{"field": "a", "message": "b"}]
    refused = Refused("x", errors=rows)
    rows[0]["field"] = "changed"

    assert refused.as_problem()["errors"] == [{"field": "a", "message": "b"}]
