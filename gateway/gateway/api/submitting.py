"""Hand one submission to intake; shared by single submissions and batches."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from chassis.identity import Identity
from gateway.auth import Call
from gateway.wiring import parts

WARD_OFFICER = "ward-officer"


def submit(
    call: Call, identity: Identity | None, key: str, submission: dict[str, Any], public_url: str | None = None
) -> tuple[dict[str, Any], bool]:
    """Return the receipt and whether it repeats an earlier one.

    Args:
        call: makes RPC calls for ``identity``.
        key: idempotency key, the caller's own.
        submission: as ``Submission`` loads it.
        public_url: given by threads that have no application at hand.

    Raises:
        Refused, ServiceUnavailable, ServiceTimeout: see ``gateway.rpc``.
    """
    body = {name: value for name, value in submission.items() if value is not None}
    channel = body.pop("channel")
    if identity is not None and WARD_OFFICER in identity.roles and identity.unit:
        body.setdefault("ward", identity.unit)
    receipt = dict(call("intake", "submit", key=key, channel=channel, submission=body))
    replayed = bool(receipt.pop("replayed", False))
    base = parts().settings.public_url if public_url is None else public_url
    link = f"{base}/t/{quote(receipt['code'], safe='')}/{quote(receipt['tracking_secret'], safe='')}"
    receipt["tracking_url"] = link
    receipt["qr_url"] = f"{link}/qr.svg"
    return receipt, replayed
