"""Hand one submission to intake; shared by single submissions and batches."""

from __future__ import annotations

from collections.abc import Mapping
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
    channel, receive = body.pop("channel"), body.pop("receive", True)
    if identity is not None and WARD_OFFICER in identity.roles and identity.unit:
        body.setdefault("ward", identity.unit)
    register = {} if receive else {"receive": False}
    return as_receipt(call("intake", "submit", key=key, channel=channel, submission=body, **register), public_url)


def as_receipt(told: Mapping[str, Any], public_url: str | None = None) -> tuple[dict[str, Any], bool]:
    """Return intake's receipt with the addresses of its page and picture, and whether it repeats an earlier one."""
    receipt = dict(told)
    replayed = bool(receipt.pop("replayed", False))
    base = parts().settings.public_url if public_url is None else public_url
    link = f"{base}/t/{quote(receipt['code'], safe='')}/{quote(receipt['tracking_secret'], safe='')}"
    receipt["tracking_url"] = link
    receipt["qr_url"] = f"{link}/qr.svg"
    return receipt, replayed
