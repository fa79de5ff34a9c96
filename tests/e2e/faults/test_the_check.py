"""The proof proved: undisturbed dossiers leave nothing to complain about, and every kind of fault in the books is found."""

from contextlib import closing
from dataclasses import replace

import pytest
from e2e_ledger import RETURNED, Asked, DeskBook, Ledger, open_books
from e2e_once import complaints

from motcua.demo.watch import Watch

RECEIVED = "dossier.received.v1"


@pytest.fixture(scope="module")
def kept():
    """The books of the first test here, for those after it."""
    return {}


def test_an_undisturbed_flow_leaves_nothing_to_complain_about(system, flow, ends_once, kept):
    with flow:
        flow.reach(6)
    ends_once(flow)
    with closing(Watch(system)) as watch:
        kept["books"] = flow.asked, open_books(system, watch, flow.asked)
    assert complaints(*kept["books"]) == []


@pytest.fixture
def books(kept):
    if "books" not in kept:
        pytest.skip("needs the books of the undisturbed flow, which did not come to its end")
    return kept["books"]


def some_mail(ledger: Ledger):
    code = ledger.dossiers[0]["code"]
    return next(mail for mail in ledger.mails if mail.subject.startswith(f"[{code}]"))


def some_desk(ledger: Ledger) -> tuple[DeskBook, list[DeskBook]]:
    code = ledger.dossiers[0]["code"]
    desk = next(book for book in ledger.desks if any(work[2] == code for work in book.works))
    return desk, [book for book in ledger.desks if book is not desk]


def without_a_mail(asked: Asked, ledger: Ledger):
    gone = some_mail(ledger)
    return asked, replace(ledger, mails=[mail for mail in ledger.mails if mail is not gone])


def with_a_mail_twice(asked: Asked, ledger: Ledger):
    return asked, replace(ledger, mails=[*ledger.mails, some_mail(ledger)])


def with_a_second_mail_of_one_event(asked: Asked, ledger: Ledger):
    return asked, replace(ledger, mails=[*ledger.mails, replace(some_mail(ledger), message_id="<another@localhost>")])


def with_a_mail_under_another_subject(asked: Asked, ledger: Ledger):
    mail = some_mail(ledger)
    other = replace(mail, message_id="<another@localhost>", subject=f"{mail.subject} (again)")
    return asked, replace(ledger, mails=[*ledger.mails, other])


def with_a_mail_that_names_no_code(asked: Asked, ledger: Ledger):
    other = replace(some_mail(ledger), message_id="<another@localhost>", subject="Hello", to=(next(iter(asked.told)),))
    return asked, replace(ledger, mails=[*ledger.mails, other])


def with_a_mail_to_somebody_else(asked: Asked, ledger: Ledger):
    mail = some_mail(ledger)
    mails = [replace(one, to=("else@example.org",)) if one is mail else one for one in ledger.mails]
    return asked, replace(ledger, mails=mails)


def with_a_second_assignment(asked: Asked, ledger: Ledger):
    return asked, replace(ledger, assignments=[*ledger.assignments, {**ledger.assignments[0], "_id": "another"}])


def without_an_assignment(asked: Asked, ledger: Ledger):
    return asked, replace(ledger, assignments=ledger.assignments[1:])


def without_a_result(asked: Asked, ledger: Ledger):
    first = ledger.dossiers[0] | {"resolution": None, "status": 4}
    return asked, replace(ledger, dossiers=[first, *ledger.dossiers[1:]])


def with_a_hole_in_the_codes(asked: Asked, ledger: Ledger):
    return asked, replace(ledger, register=[code for code in ledger.register if code != min(ledger.register)])


def with_a_code_given_twice(asked: Asked, ledger: Ledger):
    return asked, replace(ledger, register=[*ledger.register, ledger.register[0]])


def with_a_reference_that_was_lost(asked: Asked, ledger: Ledger):
    return replace(asked, references=[*asked.references, "lost"]), ledger


def with_a_reference_registered_twice(asked: Asked, ledger: Ledger):
    of_ward = next(row for row in ledger.dossiers if row["receipt"]["ward_reference"])
    return asked, replace(ledger, dossiers=[*ledger.dossiers, of_ward | {"code": ledger.dossiers[0]["code"]}])


def with_a_second_answer_to_the_ward(asked: Asked, ledger: Ledger):
    (reference, outcome, code) = next(row for row in ledger.answers if row[0] == asked.references[0])
    return asked, replace(ledger, answers=[*ledger.answers, (reference, outcome, code)])


def with_another_code_told_to_the_ward(asked: Asked, ledger: Ledger):
    answers = [(who, how, "another" if who == asked.references[0] else code) for who, how, code in ledger.answers]
    return asked, replace(ledger, answers=answers)


def with_a_key_that_made_two_dossiers(asked: Asked, ledger: Ledger):
    person = next(iter(asked.told))
    first = next(row for row in ledger.dossiers if row["receipt"]["contact"]["email"] == person)
    return asked, replace(ledger, dossiers=[*ledger.dossiers, first])


def with_a_code_told_over_http_that_does_not_exist(asked: Asked, ledger: Ledger):
    person = next(iter(asked.told))
    return replace(asked, told=asked.told | {person: "000.01.01.H29-180823-9999"}), ledger


def with_work_handed_to_a_department_twice(asked: Asked, ledger: Ledger):
    desk, others = some_desk(ledger)
    return asked, replace(ledger, desks=[*others, replace(desk, issued=desk.issued + 1)])


def with_work_at_two_departments(asked: Asked, ledger: Ledger):
    desk, _ = some_desk(ledger)
    return asked, replace(ledger, desks=[*ledger.desks, desk])


def with_a_round_that_nobody_worked_on(asked: Asked, ledger: Ledger):
    desk, others = some_desk(ledger)
    work = next(work for work in desk.works if work[2] == ledger.dossiers[0]["code"])
    return asked, replace(ledger, desks=[*others, replace(desk, answers=[*desk.answers, (work[0], RETURNED)])])


def with_an_event_that_the_tracking_page_missed(asked: Asked, ledger: Ledger):
    code = ledger.dossiers[0]["code"]
    tracked = ledger.tracked[code].copy()
    del tracked[RECEIVED]
    return asked, replace(ledger, tracked=ledger.tracked | {code: tracked})


def with_a_parked_message(asked: Asked, ledger: Ledger):
    return asked, replace(ledger, parked=["routing.assignment.resolved.v1: Over: finished"])


SPOILT = {
    without_a_mail: f"0 mails of {RECEIVED}, not 1",
    with_a_mail_twice: f"the mail of {RECEIVED} came 2 times",
    with_a_second_mail_of_one_event: f"2 mails of {RECEIVED}, not 1",
    with_a_mail_under_another_subject: "a mail that nobody is owed",
    with_a_mail_that_names_no_code: "a mail that does not name",
    with_a_mail_to_somebody_else: "a mail to else@example.org",
    with_a_second_assignment: "assignments ['finished', 'finished']",
    without_an_assignment: "assignments []",
    without_a_result: "no result, status 4",
    with_a_hole_in_the_codes: "without [1]",
    with_a_code_given_twice: "codes up to",
    with_a_reference_that_was_lost: "lost: dossiers []",
    with_a_reference_registered_twice: "dossiers [",
    with_a_second_answer_to_the_ward: "answered [('accepted'",
    with_another_code_told_to_the_ward: "answered [('accepted', 'another')]",
    with_a_key_that_made_two_dossiers: "@example.org: told",
    with_a_code_told_over_http_that_does_not_exist: "told 000.01.01.H29-180823-9999",
    with_work_handed_to_a_department_twice: "hand-overs",
    with_work_at_two_departments: "at departments, 1 rounds",
    with_a_round_that_nobody_worked_on: "at departments, 2 rounds",
    with_an_event_that_the_tracking_page_missed: "the tracking page heard",
    with_a_parked_message: "parked: routing.assignment.resolved.v1: Over: finished",
}


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__.replace("_", " "))
def test_a_fault_in_the_books_is_found(books, spoil):
    found = complaints(*spoil(*books))
    assert any(SPOILT[spoil] in line for line in found), found


def test_where_mails_may_double_a_second_message_id_is_still_found(books):
    twice = complaints(*with_a_mail_twice(*books), mails_may_double=True)
    other = complaints(*with_a_second_mail_of_one_event(*books), mails_may_double=True)
    assert (twice, len(other)) == ([], 1)
