"""The data of each kind of paper: plain values, ready for JSON. Load one with ``SHAPES[kind]().load(data)``.

Instants are RFC 3339 with zone, amounts whole đồng. The words of codes (copy, channel, method) are those of the
published contracts. ``number`` is the whole number and symbol as registered ("12/HDHS"); null prints dots.

Source of the field lists: TT 01/2018/TT-VPCP, Mẫu số 01 to 06; TT 03/2025/TT-VPCP, Mẫu số 01 to 07.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError

from papers.books import Register, Report
from papers.faults import BadPaper
from papers.fields import Group, Text, choice, instant, lines, many, maybe, one, whole
from papers.parts import Book, Component, Delivery, Dossier, Fee, Limit, Official, Representative


class Paper(Group):
    """What every numbered paper about a dossier has."""

    number = maybe()
    issued_at = instant()
    dossier = one(Dossier)
    contact_phone = maybe()
    officer = one(Official)


class Receipt(Paper):
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả. ``language`` en adds English labels.

    ``qr`` is the whole address drawn as QR code; ``history_head`` is the digest it carries, printed too.
    """

    language = choice("vi", "en")
    channel = choice(1, 2, 3)
    submitter = one(Representative, allow_none=True)
    components = many(Component, 1)
    sets = whole(1)
    limit = one(Limit)
    received_at = instant()
    due_at = instant()
    delivery = one(Delivery)
    fees = many(Fee)
    book = one(Book, allow_none=True)
    qr = Text()
    history_head = Text()


class SupplementRequest(Paper):
    """Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ. ``due_at``: until when the person may bring what is missing."""

    requests = lines(1)
    reason = Text()
    legal_basis = maybe()
    due_at = instant(allow_none=True)


class Refusal(Paper):
    """Phiếu từ chối tiếp nhận giải quyết hồ sơ."""

    reason = Text()
    legal_basis = maybe()


class Apology(Paper):
    """Phiếu xin lỗi và hẹn lại ngày trả kết quả. ``responsible``: the body that was late; signed by the head."""

    received_at = instant()
    original_due_at = instant()
    new_due_at = instant()
    reason = Text()
    responsible = Text()


class Suspension(Paper):
    """Thông báo dừng giải quyết hồ sơ. ``resumes_when``: what ends it; null when it is ended for good."""

    received_at = instant()
    suspended_at = instant()
    reason = Text()
    legal_basis = maybe()
    resumes_when = maybe()


class FeeNotice(Paper):
    """Thông báo nộp phí, lệ phí. ``ways``: how it can be paid, one sentence each."""

    fees = many(Fee, 1)
    pay_by = instant(allow_none=True)
    ways = lines(1)
    reference = maybe()


class FeeReceipt(Paper):
    """Biên nhận phí, lệ phí. ``payer``: who paid, which may be another than the applicant."""

    payer = Text()
    paid_at = instant()
    method = choice("cash", "transfer", "card", "online")
    fees = many(Fee, 1)


class Withdrawal(Paper):
    """Giấy xác nhận rút hồ sơ. ``returned``: the papers given back."""

    withdrawn_by = one(Representative, allow_none=True)
    withdrawn_at = instant()
    reason = maybe()
    returned = many(Component)


class Result(Group):
    """One result paper handed over."""

    title = Text()
    number = maybe()
    quantity = whole(1)


class ReturnSlip(Paper):
    """Phiếu trả kết quả. ``recipient``: null when the applicant came in person."""

    recipient = one(Representative, allow_none=True)
    returned_at = instant()
    due_at = instant()
    delivery = one(Delivery)
    results = many(Result, 1)


class Hop(Group):
    """One passing-on of the dossier; ``result`` says how it kept its time, null where it has none."""

    giver_body = Text()
    giver = maybe()
    taker_body = Text()
    taker = maybe()
    at = instant()
    result = choice("early", "on_time", "late", allow_none=True)
    note = maybe()


class ControlSlip(Paper):
    """Phiếu kiểm soát quá trình giải quyết hồ sơ."""

    received_at = instant()
    due_at = instant()
    hops = many(Hop, 1)


SHAPES: dict[str, type[Group]] = {
    "receipt": Receipt,
    "supplement-request": SupplementRequest,
    "refusal": Refusal,
    "apology": Apology,
    "suspension": Suspension,
    "fee-notice": FeeNotice,
    "fee-receipt": FeeReceipt,
    "withdrawal": Withdrawal,
    "return-slip": ReturnSlip,
    "control-slip": ControlSlip,
    "register": Register,
    "report": Report,
}


def load(kind: str, data: Mapping[str, Any]) -> Any:
    """Return the data of a paper as its template reads them.

    Raises:
        BadPaper: no such kind, or fields that are missing, unknown or wrong, each by its path.
    """
    if kind not in SHAPES:
        raise BadPaper(kind, {"kind": f"Not one of {', '.join(SHAPES)}."})
    try:
        return SHAPES[kind]().load(data)
    except ValidationError as error:
        raise BadPaper(kind, dict(_paths(error.messages))) from error


def _paths(messages: Any, above: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            step = "" if key == "_schema" else f"[{key}]" if isinstance(key, int) else f".{key}"
            yield from _paths(below, above + step)
    else:
        yield above.removeprefix(".") or "data", " ".join(messages)
