"""The legal register of dossiers (Sổ theo dõi hồ sơ; TT 01/2018/TT-VPCP, Mẫu số 06): what is asked for, and its rows."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chassis.errors import Refused
from intake.domain import Dossier, Fault, Status, local_day
from intake.messages import calls
from intake.messages.paper_parts import shown
from office import Office, UnknownDepartment

#: Days that one register spans at most.
DAYS = 366
#: Rows of one part on paper, and of one page at most.
PART = 250
_CURSOR = re.compile(r"(?P<line>[1-9]\d{0,8}) (?P<code>[A-Z0-9.]{1,40}-\d{6}-\d{4,9})")


@dataclass(frozen=True, slots=True)
class Span:
    """What is read: days of reception, both counted, and ``only`` one department or field."""

    first: date
    last: date
    only: dict[str, str]


def open_span(first: Any, last: Any, field: Any, department: Any, office: Office) -> Span:
    """Return the span that a caller names.

    Raises:
        Refused: ``invalid-query``; the days are named ``from`` and ``to``.
    """
    begin, end = calls.day("from", first), calls.day("to", last)
    faults = [Fault(name, "not-a-date") for name, day in (("from", begin), ("to", end)) if day is None]
    if begin and end and not 0 <= (end - begin).days < DAYS:
        faults.append(Fault("to", "not-a-span", str(DAYS)))
    if field is not None and field not in office.all_fields:
        faults.append(Fault("field", "unknown-field"))
    if department is not None and department not in {row.code for row in office.all_departments}:
        faults.append(Fault("department", "unknown-department"))
    if faults or begin is None or end is None:
        raise Refused("invalid-query", 422, errors=calls.problems(faults))
    only = {"field": field, "department": department}
    return Span(begin, end, {name: value for name, value in only.items() if value is not None})


def open_page(limit: Any, after: Any) -> tuple[int, int, str | None]:
    """Return how many rows a page has, the line it begins behind, and the code."""
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= PART:
        raise _not("limit", "not-a-register-page", str(PART))
    if after is None:
        return limit, 0, None
    try:
        found = _CURSOR.fullmatch(base64.urlsafe_b64decode(after.encode("ascii")).decode("ascii"))
        if found is None:
            raise ValueError("not of ours")
        day = found["code"].split("-")[1]
        date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    except (AttributeError, ValueError):
        raise _not("after", "not-a-cursor") from None
    return limit, int(found["line"]), found["code"]


def _not(field: str, kind: str, detail: str = "") -> Refused:
    return Refused("invalid-query", 422, errors=calls.problems([Fault(field, kind, detail)]))


def cursor(line: int, code: str) -> str:
    """Return what continues behind a row."""
    return base64.urlsafe_b64encode(f"{line} {code}".encode("ascii")).decode("ascii")


def row(line: int, dossier: Dossier, office: Office) -> dict[str, Any]:
    """Return a dossier as the register has it. What was refused or withdrawn stays in it, and its note says so."""
    receipt, returned = dossier.receipt, dossier.returned
    person = receipt.applicant
    wanted = returned or receipt.delivery or {"method": "counter"}
    made: dict[str, Any] = shown(
        {
            "line": line,
            "code": dossier.code,
            "procedure": receipt.procedure["name"],
            "sets": 1,
            "applicant": person["name"],
            "contact": ", ".join(str(person[name]) for name in ("address", "phone") if person.get(name)) or None,
            "department": _department(receipt.department, local_day(receipt.received_at), office),
            "received_at": receipt.received_at,
            "due_at": dossier.due_at,
            "result_at": returned["at"] if returned else None,
            "method": wanted["method"],
            "note": "; ".join(_notes(dossier)) or None,
        }
    )
    return made


def _department(code: str, on: date, office: Office) -> str:
    try:
        return office.department(code, on).name_vi
    except UnknownDepartment:
        return code


def _notes(dossier: Dossier) -> list[str]:
    notes = []
    if dossier.refusal:
        notes.append(f"Từ chối ngày {_day(dossier.refusal['at'])}: {dossier.refusal['reason']}")
    elif dossier.withdrawal:
        notes.append(f"Rút hồ sơ ngày {_day(dossier.withdrawal['at'])}: {dossier.withdrawal['reason']}")
    elif dossier.due_at is None:
        asked = dossier.status is Status.SUPPLEMENT_ASKED
        notes.append("Chờ bổ sung trước khi tiếp nhận" if asked else "Chưa tiếp nhận")
    if dossier.corrections:
        notes.append(f"Sửa ngày {', '.join(_day(row['at']) for row in dossier.corrections)}")
    if dossier.resolutions:
        notes.append(f"Làm lại kết quả ngày {', '.join(_day(row['reopened_at']) for row in dossier.resolutions)}")
    if dossier.resolution and not dossier.returned:
        notes.append("Đã có kết quả, chưa trả")
    return notes


def _day(at: datetime) -> str:
    return f"{local_day(at):%d/%m/%Y}"
