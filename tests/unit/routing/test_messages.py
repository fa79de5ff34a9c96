"""What routing publishes keeps its contract and finds its way."""

import json
from dataclasses import replace

import pytest

from chassis.catalogue import catalogue
from motcua_contracts import BY_TYPE, ContractError
from routing import domain, messages
from routing.domain import Decision

CODE = "000.01.01.H29-180823-0001"
ADDRESSED = {
    "assignment.issued.v1", "assignment.recalled.v1", "assignment.overdue.v1", "assignment.extension-decided.v1",
}  # fmt: skip


def opened(letter):
    """Return a letter as a reader opens it, after its way over the wire."""
    return BY_TYPE[letter.envelope["type"]].open(json.loads(json.dumps(letter.envelope)))


@pytest.fixture
def sent(issued, accepted, sent_back, calendar, at):
    """Return one letter of each type that routing owns."""
    now = at("2018-08-24 09:00")
    extended, decision = domain.decide_extension(accepted, working_days=2, now=now, calendar=calendar)
    done = domain.told(domain.finish(extended, at=now))
    made = [
        messages.issued(issued, now),
        messages.recalled(issued, "withdrawn", "Rút hồ sơ", now),
        messages.overdue(domain.urge(issued), now),
        messages.extension_decided(extended, decision, "xác minh thực tế", now),
        messages.started(domain.told(accepted), now),
        messages.finished(done, {"outcome": "denied", "result": {"title": "Thông báo"}, "officer": "An"}, now),
        messages.sent_back(domain.told(sent_back), {"reason": "thiếu", "items": ["Biên bản họp"]}, now),
        messages.extended(domain.told(extended), accepted.due_at, "xác minh thực tế", now),
    ]
    return {letter.envelope["type"]: letter for letter in made}


def test_routing_can_say_all_that_it_owns(sent):
    assert set(sent) == {type_ for type_, contract in BY_TYPE.items() if contract.OWNER == "routing"}


def test_each_letter_keeps_its_contract_and_names_assignment_and_round(sent, issued):
    for letter in sent.values():
        message = opened(letter)
        assert (message.source, message.subject) == ("/motcua/routing", CODE)
        assert (message.data["assignment_id"], message.data["round"]) == (issued.id, 1)


def test_letters_to_a_department_carry_its_code_in_the_routing_key(sent):
    for type_, letter in sent.items():
        assert letter.exchange == "routing.events"
        assert letter.routing_key == (f"{type_}.KT" if type_ in ADDRESSED else type_)


def test_department_gets_what_it_needs_to_work(sent, received):
    data = opened(sent["assignment.issued.v1"]).data

    for name in ("procedure", "applicant", "components", "due_at", "ward", "dossier_id"):
        assert data[name] == received[name]


def test_department_gets_the_papers_of_the_reception_and_those_supplied_since(issued, sent_back, received, at):
    again = domain.take_up_again(
        sent_back,
        components=[{"code": "bien-ban-hop", "copy": 1, "quantity": 1}],
        forward_at=issued.forward_at,
        due_at=issued.due_at,
        sequence=5,
    )

    data = opened(messages.issued(again, at("2018-08-27 09:00"))).data

    assert data["components"][:-1] == received["components"]
    assert data["components"][-1]["code"] == "bien-ban-hop"


def test_recall_names_the_round_and_department_it_takes_back_and_why(sent, issued, at):
    data = opened(sent["assignment.recalled.v1"]).data

    assert (data["round"], data["department"], data["recalled_at"]) == (1, "KT", at("2018-08-24 09:00"))
    assert (data["cause"], data["reason"]) == ("withdrawn", "Rút hồ sơ")


def test_outcome_is_told_as_the_department_said_it(sent):
    data = opened(sent["handling.finished.v1"]).data

    assert (data["outcome"], data["result"]) == ("denied", {"title": "Thông báo", "number": None})


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_intake_is_told_of_each_step_by_its_number(accepted, sent_back, at, steps):
    now = at("2018-08-24 09:00")
    answer = {"outcome": "granted", "result": {"title": "x"}, "reason": "thiếu", "items": ["x"]}
    accepted, sent_back = replace(accepted, steps=steps), replace(sent_back, steps=steps)

    for letter in (
        messages.started(accepted, now),
        messages.finished(accepted, answer, now),
        messages.sent_back(sent_back, answer, now),
        messages.extended(accepted, accepted.due_at, "xác minh", now),
    ):
        assert opened(letter).data["step"] == steps


def test_step_that_was_not_counted_is_not_told(accepted, at):
    with pytest.raises(ContractError, match="step"):
        messages.started(accepted, at("2018-08-24 09:00"))


def test_department_is_told_no_step(sent):
    assert {type_ for type_, letter in sent.items() if "step" in letter.envelope["data"]} == set(sent) - ADDRESSED


def test_extension_is_told_with_both_deadlines(sent, accepted, at):
    data = opened(sent["handling.extended.v1"]).data

    assert (data["previous_due_at"], data["due_at"]) == (accepted.due_at, at("2018-08-30 17:00"))


def test_granted_extension_repeats_the_reason_and_a_refused_one_names_the_law(sent, accepted, at):
    refusal = messages.extension_decided(
        accepted, Decision(False, accepted.due_at, "asked-too-late"), "xác minh", at("2018-08-28 09:00")
    )

    assert "xác minh thực tế" in opened(sent["assignment.extension-decided.v1"]).data["reason"]
    assert "Điều 19" in opened(refusal).data["reason"]
    assert opened(refusal).data["granted"] is False


@pytest.mark.parametrize("reason", ["{0}", "{reason.__class__}", "a" * 2000], ids=["braces", "attribute", "longest"])
def test_any_reason_that_the_contract_lets_in_can_be_answered(accepted, calendar, at, reason):
    now = at("2018-08-24 09:00")
    extended, decision = domain.decide_extension(accepted, working_days=2, now=now, calendar=calendar)

    said = opened(messages.extension_decided(extended, decision, reason, now)).data["reason"]

    assert reason[:1900] in said
    assert len(said) <= 2000


@pytest.mark.parametrize("reason", ["extended-before", "asked-too-late", "extension-granted", "clock-stands"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_decision_has_its_text(reason, language):
    assert catalogue(messages.TEXTS).text(reason, language, reason="x")


def test_department_that_asks_while_the_clock_stands_is_told_so(accepted, calendar, at):
    paused = domain.set_clock(accepted, 4, paused=True)
    now = at("2018-08-24 09:00")
    after, decision = domain.decide_extension(paused, working_days=2, now=now, calendar=calendar)

    data = opened(messages.extension_decided(after, decision, "xác minh", now)).data

    assert (data["granted"], data["due_at"]) == (False, accepted.due_at)
    assert "tạm dừng" in data["reason"]


def test_view_shows_state_and_overdue_in_plain_values(issued):
    seen = messages.view(domain.urge(issued))

    assert (seen["state"], seen["overdue"], seen["assignment_id"]) == ("issued", True, str(issued.id))
