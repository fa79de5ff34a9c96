"""What intake publishes keeps its contract, finds its way, adds one link to the history, and carries no more than it must."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake import domain
from intake.domain import Payment
from intake.messages import letters, payments
from motcua_contracts import BY_TYPE, history
from tests.unit.intake.lives import CODE


def opened(letter):
    """Return a letter as a reader opens it, after its way over the wire."""
    return BY_TYPE[letter.envelope["type"]].open(json.loads(json.dumps(letter.envelope)))


def events(told):
    """Return what is told of the dossier itself; the other letters are to the ward."""
    return [letter for letter in told.letters if letter.envelope["type"].startswith("dossier.")]


@pytest.fixture
def told(life, registered, dossier, processing, asked, at):
    """Return what each act tells, by the type of its event."""
    sent_in = life.handed_in(at("2018-08-23 08:10"))
    supplied = life.supplement(asked, at("2018-08-27 08:30"))
    again = life.start(supplied.dossier, at("2018-08-27 09:00"))
    declined = life.decline(life.department_asks(again.dossier, at("2018-08-27 10:00")).dossier, at("2018-08-27 11:00"))
    drafted = life.draft(declined.dossier, at("2018-08-28 08:00"))
    moved = life.sign(drafted.dossier, at("2018-08-28 09:00"))
    standing = life.pause_for_fee(moved.dossier, at("2018-08-28 10:00"))
    exempted = life.exempt(standing.dossier, at("2018-08-28 10:10"), 500)
    paid = life.pay(exempted.dossier, at("2018-08-28 11:00"))
    late = life.passes(paid.dossier, at("2018-09-14 17:00"))
    done = life.resolve(late.dossier, at("2018-09-17 09:30"))
    waiting = [life.waits(done.dossier, at("2018-09-25 09:30"))]
    for day in ("2018-10-08", "2018-10-29", "2018-12-10"):
        waiting.append(life.waits(waiting[-1].dossier, at(f"{day} 09:30")))
    given = life.hand_over(done.dossier, at("2018-09-18 10:00"))
    judged = life.evaluate(given.dossier, at("2018-09-18 11:00"))
    anew = life.reopen(given.dossier, at("2018-09-19 10:00"))
    acts = [
        sent_in,
        life.received_at_once(at("2018-08-23 08:10")),
        life.correct(dossier, at("2018-08-23 08:40")),
        life.refuse(registered, at("2018-08-23 09:00")),
        life.withdraw(dossier, at("2018-08-23 09:00")),
        life.start(dossier, at("2018-08-23 09:00")),
        life.department_asks(processing, at("2018-08-24 10:00")),
        *(
            supplied,
            declined,
            drafted,
            moved,
            standing,
            exempted,
            paid,
            late,
            done,
            waiting[0],
            waiting[-1],
            given,
            judged,
            anew,
        ),
    ]
    return {letter.envelope["type"]: (letter, act) for act in acts for letter in events(act)}


def test_life_tells_every_event_about_a_dossier(told):
    owned = {type_ for type_, contract in BY_TYPE.items() if contract.OWNER == "intake" and contract.KIND == "event"}

    assert set(told) == {type_ for type_ in owned if type_.startswith("dossier.")}


def test_each_letter_keeps_its_contract_and_goes_to_intakes_own_exchange_by_its_type(told):
    for type_, (letter, _) in told.items():
        message = opened(letter)
        assert (message.source, message.subject, message.data["code"]) == ("/motcua/intake", CODE, CODE)
        assert (letter.exchange, letter.routing_key) == ("intake.events", type_)


def test_each_event_carries_the_link_that_it_added_to_the_history(told):
    for type_, (letter, act) in told.items():
        link = next(row for row in act.dossier.history if f"dossier.{row['kind']}.v1" == type_)
        shown = opened(letter).data["history"]
        assert {name: shown[name] for name in link} == link
        assert link["content"] == history.content(letter.envelope["data"])
        assert history.broken_at(CODE, act.dossier.history) is None


def test_event_that_was_changed_on_its_way_no_longer_fits_its_link(told):
    letter, act = told["dossier.resolved.v1"]
    forged = {**letter.envelope["data"], "on_time": True}

    assert history.content(forged) != letter.envelope["data"]["history"]["content"]
    back_dated = [{**row, "at": row["at"].replace(day=1)} for row in act.dossier.history]
    assert history.broken_at(CODE, back_dated) == 1


def test_status_told_is_the_national_code_after_the_fact(told):
    assert {type_: opened(letter).data["status"] for type_, (letter, _) in told.items()} == {
        "dossier.submitted.v1": 1,
        "dossier.received.v1": 2,
        "dossier.corrected.v1": 2,
        "dossier.refused.v1": 3,
        "dossier.withdrawn.v1": 7,
        "dossier.processing-started.v1": 4,
        "dossier.supplement-asked.v1": 5,
        "dossier.supplement-declined.v1": 4,
        "dossier.supplemented.v1": 2,
        "dossier.lateness-forecast.v1": 4,
        "dossier.rescheduled.v1": 4,
        "dossier.paused.v1": 6,
        "dossier.exempted.v1": 6,
        "dossier.paid.v1": 6,
        "dossier.resumed.v1": 4,
        "dossier.overdue.v1": 4,
        "dossier.resolved.v1": 9,
        "dossier.result-waiting.v1": 9,
        "dossier.result-kept.v1": 9,
        "dossier.returned.v1": 10,
        "dossier.evaluated.v1": 10,
        "dossier.reopened.v1": 2,
    }


def test_reception_tells_all_that_the_golden_example_tells(told, dossier, example):
    message = opened(told["dossier.received.v1"][0])
    golden = example("dossier.received.v1")
    own = {"history", "tracking_digest", "fee_minor", "components"}

    assert {name: value for name, value in message.data.items() if name not in own} == {
        name: value for name, value in golden.items() if name not in own
    } | {"received_at": dossier.receipt.received_at, "forward_at": dossier.forward_at}
    assert message.data["fee_minor"] == 100_000
    assert message.time == dossier.receipt.received_at


def test_correction_before_reception_is_told_as_what_was_sent_in_with_the_right_contact(life, registered, at):
    """Until then the person was written to at an address that is not the person's."""
    wrong = {**registered.receipt.contact, "email": "wrong@example.org"}
    before, now = replace(registered, receipt=replace(registered.receipt, contact=wrong)), at("2018-08-23 09:00")

    told = life.correct(before, now, 1)
    (event,) = events(told)

    message = opened(event)
    assert event.envelope["type"] == "dossier.submitted.v1"
    assert (message.data["contact"]["email"], message.time) == (registered.receipt.contact["email"], now)
    assert message.data["contact"]["name"] == "Trần Thị Thí Dụ"
    assert [entry["kind"] for entry in told.dossier.history] == ["submitted", "submitted"]


def test_moment_of_a_payment_in_the_history_is_the_desks_whatever_the_payer_says(processing, at):
    paid_at, now = at("2018-01-02 00:00"), at("2018-08-24 10:00")
    data = {"provider": "KBNN", "payment_id": "1", "amount_minor": 100, "paid_at": paid_at, "payer": None}

    told = letters.paid(domain.pay(processing, payments.payment(data)), now)

    assert told.dossier.history[-1]["at"] == now
    assert opened(events(told)[0]).data["paid_at"] == paid_at


def test_ward_is_answered_with_its_reference_code_and_appointment(told, dossier):
    _, act = told["dossier.received.v1"]
    (answer,) = [letter for letter in act.letters if letter.envelope["type"] == "submission.answered.v1"]
    data = opened(answer).data

    assert answer.routing_key == "submission.answered.v1.26734"
    assert (data["outcome"], data["ward"], data["ward_reference"]) == ("accepted", "26734", "TD/2018/0823-07")
    assert (data["code"], data["due_at"]) == (CODE, dossier.due_at)


def test_ward_hears_of_each_act_on_what_it_sent_but_of_no_forecast_and_no_evaluation(told):
    for type_, (_, act) in told.items():
        fed = [opened(row).data for row in act.letters if row.envelope["type"] == "submission.changed.v1"]
        if type_ in ("dossier.received.v1", "dossier.lateness-forecast.v1", "dossier.evaluated.v1"):
            assert fed == []
        else:
            assert type_ in [f"dossier.{row['kind']}.v1" for row in fed]


def test_dossier_from_the_counter_answers_no_ward(life, registered, at):
    counter = replace(registered, receipt=replace(registered.receipt, ward=None, ward_reference=None))
    act = life.receive(counter, at("2018-08-23 08:10"))

    assert [letter.envelope["type"] for letter in act.letters] == ["dossier.received.v1"]


def test_rejection_names_every_fault_and_goes_to_the_ward():
    rows = [{"field": "components.a", "message": "Thiếu", "kind": "missing", "message_en": "missing"}] * 2

    letter = letters.rejected("26734", "TD/1", rows, datetime(2018, 8, 23, tzinfo=UTC))

    message = opened(letter)
    assert (letter.routing_key, message.subject) == ("submission.answered.v1.26734", "TD/1")
    assert message.data["outcome"] == "rejected"
    assert message.data["problems"] == [{"field": "components.a", "message": "Thiếu"}] * 2
    assert message.data["code"] is None


def test_supplement_tells_both_appointments_and_the_papers_handed_in_now_and_no_earlier_ones(told, asked, at):
    data = opened(told["dossier.supplemented.v1"][0]).data

    assert (data["previous_due_at"], data["due_at"]) == (asked.due_at, at("2018-08-29 17:00"))
    assert [paper["code"] for paper in data["components"]] == ["giay-to-tuy-than"]


def test_late_result_is_told_as_late(told, at):
    data = opened(told["dossier.resolved.v1"][0]).data

    assert (data["on_time"], data["resolved_at"]) == (False, at("2018-09-17 09:30"))


#: Events whose readers need to know the person: the department works with it, and notify writes to it.
ABOUT_THE_PERSON = {"dossier.submitted.v1", "dossier.received.v1", "dossier.corrected.v1"}


def test_no_event_but_those_that_must_carries_the_person(told):
    for type_, (_, act) in told.items():
        for letter in act.letters:
            said = json.dumps(letter.envelope, ensure_ascii=False)
            if type_ in ABOUT_THE_PERSON and letter.envelope["type"] == type_:
                continue
            assert "000000018" not in said
            assert "Thí Dụ" not in said
            assert "lan" not in json.loads(said)["data"].values()


def test_history_carries_no_person(told):
    for _, act in told.values():
        kept = json.dumps(act.dossier.history, default=str, ensure_ascii=False)
        assert "Thí Dụ" not in kept
        assert "000000018" not in kept


def test_each_letter_has_an_id_of_its_own(told):
    ids = [letter.envelope["id"] for letter, _ in told.values()]
    assert len(set(ids)) == len(ids)


def test_longest_words_that_an_act_may_bring_fit_into_what_is_told(life, processing, at):
    """What the desk takes as an act must go out as its event: else the act would fail for its words."""
    now, long = at("2018-08-24 10:00"), "x" * 2000
    owing = replace(
        processing, pending={"asked_at": now, "reason": long, "items": ["y" * 300] * 50, "legal_basis": "z" * 500}
    )
    granted = domain.grant_request(owing, at=now, reason=long, supply_by=now, by="chau", calendar=life.desk.calendar)
    letters.supplement_asked(granted)
    letters.exempted(domain.exempt(processing, amount_minor=1, reason=long, legal_basis="z" * 500, at=now, by="lan"))
    stopped = domain.pause(
        processing, cause="stopped", at=now, reason=long, legal_basis="z" * 500, calendar=life.desk.calendar, by="lan"
    )
    letters.paused(stopped)
    for provider, number in (("P" * 12, "9" * 64),):
        data = {"provider": provider, "payment_id": number, "amount_minor": 1, "paid_at": now, "payer": "N" * 200}
        payment = payments.payment(data)
        assert isinstance(payment, Payment)
        letters.paid(domain.pay(processing, payment))
        payments.recorded({**data, "code": CODE}, payment.receipt_number, now)
