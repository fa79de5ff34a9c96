"""What a ward may still do with a dossier that it handed over."""

from __future__ import annotations

from intake.domain.dossier import Dossier
from intake.domain.status import Status


def with_department(dossier: Dossier) -> bool:
    """Whether the dossier is no longer the ward's to correct or withdraw: a department accepted it, or it came further.

    One that comes back to the desk later (status 2 after a supplement, or for a result made anew) is not the ward's again.
    """
    return dossier.steps > 0 or dossier.status not in (Status.REGISTERED, Status.RECEIVED)
