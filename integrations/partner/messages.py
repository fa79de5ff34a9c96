"""Messages by the published JSON Schemas: reading what came, sealing what goes out.

A fault names fields and the rule they break, never a value: values are personal data and end up in logs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

CONTENT_TYPE = "application/cloudevents+json"


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterable[ValidationError]:
    # In Python's expressions "$" also matches before a last line break; in JSON Schema's (ECMA-262) it does not.
    strict = pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(strict, instance):
        yield ValidationError("pattern")


_Validator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _pattern}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule: the field's path (``data.applicant.name``) and what is wrong with it."""

    field: str
    problem: str

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}"


class Unacceptable(ValueError):
    """A message that cannot be taken; its text is safe to log."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))


class Schemas:
    """The published schemas ``<directory>/<owner>/<type>.json``; each describes a whole message.

    Raises:
        FileNotFoundError: one of ``names`` ("owner/type") is not there.
    """

    def __init__(self, directory: Path, names: Iterable[str]) -> None:
        self._validators: dict[str, Any] = {}
        for name in names:
            schema = json.loads((directory / f"{name}.json").read_text(encoding="utf-8"))
            Draft202012Validator.check_schema(schema)
            self._validators[name.rpartition("/")[2]] = _Validator(
                schema, format_checker=Draft202012Validator.FORMAT_CHECKER
            )

    def check(self, message: Mapping[str, Any]) -> None:
        """Check a decoded message against the schema of its own type.

        Raises:
            Unacceptable: with every fault, ordered by field.
        """
        type_ = message.get("type")
        validator = self._validators.get(type_) if isinstance(type_, str) else None
        if validator is None:
            raise Unacceptable([Fault("type", "not one this program knows")])
        faults = {fault for error in validator.iter_errors(message) for fault in _faults(error)}
        if faults:
            raise Unacceptable(sorted(faults, key=lambda fault: (fault.field, fault.problem)))

    def read(self, body: bytes, content_type: str | None) -> dict[str, Any]:
        """Decode and check a delivery.

        Raises:
            Unacceptable: content type, encoding, JSON, type or fields are not as published.
        """
        if content_type != CONTENT_TYPE:
            raise Unacceptable([Fault("content_type", f"must be {CONTENT_TYPE}")])
        try:
            message = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError) as error:  # both decoding errors are ValueErrors
            raise Unacceptable([Fault("body", f"not JSON in UTF-8 ({type(error).__name__})")]) from None
        if not isinstance(message, dict):
            raise Unacceptable([Fault("body", "must be a JSON object")])
        self.check(message)
        return message


def envelope(
    type_: str, data: Mapping[str, Any], *, id_: str, source: str, subject: str, time: str, sequence: int,
    cause: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return a CloudEvents 1.0 message (structured JSON mode).

    Args:
        id_: fixed when the message is first written down; a repeat carries the same one.
        time: RFC 3339, UTC.
        sequence: position among this sender's messages about the subject, from 1.
        cause: the message that this one answers; its correlation and trace go on.
    """
    message: dict[str, Any] = {
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "type": type_,
        "subject": subject,
        "time": time,
        "datacontenttype": "application/json",
        "dataschema": f"urn:motcua:schema:{type_}",
        "sequence": sequence,
        "data": dict(data),
    }
    if cause is None:
        return message | {"correlationid": id_}
    message["causationid"] = cause["id"]
    for name in ("correlationid", "traceparent"):
        if cause.get(name):
            message[name] = cause[name]
    return message


def encode(message: Mapping[str, Any]) -> bytes:
    """Return the bytes to publish."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _faults(error: ValidationError) -> Iterable[Fault]:
    path = ".".join(map(str, error.absolute_path))
    if isinstance(error.instance, dict) and isinstance(error.validator_value, list) and error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield Fault(f"{path}.{name}".strip("."), "is required")
    else:
        yield Fault(path or "message", _RULES.get(str(error.validator), f"breaks the rule {error.validator}"))


_RULES = {
    "type": "has the wrong type",
    "pattern": "does not have the form the schema asks for",
    "format": "does not have the format the schema names",
    "enum": "is not one of the values the schema names",
    "const": "is not the value the schema names",
    "minLength": "is too short",
    "maxLength": "is too long",
    "minItems": "has too few entries",
    "maxItems": "has too many entries",
    "minimum": "is too small",
    "maximum": "is too large",
}
