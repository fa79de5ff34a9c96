"""Results: how they leave the desk, and what happens to those that nobody fetches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from intake.domain import papers
from intake.domain.dossier import Dossier
from intake.domain.status import Status, move
from worktime import WorkingCalendar


class Unpaid(Exception):
    """Money is owed for the dossier; ``owed_minor`` is how much."""

    def __init__(self, owed_minor: int) -> None:
        super().__init__(owed_minor)
        self.owed_minor = owed_minor


def hand_over(
    dossier: Dossier,
    *,
    at: datetime,
    method: str,
    received_by: str,
    by: str,
    tracking_code: str | None = None,
    address: str | None = None,
    authorisation: str | None = None,
    receipt_lost: bool = False,
) -> Dossier:
    """The person has the result: at the counter against the receipt, by post, or electronically.

    Args:
        received_by: who has it now: the person, or who comes for the person with ``authorisation``.
        tracking_code: of the postal item; ``address``: where the item or the electronic copy went.
        receipt_lost: the person declared in writing that the receipt is lost.

    Raises:
        Unpaid: what is owed comes first.
    """
    status = move(dossier.status, Status.RETURNED)
    if dossier.account.owed_minor > 0:
        raise Unpaid(dossier.account.owed_minor)
    returned = {
        "at": at,
        "method": method,
        "received_by": received_by,
        "tracking_code": tracking_code,
        "address": address,
        "authorisation": authorisation,
        "receipt_lost": receipt_lost,
        "by": by,
    }
    return replace(dossier, status=status, returned=returned, remind_at=None).with_paper(papers.RETURN_SLIP, at, by)


def remind(
    dossier: Dossier, *, at: datetime, after: Sequence[int], kept_after: int, calendar: WorkingCalendar
) -> Dossier:
    """Count one more reminder of a result that waits, and say when to look again; after the last, the result is kept.

    Args:
        after: working days since the result was there, one for each reminder; an office's own rule.
        kept_after: working days from the last reminder to keeping.
    """
    resolved_at = (dossier.resolution or {})["at"]
    if dossier.reminders == len(after):
        return replace(dossier, kept_at=at, remind_at=None)
    number = dossier.reminders + 1
    if number < len(after):
        # after an outage the letters that were missed do not all come at once
        following = max(calendar.add_working_days(resolved_at, after[number]), calendar.add_working_days(at, 1))
    else:
        following = calendar.add_working_days(at, kept_after)
    return replace(dossier, reminders=number, remind_at=following)
