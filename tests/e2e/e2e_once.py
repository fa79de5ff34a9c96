"""``complaints``: whether every dossier came to its end exactly once, by books that do not know of each other."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from e2e_ledger import ISSUED, RETURNED, Asked, Ledger

from chassis.catalogue import LANGUAGES, catalogue

TEXTS = catalogue(Path(__file__).resolve().parents[2] / "services" / "notify" / "notify" / "texts")
RESOLVED, HANDED_OVER = 9, 10
OCCASIONS = tuple(
    f"dossier.{word}.v1" for word in ("received", "supplement-asked", "rescheduled", "overdue", "resolved")
)


def complaints(asked: Asked, ledger: Ledger, *, mails_may_double: bool = False) -> list[str]:
    """Return what is missing, doubled or contradictory, one line each; empty when each dossier ended exactly once.

    Args:
        mails_may_double: notify or its database was killed; then a mail may come again, under the same Message-ID.
    """
    found = [*_of_the_ward(asked, ledger), *_of_the_counter(asked, ledger), *_of_the_register(ledger)]
    found += [f"{book.desk}: {book.issued} hand-overs, {len(book.works)} works" for book in ledger.desks if _odd(book)]
    for row in ledger.dossiers:
        found += _of_a_dossier(row, ledger, mails_may_double)
    return found + [f"parked: {line}" for line in ledger.parked]


def _odd(book: Any) -> bool:
    return book.issued != len(book.works)


def _of_the_ward(asked: Asked, ledger: Ledger) -> Iterator[str]:
    codes, answers = defaultdict(list), defaultdict(list)
    for row in ledger.dossiers:
        codes[row["receipt"]["ward_reference"]].append(row["code"])
    for reference, outcome, code in ledger.answers:
        answers[reference].append((outcome, code))
    for reference in asked.references:
        if len(codes[reference]) != 1:
            yield f"{reference}: dossiers {codes[reference]}"
        if answers[reference] != [("accepted", code) for code in codes[reference]]:
            yield f"{reference}: answered {answers[reference]}, registered as {codes[reference]}"


def _of_the_counter(asked: Asked, ledger: Ledger) -> Iterator[str]:
    codes = defaultdict(list)
    for row in ledger.dossiers:
        codes[row["receipt"]["contact"]["email"]].append(row["code"])
    for person, told in asked.told.items():
        if codes[person] != [told]:
            yield f"{person}: told {told}, registered as {codes[person]}"
        for mail in ledger.mails:
            if person in mail.to and told not in mail.subject:
                yield f"{person}: a mail that does not name {told}: {mail.subject}"


def _of_the_register(ledger: Ledger) -> Iterator[str]:
    """The numbers of each day run from 1 without gap or twin (docs/decisions/0006-dossier-codes.md)."""
    days = defaultdict(list)
    for code in ledger.register:
        day, _, number = code.rpartition("-")
        days[day].append(int(number))
    for day, numbers in days.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
            yield f"{day}: {len(numbers)} codes up to {max(numbers)}, without {missing}"


def _of_a_dossier(row: dict[str, Any], ledger: Ledger, mails_may_double: bool) -> Iterator[str]:
    code = row["code"]
    if row["status"] not in (RESOLVED, HANDED_OVER) or not row["resolution"]:
        yield f"{code}: no result, status {row['status']}"
    assignments = [found for found in ledger.assignments if found["code"] == code]
    if [found["state"] for found in assignments] != ["finished"]:
        yield f"{code}: assignments {[found['state'] for found in assignments]}"
        return
    (assignment,) = assignments
    answers, works = _at_departments(code, ledger)
    rounds, extended = 1 + answers[RETURNED], int(assignment["extended"])
    if works != [(assignment["_id"], number) for number in range(1, rounds + 1)]:
        yield f"{code}: works {works} at departments, {rounds} rounds"
    if answers["assignment.resolved.v1"] != 1:
        yield f"{code}: {answers['assignment.resolved.v1']} results from departments"
    if sum(entry["kind"] == "extend" for entry in row["deadline"]) != extended:
        yield f"{code}: extended by routing {extended} times, by intake otherwise"
    told = dict(zip(OCCASIONS, (1, rounds - 1, extended, 0, 1), strict=True))
    yield from _of_mails(row, told, ledger, mails_may_double)
    events = Counter(told) + Counter({"dossier.processing-started.v1": rounds, ISSUED: rounds})
    events += Counter({"dossier.supplemented.v1": rounds - 1, "dossier.returned.v1": int(row["returned"] is not None)})
    events += Counter({"dossier.paid.v1": len(row["account"]["payments"])})
    events += Counter({"notice.sent.v1": sum(told.values())})
    if ledger.tracked.get(code) != events:
        yield f"{code}: the tracking page heard {ledger.tracked.get(code)}, not {events}"


def _at_departments(code: str, ledger: Ledger) -> tuple[Counter[str], list[tuple[str, int]]]:
    works = sorted(work[:2] for book in ledger.desks for work in book.works if work[2] == code)
    ours = {assignment for assignment, _ in works}
    return Counter(kind for book in ledger.desks for who, kind in book.answers if who in ours), works


def _of_mails(row: dict[str, Any], told: dict[str, int], ledger: Ledger, mails_may_double: bool) -> Iterator[str]:
    code, expected = row["code"], set[str]()
    mails = [mail for mail in ledger.mails if code in mail.subject]
    for occasion, wanted in told.items():
        subjects = {TEXTS.text(f"{occasion}.subject", language, code=code) for language in LANGUAGES}
        expected |= subjects
        ids = [mail.message_id for mail in mails if mail.subject in subjects]
        if len(set(ids)) != wanted:
            yield f"{code}: {len(set(ids))} mails of {occasion}, not {wanted}"
        elif len(ids) != wanted and not mails_may_double:
            yield f"{code}: the mail of {occasion} came {len(ids)} times"
    for mail in mails:
        if mail.subject not in expected:
            yield f"{code}: a mail that nobody is owed: {mail.subject}"
        if mail.to != (row["receipt"]["contact"]["email"],):
            yield f"{code}: a mail to {', '.join(mail.to)}"
