"""What the desk's papers say (libs/papers draws them): plain values from the dossier as it is kept.

A paper never says anything else than when it was issued: what may change since is read as it was then (``domain.then``),
by the paper's place among its like, or from what the paper keeps itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.domain import Dossier, Paper, local_day, papers, then
from intake.domain.deadline import EXTEND
from intake.messages.hops import hops, resolutions
from intake.messages.paper_parts import components, fees, head, representative, shown
from office import Office

#: How money can be paid, one sentence each, as the notice says.
WAYS = (
    "Nộp trực tiếp tại Bộ phận Tiếp nhận và Trả kết quả",
    "Nộp qua kho bạc, ngân hàng hoặc cổng thanh toán, ghi mã hồ sơ trong nội dung",
)
#: Where whoever signs a draft writes what is not known yet.
OPEN = "…" * 30


@dataclass(frozen=True, slots=True)
class _Issued:
    """A paper with its dossier, and what held when it was issued (``domain.then.facts``)."""

    dossier: Dossier
    paper: Paper
    facts: Mapping[str, Any]
    office: Office

    @property
    def nth(self) -> int:
        """Its place among the papers of its kind, from 0."""
        return self.paper.place - 1

    @property
    def department(self) -> str:
        received_on = local_day(self.dossier.receipt.received_at)
        return self.office.department(self.facts["department"], received_on).name_vi


def sheet(dossier: Dossier, paper: Paper, office: Office, *, qr: str) -> dict[str, Any]:
    """Return what a paper says, ``{kind, data}``.

    Args:
        qr: path of the page that the receipt's QR code leads to, below the gateway's public address, which the gateway
            puts before it; the head of the history as of the paper is added here.
    """
    facts = then.of(dossier, paper)
    says = _SAYS[paper.kind](_Issued(dossier, paper, facts, office))
    data = {"number": paper.shown_number, **head(dossier, facts, paper.at, office), **says}
    if paper.kind == papers.RECEIPT:
        data |= {"qr": f"{qr}?h={paper.head}", "history_head": paper.head}
    return _sheet(paper.kind, data)


def apology_draft(dossier: Dossier, office: Office) -> dict[str, Any]:
    """Return the apology that lies drafted, as it would be signed; its reason is the signer's to give."""
    facts, draft = then.facts(dossier), dossier.apology or {}
    data = {
        "number": None,
        **head(dossier, facts, draft["drafted_at"], office),
        "received_at": dossier.receipt.received_at,
        "original_due_at": dossier.due_at,
        "new_due_at": draft["proposed_due_at"],
        "reason": OPEN,
        "responsible": office.department(facts["department"], local_day(dossier.receipt.received_at)).name_vi,
    }
    return _sheet(papers.APOLOGY, data)


def control_slip(dossier: Dossier, office: Office, *, now: datetime) -> dict[str, Any]:
    """Return the slip that goes with the dossier from hand to hand, as far as it has come.

    Of the person it has the name alone: departments read it.
    """
    data = {
        "number": None,
        **head(dossier, then.facts(dossier), now, office, persons=("name",)),
        "received_at": dossier.receipt.received_at,
        "due_at": dossier.due_at,
        "hops": hops(dossier, office),
    }
    return _sheet(papers.CONTROL_SLIP, data)


def _sheet(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = shown({"kind": kind, "data": data})
    return made


def _receipt(issued: _Issued) -> dict[str, Any]:
    facts, dossier, at = issued.facts, issued.dossier, issued.paper.at
    limit, delivery = facts["limit"], facts["delivery"] or {"method": "counter"}
    exempted = sum(row.amount_minor for row in dossier.account.exemptions if row.at <= at)
    return {
        "language": facts["language"],
        "channel": facts["channel"],
        "submitter": representative(facts),
        "components": components(dossier, issued.paper, facts),
        "sets": 1,
        "limit": {"kind": limit["kind"], "amount": None if limit["kind"] == "same_day" else limit["amount"]},
        "received_at": dossier.receipt.received_at,
        "due_at": issued.paper.due_at,
        "delivery": {"method": delivery["method"], "address": delivery.get("address") or delivery.get("email")},
        "fees": list(fees(facts["lines"], exempted, "đã miễn, giảm")),
        "book": None,
    }


def _request(issued: _Issued) -> dict[str, Any]:
    asked = [row for row in issued.dossier.requests if row["stage"] != "declined"][issued.nth]
    names = {"requests": "items", "reason": "reason", "legal_basis": "legal_basis", "due_at": "supply_by"}
    return {name: asked[kept] for name, kept in names.items()}


def _refusal(issued: _Issued) -> dict[str, Any]:
    refusal = issued.dossier.refusal or {}
    return {name: refusal[name] for name in ("reason", "legal_basis")}


def _apology(issued: _Issued) -> dict[str, Any]:
    entries = issued.dossier.deadline.entries
    position = [place for place, entry in enumerate(entries) if entry.kind == EXTEND][issued.nth]
    return {
        "received_at": issued.dossier.receipt.received_at,
        "original_due_at": entries[position - 1].due_at,
        "new_due_at": entries[position].due_at,
        "reason": entries[position].reason,
        "responsible": issued.department,
    }


def _suspension(issued: _Issued) -> dict[str, Any]:
    says = issued.paper.says or {}
    return {
        "received_at": issued.dossier.receipt.received_at,
        "suspended_at": issued.paper.at,
        "reason": says["reason"],
        "legal_basis": says["legal_basis"],
        "resumes_when": "không còn lý do nêu trên",
    }


def _fee_notice(issued: _Issued) -> dict[str, Any]:
    lines = issued.facts["lines"]
    settled = sum(line["amount_minor"] for line in lines) - (issued.paper.says or {})["owed_minor"]
    return {
        "fees": list(fees(lines, settled, "đã nộp hoặc được miễn, giảm")),
        "pay_by": None,
        "ways": list(WAYS),
        "reference": issued.dossier.code,
    }


def _fee_receipt(issued: _Issued) -> dict[str, Any]:
    payment = [row for row in issued.dossier.account.payments if row.amount_minor > 0][issued.nth]
    names = ", ".join(line["name"] for line in issued.facts["lines"])
    return {
        "number": payment.receipt_number,
        "payer": payment.payer or issued.facts["applicant"]["name"],
        "paid_at": payment.at,
        "method": "cash" if payment.method == "counter" else "online",
        "fees": [{"name": names, "amount": payment.amount_minor, "note": None}],
    }


def _withdrawal(issued: _Issued) -> dict[str, Any]:
    return {
        "withdrawn_by": representative(issued.facts),
        "withdrawn_at": issued.paper.at,
        "reason": (issued.dossier.withdrawal or {})["reason"],
        "returned": components(issued.dossier, issued.paper, issued.facts),
    }


def _return_slip(issued: _Issued) -> dict[str, Any]:
    given = [row for row in resolutions(issued.dossier) if row["returned"]][issued.nth]
    result, returned = given["result"], given["returned"]
    recipient = {"name": returned["received_by"], "authorisation": returned["authorisation"]}
    item = f"bưu gửi {returned['tracking_code']}" if returned["tracking_code"] else None
    where = ", ".join(part for part in (returned["address"], item) if part)
    return {
        "recipient": {**recipient, "identity_number": None, "phone": None} if returned["authorisation"] else None,
        "returned_at": issued.paper.at,
        "due_at": issued.paper.due_at,
        "delivery": {"method": returned["method"], "address": where},
        "results": [{"title": result["title"], "number": result.get("number"), "quantity": 1}],
    }


_SAYS: dict[str, Callable[[_Issued], dict[str, Any]]] = {
    papers.RECEIPT: _receipt,
    papers.SUPPLEMENT_REQUEST: _request,
    papers.REFUSAL: _refusal,
    papers.APOLOGY: _apology,
    papers.SUSPENSION: _suspension,
    papers.FEE_NOTICE: _fee_notice,
    papers.FEE_RECEIPT: _fee_receipt,
    papers.WITHDRAWAL: _withdrawal,
    papers.RETURN_SLIP: _return_slip,
}
