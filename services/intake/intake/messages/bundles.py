"""Offline bundles of wards, and the files that answer them: header, a message a line, signature.

What is signed is the canonical JSON of ward, bundle and ``digest``: SHA-256 in hex of all lines before the signature, each
with its line feed. See docs/integrators/ward.md.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from chassis.errors import Refused
from chassis.kept import Letter
from chassis.plain import decode
from intake.domain import Fault
from intake.messages import calls, signing, wards
from intake.messages.letters import rejected
from intake.messages.statements import Keys
from motcua_contracts import Contract
from motcua_contracts.base import Envelope, Message, Part, schema_of
from motcua_contracts.vocabulary import WARD_CODE, coded, instant
from motcua_contracts.ward import REFERENCE, DossierCorrectV1, DossierSubmitV1, DossierWithdrawV1, canonical

COMMANDS: dict[str, type[Contract]] = {
    contract.TYPE: contract for contract in (DossierSubmitV1, DossierCorrectV1, DossierWithdrawV1)
}
#: What an answer says that it is about; nothing for a submission.
ABOUT = {DossierCorrectV1.TYPE: wards.CORRECT, DossierWithdrawV1.TYPE: wards.WITHDRAW}
MOST_LINES = 5000


class Header(Part):
    """The first line of a bundle: whose it is, and how many messages follow."""

    bundle = fields.UUID(required=True)
    ward = coded(WARD_CODE, required=True)
    made_at = instant(required=True)
    count = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=MOST_LINES))


def faults(keys: Keys, ward: str, header: Mapping[str, Any], lines: int, digest: str, signature: str) -> list[Fault]:
    """Return why a bundle cannot be taken; an unsigned one says nothing, so its count is looked at last."""
    if header["ward"] != ward:
        return [Fault("ward", "not-your-ward")]
    if not keys.own:
        return [Fault("bundle", "no-bundles")]
    if ward not in keys.wards:
        return [Fault("signature", "no-key")]
    if not signing.is_signed(keys.wards[ward], _signed(ward, str(header["bundle"]), digest), signature):
        return [Fault("signature", "bad-signature")]
    return [] if header["count"] == lines else [Fault("count", "wrong-count", str(lines))]


def open_line(line: str) -> Message:
    """Return the command that a line is.

    Raises:
        Refused: naming each field at fault.
    """
    try:
        envelope = decode(line.encode())
    except ValueError:
        raise Refused("invalid-submission", errors=calls.problems([Fault("line", "not-json")])) from None
    head = calls.load(schema_of(Envelope), envelope)
    contract = COMMANDS.get(head["type"])
    if contract is None:
        raise Refused("invalid-submission", errors=calls.problems([Fault("type", "not-a-command")]))
    calls.load(schema_of(contract), head["data"])
    return contract.open(envelope)


def unreadable(ward: str, line: str, problems: Sequence[Mapping[str, str]], at: datetime) -> str:
    """Return the answer to a line that is no command; of its reference, type and id what can be made out."""
    try:
        envelope = decode(line.encode())
    except ValueError:
        envelope = None
    head = envelope if isinstance(envelope, dict) else {}
    data = head["data"] if isinstance(head.get("data"), dict) else {}
    named = data.get("ward_reference")
    reference = named if isinstance(named, str) and re.fullmatch(REFERENCE.rstrip("$"), named) else "?"
    id_ = head["id"] if isinstance(head.get("id"), str) and 1 <= len(head["id"]) <= 128 else None
    about = ABOUT.get(str(head.get("type")))
    if about and id_:
        return answer(wards.refused(ward, reference, problems, about, id_, at), id_)
    return answer(rejected(ward, reference, problems, at), id_)


def answer(letter: Letter, id_: str | None, correlation: str | None = None) -> str:
    """Return the answer to the command ``id_`` as a line, without its line feed."""
    caused = {"correlationid": correlation or id_, "causationid": id_} if id_ else {}
    return json.dumps({**letter.envelope, **caused}, ensure_ascii=False, separators=(",", ":"))


def ends(keys: Keys, ward: str, bundle: str, at: datetime, answers: Iterable[str], count: int) -> tuple[str, str]:
    """Return the first and the last line of the file with these answers, without their line feeds."""
    header = canonical({"ward": ward, "bundle": bundle, "made_at": at, "count": count}).decode()
    digest = hashlib.sha256()
    for line in _all(header, answers):
        digest.update(line)
    signature = signing.sign(keys.own, _signed(ward, bundle, digest.hexdigest()))
    return header, canonical({"signature": signature}).decode()


def _all(header: str, answers: Iterable[str]) -> Iterator[bytes]:
    yield f"{header}\n".encode()
    for line in answers:
        yield f"{line}\n".encode()


def _signed(ward: str, bundle: str, digest: str) -> bytes:
    return canonical({"ward": ward, "bundle": bundle, "digest": digest})
