"""The kinds of searches that are measured; each is asked again and again for another dossier of the archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from intake.domain import Dossier
from intake.domain.code import VIETNAM
from intake.domain.query import Query, normal_identity, normal_phone
from intake.domain.words import words


@dataclass(frozen=True, slots=True)
class Kind:
    """Attributes ``make`` gives the search that finds a certain dossier, or some like it."""

    name: str
    make: Callable[[Random, Dossier], Query]


def _name(dossier: Dossier) -> list[str]:
    return words(str(dossier.receipt.applicant["name"]))


def _shortened(random: Random, dossier: Dossier) -> Query:
    found = [word[: random.choice((2, 3, 4))] for word in _name(dossier)]
    random.shuffle(found)
    return Query(words=tuple(found))


def _month(dossier: Dossier) -> Query:
    begin = dossier.receipt.received_at.astimezone(VIETNAM).replace(day=1, hour=0, minute=0)
    return Query(received_from=begin, received_to=begin + timedelta(days=31))


def _due(dossier: Dossier) -> Query:
    begin = dossier.due_at or dossier.receipt.received_at
    return Query(due_from=begin, due_to=begin + timedelta(days=7))


def _common(dossier: Dossier) -> Query:
    return Query(words=("nguyen", "thi"), department=dossier.receipt.department, status=10)


def _everything(dossier: Dossier) -> Query:
    receipt = dossier.receipt
    return Query(
        words=tuple(_name(dossier)[-2:]),
        department=receipt.department,
        procedure=str(receipt.procedure["code"]),
        channel=receipt.channel,
        received_to=receipt.received_at + timedelta(days=200),
        received_from=receipt.received_at - timedelta(days=200),
    )


KINDS: Sequence[Kind] = (
    Kind("no condition", lambda random, dossier: Query()),
    Kind("code", lambda random, dossier: Query(code=str(dossier.code))),
    Kind("beginning of a code: one day", lambda random, dossier: Query(code=str(dossier.code)[:-4])),
    Kind("daily number alone", lambda random, dossier: Query(number=int(str(dossier.code)[-4:]))),
    Kind(
        "identity number",
        lambda random, dossier: Query(identity=normal_identity(str(dossier.receipt.applicant["identity_number"]))),
    ),
    Kind("telephone", lambda random, dossier: Query(phone=normal_phone(str(dossier.receipt.applicant["phone"])))),
    Kind("whole name", lambda random, dossier: Query(words=tuple(_name(dossier)))),
    Kind("beginnings of the name's words", _shortened),
    Kind('"nguyen"', lambda random, dossier: Query(words=("nguyen",))),
    Kind('"nguyen thi", department, returned', lambda random, dossier: _common(dossier)),
    Kind('"tran nguyen"', lambda random, dossier: Query(words=("tran", "nguyen"))),
    Kind("a name that nobody has", lambda random, dossier: Query(words=("nguyen", "thi", "zzz"))),
    Kind("state: at work", lambda random, dossier: Query(status=4)),
    Kind("state: returned, ward", lambda random, dossier: Query(status=10, ward=dossier.receipt.ward or "26734")),
    Kind("procedure", lambda random, dossier: Query(procedure=str(dossier.receipt.procedure["code"]))),
    Kind("procedure, ward, channel", lambda random, dossier: Query(
        procedure=str(dossier.receipt.procedure["code"]), ward=dossier.receipt.ward, channel=dossier.receipt.channel
    )),
    Kind("received in a month", lambda random, dossier: _month(dossier)),
    Kind("due in a week", lambda random, dossier: _due(dossier)),
    Kind("own dossiers of an account", lambda random, dossier: Query(owner=f"citizen-{random.randrange(5000)}")),
    Kind("name, department, procedure, channel, span", lambda random, dossier: _everything(dossier)),
)  # fmt: skip
