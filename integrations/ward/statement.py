"""What a ward states of a day, signed: the lines that ``ward.py state`` sends."""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from partner.clock import wire

from ward.book import Book

VIETNAM = timezone(timedelta(hours=7))
PAGE = 1000
#: 32 bytes in hexadecimal.
KEY = re.compile("[0-9a-f]{64}")


def canonical(data: Any) -> bytes:
    """Return JSON in UTF-8: keys sorted, no spaces, nothing null, nothing escaped that need not be."""
    return json.dumps(_present(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def content(submission: Mapping[str, Any]) -> str:
    """Return the SHA-256 in hex of what a submission says, with the defaults of its schema."""
    said = {name: value for name, value in submission.items() if name not in ("submitted_at", "stream")}
    said["applicant"] = {"kind": 0, "language": "vi"} | _present(said["applicant"])
    said["components"] = [{"copy": 1, "quantity": 1} | _present(paper) for paper in said["components"]]
    if (said.get("postal") or {}).get("posted_at"):
        said["postal"] = said["postal"] | {"posted_at": wire(datetime.fromisoformat(said["postal"]["posted_at"]))}
    return hashlib.sha256(canonical(said)).hexdigest()


def pages(
    ward: str, submissions: Iterable[Mapping[str, Any]], day: date, key: Ed25519PrivateKey
) -> Iterator[dict[str, Any]]:
    """Yield the ``data`` of a day's statements, signed.

    Args:
        submissions: ``data`` of all that the ward handed over and that was not refused.
    """
    of_day = [
        one for one in submissions if datetime.fromisoformat(one["submitted_at"]).astimezone(VIETNAM).date() == day
    ]
    entries = sorted(
        ({"ward_reference": one["ward_reference"], "digest": content(one)} for one in of_day),
        key=lambda entry: entry["ward_reference"],
    )
    starts = range(0, len(entries), PAGE) or [0]
    for start in starts:
        page = entries[start : start + PAGE]
        lines = "".join(f"{entry['ward_reference']} {entry['digest']}\n" for entry in page)
        data: dict[str, Any] = {
            "ward": ward,
            "day": day.isoformat(),
            "after": entries[start - 1]["ward_reference"] if start else None,
            "upto": page[-1]["ward_reference"] if start + PAGE < len(entries) else None,
            "count": len(page),
            "digest": hashlib.sha256(lines.encode("utf-8")).hexdigest(),
            "entries": page,
        }
        yield signed(data, key)


def signed(data: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return a statement with its signature."""
    signature = base64.urlsafe_b64encode(key.sign(canonical(data))).decode("ascii").rstrip("=")
    return {**_present(data), "signature": signature}


def main(argv: list[str]) -> int:
    """Print the signed statements of a day, one a line; 2 when arguments or key are wrong."""
    parser = argparse.ArgumentParser(prog="ward.py statement", description="State what was handed over on a day")
    parser.add_argument("day", type=date.fromisoformat, help="YYYY-MM-DD, in Vietnam")
    parser.add_argument("--ward", required=True, metavar="CODE")
    parser.add_argument("--state", type=Path, required=True, help="SQLite file")
    options = parser.parse_args(argv)
    seed = os.environ.get("WARD_STATEMENT_KEY", "")
    if not KEY.fullmatch(seed):
        print("WARD_STATEMENT_KEY must be the 32 bytes of an Ed25519 private key in hexadecimal", file=sys.stderr)
        return 2
    book = Book(options.state, options.ward)
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    for page in pages(options.ward, book.handed_over(), options.day, key):
        print(json.dumps(page, ensure_ascii=False))
    book.close()
    return 0


def _present(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _present(item) for name, item in value.items() if item is not None}
    return [_present(item) for item in value] if isinstance(value, list) else value
