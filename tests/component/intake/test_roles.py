"""Who may call what at intake: every call by every role, against the table of docs/decisions/0009-identity-tokens.md."""

import inspect

import pytest

from chassis.rpc import Rpc
from intake.service import IntakeService

STAFF = {"clerk", "chief", "deputy", "auditor"}
LEADERS = {"chief", "deputy"}
DESK = {"clerk"} | LEADERS
READERS = STAFF | {"ward-officer", "department-officer", "citizen"}
WRITERS = {"clerk", "ward-officer", "citizen"}
ROLES = (
    "clerk", "ward-officer", "department-officer", "chief", "deputy", "operator", "auditor", "citizen", "system", "archivist",
)  # fmt: skip
MAY = {
    "submit": WRITERS,
    "supplement": {"clerk", "citizen"},
    "withdraw": {"clerk", "citizen"},
    "hand_over": {"clerk"},
    "get": READERS,
    "search": READERS,
    "procedures": READERS | {"operator"},
    "procedure": READERS | {"operator"},
    "guidance": READERS | {"operator"},
    "history": READERS,
    "deadline": READERS,
    **dict.fromkeys(("receive", "ask_supplement", "refuse", "correct", "reopen", "pay", "clear_payment"), {"clerk"}),
    **dict.fromkeys(("decide_supplement", "sign_apology", "set_aside_apology", "close_period"), LEADERS),
    **dict.fromkeys(("pause", "resume", "exempt"), DESK),
    **dict.fromkeys(
        ("create_draft", "save_draft", "read_draft", "list_drafts", "remove_draft", "submit_draft", "upload_begin",
         "upload_append", "upload_state", "upload_finish", "upload_remove"), WRITERS,
    ),
    **dict.fromkeys(("attachment", "attachment_read"), READERS),
    "paper": STAFF | {"citizen", "department-officer"},
    "print_paper": {"clerk"},
    **dict.fromkeys(
        ("payments_kept", "score", "evaluations", "register_page", "register_parts", "report", "closings", "closing_cell"),
        STAFF,
    ),
    **dict.fromkeys(("figures_recount", "closing_reproduce"), LEADERS | {"auditor"}),
    "evaluate": {"public"},
    "evaluation_form": STAFF | {"public"},
    **dict.fromkeys(("correct_for_ward", "withdraw_for_ward", "state_for_ward"), {"clerk", "ward-officer"}),
    **dict.fromkeys(
        ("open_bundle", "take_bundle_lines", "bundle_answers", "bundle_ends"), {"clerk", "ward-officer"}
    ),
    "ward_changes": STAFF | {"ward-officer"},
    "import_procedures": {"operator", "chief"},
    "export_procedures": STAFF | {"operator"},
    "procedure_imports": LEADERS | {"auditor", "operator"},
}  # fmt: skip
#: What a citizen is told of a dossier and a ward that are not his.
NOT_HIS = {
    "submit": ("forbidden", 403),
    "supplement": ("unknown-dossier", 404),
    "get": ("unknown-dossier", 404),
}
#: Calls that are tried by every role to the end; of the others it is tried that nobody else is let in.
TRIED = ("submit", "supplement", "hand_over", "get", "search", "procedures", "procedure")
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


def calls_of(intake):
    return {entry.method_name: entry for entry in intake.entrypoints if isinstance(entry, Rpc)}


def test_the_table_names_every_call_there_is_with_its_roles(intake):
    assert {name: set(entry.roles) for name, entry in calls_of(intake).items()} == MAY


def test_nobody_but_its_roles_is_let_into_any_call(intake, ask):
    let_in = {}
    for name, entry in calls_of(intake).items():
        wanted = inspect.signature(getattr(IntakeService, name)).parameters.values()
        given = {row.name: "x" for row in list(wanted)[2:] if row.default is row.empty and row.kind != row.VAR_KEYWORD}
        for role in (*ROLES, "public"):
            if role not in entry.roles and refusal(ask(name, (role,), "26734", **given)) != ("forbidden", 403):
                let_in[name] = role
    assert let_in == {}


@pytest.mark.parametrize("method", TRIED)
def test_a_call_is_answered_to_its_roles_and_forbidden_to_every_other(ask, code, method):
    replies = {
        role: refusal(ask(method, (role,), unit(method, role), **arguments(method, code, role))) for role in ROLES
    }
    # the dossier is neither waiting for papers nor finished, which is told to nobody but those who may act on it
    answer = ("illegal-move", 409) if method in ("supplement", "hand_over") else None
    expected = {role: answer if role in MAY[method] else ("forbidden", 403) for role in ROLES}
    assert replies == expected | {"citizen": NOT_HIS.get(method, expected["citizen"])}


@pytest.mark.parametrize("method", TRIED)
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
