"""Who may call what at routing: every call by every role, against the table of docs/decisions/0009-identity-tokens.md."""

import pytest

from chassis.rpc import Rpc
from routing.service import RoutingService

ROLES = (
    "clerk", "ward-officer", "department-officer", "chief", "deputy", "operator", "auditor", "system", "archivist",
)  # fmt: skip
MAY = {"get": {"clerk", "chief", "deputy", "auditor", "department-officer"}}
UNITS = {"ward-officer": "26734", "department-officer": "KT"}


@pytest.fixture
def routing(bus, run_service):
    return run_service(RoutingService)


@pytest.fixture
def ask(routing, caller_of):
    return caller_of("routing")


@pytest.fixture
def code(ask, bus, example):
    """Code of a dossier that department KT was given."""
    message = example("dossier.received.v1")
    message["data"] |= {
        "department": "KT",
        "ward": "26734",
        "forward_at": "2026-11-25T01:00:00Z",
        "due_at": "2026-11-30T10:00:00Z",
    }
    bus.say("intake", "intake.events", "dossier.received.v1", message)
    return bus.hear_event("department.KT", user="department-KT")["data"]["code"]


def refusal(reply):
    """Return code and status of a problem, None for an answer."""
    return (reply["code"], reply["status"]) if {"code", "detail"} <= reply.keys() else None


def test_the_table_names_every_call_there_is(routing):
    assert {entry.method_name for entry in routing.entrypoints if isinstance(entry, Rpc)} == MAY.keys()


@pytest.mark.parametrize("role", ROLES)
def test_an_assignment_is_told_to_its_roles_and_forbidden_to_every_other(ask, code, role):
    reply = ask("get", (role,), UNITS.get(role), code=code)
    if role in MAY["get"]:
        assert (refusal(reply), reply["department"]) == (None, "KT")
    else:
        assert refusal(reply) == ("forbidden", 403)


def test_a_caller_without_any_role_is_told_nothing_even_with_the_unit(ask, code):
    assert refusal(ask("get", (), "KT", code=code)) == ("forbidden", 403)


def test_a_role_that_may_not_call_is_not_told_whether_a_dossier_exists(ask, code):
    known, unknown = (ask("get", ("ward-officer",), "26734", code=which) for which in (code, "000.00.00-000000-0000"))
    assert known == unknown


@pytest.mark.parametrize("unit", ["TP", "26734", None])
def test_an_officer_of_another_unit_is_told_that_the_assignment_does_not_exist(ask, code, unit):
    assert refusal(ask("get", ("department-officer",), unit, code=code)) == ("unknown-assignment", 404)
