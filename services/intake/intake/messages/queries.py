"""What callers search for, loaded and checked, and how found dossiers are listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from chassis.errors import Refused
from chassis.identity import Identity
from intake.domain import Fault, Status
from intake.domain.query import Query, normal_identity, normal_phone, read_code
from intake.domain.words import words
from intake.messages import calls

#: A name has no more words that tell it from others, and each is looked for.
MAX_WORDS = 12
_IDENTITY = re.compile(r"[0-9A-Za-z -]{6,30}")
_PHONE = re.compile(r"\+?[0-9 ().-]{8,30}")
_CHANNELS = (1, 2, 3)
FILTERS = frozenset(
    ["name", "code", "identity_number", "phone", "state", "department", "procedure", "ward", "channel"]
    + ["received_from", "received_to", "due_from", "due_to"]
)
_NUMBERS = ("state", "channel")
#: Digits of a telephone number that a list shows.
_SHOWN = 3


def open_query(caller: Identity, given: Mapping[str, Any], *, staff: Collection[str], agency: str) -> Query:
    """Return the search that a caller may make: own dossiers for a citizen, the own unit's for an officer.

    Args:
        given: any of ``FILTERS``; None where it is not asked.
        staff: roles that see all.
        agency: of dossier codes that are given without one.

    Raises:
        Refused: ``invalid-query`` or ``forbidden``, with the field that is wrong.
    """
    faults = [Fault(name, "not-a-filter") for name in sorted(given.keys() - FILTERS)]

    def read(field: str, kind: str, reader: Callable[[Any], Any]) -> Any:
        value = given.get(field)
        try:
            return None if value is None else reader(value if field in _NUMBERS else _text(value))
        except (TypeError, ValueError):
            faults.append(Fault(field, kind))
            return None

    found = {
        "words": read("name", "not-a-name", _words) or (),
        "identity": read("identity_number", "not-an-identity-number", _matched(_IDENTITY, normal_identity, 6)),
        "phone": read("phone", "not-a-phone", _matched(_PHONE, normal_phone, 8)),
        "status": read("state", "not-a-state", lambda value: int(Status(_whole(value)))),
        "channel": read("channel", "not-a-channel", lambda value: _CHANNELS[_CHANNELS.index(_whole(value))]),
        **(read("code", "not-a-code", lambda value: read_code(value, agency)) or {}),
    }
    if faults:
        raise Refused("invalid-query", 422, errors=calls.problems(faults))
    for field in ("received_from", "received_to", "due_from", "due_to"):
        found[field] = calls.moment(field, given.get(field))
    units = {name: given.get(name) for name in ("department", "procedure", "ward")}
    return Query(**found, **own(caller, units, staff))


def own(caller: Identity, filters: Mapping[str, Any], staff: Collection[str]) -> dict[str, Any]:
    """Return the filters with the caller's own ward, department or account in them, unless the caller may see all."""
    narrowed = dict(filters)
    if caller.roles & set(staff):
        return narrowed
    if "citizen" in caller.roles:
        return narrowed | {"owner": caller.subject}
    if caller.unit is None:
        raise Refused("forbidden", 403)
    name = "ward" if "ward-officer" in caller.roles else "department"
    if narrowed[name] not in (None, caller.unit):
        raise Refused("forbidden", 403, errors=calls.problems([Fault(name, "only-own-unit", caller.unit)]))
    return narrowed | {name: caller.unit}


def listed(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dossier's view as a list has it: of telephone numbers the last digits only."""
    shown = {name: _masked(value) if isinstance(value, Mapping) else value for name, value in view.items()}
    return shown | {"corrections": [{**row, "applicant": _masked(row["applicant"])} for row in view["corrections"]]}


def _masked(part: Mapping[str, Any]) -> dict[str, Any]:
    number = part.get("phone")
    return {**part, "phone": f"{'*' * (len(number) - _SHOWN)}{number[-_SHOWN:]}"} if number else dict(part)


def _words(value: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(words(value)))
    if not 1 <= len(found) <= MAX_WORDS or len(value) > 200:
        raise ValueError("no words")
    return found


def _matched(pattern: re.Pattern[str], normal: Callable[[str], str], shortest: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not pattern.fullmatch(value.strip()) or len(found := normal(value.strip())) < shortest:
            raise ValueError("no number")
        return found

    return read


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a whole number")
    return value
