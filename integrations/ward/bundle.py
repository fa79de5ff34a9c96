"""Handing over as a file what cannot go over the line: ``ward.py bundle out`` and ``ward.py bundle in``."""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import sys
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from partner.clock import wire
from partner.messages import Fault, Schemas, Unacceptable

from ward.book import Book
from ward.statement import KEY, canonical

MOST_LINES = 5000


def written(ward: str, messages: Sequence[bytes], key: Ed25519PrivateKey, now: datetime) -> bytes:
    """Return a bundle of messages as they would be published: header, a message a line, signature."""
    id_ = str(uuid.uuid4())
    header = {"bundle": id_, "ward": ward, "made_at": wire(now), "count": len(messages)}
    lines = b"".join(line + b"\n" for line in (canonical(header), *messages))
    made = key.sign(_signed(ward, id_, lines))
    signature = base64.urlsafe_b64encode(made).decode("ascii").rstrip("=")
    return lines + canonical({"signature": signature}) + b"\n"


def answers(file: bytes, ward: str, key: Ed25519PublicKey) -> list[bytes]:
    """Return the messages of an answers' file.

    Raises:
        Unacceptable: it is torn, changed, not the district's, or another ward's.
    """
    lines = file.splitlines(keepends=True)
    try:
        header, last = json.loads(lines[0]), json.loads(lines[-1])
        given = base64.urlsafe_b64decode(f"{last['signature']}==")
        key.verify(given, _signed(header["ward"], header["bundle"], b"".join(lines[:-1])))
    except (InvalidSignature, ValueError, LookupError, TypeError):
        raise Unacceptable([Fault("signature", "is not the district's over this file")]) from None
    if header["ward"] != ward:
        raise Unacceptable([Fault("ward", "is another ward's")])
    return lines[1:-1]


def main(argv: list[str]) -> int:
    """Write a bundle, or take its answers in; 2 when arguments or key are wrong, 3 when a file cannot be taken."""
    options = _parser().parse_args(argv)
    name = "WARD_STATEMENT_KEY" if options.way == "out" else "WARD_DISTRICT_KEY"
    given = os.environ.get(name, "")
    if not KEY.fullmatch(given):
        print(f"{name} must be the 32 bytes of an Ed25519 key in hexadecimal", file=sys.stderr)
        return 2
    book = Book(options.state, options.ward)
    try:
        return (_out if options.way == "out" else _in)(options, book, bytes.fromhex(given))
    except FileNotFoundError as error:
        print(f"no such file: {error.filename}", file=sys.stderr)
        return 2
    finally:
        book.close()


def _out(options: argparse.Namespace, book: Book, key: bytes) -> int:
    messages = book.without_answer(MOST_LINES)
    if messages:
        whole = written(options.ward, messages, Ed25519PrivateKey.from_private_bytes(key), datetime.now(UTC))
        options.file.write_bytes(whole)
    print(f"bundle: messages={len(messages)}")
    return 0


def _in(options: argparse.Namespace, book: Book, key: bytes) -> int:
    schemas = Schemas(options.schemas, [f"intake/{Book.ERRAND.answered}"])
    try:
        found = answers(options.file.read_bytes(), options.ward, Ed25519PublicKey.from_public_bytes(key))
        told: list[dict[str, Any]] = [json.loads(line) for line in found]
        for message in told:
            schemas.check(message)
    except Unacceptable as error:
        print(f"{options.file}: {error}", file=sys.stderr)
        return 3
    new = sum(book.take(message) for message in told)
    print(f"answers: new={new} known={len(told) - new}")
    return 0


def _signed(ward: str, bundle: str, lines: bytes) -> bytes:
    return canonical({"ward": ward, "bundle": bundle, "digest": hashlib.sha256(lines).hexdigest()})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ward.py bundle", description="Hand over as a file what has no answer yet")
    ways = parser.add_subparsers(dest="way", required=True)
    for way, does in {"out": "write what has no answer", "in": "take the answers in"}.items():
        sub = ways.add_parser(way, help=does)
        sub.add_argument("file", type=Path)
        sub.add_argument("--ward", required=True, metavar="CODE")
        sub.add_argument("--state", type=Path, required=True, help="SQLite file")
        if way == "in":
            sub.add_argument("--schemas", type=Path, required=True, help="the published schemas, <owner>/<type>.json")
    return parser
