"""The passings-on of a dossier from hand to hand, as its control slip lists them (TT 01/2018/TT-VPCP, Mẫu số 05)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from intake.domain import Dossier, local_day
from intake.domain.deadline import START
from office import Office

DESK = "Bộ phận Tiếp nhận và Trả kết quả"
PERSON = "Người nộp hồ sơ"


def hops(dossier: Dossier, office: Office) -> list[dict[str, Any]]:
    """Return who gave the dossier to whom, and when, the oldest first.

    ``result`` says how a passing-on kept its time, where it has one: from the desk to the department the day that the law
    gives (NĐ 61/2018/NĐ-CP Đ.18), of a result the appointment as it stood then. Names stay open: who hands over signs.
    """
    return sorted(_hops(dossier, office), key=lambda row: row["at"])


def department_at(dossier: Dossier, moment: datetime, office: Office) -> str:
    """Return the name of the department that had the dossier then: a correction may have moved it to another."""
    moved = next((row["department"] for row in dossier.corrections if row["at"] > moment), dossier.receipt.department)
    return office.department(moved, local_day(dossier.receipt.received_at)).name_vi


def _hops(dossier: Dossier, office: Office) -> Iterator[dict[str, Any]]:
    def department(moment: datetime) -> str:
        return department_at(dossier, moment, office)

    yield _hop(PERSON, DESK, dossier.receipt.received_at)
    for at in [entry["at"] for entry in dossier.history if entry["kind"] == "processing-started"]:
        yield _hop(DESK, department(at), at, _forwarded(dossier, at, office))
    for request in dossier.requests:
        if request["stage"] == "department":
            yield _hop(department(request["asked_at"]), DESK, request["asked_at"], note="Yêu cầu bổ sung hồ sơ")
    for brought in dossier.supplements:
        if brought["at"] > dossier.receipt.received_at:
            yield _hop(PERSON, DESK, brought["at"], note="Bổ sung hồ sơ")
    for number, resolution in enumerate(resolutions(dossier)):
        yield from _result(dossier, number, resolution, department(resolution["at"]))
    if dossier.withdrawal:
        yield _hop(DESK, PERSON, dossier.withdrawal["at"], note="Người nộp rút hồ sơ")


def resolutions(dossier: Dossier) -> list[Mapping[str, Any]]:
    """Return the results, oldest first, each with how it was ``returned`` and, if it was made anew, ``reopened_at``."""
    last = [{**dossier.resolution, "returned": dossier.returned}] if dossier.resolution else []
    return [*dossier.resolutions, *last]


def _result(dossier: Dossier, number: int, resolution: Mapping[str, Any], by: str) -> Iterator[dict[str, Any]]:
    kept = _kept(dossier, number, resolution)
    yield _hop(by, DESK, resolution["at"], kept)
    if resolution["returned"]:
        yield _hop(DESK, PERSON, resolution["returned"]["at"], kept)
    if "reopened_at" in resolution:
        yield _hop(PERSON, DESK, resolution["reopened_at"], note="Giải quyết lại do kết quả sai sót hoặc mất")


def _kept(dossier: Dossier, number: int, resolution: Mapping[str, Any]) -> str:
    """Return how the n-th result kept its appointment, the last before the dossier was begun anew."""
    if not resolution["on_time"]:
        return "late"
    begun = [place for place, entry in enumerate(dossier.deadline.entries) if entry.kind == START]
    end = begun[number + 1] if number + 1 < len(begun) else None
    due_at = dossier.deadline.entries[:end][-1].due_at
    return "early" if local_day(resolution["at"]) < local_day(due_at) else "on_time"


def _forwarded(dossier: Dossier, at: datetime, office: Office) -> str:
    """Return whether the department took the dossier on the day on which the desk has to pass it on, or later."""
    moments = [dossier.receipt.received_at, *(row["at"] for row in (*dossier.supplements, *dossier.corrections))]
    moments += [entry.at for entry in dossier.deadline.entries if entry.kind == START]
    ready = max((moment for moment in moments if moment <= at), default=at)
    return "on_time" if local_day(at) <= local_day(office.calendar.forward_at(ready)) else "late"


def _hop(giver: str, taker: str, at: datetime, result: str | None = None, *, note: str | None = None) -> dict[str, Any]:
    return {
        "giver_body": giver, "giver": None, "taker_body": taker, "taker": None, "at": at, "result": result, "note": note,
    }  # fmt: skip
