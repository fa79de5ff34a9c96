"""Results leave the desk once, paid for; who does not come is reminded, and then the result is kept."""

from dataclasses import replace

import pytest

from chassis.errors import Refused
from intake import domain
from intake.domain import Status
from intake.service.results import _check_way


@pytest.fixture
def ready(life, processing, at):
    paid = life.pay(processing, at("2018-08-23 10:00")).dossier
    return life.resolve(paid, at("2018-08-24 09:00")).dossier


def handed(dossier, at, method="counter", **how):
    return domain.hand_over(dossier, at=at("2018-08-24 10:00"), method=method, received_by="Lan", by="lan", **how)


def test_nothing_is_handed_over_while_money_is_owed(life, processing, at):
    unpaid = life.resolve(life.pay(processing, at("2018-08-23 10:00"), 99).dossier, at("2018-08-24 09:00")).dossier

    with pytest.raises(domain.Unpaid) as error:
        handed(unpaid, at)

    assert error.value.owed_minor == 1_000
    assert handed(life.pay(unpaid, at("2018-08-24 09:30")).dossier, at).status is Status.RETURNED


def test_excess_does_not_hold_a_result_back(ready, at):
    cheaper = replace(ready, account=ready.account.corrected(()))

    assert handed(cheaper, at).status is Status.RETURNED


@pytest.mark.parametrize(
    "how",
    [
        {"authorisation": "Giấy ủy quyền ngày 20/8/2018"},
        {"receipt_lost": True},
        {"method": "post", "tracking_code": "EE123456789VN", "address": "Số 0 đường Thí Dụ"},
        {"method": "electronic", "address": "lan@example.org"},
    ],
)
def test_way_that_a_result_left_is_kept_with_its_slip(ready, at, how):
    after = handed(ready, at, **how)

    assert {name: after.returned[name] for name in how} == how
    assert (after.papers[-1].kind, after.remind_at, after.wake_at) == ("return-slip", None, None)


def test_result_is_handed_over_once(ready, at):
    with pytest.raises(domain.IllegalMove):
        handed(handed(ready, at), at)


@pytest.mark.parametrize(
    ("method", "missing", "code"),
    [
        ("counter", {"identity_checked"}, "identity-not-checked"),
        ("post", {"tracking_code", "address"}, "incomplete"),
        ("electronic", {"address"}, "incomplete"),
    ],
)
def test_what_a_way_needs_is_named_all_at_once(method, missing, code):
    with pytest.raises(Refused) as error:
        _check_way({"method": method, "tracking_code": None, "address": None}, False)

    assert (error.value.code, error.value.status) == (code, 422)
    assert {row["field"] for row in error.value.errors} == missing


def test_way_with_all_it_needs_is_taken():
    _check_way({"method": "counter", "tracking_code": None, "address": None}, True)
    _check_way({"method": "post", "tracking_code": "EE123456789VN", "address": "Số 0"}, False)
    _check_way({"method": "electronic", "tracking_code": None, "address": "lan@example.org"}, False)


def test_person_is_reminded_three_times_and_then_the_result_is_kept(life, ready):
    moments, told, dossier = [], [], ready
    while dossier.wake_at:
        moments.append(dossier.wake_at)
        act = life.waits(dossier, dossier.wake_at)
        told += [
            (row.envelope["type"], row.envelope["data"].get("number"))
            for row in act.letters
            if row.routing_key.startswith("dossier")
        ]
        dossier = act.dossier

    calendar = life.desk.calendar
    done = ready.resolution["at"]
    assert moments[:3] == [calendar.add_working_days(done, days) for days in (5, 15, 30)]
    assert moments[3] == calendar.add_working_days(moments[2], 30)
    waiting = "dossier.result-waiting.v1"
    assert told == [(waiting, 1), (waiting, 2), (waiting, 3), ("dossier.result-kept.v1", None)]
    assert (dossier.kept_at, dossier.status) == (moments[3], Status.RESOLVED)


def test_kept_result_can_still_be_had(life, ready, at):
    dossier = ready
    while dossier.wake_at:
        dossier = life.waits(dossier, dossier.wake_at).dossier

    assert handed(dossier, at).status is Status.RETURNED


def test_office_that_reminds_once_keeps_after_that(ready, calendar):
    once = domain.remind(ready, at=ready.remind_at, after=(5,), kept_after=3, calendar=calendar)

    assert once.remind_at == calendar.add_working_days(ready.remind_at, 3)
    assert domain.remind(once, at=once.remind_at, after=(5,), kept_after=3, calendar=calendar).kept_at == once.remind_at


def test_reminders_that_an_outage_held_up_do_not_all_come_at_once(life, ready, at):
    late, calendar = at("2018-11-20 08:00"), life.desk.calendar  # all three of them are past by now

    after = life.waits(ready, late).dossier

    assert (after.reminders, after.remind_at) == (1, calendar.add_working_days(late, 1))
    assert life.waits(after, after.wake_at).dossier.remind_at == calendar.add_working_days(after.wake_at, 1)
