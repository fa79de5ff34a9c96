"""The books of the played day: each service's database, the partners' files, the mail server's mails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from motcua.demo.payments import ProvidersBook
from motcua.demo.watch import Watch
from motcua.stack import Stack


@dataclass(frozen=True)
class Books:
    """Everything that was written, read once.

    Attributes:
        dossiers: as intake keeps them.
        history: type of event to how often it is in intake's histories.
        tracked: type of event to how often the gateway's tracking heard of it.
        told: occasion to how many notices notify has sent; ``replaced`` those that another one made needless.
        mails: Message-ID to how often the mail server took it.
        kept: payments that fit no dossier.
    """

    dossiers: list[dict[str, Any]]
    assignments: int
    rejections: int
    attachments: list[dict[str, Any]]
    history: Counter[str]
    tracked: Counter[str]
    told: Counter[str]
    replaced: Counter[str]
    mails: Counter[str]
    kept: list[dict[str, Any]]
    provider: ProvidersBook
    parked: int

    @classmethod
    def read(cls, stack: Stack, watch: Watch) -> Books:
        """Read every book; nothing may be under way."""
        dossiers = list(watch.dossiers.find())
        notices = list(watch.notices.find({}, {"occasion": 1, "state": 1}))
        facts = (fact["type"] for row in watch.tracking.find({}, {"facts.type": 1}) for fact in row["facts"])
        return cls(
            dossiers=dossiers,
            assignments=watch.assignments.count_documents({}),
            rejections=watch.rejections.count_documents({}),
            attachments=list(watch.attachments.find({}, {"dossier_id": 1, "sha256": 1})),
            history=Counter(f"dossier.{link['kind']}.v1" for row in dossiers for link in row["history"]),
            tracked=Counter(kind for kind in facts if kind.startswith("dossier.")),
            told=_occasions(notices, "sent"),
            replaced=_occasions(notices, "replaced"),
            mails=Counter(mail.message_id for mail in stack.mailbox.messages()),
            kept=list(watch.kept_payments.find()),
            provider=ProvidersBook(stack.directory / "partners"),
            parked=sum(watch.parked().values()),
        )

    def status(self, *codes: int) -> int:
        """Return how many dossiers are in one of these states."""
        return sum(row["status"] in codes for row in self.dossiers)

    def paid(self, *, counter: bool) -> list[int]:
        """Return each payment in đồng, of the counter or of providers."""
        rows = (payment for row in self.dossiers for payment in row["account"]["payments"])
        return [row["amount_minor"] for row in rows if (row["method"] == "counter") is counter]

    def sum_of(self, part: str) -> int:
        """Return the đồng of all lines, payments or exemptions."""
        return sum(entry["amount_minor"] for row in self.dossiers for entry in row["account"][part])

    def papers(self) -> list[dict[str, Any]]:
        """Return every paper."""
        return [paper for row in self.dossiers for paper in row["papers"]]


def _occasions(notices: Iterable[dict[str, Any]], state: str) -> Counter[str]:
    return Counter(row["occasion"] for row in notices if row["state"] == state)


def gapless(numbers: Iterable[tuple[str, int]]) -> int:
    """Return how many numbers there are if each series runs from 1 without gap or twin, else the first wrong place."""
    series: dict[str, list[int]] = {}
    for name, number in numbers:
        series.setdefault(name, []).append(number)
    for found in series.values():
        for place, number in enumerate(sorted(found), start=1):
            if place != number:
                return place
    return sum(map(len, series.values()))
