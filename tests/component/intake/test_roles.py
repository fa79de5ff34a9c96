"""Who may call what at intake: every call by every role, against the table of docs/decisions/0009-identity-tokens.md."""

import pytest

from chassis.rpc import Rpc
from intake.service import IntakeService

STAFF = {"clerk", "chief", "auditor"}
OFFICERS = {"ward-officer", "department-officer"}
ROLES = (
    "clerk", "ward-officer", "department-officer", "chief", "operator", "auditor", "system", "archivist",
)  # fmt: skip
MAY = {
    "submit": {"clerk", "ward-officer"},
    "supplement": {"clerk"},
    "hand_over": {"clerk"},
    "get": STAFF | OFFICERS,
    "search": STAFF | OFFICERS,
    "procedures": STAFF | OFFICERS,
    "procedure": STAFF | OFFICERS,
}
#: Where each officer works; the dossier of these tests came from this ward and is for this department.
UNITS = {"ward-officer": "26734", "department-officer": "KT"}
COMPONENTS = [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}]


def submission(reference):
    return {
        "procedure": "1.001612",
        "applicant": {"name": "Nguyễn Thị Lan"},
        "components": COMPONENTS,
        "ward": "26734",
        "ward_reference": reference,
    }


@pytest.fixture
def intake(bus, run_service):
    return run_service(IntakeService)


@pytest.fixture
def ask(intake, caller_of):
    return caller_of("intake")


@pytest.fixture
def code(ask):
    return ask("submit", key="first", channel=1, submission=submission("TD-0"))["code"]


def arguments(method, code, role):
    """Return what makes a call a complete one, so that nothing but the role can be wrong with it."""
    own = f"by-{role}"
    return {
        "submit": {"key": own, "channel": 1, "submission": submission(own)},
        "supplement": {"key": own, "code": code, "components": COMPONENTS[:1]},
        "hand_over": {"key": own, "code": code, "received_by": "Lan", "identity_checked": True},
        "get": {"code": code},
        "search": {},
        "procedures": {},
        "procedure": {"code": "1.001612"},
    }[method]


def unit(method, role):
    """Return a unit with which only the role can be the reason of a refusal."""
    return "26734" if method == "submit" else UNITS.get(role, "26734")


def refusal(reply):
    """Return code and status of a problem, None for an answer."""
    return (reply["code"], reply["status"]) if isinstance(reply, dict) and {"code", "detail"} <= reply.keys() else None


def test_the_table_names_every_call_there_is(intake):
    assert {entry.method_name for entry in intake.entrypoints if isinstance(entry, Rpc)} == MAY.keys()


@pytest.mark.parametrize("method", MAY)
def test_a_call_is_answered_to_its_roles_and_forbidden_to_every_other(ask, code, method):
    replies = {
        role: refusal(ask(method, (role,), unit(method, role), **arguments(method, code, role))) for role in ROLES
    }
    # the dossier is neither waiting for papers nor finished, which is told to nobody but those who may act on it
    answer = ("illegal-move", 409) if method in ("supplement", "hand_over") else None
    assert replies == {role: answer if role in MAY[method] else ("forbidden", 403) for role in ROLES}


@pytest.mark.parametrize("method", MAY)
def test_a_caller_without_any_role_may_do_nothing_even_with_a_unit(ask, code, method):
    assert refusal(ask(method, (), "26734", **arguments(method, code, "none"))) == ("forbidden", 403)


def test_one_role_of_several_is_enough(ask, code):
    assert ask("get", ("system", "auditor"), code=code)["code"] == code


def test_a_submission_by_a_role_that_may_not_leaves_nothing_behind(ask, code, bus, collection):
    for role in sorted(set(ROLES) - MAY["submit"]):
        ask("submit", (role,), "26734", **arguments("submit", code, role))
    assert [row["code"] for row in collection("dossiers").find({}, {"code": 1})] == [code]
    bus.hear_event("gateway.dossier.received.v1")
    assert bus.depth("gateway.dossier.received.v1") == 0


def test_an_officer_of_another_unit_is_told_that_the_dossier_does_not_exist(ask, code):
    for role, unit in (("ward-officer", "26737"), ("department-officer", "TP"), ("department-officer", "26734")):
        assert refusal(ask("get", (role,), unit, code=code)) == ("unknown-dossier", 404)
