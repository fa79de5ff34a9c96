"""Papers (phiếu): which state asks for which, and how they are numbered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from intake.domain.status import Status

RECEIPT, SUPPLEMENT_REQUEST, REFUSAL, APOLOGY = "receipt", "supplement-request", "refusal", "apology"
SUSPENSION, FEE_NOTICE, FEE_RECEIPT = "suspension", "fee-notice", "fee-receipt"
WITHDRAWAL, RETURN_SLIP, CONTROL_SLIP = "withdrawal", "return-slip", "control-slip"

#: The series that numbers a paper within the year (Số …/HDHS); a paper without one bears the dossier's code.
#: Source: Thông tư 01/2018/TT-VPCP, forms 02 to 04 (facts 1.3).
SERIES: Mapping[str, str] = {
    SUPPLEMENT_REQUEST: "HDHS",
    REFUSAL: "TC",
    APOLOGY: "PXL",
    SUSPENSION: "TBD",
}

#: Prints of a paper of which is known who made them: a call comes again within minutes, and few copies are made.
PRINTS_KNOWN = 8

#: No state without its paper: a dossier in this status has one of this kind. What is registered only has no paper yet:
#: the desk's answer is one.
PAPER_OF: Mapping[Status, str | None] = {
    Status.REGISTERED: None,
    Status.RECEIVED: RECEIPT,
    Status.REFUSED: REFUSAL,
    Status.PROCESSING: RECEIPT,
    Status.SUPPLEMENT_ASKED: SUPPLEMENT_REQUEST,
    Status.FEE_ASKED: FEE_NOTICE,
    Status.WITHDRAWN: WITHDRAWAL,
    Status.STOPPED: SUSPENSION,
    Status.RESOLVED: RECEIPT,
    Status.RETURNED: RETURN_SLIP,
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of a dossier.

    Attributes:
        kind: one of the names above, by which forms are known here; their numbers changed with each circular.
        place: counts the papers of this kind of the dossier from 1.
        at: aware instant of the act that it is about.
        by: who signed for it; a subject.
        due_at: the appointment it names, if it names one.
        number: of its series in its year, for instance ``12/2026/HDHS``; None until the store has given it one.
        head: digest of the dossier's history as it was after the act.
        prints: how often it was printed; all but the first are marked as copies.
        says: what it alone keeps of its act, where the dossier goes on without it.
        then: what the receipt and the account said until this paper was the last; None when it holds on (``domain.then``).
        prints_of: the last prints by the id of the call that made each, so that a call that comes again gets its own.
    """

    kind: str
    place: int
    at: datetime
    by: str
    due_at: datetime | None = None
    number: str | None = None
    head: str | None = None
    prints: int = 0
    says: Mapping[str, Any] | None = None
    then: Mapping[str, Any] | None = None
    prints_of: Mapping[str, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.place}"

    @property
    def shown_number(self) -> str | None:
        """The number as the form has it, ``12/HDHS``: the year is that of the date beside it."""
        if self.number is None:
            return None
        number, _, symbol = self.number.split("/", 2)
        return f"{number}/{symbol}"


def issued(
    papers: tuple[Paper, ...],
    kind: str,
    at: datetime,
    by: str,
    due_at: datetime | None,
    says: Mapping[str, Any] | None = None,
) -> tuple[Paper, ...]:
    """Return the papers with one more."""
    place = 1 + sum(paper.kind == kind for paper in papers)
    return (*papers, Paper(kind, place, at, by, due_at, says=says))


def unnumbered(papers: Iterable[Paper]) -> Paper | None:
    """Return the paper that needs a number of its series."""
    return next((paper for paper in papers if paper.number is None and paper.kind in SERIES), None)


def numbered(papers: tuple[Paper, ...], number: str) -> tuple[Paper, ...]:
    """Return the papers with the one that needs it numbered."""
    wanting = unnumbered(papers)
    return tuple(replace(paper, number=number) if paper is wanting else paper for paper in papers)


def headed(papers: tuple[Paper, ...], head: str) -> tuple[Paper, ...]:
    """Return the papers, the new ones with the head of the history after their act."""
    return tuple(replace(paper, head=head) if paper.head is None else paper for paper in papers)


def printed(papers: tuple[Paper, ...], paper_id: str, call: str) -> tuple[Paper, ...]:
    """Return the papers with one more print of one of them counted, the one that ``call`` made."""
    return tuple(_printed(paper, call) if paper.id == paper_id else paper for paper in papers)


def _printed(paper: Paper, call: str) -> Paper:
    prints = paper.prints + 1
    known = dict([*paper.prints_of.items(), (call, prints)][-PRINTS_KNOWN:])
    return replace(paper, prints=prints, prints_of=known)
