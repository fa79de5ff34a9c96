"""What a paper said when it was issued, although the receipt was changed since.

Most of a paper follows from what a dossier keeps anyway, by the order of its acts. What the receipt said and what it cost
do not, once they are changed: then the last paper of before keeps them, for itself and for those before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from intake.domain.dossier import Dossier, Receipt, limit_of
from intake.domain.papers import Paper


def with_receipt(dossier: Dossier, receipt: Receipt) -> Dossier:
    """Return the dossier with another receipt; the papers that were issued go on saying what they said."""
    papers = dossier.papers
    if papers and papers[-1].then is None and receipt != dossier.receipt:
        papers = (*papers[:-1], replace(papers[-1], then=facts(dossier)))
    return replace(dossier, receipt=receipt, papers=papers)


def of(dossier: Dossier, paper: Paper) -> Mapping[str, Any]:
    """Return the ``facts`` that a paper of the dossier was issued under."""
    since = dossier.papers[dossier.papers.index(paper) :]
    return next((row.then for row in since if row.then is not None), None) or facts(dossier)


def facts(dossier: Dossier) -> dict[str, Any]:
    """Return what papers take from receipt and account, as plain values.

    ``fixed_at``: since when the components are the receipt's; what was supplied later is beside them. ``lines``: of the
    account. ``names``: of the components that were handed in, by their codes.
    """
    receipt = dossier.receipt
    rules = {row["code"]: row["name_vi"] for row in receipt.rules["components"]}
    return {
        "procedure": dict(receipt.procedure),
        "department": receipt.department,
        "channel": receipt.channel,
        "language": receipt.contact["language"],
        "applicant": dict(receipt.applicant),
        "representative": dict(receipt.representative) if receipt.representative else None,
        "delivery": dict(receipt.delivery) if receipt.delivery else None,
        "limit": dict(limit_of(receipt)),
        "components": [{name: row[name] for name in ("code", "copy", "quantity")} for row in receipt.components],
        "names": rules,
        "fixed_at": max([receipt.received_at, *(row["at"] for row in dossier.corrections)]),
        "lines": [asdict(line) for line in dossier.account.lines],
    }
